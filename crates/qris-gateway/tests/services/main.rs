//! Every service as partners call it, through the whole order of checks; one binary, a module for each part.

#[path = "../common/mod.rs"]
mod common;

mod bodies;
mod dialects;
mod external_ids;
mod identity;
mod issuer;
mod merchant;
mod reasons;

use serde_json::Value;

/// Everything that a request may store.
const ROWS: &str = "SELECT (SELECT COUNT(*) FROM txn) + (SELECT COUNT(*) FROM reference)
    + (SELECT COUNT(*) FROM external_id) + (SELECT COUNT(*) FROM notification) + (SELECT COUNT(*) FROM token)
    + (SELECT COUNT(*) FROM inquiry) + (SELECT COUNT(*) FROM exception) + (SELECT COUNT(*) FROM refund)";

/// A member that must be text.
#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
