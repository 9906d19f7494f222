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
use crate::db::DbError;
use crate::lines::Line;

/// Seconds for which a code may still be paid here after it has run out at the acquirer: what was paid in its last second is
/// told within them.
pub(crate) const GRACE: i64 = 120;

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
    match &ended {
        // Nothing was sent, for a reason of ours: that says nothing of the acquirer.
        Err(Error::Request(_)) => {}
        Ok(_) | Err(Error::Refused(_) | Error::Failed(_)) => line.ended(true),
        Err(Error::NoToken(error)) => line.ended(error.refused().is_some()),
        Err(Error::Unknown(unknown)) => {
            line.ended(unknown.http_status().is_some_and(|status| status < 500));
        }
        Err(_) => line.ended(false),
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
