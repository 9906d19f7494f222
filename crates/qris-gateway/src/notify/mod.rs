//! Telling partners: events are written in the unit of work that causes them ([`announce`]), and sent until they are
//! answered ([`sender::run`]).
//!
//! At least once and in order: the next event of a transaction is sent when the one before it was answered or given
//! up. A receiver must expect an event twice, and may answer 409xxxx to the second.

mod customer;
pub mod event;
pub mod http;
mod lanes;
mod request;
pub mod sender;
pub mod sink;
pub mod target;
mod token;
mod verdict;

pub use customer::CustomerGrant;
pub(crate) use customer::keep_grant;
pub use event::{announce, row, status};
pub(crate) use request::{missing_headers, secret};
pub use sink::SINK;
