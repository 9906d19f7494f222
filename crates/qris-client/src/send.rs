//! Sending one request with the tokens it needs; once more, and not again, when the acquirer does not take one.

use std::sync::Arc;
use std::time::Duration;

use qris_snap::Service;
use qris_snap::client::{
    Ask, Grant, HttpRequest, Moment, Notice, Refused, Reply, Retry, Tokens as Sent, Unknown, read_reply,
};
use qris_snap::message::{Response, TokenResponse};
use qris_snap::policy::TokenRule;
use qris_snap::sign::Token;
use tokio::time::Instant;

use crate::Error;
use crate::client::{Client, Shared};
use crate::http::NoAnswer;

/// What is sent, as often as it is sent.
pub(crate) struct Letter {
    pub(crate) service: Service,
    pub(crate) body: Vec<u8>,
    pub(crate) external_id: String,
    pub(crate) deadline: Instant,
}

/// What became of one sending.
pub(crate) enum Step<A> {
    Done(A),
    InProgress(Notice),
    Refused(Refused),
    /// Nothing left for the acquirer.
    NotSent(Error),
    /// It may have arrived.
    Lost(Unknown),
}

impl Shared {
    pub(crate) fn moment(&self) -> Result<Moment, Error> {
        Ok(Moment { unix_ms: self.options.clock.now_ms(), random: random()? })
    }

    /// Sends a token request (73, 74) and reads what was granted.
    pub(crate) async fn granted<M: Response>(&self, request: HttpRequest) -> Result<M, Error> {
        let service = request.service;
        match self.reply(request, self.options.request_timeout).await {
            Ok(Reply::Done(done)) => {
                note(service, &done.oddities);
                Ok(done.answer)
            }
            Ok(Reply::Refused(refused)) => Err(Error::Refused(refused)),
            Ok(Reply::Unknown(unknown)) => Err(Error::Unknown(unknown)),
            Ok(_) => Err(Error::Unknown(Unknown::new(202, "a token is in progress"))),
            Err(NoAnswer::NotSent(log)) => Err(Error::NotSent(log)),
            Err(NoAnswer::Lost(log)) => Err(Error::Unknown(Unknown::new(None, log))),
        }
    }

    async fn reply<M: Response>(&self, request: HttpRequest, limit: Duration) -> Result<Reply<M>, NoAnswer> {
        let answer = self.way.send(request, limit).await?;
        Ok(read_reply(self.caller.dialect(), answer.status, &answer.body))
    }

    /// A new access token (73).
    async fn fetch(self: Arc<Self>) -> Result<Grant, Error> {
        let answer: TokenResponse = self.granted(self.caller.token_request(self.moment()?)?).await?;
        let grant = Grant::new(answer.access_token.as_ref().map(Token::expose), answer.expires_in.as_deref());
        grant.map_err(|why| Error::Unknown(Unknown::new(200, why)))
    }
}

impl Client {
    /// Sends a letter with the tokens it needs.
    pub(crate) async fn send<M: Ask>(&self, letter: &Letter, message: &M) -> Step<M::Answer> {
        let mut external_id = letter.external_id.clone();
        let mut again = true;
        loop {
            let (access, customer) = match self.tokens(letter.deadline).await {
                Ok(tokens) => tokens,
                Err(error) => return Step::NotSent(error),
            };
            let tokens = Sent { access: access.as_ref(), customer: customer.as_ref() };
            let refused = match self.send_once(letter, message, &external_id, tokens).await {
                Step::Refused(refused) => refused,
                other => return other,
            };
            match (refused.retry(), &access, &customer, &self.customer) {
                (Retry::NewToken, Some(token), ..) if again => self.shared.tokens.forget(token),
                (Retry::NewCustomerToken, _, Some(token), Some(customer)) if again => {
                    customer.tokens.forget(token);
                }
                _ => return Step::Refused(refused),
            }
            tracing::info!(service = %letter.service, %refused, "a token is not taken: a new one is fetched");
            again = false;
            // Whether the other side took note of the id before it looked at the token is not known.
            external_id = match self.shared.moment() {
                Ok(moment) => self.shared.caller.external_id(moment),
                Err(error) => return Step::NotSent(error),
            };
        }
    }

    async fn send_once<M: Ask>(
        &self,
        letter: &Letter,
        message: &M,
        external_id: &str,
        tokens: Sent<'_>,
    ) -> Step<M::Answer> {
        let shared = &self.shared;
        let limit = letter.deadline.saturating_duration_since(Instant::now());
        let limit = limit.min(shared.options.request_timeout);
        if limit.is_zero() {
            return Step::NotSent(Error::NotSent("the time for this call is over".to_owned()));
        }
        let made = shared.moment().and_then(|moment| {
            let body = letter.body.clone();
            Ok(shared.caller.request_of(letter.service, body, tokens, external_id, moment)?)
        });
        let request = match made {
            Ok(request) => request,
            Err(error) => return Step::NotSent(error),
        };
        let secrets: Vec<&Token> = tokens.access.into_iter().chain(tokens.customer).collect();
        match shared.reply::<M::Answer>(request, limit).await {
            Ok(Reply::Done(done)) => {
                note(letter.service, &done.oddities);
                match message.about(&done.answer) {
                    Ok(()) => Step::Done(done.answer),
                    Err(unknown) => Step::Lost(unknown),
                }
            }
            Ok(Reply::InProgress(notice)) => Step::InProgress(notice.without(&secrets)),
            Ok(Reply::Refused(refused)) => Step::Refused(refused.without(&secrets)),
            Ok(Reply::Unknown(unknown)) => Step::Lost(unknown),
            Ok(_) => Step::Lost(Unknown::new(None, "an answer of another kind")),
            Err(NoAnswer::NotSent(log)) => Step::NotSent(Error::NotSent(log)),
            Err(NoAnswer::Lost(log)) => Step::Lost(Unknown::new(None, log)),
        }
    }

    /// The tokens of a request, fetched where there are none.
    async fn tokens(&self, deadline: Instant) -> Result<(Option<Token>, Option<Token>), Error> {
        let shared = &self.shared;
        let fetched = async {
            let access = match shared.caller.policy().token {
                TokenRule::None => None,
                TokenRule::SingleUse => Some(Arc::clone(shared).fetch().await?.token),
                _ => Some(shared.tokens.get(|| Arc::clone(shared).fetch()).await?),
            };
            let customer = match &self.customer {
                Some(customer) => {
                    let next = || Arc::clone(customer).next(Arc::clone(shared));
                    Some(customer.tokens.get(next).await?)
                }
                None => None,
            };
            Ok((access, customer))
        };
        let late = || Error::NotSent("no token in the time for this call".to_owned());
        let fetched = tokio::time::timeout_at(deadline, fetched).await.unwrap_or_else(|_| Err(late()));
        fetched.map_err(|error| Error::NoToken(Box::new(error)))
    }
}

fn note(service: Service, oddities: &[String]) {
    if !oddities.is_empty() {
        tracing::debug!(%service, ?oddities, "an answer is not as its dialect says");
    }
}

/// Any number.
pub(crate) fn random() -> Result<u64, Error> {
    let mut bytes = [0; 8];
    let filled = aws_lc_rs::rand::fill(&mut bytes);
    filled.map_err(|_| Error::NotSent("the random source failed".to_owned()))?;
    Ok(u64::from_ne_bytes(bytes))
}
