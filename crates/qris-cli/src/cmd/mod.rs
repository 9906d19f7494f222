//! The subcommands, one file each.

pub(crate) mod anonymize;
pub(crate) mod bulk;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod decode;
pub(crate) mod edit;
pub(crate) mod encode;
pub(crate) mod explain;
mod lines;
pub(crate) mod schema;
