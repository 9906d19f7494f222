//! The sandbox: paying without money, a clock to move, what was sent to whom, and why a request was refused.
//!
//! `additionalInfo.simulate` of a generate request says what shall happen to that QR code, see [`Simulate`]; a response
//! code in it, in any request, is answered: `4035204` refuses, `2024700` does all and says that it is in progress.

mod authorize;
mod clock;
pub mod debug;
mod key;
mod nearest;
mod notifications;
mod pay;
mod reference;
mod simulate;
pub mod sink;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub use debug::{Refused, answer, debug};
pub(crate) use key::Ours;
pub(crate) use pay::{minor, pay_code};
pub(crate) use reference::{Found, find};
pub use simulate::{Payment, pay};

pub use crate::model::Simulate;

use crate::app::Shared;
use crate::notify::sink as addresses;

/// Most bytes of a request.
const MAX_BODY: usize = 64 * 1024;

/// The routes under `/sandbox/v1`: 404 without a sandbox, each with the sandbox's key as a Bearer token, and under a
/// host name of our own only, so that no web page can reach them through a name that it points at this machine.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/sandbox/v1/pay", post(pay::pay))
        .route("/sandbox/v1/authorize", post(authorize::authorize))
        .route("/sandbox/v1/clock", get(clock::show).post(clock::set))
        .route("/sandbox/v1/notifications", get(notifications::list))
        .route(addresses::TOKEN_ROUTE, post(sink::token))
        .route(addresses::NOTIFY_ROUTE, post(sink::notify))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}
