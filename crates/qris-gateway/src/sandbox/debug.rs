//! Why a request was refused: `additionalInfo.debug` of the sandbox's refusals.

use qris_snap::json::Object;
use qris_snap::policy::Policy;
use qris_snap::sign::VerifyingKey;
use qris_snap::{Refusal, Service};

/// A refused request, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// The service that was recognised from the path.
    pub service: Option<Service>,
    /// HTTP method.
    pub method: &'a str,
    /// Path and query as received.
    pub target: &'a str,
    /// The headers as received.
    pub headers: &'a [(String, Vec<u8>)],
    /// The body as received.
    pub body: &'a [u8],
    /// What was agreed with the partner; none when it is unknown.
    pub policy: Option<&'a Policy>,
    /// The partner's keys that are taken now; none when it is unknown or has none.
    pub keys: &'a [VerifyingKey<'a>],
    /// What it was refused with.
    pub refusal: &'a Refusal,
}

/// The object for `additionalInfo.debug`. It never holds the expected signature, nor a whole token.
pub fn debug(refused: &Refused<'_>) -> Object {
    let mut object = Object::new();
    object.insert("reason", refused.refusal.log());
    object
}
