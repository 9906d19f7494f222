//! 49: a one-time token for a customer of an issuer.

use qris_snap::codes::Situation;
use qris_snap::headers::HeaderName;
use qris_snap::json::Object;
use qris_snap::message::{ApplyOttRequest, ApplyOttResponse, Message, Response, UserResource};
use qris_snap::sign::Token;

use super::Stop;
use super::work::Call;
use crate::crypto::{random_token, token_hash};
use crate::db::Tx;
use crate::model::{StoredToken, TokenKind, token};

/// The only resource there is.
const OTT: &str = "OTT";
/// Seconds a one-time token lives.
const LIFE: i64 = 300;
/// Most resources asked for at once.
const MOST: usize = 8;

pub(super) fn run(tx: &mut dyn Tx, call: &Call, request: ApplyOttRequest) -> Result<Vec<u8>, Stop> {
    let Some(customer) = &call.customer else {
        let place = HeaderName::AuthorizationCustomer.as_str();
        return Err(call.refuse(Situation::CustomerTokenMissing, "whose token?").at(place).into());
    };
    let wanted = request.user_resources.unwrap_or_default();
    if wanted.is_empty() || wanted.len() > MOST || wanted.iter().any(|name| name != OTT) {
        let log = format!("1 to {MOST} times {OTT} is wanted");
        return Err(call.refuse(Situation::InvalidFormat, log).at("userResources").into());
    }
    let mut resources = Vec::with_capacity(wanted.len());
    for _ in wanted {
        let value = random_token().map_err(|error| call.internal(error))?;
        let stored = StoredToken {
            hash: token_hash(&value),
            client_id: call.partner.client_id.clone(),
            kind: TokenKind::Ott,
            customer: Some(customer.clone()),
            expires_at: call.now() + LIFE,
            used_at: None,
        };
        token::add(tx, &stored)?;
        let (resource_type, value) = (OTT.to_owned(), Token::new(value));
        resources.push(UserResource { resource_type, value, other: Object::new() });
    }
    let answer = ApplyOttResponse {
        user_resources: Some(resources),
        ..ApplyOttResponse::success(call.partner.dialect)
    };
    Ok(answer.write(call.partner.dialect)?)
}
