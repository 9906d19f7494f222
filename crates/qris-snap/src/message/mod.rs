//! The messages: one struct each, in the standard's names, read from and written to any dialect.
//!
//! Every member but code and message is an `Option`, since dialects differ in what they demand; the tables of
//! [`Spec`] and [`Dialect`] decide presence, and [`Message::read`] and [`Message::write`] check it. `null` and `""`
//! count as absent. Unknown members stay in `other` and are written back.

mod answer;
mod cancel;
pub(crate) mod codec;
mod decode;
mod form;
mod generate;
mod notify;
mod payment;
mod query;
mod refund;
mod spec;
mod status;
mod token;
mod validity;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use answer::{Answer, ErrorAnswer, read_answer};
pub use cancel::{CancelRequest, CancelResponse};
pub use decode::{DecodeRequest, DecodeResponse, MerchantInfo};
pub use generate::{GenerateRequest, GenerateResponse};
pub use notify::{NotifyRequest, NotifyResponse, StableBodyError};
pub use payment::{ApplyOttRequest, ApplyOttResponse, PaymentRequest, PaymentResponse, UserResource};
pub use query::{QueryRequest, QueryResponse};
pub use refund::{RefundRequest, RefundResponse};
pub use spec::{Kind, Member, Presence, SPECS, Shape, Side, Spec, UNLIMITED, c, m, o};
pub use status::{StatusRequest, StatusResponse};
pub use token::{CustomerTokenRequest, CustomerTokenResponse, TokenRequest, TokenResponse};
pub use validity::{Expiry, expiry};

use crate::codes::Situation;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::refusal::Refusal;
use crate::service::Service;

/// A message that can be read from a dialect's wire and written to it.
pub trait Message: Serialize + DeserializeOwned + core::fmt::Debug {
    /// Which message it is.
    const KIND: Kind;

    /// Reads and checks a body.
    ///
    /// # Errors
    /// 400xx00 when the body is no JSON object, 400xx01 with the path of a member of the wrong type, length or
    /// format (or that occurs twice), 400xx02 with the path of a mandatory one that is missing.
    ///
    /// ```
    /// use qris_snap::{dialect::STANDARD, message::{CancelRequest, Message}};
    /// let refusal = CancelRequest::read(&STANDARD, br#"{"merchantId":"M1","reason":""}"#).unwrap_err();
    /// assert_eq!(refusal.to_string(), "4007702 Invalid Mandatory Field reason");
    /// ```
    fn read(dialect: &Dialect, body: &[u8]) -> Result<Self, Refusal> {
        Self::from_wire(dialect, codec::parse_object(Self::KIND, body)?)
    }

    /// Reads and checks a body that is an object already.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn from_wire(dialect: &Dialect, wire: Object) -> Result<Self, Refusal> {
        let standard = codec::inward(Self::KIND, dialect, wire)?;
        crate::json::from_value(standard.into())
            .map_err(|error| Refusal::new(Self::KIND.service, Situation::InvalidFormat, error.to_string()))
    }

    /// The object for the wire, checked as if it were received.
    ///
    /// # Errors
    /// As [`read`](Self::read); here they are faults of who filled the message.
    fn to_wire(&self, dialect: &Dialect) -> Result<Object, Refusal> {
        let internal = |log: String| Refusal::new(Self::KIND.service, Situation::Internal, log);
        let bytes = serde_json::to_vec(self).map_err(|error| internal(error.to_string()))?;
        codec::outward(Self::KIND, dialect, codec::parse_object(Self::KIND, &bytes)?)
    }

    /// The compact body for the wire.
    ///
    /// # Errors
    /// As [`to_wire`](Self::to_wire).
    fn write(&self, dialect: &Dialect) -> Result<Vec<u8>, Refusal> {
        self.to_wire(dialect).map(|object| object.to_bytes())
    }
}

/// What a document calls mandatory for partners that are connected host to host, of a body that was read already.
///
/// # Errors
/// 400xx02 with the first path of [`Dialect::host_to_host`] that is absent.
pub fn host_to_host<M: Message>(dialect: &Dialect, body: &[u8]) -> Result<(), Refusal> {
    let wire = codec::parse_object(M::KIND, body)?;
    let wanted = dialect.host_to_host.iter().filter(|(kind, _)| *kind == M::KIND);
    for path in wanted.flat_map(|(_, paths)| paths.iter()) {
        let mut names = path.split('.');
        let first = names.next().and_then(|name| wire.get(name));
        let found = names.try_fold(first, |at, name| Some(at?.as_object()?.get(name)));
        if found.flatten().is_none_or(|value| value.is_blank()) {
            let log = "mandatory for a partner that is connected host to host";
            return Err(Refusal::new(M::KIND.service, Situation::MissingMandatory, log).at(path));
        }
    }
    Ok(())
}

/// The answer to success.
pub trait Response: Message {
    /// An answer with the dialect's code and message of success, and nothing else yet.
    fn success(dialect: &Dialect) -> Self;
}

/// Code and message of success.
fn success(dialect: &Dialect, service: Service) -> (String, String) {
    (dialect.success_code(service).to_string(), dialect.success_message().to_owned())
}
