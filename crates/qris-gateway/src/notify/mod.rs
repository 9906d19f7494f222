//! Telling partners: events are written in the unit of work that causes them ([`event`]), and sent until they are
//! answered ([`sender::run`]).

pub mod event;
pub mod sender;

pub use event::{Kind, event};

/// `notify_url` of a partner whose notifications go to the sandbox's own sink. It is resolved when it is called, so
/// that it survives a gateway that listens elsewhere after a restart.
pub const SINK: &str = "sandbox:sink";
