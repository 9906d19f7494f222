//! The master key file and the gateway's own signing key: found, or made once.
//!
//! The master key is never in the database; its path is, so that `qris gateway …` and `qris serve` use the same one
//! whichever directory they are started in. A database that has secrets and no master key file is refused: a new key
//! would open none of them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use qris_snap::sign::{KeyError, KeySize, PrivateKey};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::{CryptoError, MasterKey, beside, secret_name};
use crate::db::{DatabaseUrl, Store, Tx};
use crate::error::OperatorError;
use crate::model::{GatewayKey, gateway_key, meta, partner};

/// The name the gateway's key is sealed under.
pub(crate) const GATEWAY_KEY: &str = "gateway-key";

/// What opens and signs.
#[derive(Debug)]
pub struct Keys {
    /// Opens stored secrets.
    pub master: MasterKey,
    /// Signs notifications.
    pub gateway: PrivateKey,
    /// Its public half, SPKI PEM.
    pub gateway_public_pem: String,
}

/// Finds the keys of a database, or makes them when it has none.
///
/// # Errors
/// When the master key file is missing though the database has secrets, is unreadable, or is another database's.
pub async fn open(store: &Store, config: &Config) -> Result<Keys, OperatorError> {
    let now = Clock::new().now();
    let (remembered, stored) = store
        .read(move |tx| {
            Ok::<_, OperatorError>((meta::get(tx, meta::MASTER_KEY_FILE)?, gateway_key::signing(tx, now)?))
        })
        .await?;
    let path = match (&config.master_key_file, remembered) {
        (Some(given), _) => given.clone(),
        (None, Some(remembered)) => remembered.into(),
        (None, None) => default_file(&config.database),
    };
    let master = if path.exists() {
        MasterKey::read(&path)?
    } else if stored.is_some() {
        let text = format!(
            "the master key file {} is missing, and this database has secrets sealed under it: bring it back, or name \
             it with QRIS_MASTER_KEY_FILE",
            path.display()
        );
        return Err(CryptoError::MasterKey(text).into());
    } else {
        make_master_key(&path)?
    };
    let stored = match stored {
        Some(stored) => stored,
        None => make_gateway_key(store, &master).await?,
    };
    let gateway = private(&master, &stored)?;
    // Only a key that opened something of this database is remembered as its own.
    let absolute = std::path::absolute(&path).unwrap_or(path).display().to_string();
    store
        .write(move |tx| {
            if meta::get(tx, meta::MASTER_KEY_FILE)?.as_deref() != Some(&absolute) {
                meta::set(tx, meta::MASTER_KEY_FILE, &absolute)?;
            }
            Ok::<_, OperatorError>(())
        })
        .await?;
    Ok(Keys { master, gateway, gateway_public_pem: stored.public_pem })
}

fn private(master: &MasterKey, stored: &GatewayKey) -> Result<PrivateKey, CryptoError> {
    let pem = master.open(GATEWAY_KEY, &stored.sealed)?;
    PrivateKey::read(&pem).map_err(|_| CryptoError::DoesNotOpen)
}

/// Lets a running gateway sign with the key that is to sign now.
///
/// # Errors
/// The storage's, or when the key does not open.
pub async fn refresh(app: &App) -> Result<(), OperatorError> {
    let now = Clock::new().now();
    if let Some(stored) = app.store.read(move |tx| gateway_key::signing(tx, now)).await? {
        let now_there = app.key.get().public_key().and_then(|key| key.to_pem());
        // What is made of the key, connections to acquirers among it, stays with the same one.
        if now_there.is_ok_and(|pem| pem == stored.public_pem) {
            return Ok(());
        }
        app.key.replace(private(&app.master_key, &stored)?);
    }
    Ok(())
}

/// Whether a file can be written there: nothing is left behind.
///
/// # Errors
/// When it cannot.
pub fn check_writable(path: &Path) -> Result<(), OperatorError> {
    if path.is_dir() {
        return Err(OperatorError::file("write", path, std::io::ErrorKind::IsADirectory.into()));
    }
    // Folders that are missing are made when it is written.
    let folder = path.ancestors().skip(1).find(|folder| folder.as_os_str().is_empty() || folder.exists());
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let tried = NamedTempFile::with_prefix_in(".qris-", folder);
    tried.map(drop).map_err(|error| OperatorError::file("write", path, error))
}

/// The file of the master key of a database that names none.
pub(crate) fn first_file(config: &Config) -> PathBuf {
    config.master_key_file.clone().unwrap_or_else(|| default_file(&config.database))
}

/// Beside an SQLite file and named after it (`qris.db`: `qris-master.key`), otherwise in the working directory.
fn default_file(database: &DatabaseUrl) -> PathBuf {
    match database {
        DatabaseUrl::Sqlite(path) => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            path.with_file_name(format!("{stem}-master.key"))
        }
        DatabaseUrl::Postgres(_) => PathBuf::from("qris-master.key"),
    }
}

fn make_master_key(path: &Path) -> Result<MasterKey, OperatorError> {
    let bytes = MasterKey::generate()?;
    write_private(path, &bytes, false)?;
    // Read back: of two processes that start at once, both use the file of the one that won.
    Ok(MasterKey::read(path)?)
}

/// A new pair: private and public half as PEM.
pub(crate) async fn make_pair() -> Result<(Zeroizing<String>, String), CryptoError> {
    let made = tokio::task::spawn_blocking(|| {
        let key = PrivateKey::generate(KeySize::RSA_2048)?;
        Ok::<_, KeyError>((key.to_pem()?, key.public_key()?.to_pem()?))
    });
    made.await.map_err(|_| CryptoError::Failed)?.map_err(|_| CryptoError::Failed)
}

async fn make_gateway_key(store: &Store, master: &MasterKey) -> Result<GatewayKey, OperatorError> {
    let (pem, public) = make_pair().await?;
    let sealed = master.seal(GATEWAY_KEY, pem.as_bytes())?;
    let now = Clock::new().now();
    store
        .write(move |tx| {
            gateway_key::add_first(tx, &sealed, &public, now)?;
            // Ours, or that of a process which was quicker.
            let stored = gateway_key::signing(tx, now)?;
            stored.ok_or_else(|| CryptoError::Failed.into())
        })
        .await
}

/// Begins, or goes on with, the rotation of the master key in this file: the new key is in `NAME.new`, which is
/// returned.
///
/// # Errors
/// [`OperatorError::Refused`] while the key of the rotation before lies there.
pub fn begin_rotation(path: &Path) -> Result<PathBuf, OperatorError> {
    let (new, old) = (beside(path, "new"), beside(path, "old"));
    let bytes = |path: &Path| {
        std::fs::read(path).map(Zeroizing::new).map_err(|error| OperatorError::file("read", path, error))
    };
    // The same bytes: a rotation that was cut off at its end.
    if old.exists() && bytes(&old)? != bytes(path)? {
        return Err(OperatorError::Refused(format!(
            "{} is of the rotation before and opens backups made before that: put it where they are, or delete it",
            old.display()
        )));
    }
    if !new.exists() {
        write_private(&new, &MasterKey::generate()?, false)?;
    }
    Ok(new)
}

/// Ends the rotation once everything is sealed under the new key: it takes the name, the one before stays as `NAME.old`.
///
/// # Errors
/// When a file cannot be written.
pub fn end_rotation(path: &Path) -> Result<(), OperatorError> {
    let failed = |error| OperatorError::file("write", path, error);
    let present = Zeroizing::new(std::fs::read(path).map_err(failed)?);
    write_private(&beside(path, "old"), &present, false)?;
    std::fs::rename(beside(path, "new"), path).map_err(failed)?;
    sync_folder(path).map_err(failed)
}

/// Seals rows under the newest master key, step by step. A row it has done is left alone when it begins again.
#[derive(Debug)]
pub struct Resealing {
    store: Store,
    master: Arc<MasterKey>,
    /// The last secret that was looked at; none before the first step.
    after: Option<String>,
    /// Rows that were sealed anew.
    pub changed: usize,
}

impl Resealing {
    /// From the beginning.
    pub fn new(store: &Store, master: &Arc<MasterKey>) -> Resealing {
        Resealing { store: store.clone(), master: Arc::clone(master), after: None, changed: 0 }
    }

    /// So many secrets, with the first of them the gateway's own keys, in one unit of work; whether there may be more.
    ///
    /// # Errors
    /// The storage's, or when a row opens with none of the keys: then the unit is undone.
    pub async fn step(&mut self, batch: u32) -> Result<bool, OperatorError> {
        let (master, after) = (Arc::clone(&self.master), self.after.clone());
        let unit = move |tx: &mut dyn Tx| {
            let mut changed = 0;
            if after.is_none() {
                for key in gateway_key::all(tx)? {
                    if let Some(new) = master.reseal(GATEWAY_KEY, &key.sealed)? {
                        changed += usize::from(gateway_key::reseal(tx, key.id, &key.sealed, &new)?);
                    }
                }
            }
            let secrets = partner::secrets(tx, after.as_deref().unwrap_or(""), batch)?;
            for (id, client_id, sealed) in &secrets {
                if let Some(new) = master.reseal(&secret_name(client_id), sealed)? {
                    changed += usize::from(partner::reseal(tx, id, sealed, &new)?);
                }
            }
            Ok::<_, OperatorError>((changed, secrets.into_iter().next_back().map(|(id, ..)| id)))
        };
        let (changed, last) = self.store.write(unit).await?;
        self.changed += changed;
        let more = last.is_some();
        self.after = last.or(self.after.take());
        Ok(more)
    }
}

/// Writes a file that only its owner can read, whole or not at all; `replace` says whether one of that name goes.
pub(crate) fn write_private(path: &Path, bytes: &[u8], replace: bool) -> Result<(), OperatorError> {
    write_file(path, bytes, replace, 0o600)
}

/// As [`write_private`], for everybody's eyes.
pub(crate) fn write_public(path: &Path, bytes: &[u8]) -> Result<(), OperatorError> {
    write_file(path, bytes, true, 0o644)
}

fn write_file(path: &Path, bytes: &[u8], replace: bool, mode: u32) -> Result<(), OperatorError> {
    let failed = |error| OperatorError::file("write", path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut file = NamedTempFile::with_prefix_in(".qris-", folder).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).map_err(failed)?;
    }
    #[cfg(not(unix))]
    let _ = mode;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    let kept = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    match kept {
        // Its name too is on the disk before anything is sealed under it.
        Ok(_) => sync_folder(path).map_err(failed),
        Err(error) if !replace && error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error.error)),
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        Config { database: DatabaseUrl::Sqlite(folder.join("x.db")), ..Config::default() }
    }

    #[tokio::test]
    async fn keys_are_made_once_and_the_file_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let store = Store::open(&config.database).await.unwrap();
        let first = open(&store, &config).await.unwrap();
        let file = folder.path().join("x-master.key");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(std::fs::read(&file).unwrap().len(), 32);
        let again = open(&store, &config).await.unwrap();
        assert_eq!(first.gateway_public_pem, again.gateway_public_pem);

        // The database remembers a file that was moved and named once.
        let moved = folder.path().join("elsewhere.key");
        std::fs::rename(&file, &moved).unwrap();
        let lost = open(&store, &config).await.unwrap_err().to_string();
        assert!(lost.contains("x-master.key is missing"), "{lost}");
        let named = Config { master_key_file: Some(moved.clone()), ..config.clone() };
        open(&store, &named).await.unwrap();
        assert_eq!(open(&store, &config).await.unwrap().gateway_public_pem, first.gateway_public_pem);

        std::fs::write(&moved, [0; 32]).unwrap();
        assert!(matches!(open(&store, &config).await, Err(OperatorError::Crypto(CryptoError::DoesNotOpen))));
        std::fs::write(&moved, [0; 31]).unwrap();
        assert!(matches!(open(&store, &config).await, Err(OperatorError::Crypto(CryptoError::MasterKey(_)))));
    }

    #[tokio::test]
    async fn the_gateway_key_is_sealed_at_rest() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let store = Store::open(&config.database).await.unwrap();
        open(&store, &config).await.unwrap();
        let key = store.read(|tx| gateway_key::signing(tx, 0)).await.unwrap().unwrap();
        assert!(key.public_pem.starts_with("-----BEGIN PUBLIC KEY-----"));
        assert!(!key.sealed.windows(5).any(|window| window == b"BEGIN"));
    }
}
