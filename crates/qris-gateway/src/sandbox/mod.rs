//! The sandbox: paying without money, a clock to move, what was sent to whom, and why a request was refused.

pub mod debug;

use axum::Router;

pub use debug::{Refused, debug};

use crate::app::Shared;

/// The routes under `/sandbox/v1`: 404 without a sandbox, each with the sandbox's key.
pub fn router() -> Router<Shared> {
    Router::new()
}
