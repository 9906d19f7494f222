//! What a start leaves behind that failed on a database of its own making: nothing.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::db::{self, DatabaseUrl};
use crate::keys;

/// Which of the files that a start may make were there before it.
pub(super) struct Before {
    database: DatabaseUrl,
    /// The master key's file, the demo partner's, and those of its keys.
    there: HashSet<PathBuf>,
    master_key: PathBuf,
    demo: PathBuf,
}

impl Before {
    pub(super) fn look(config: &Config, demo: &Path) -> Before {
        let mut before = Before {
            database: config.database.clone(),
            there: HashSet::new(),
            master_key: keys::first_file(config),
            demo: demo.to_owned(),
        };
        before.there = before.made().into_iter().collect();
        before
    }

    /// What there is of the files that a start makes beside its database, what is in a folder before the folder.
    fn made(&self) -> Vec<PathBuf> {
        let keys = self.demo.with_file_name(crate::admin::DEMO_KEYS);
        let inside = std::fs::read_dir(&keys).into_iter().flatten().flatten().map(|entry| entry.path());
        let all = inside.chain([keys.clone(), self.demo.clone(), self.master_key.clone()]);
        all.filter(|path| path.exists()).collect()
    }

    /// Removes the database, unless somebody else has begun to use it, and what was made with it. A start that fails has no
    /// partner of its own yet: the demo is the last that is made.
    pub(super) async fn restore(self) {
        let removed = tokio::task::spawn_blocking(move || {
            if !db::remove_unused(&self.database) {
                tracing::warn!("the database that this start made stays: another process has used it");
                return;
            }
            for path in self.made().iter().filter(|path| !self.there.contains(*path)) {
                let _ = if path.is_dir() { std::fs::remove_dir(path) } else { std::fs::remove_file(path) };
            }
        });
        let _ = removed.await;
    }
}
