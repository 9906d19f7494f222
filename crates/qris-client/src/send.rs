//! Sending one request with the tokens it needs; once more, and not again, when the acquirer does not take one.

use std::sync::Arc;
use std::time::Duration;

use qris_snap::Service;
use qris_snap::client::{Ask, Notice, Refused, Reply, Retry, Tokens as Sent, Unknown};
use qris_snap::message::Message;
use qris_snap::policy::TokenRule;
use qris_snap::sign::Token;
use tokio::time::Instant;

use crate::customer::Customer;
use crate::error::Error;
use crate::http::NoAnswer;
use crate::shared::{Shared, note, random};

/// The longest wait between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// What is sent, as often as it is sent.
pub(crate) struct Letter {
    pub(crate) service: Service,
    pub(crate) body: Vec<u8>,
    /// The one it was sent under last.
    pub(crate) external_id: String,
    /// It may have been carried out under that id: under another one it could be carried out twice.
    pub(crate) id_is_kept: bool,
    pub(crate) deadline: Instant,
}

/// Who sends: everything shared, and for whom.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub(crate) shared: Arc<Shared>,
    pub(crate) customer: Option<Arc<Customer>>,
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

impl Sender {
    /// A message, written, with an external id and until when it may be worked on.
    pub(crate) fn letter<M: Message>(&self, message: &M) -> Result<Letter, Error> {
        Ok(Letter {
            service: M::KIND.service,
            body: message.write(self.shared.caller.dialect())?,
            external_id: self.external_id()?,
            id_is_kept: false,
            deadline: after(self.shared.options.deadline),
        })
    }

    pub(crate) fn external_id(&self) -> Result<String, Error> {
        Ok(self.shared.caller.external_id(self.shared.moment()?))
    }

    /// Waits before the next attempt; `false` when there is none, or no time for it.
    pub(crate) async fn pause(&self, attempt: u32, deadline: Instant) -> bool {
        let options = &self.shared.options;
        if attempt >= options.attempts {
            return false;
        }
        let full = options.first_pause.saturating_mul(1 << attempt.saturating_sub(1).min(16));
        let millis = u64::try_from(full.min(LONGEST_PAUSE).as_millis()).unwrap_or(u64::MAX);
        let chance = random().unwrap_or(0).checked_rem(millis / 2 + 1).unwrap_or(0);
        let until = Instant::now() + Duration::from_millis(millis - chance);
        if until >= deadline {
            return false;
        }
        tokio::time::sleep_until(until).await;
        true
    }

    /// Sends a letter with the tokens it needs.
    pub(crate) async fn send<M: Ask>(&self, letter: &mut Letter, message: &M) -> Step<M::Answer> {
        let mut again = true;
        loop {
            let (access, customer) = match self.tokens(letter.deadline).await {
                Ok(tokens) => tokens,
                Err(error) => return Step::NotSent(error),
            };
            let tokens = Sent { access: access.as_ref(), customer: customer.as_ref() };
            let refused = match self.send_once(letter, message, tokens).await {
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
            if !letter.id_is_kept {
                letter.external_id = match self.external_id() {
                    Ok(id) => id,
                    Err(error) => return Step::NotSent(error),
                };
            }
        }
    }

    async fn send_once<M: Ask>(&self, letter: &Letter, message: &M, tokens: Sent<'_>) -> Step<M::Answer> {
        let shared = &self.shared;
        let limit = letter.deadline.saturating_duration_since(Instant::now());
        let limit = limit.min(shared.options.request_timeout);
        if limit.is_zero() {
            return Step::NotSent(Error::NotSent("the time for this call is over".to_owned()));
        }
        let made = shared.moment().and_then(|moment| {
            let body = letter.body.clone();
            Ok(shared.caller.request_of(letter.service, body, tokens, &letter.external_id, moment)?)
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
            Ok(Reply::Unknown(unknown)) => Step::Lost(unknown.without(&secrets)),
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

/// A moment from now; one that no clock has is a year off.
fn after(wait: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(wait).unwrap_or_else(|| now + Duration::from_secs(365 * 86_400))
}
