//! What a caller of SNAP needs, without I/O: signed requests out of messages, and answers read into what they mean.
//!
//! A [`Caller`] is made once, from a dialect, its policy, keys and the headers the other side wants; what is missing is
//! said then, by name. It turns messages into [`HttpRequest`]s. [`read_reply`] tells the four things an answer can mean
//! apart ([`Reply`]): it was done, it is in progress, it was refused, or nobody can know yet.
//!
//! ```
//! use qris_snap::client::{Caller, Moment, Reply, Tokens, read_reply};
//! use qris_snap::dialect::FINPAY;
//! use qris_snap::headers::HeaderName;
//! use qris_snap::message::{QueryRequest, QueryResponse};
//! use qris_snap::sign::{KeySize, PrivateKey, Secret, Token};
//!
//! let caller = Caller::builder(&FINPAY)
//!     .client_id("client-1")
//!     .private_key(PrivateKey::generate(KeySize::RSA_2048).unwrap())
//!     .secret(Secret::new("s3cret"))
//!     .header(HeaderName::PartnerId, "P1")
//!     .header(HeaderName::ChannelId, "95221")
//!     .header(HeaderName::Origin, "merchant.example")
//!     .build()?;
//! let query = QueryRequest { original_partner_reference_no: Some("INV-1".into()), ..Default::default() };
//! let token = Token::new("access-token");
//! let moment = Moment { unix_ms: 1_795_243_470_000, random: 7 };
//! let request = caller.request(&query, Tokens::access(&token), moment)?;
//! assert_eq!(request.path, "/pg/payment/card/v1.0/qr/qr-mpm-query");
//! assert_eq!(request.body, br#"{"partnerReferenceNo":"INV-1"}"#);
//! assert_eq!(request.headers.get(HeaderName::Timestamp), Some("2026-11-21T13:44:30+07:00"));
//!
//! let answer = br#"{"responseCode":"2004700","responseMessage":"ok","transactionStatus":"PAID"}"#;
//! match read_reply::<QueryResponse>(&FINPAY, 200, answer) {
//!     Reply::Done(done) => assert_eq!(done.answer.latest_transaction_status.as_deref(), Some("00")),
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ask;
mod caller;
mod grant;
mod reply;
mod request;
mod setup;

pub use ask::Ask;
pub use caller::Caller;
pub use grant::{CustomerGrant, Grant};
pub use reply::{Done, Notice, Refused, Reply, Retry, Unknown, read_reply};
pub use request::{HttpRequest, Moment, Tokens, external_id};
pub use setup::{Builder, Setting, SetupError};
