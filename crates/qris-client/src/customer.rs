//! A customer's session: the token that 74 granted, and the next one.

use std::sync::{Arc, Mutex, PoisonError};

use qris_snap::Refusal;
use qris_snap::Service;
use qris_snap::client::{CustomerGrant, Grant, Unknown};
use qris_snap::codes::Situation;
use qris_snap::message::CustomerTokenResponse;
use qris_snap::sign::Token;

use crate::clock::Clock;
use crate::error::Error;
use crate::shared::Shared;
use crate::tokens::Tokens;

/// The tokens of a customer.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) tokens: Arc<Tokens>,
    refresh: Mutex<Option<Token>>,
}

impl Customer {
    /// Exchanges a code or a refresh token.
    pub(crate) async fn authorize(shared: &Shared, grant: CustomerGrant) -> Result<Customer, Error> {
        let asked_ms = shared.options.clock.now_ms();
        let (granted, refresh) = exchange(shared, &grant).await?;
        let tokens = Tokens::new(shared.options.clock.clone());
        tokens.keep(&granted, asked_ms);
        let old = match grant {
            CustomerGrant::Refresh(token) => Some(token),
            _ => None,
        };
        Ok(Customer { tokens: Arc::new(tokens), refresh: Mutex::new(refresh.or(old)) })
    }

    /// The refresh token, for whoever keeps sessions.
    pub(crate) fn refresh_token(&self) -> Option<Token> {
        self.refresh.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The next token, by the refresh token.
    pub(crate) async fn next(self: Arc<Self>, shared: Arc<Shared>) -> Result<Grant, Error> {
        let Some(token) = self.refresh_token() else {
            let log =
                "the customer token has ended and there is no refresh token: the customer must consent again";
            return Err(Error::Request(Refusal::new(
                Service::TokenB2b2c,
                Situation::CustomerTokenInvalid,
                log,
            )));
        };
        let (granted, refresh) = exchange(&shared, &CustomerGrant::Refresh(token)).await?;
        if refresh.is_some() {
            *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = refresh;
        }
        Ok(granted)
    }
}

async fn exchange(shared: &Shared, grant: &CustomerGrant) -> Result<(Grant, Option<Token>), Error> {
    let request = shared.caller.customer_token_request(grant, shared.moment()?)?;
    let (CustomerGrant::Code(secret) | CustomerGrant::Refresh(secret)) = grant else {
        return Err(Error::NotSent("a grant of another kind".to_owned()));
    };
    let answer = shared.granted(request).await.map_err(|error| match error {
        Error::Refused(refused) => Error::Refused(refused.without(&[secret])),
        other => other,
    });
    let answer: CustomerTokenResponse = answer?;
    let token = answer.access_token.as_ref().map(Token::expose);
    let life = answer.expires_in.clone().or_else(|| seconds_left(&answer, &shared.options.clock));
    let granted = Grant::new(token, life.as_deref());
    let granted = granted.map_err(|why| Error::Unknown(Unknown::new(200, why)))?;
    Ok((granted, answer.refresh_token))
}

/// Where the answer says when the token ends, and not how long it lives.
fn seconds_left(answer: &CustomerTokenResponse, clock: &Clock) -> Option<String> {
    let ends = answer.access_token_expiry_time.as_ref()?.unix();
    Some(ends.saturating_sub(clock.now_ms().div_euclid(1000)).max(0).to_string())
}
