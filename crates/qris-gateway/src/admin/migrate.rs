//! The schema of a database, forward and back.

use crate::config::Config;
use crate::db::schema::{self, Plan};
use crate::error::OperatorError;

use super::in_background;

/// Brings a database to a schema (none: the latest) in one transaction, or with `plan` only says how.
///
/// # Errors
/// [`OperatorError::Refused`] when the way back throws away what `discard` does not allow; [`OperatorError::Usage`] for a schema
/// that this program does not know; when the database cannot be used.
pub async fn migrate(
    config: &Config,
    to: Option<usize>,
    plan: bool,
    discard: bool,
) -> Result<Plan, OperatorError> {
    let latest = schema::latest();
    if let Some(to) = to.filter(|to| !(1..=latest).contains(to)) {
        let text = format!("there is no schema {to}: this program knows 1 to {latest}");
        return Err(OperatorError::Usage(text));
    }
    let url = config.database.clone();
    let made = in_background(move || {
        let made = if plan { schema::plan(&url, to) } else { schema::migrate(&url, to, discard) };
        Ok(made?)
    });
    let made = made.await?;
    if plan || made.done {
        return Ok(made);
    }
    let lost: Vec<String> = made.losses().map(|loss| format!("{} {}", loss.rows, loss.what)).collect();
    let text = format!("the way back would throw away, and does so with --discard only: {}", lost.join("; "));
    Err(OperatorError::Refused(text))
}
