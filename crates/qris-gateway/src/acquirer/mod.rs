//! Acquirers that we call: for merchants whose codes they make, and whose money they take.
//!
//! What is asked for is written down before it is asked ([`Forward`](crate::model::Forward)), so nothing is lost with an
//! answer or with this process: [`watch`] asks about what was not decided and about codes nothing is heard of.

mod checks;
mod reach;
mod refund;
mod settle;
pub mod watch;

use qris_client::Error;
use qris_snap::client::Refused;

pub(crate) use checks::{Wanted, code_fits};
pub(crate) use reach::{Reached, client, reach};
pub(crate) use refund::{booked, dropped, send as send_refund};
pub(crate) use settle::refresh;

use crate::app::App;
use crate::db::{DbError, Tx};
use crate::lines::Line;
use crate::model::{Transaction, acquirer};

/// Seconds for which a code may still be paid here after it has run out at the acquirer: what was paid in its last second is
/// told within them.
pub(crate) const GRACE: i64 = 120;

/// Unix seconds until which a payer can pay: a code of an acquirer runs out there [`GRACE`] before it does here.
///
/// # Errors
/// The storage's.
pub(crate) fn payable_until(tx: &mut dyn Tx, found: &Transaction) -> Result<i64, DbError> {
    let forward = acquirer::code_of(tx, &found.reference_no)?;
    Ok(forward.map_or(found.expires_at, |_| found.expires_at.saturating_sub(GRACE)))
}

/// Why an acquirer did not do it, or is not known to have done it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// It was not asked, or cannot have done anything.
    #[error("the acquirer cannot be asked: {0}")]
    Gone(String),
    /// It may have done it.
    #[error("the acquirer may have done it: {0}")]
    Unknown(String),
    /// It refused.
    #[error("the acquirer refused: {0}")]
    Refused(Refused),
    /// It tried, and failed.
    #[error("the acquirer failed: {0}")]
    Failed(String),
    /// Our own storage.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Calls an acquirer, unless it is left alone now.
pub(crate) async fn call<T>(
    app: &App,
    reached: &Reached,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Fault> {
    through(app, &reached.line, &reached.acquirer.client_id, call).await
}

/// The same, of a connection.
async fn through<T>(
    app: &App,
    line: &Line,
    client_id: &str,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Fault> {
    let counted = |result| app.counts.called(client_id, result);
    if !line.may_call() {
        counted("left_alone");
        return Err(Fault::Gone("it did not answer and is left alone for a while".to_owned()));
    }
    let ended = call.await;
    if let Some(answered) = answered(ended.as_ref().err()) {
        line.ended(answered);
    }
    counted(match &ended {
        Ok(_) => "done",
        Err(Error::Refused(_)) => "refused",
        Err(Error::Failed(_)) => "failed",
        Err(Error::Unknown(_)) => "unknown",
        Err(_) => "not_sent",
    });
    ended.map_err(|error| match error {
        // Our numbers are new: one that was used was used by this very request, which was doubled on its way.
        Error::Refused(refused) if refused.is_duplicate_reference() || refused.is_conflict() => {
            Fault::Unknown(refused.to_string())
        }
        Error::Refused(refused) => Fault::Refused(refused),
        Error::Unknown(unknown) => Fault::Unknown(unknown.to_string()),
        Error::Failed(why) => Fault::Failed(why),
        other => Fault::Gone(other.to_string()),
    })
}

/// Whether an acquirer answered, be it with a refusal; none: a call says nothing of it.
fn answered(error: Option<&Error>) -> Option<bool> {
    match error {
        // Nothing was sent, for a reason of ours.
        Some(Error::Request(_)) => None,
        None | Some(Error::Refused(_) | Error::Failed(_)) => Some(true),
        Some(Error::NoToken(error)) => Some(error.refused().is_some()),
        Some(Error::Unknown(unknown)) => Some(unknown.http_status().is_some_and(|status| status < 500)),
        Some(_) => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use qris_snap::Refusal;
    use qris_snap::client::{Reply, Unknown, read_reply};
    use qris_snap::codes::Situation;
    use qris_snap::dialect::BRICK;
    use qris_snap::message::TokenResponse;

    use super::*;

    #[test]
    fn only_what_an_acquirer_did_counts_against_it() {
        let body = br#"{"responseCode":"4017300","responseMessage":"Unauthorized"}"#;
        let Reply::Refused(refused) = read_reply::<TokenResponse>(&BRICK, 401, body) else { panic!() };
        let no_token = |error| Error::NoToken(Box::new(error));
        let unknown = |status| Error::Unknown(Unknown::new(status, "?"));
        let ours = Error::Request(Refusal::new(None, Situation::MissingMandatory, "?"));
        assert_eq!(answered(Some(&ours)), None);
        for error in [Error::Refused(refused.clone()), Error::Failed("?".into()), unknown(Some(202))] {
            assert_eq!(answered(Some(&error)), Some(true), "{error}");
        }
        assert_eq!(answered(Some(&no_token(Error::Refused(refused)))), Some(true));
        for error in [Error::NotSent("?".into()), unknown(None), unknown(Some(502)), no_token(unknown(None))]
        {
            assert_eq!(answered(Some(&error)), Some(false), "{error}");
        }
        assert_eq!(answered(None), Some(true));
    }
}
