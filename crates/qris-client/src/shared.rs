//! What all clones of a client share, and the access token they fetch with it.

use std::sync::Arc;
use std::time::Duration;

use qris_snap::Service;
use qris_snap::client::{Caller, Grant, HttpRequest, Moment, Reply, Unknown, read_reply};
use qris_snap::message::{Response, TokenResponse};
use qris_snap::sign::Token;

use crate::error::{Error, SetupError};
use crate::http::{NoAnswer, Way};
use crate::options::Options;
use crate::tokens::Tokens;

/// Caller, connections, access token.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) caller: Caller,
    pub(crate) options: Options,
    pub(crate) tokens: Arc<Tokens>,
    way: Way,
}

impl Shared {
    pub(crate) fn new(caller: Caller, options: Options) -> Result<Shared, SetupError> {
        let way = Way::new(&options, &caller)?;
        let tokens = Arc::new(Tokens::new(options.clock.clone()));
        Ok(Shared { caller, options, tokens, way })
    }

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

    pub(crate) async fn reply<M: Response>(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<Reply<M>, NoAnswer> {
        let answer = self.way.send(request, limit).await?;
        Ok(read_reply(self.caller.dialect(), answer.status, &answer.body))
    }

    /// A new access token (73).
    pub(crate) async fn fetch(self: Arc<Self>) -> Result<Grant, Error> {
        let answer: TokenResponse = self.granted(self.caller.token_request(self.moment()?)?).await?;
        let grant = Grant::new(answer.access_token.as_ref().map(Token::expose), answer.expires_in.as_deref());
        grant.map_err(|why| Error::Unknown(Unknown::new(200, why)))
    }
}

/// Writes down what an answer has that it should not.
pub(crate) fn note(service: Service, oddities: &[String]) {
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
