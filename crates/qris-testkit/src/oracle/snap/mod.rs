//! SNAP: bodies, headers and messages.

mod diagnose;
mod headers;
mod messages;
mod minify;

pub use diagnose::diagnose;
pub use headers::headers;
pub use messages::messages;
pub use minify::minify_vs_model;
