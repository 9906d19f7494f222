//! What is over is exported and deleted, when the configuration says after how many days.
//!
//! A row is in the export, and on the disk, before it is deleted; a gateway that stops in between exports it again. So a row
//! may stand in an export twice, and never in neither.

use std::io::Write;
use std::path::{Path, PathBuf};

use qris_snap::datetime::DAY;

use crate::config::Retention;
use crate::db::{DbError, Store, Tx};
use crate::model::retention::{self, EXCEPTIONS, INQUIRIES, Kept, NOTIFICATIONS, TRANSACTIONS};

/// Things a unit of work deletes at most: others write in between.
const BATCH: u32 = 200;

/// Exports and deletes what was kept long enough at a time (Unix seconds); how many things.
///
/// # Errors
/// [`DbError::Gone`] when the storage or the export cannot be used; what was not exported is not deleted.
pub async fn clean(store: &Store, config: &Retention, now: i64) -> Result<u64, DbError> {
    let Some(folder) = &config.export_folder else { return Ok(0) };
    let kinds: [(&'static Kept, u32); 4] = [
        (&NOTIFICATIONS, config.notifications_days),
        (&INQUIRIES, config.inquiries_days),
        (&EXCEPTIONS, config.exceptions_days),
        (&TRANSACTIONS, config.transactions_days),
    ];
    let mut deleted = 0;
    for (kept, days) in kinds.into_iter().filter(|(_, days)| *days > 0) {
        let before = now.saturating_sub(i64::from(days).saturating_mul(DAY));
        loop {
            let batch = store.read(move |tx| retention::read(tx, kept, before, BATCH)).await?;
            if batch.keys.is_empty() {
                break;
            }
            let path = folder.join(format!("{}.jsonl", kept.table));
            append(path, batch.lines).await?;
            let keys = batch.keys;
            let unit = move |tx: &mut dyn Tx| retention::delete(tx, kept, &keys, before);
            match store.write(unit).await? {
                // Something came to all of them meanwhile.
                0 => break,
                some => deleted += some,
            }
        }
    }
    Ok(deleted)
}

/// Appends lines to a file that only its owner can read, and waits until they are on the disk.
async fn append(path: PathBuf, lines: String) -> Result<(), DbError> {
    let written = tokio::task::spawn_blocking(move || {
        append_now(&path, &lines).map_err(|error| {
            DbError::Gone(format!("the export {} cannot be written: {error}", path.display()))
        })
    });
    written.await.map_err(|error| DbError::Broken(error.to_string()))?
}

fn append_now(path: &Path, lines: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}
