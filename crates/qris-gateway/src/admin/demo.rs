//! The demo partner: made once for a database, its credentials in a file only its owner can read.

use std::path::{Path, PathBuf};

use qris_snap::dialect;

use super::{KeySource, NewPartner, Office};
use crate::error::OperatorError;
use crate::keys::write_private;
use crate::model::{Role, meta};

/// Directory of its key files, beside the file of its credentials.
pub(crate) const KEYS: &str = "qris-demo-keys";

impl Office<'_> {
    /// Makes the demo partner and its merchant unless this database has had one; where its credentials are, if they
    /// still are.
    pub(crate) async fn demo(&self, file: &Path) -> Result<Option<PathBuf>, OperatorError> {
        let remembered = || async { self.store.read(|tx| meta::get(tx, meta::DEMO_FILE)).await };
        if let Some(path) = remembered().await? {
            let path = PathBuf::from(path);
            if path.exists() {
                return Ok(Some(path));
            }
            tracing::warn!(file = %path.display(), "the demo partner was made before and its credentials are gone");
            return Ok(None);
        }
        let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let new = NewPartner {
            name: "Demo".to_owned(),
            dialect: dialect::ALL[0],
            role: Role::Merchant,
            client_id: None,
            partner_id: None,
            channel_id: None,
            key: KeySource::Generate(absolute.with_file_name(KEYS)),
            // In the sandbox its notifications go to the built-in sink.
            notify_url: None,
            notify_sign: None,
            notify_token_url: None,
            notify_headers: Vec::new(),
            mount: String::new(),
            policy: Vec::new(),
            demo: true,
        };
        let path = absolute.clone();
        // The file is written once this process has the right to, and before the partner is committed: there is never
        // a demo partner whose credentials nobody was told.
        let made = self.add_partner_and(new, move |tx, object| {
            if !meta::set_once(tx, meta::DEMO_FILE, &path.display().to_string())? {
                return Ok(false);
            }
            meta::set(tx, meta::DEMO_CLIENT, &object.client_id)?;
            let text = serde_json::to_string_pretty(object).unwrap_or_default();
            write_private(&path, format!("{text}\n").as_bytes(), true)?;
            Ok(true)
        });
        match made.await {
            Ok(_) => Ok(Some(absolute)),
            // Another process made it meanwhile.
            Err(OperatorError::Refused(_)) => {
                Ok(remembered().await?.map(PathBuf::from).filter(|path| path.exists()))
            }
            Err(error) => Err(error),
        }
    }
}
