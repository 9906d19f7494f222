//! The gateway's own keys: shown, and replaced.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::Office;
use super::partner::when;
use crate::config::Config;
use crate::crypto::{CryptoError, MasterKey};
use crate::db::{DbError, Store, Tx};
use crate::error::OperatorError;
use crate::keys::{self, GATEWAY_KEY, Resealing};
use crate::model::{gateway_key, meta};

/// Secrets of one unit of work.
const BATCH: u32 = 100;

/// A key of the gateway, its public half.
#[derive(Debug, Clone, Serialize)]
pub struct GatewayKeyObject {
    /// SPKI PEM.
    pub public_key: String,
    /// Whether it signs now.
    pub signs: bool,
    /// ISO 8601, WIB.
    pub created_at: String,
    /// Since when it signs, unless a newer one does.
    pub signs_from: String,
    /// Until when receivers should take it; none: no end yet.
    pub valid_until: Option<String>,
}

/// What became of the rotation of the master key.
#[derive(Debug, Clone, Serialize)]
pub struct MasterKeyObject {
    /// The file that holds the new key now.
    pub file: PathBuf,
    /// Whether everything is sealed under it; `false`: it was only made.
    pub done: bool,
    /// Rows that were sealed anew.
    pub resealed: usize,
}

impl Office<'_> {
    /// The gateway's keys that are not over, oldest first.
    ///
    /// # Errors
    /// The storage's.
    pub async fn gateway_keys(&self) -> Result<Vec<GatewayKeyObject>, OperatorError> {
        let now = self.now;
        let read =
            move |tx: &mut dyn Tx| Ok::<_, DbError>((gateway_key::all(tx)?, gateway_key::signing(tx, now)?));
        let (all, signing) = self.store.read(read).await?;
        let signing = signing.map(|key| key.id);
        let held = all.into_iter().filter(|key| key.valid_until.is_none_or(|until| until > now));
        let object = held.map(|key| GatewayKeyObject {
            signs: signing == Some(key.id),
            public_key: key.public_pem,
            created_at: when(key.created_at),
            signs_from: when(key.signs_from.max(key.created_at)),
            valid_until: key.valid_until.map(when),
        });
        Ok(object.collect())
    }

    /// Makes a new key that signs in `signs_in` seconds; receivers should take the ones before for `grace` seconds more.
    ///
    /// # Errors
    /// The storage's.
    pub async fn rotate_gateway_key(
        &self,
        signs_in: u32,
        grace: u32,
    ) -> Result<Vec<GatewayKeyObject>, OperatorError> {
        let (pem, public) = keys::make_pair().await?;
        let sealed = self.keys.master.seal(GATEWAY_KEY, pem.as_bytes())?;
        let now = self.now;
        let signs_from = now.saturating_add(i64::from(signs_in));
        let until = signs_from.saturating_add(i64::from(grace));
        let unit = move |tx: &mut dyn Tx| gateway_key::add(tx, &sealed, &public, now, signs_from, until);
        self.store.write(unit).await?;
        self.gateway_keys().await
    }
}

/// Makes a new master key and seals everything under it; goes on where a rotation was cut off. Gateways serve meanwhile.
/// `prepare`: only makes the new key's file, to be brought beside the master key file of every other machine first.
///
/// # Errors
/// When a row opens with no key, or a file or the database cannot be used. Beginning again is always right.
pub async fn rotate_master_key(config: &Config, prepare: bool) -> Result<MasterKeyObject, OperatorError> {
    let store = Store::open_existing(&config.database).await?;
    // Only a key that is this database's is replaced.
    keys::open(&store, config).await?;
    let remembered = store.read(|tx| meta::get(tx, meta::MASTER_KEY_FILE)).await?;
    let path = remembered.map(PathBuf::from);
    let path = path.ok_or_else(|| CryptoError::MasterKey("no master key file is known".to_owned()))?;
    let new = keys::begin_rotation(&path)?;
    if prepare {
        return Ok(MasterKeyObject { file: new, done: false, resealed: 0 });
    }
    let master = Arc::new(MasterKey::read(&path)?);
    let mut resealed = 0;
    // Until nothing is left: somebody may add a partner meanwhile.
    loop {
        let mut turn = Resealing::new(&store, &master);
        while turn.step(BATCH).await? {}
        resealed += turn.changed;
        if turn.changed == 0 {
            break;
        }
    }
    keys::end_rotation(&path)?;
    Ok(MasterKeyObject { file: path, done: true, resealed })
}
