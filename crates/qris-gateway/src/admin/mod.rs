//! What an operator does with the data: partners, merchants, notifications. It works while gateways run on them.

mod acquirer;
mod backup;
mod check;
mod customer;
mod demo;
mod exception;
mod key;
mod merchant;
mod migrate;
mod notification;
mod partner;
mod policy;
mod profile;
mod record;
mod sandbox;
mod settings;
mod span;

pub use acquirer::{AcquirerChange, AcquirerObject, RoutedMerchant};
pub use backup::{CopyObject, TableCount, back_up, check_copy};
pub use customer::{AuthorizedObject, check_auth_code};
pub(crate) use demo::KEYS as DEMO_KEYS;
pub use exception::{ExceptionObject, NoteObject, WantedExceptions};
pub use key::{GatewayKeyObject, MasterKeyObject, rotate_master_key};
pub use merchant::{MerchantObject, NewMerchant};
pub use migrate::migrate;
pub use notification::{NotificationObject, Wanted};
pub(crate) use partner::when;
pub use profile::{Profile, ProfileRow, SHIPPED};
pub use record::{
    KeySource, NewPartner, PartnerChange, PartnerDetails, PartnerObject, PartnerRow, Paths, RotatedObject,
    Rotation,
};

pub use sandbox::SimulatedObject;
pub use span::Span;

use crate::config::Config;
use crate::crypto;
use crate::db::{DbError, Store, Tx};
use crate::error::OperatorError;
use crate::keys::{self, Keys};
use crate::model::partner::{by_client_id, by_partner_id};

/// Where the operator's work is done. Made by [`Opened::office`] or from a running gateway's parts.
#[derive(Debug, Clone, Copy)]
pub struct Office<'a> {
    /// The data.
    pub store: &'a Store,
    /// What secrets are sealed with.
    pub keys: &'a Keys,
    /// Unix seconds.
    pub now: i64,
    /// Whether the gateways on these data are sandboxes: decides where notifications may go.
    pub sandbox: bool,
}

/// A database opened for the operator, migrated, with its keys.
#[derive(Debug)]
pub struct Opened {
    /// The data.
    pub store: Store,
    /// The keys `qris serve` uses on it.
    pub keys: Keys,
    sandbox: bool,
}

impl Opened {
    /// Opens the database of a configuration, makes keys when it has none. A database is made by
    /// [`Server::start`](crate::server::Server::start) and [`migrate`] only.
    ///
    /// # Errors
    /// When there is none ([`DbError::Missing`]), it cannot be opened, or its master key is missing or another's.
    pub async fn open(config: &Config) -> Result<Opened, OperatorError> {
        let store = Store::open_existing(&config.database).await?;
        let keys = keys::open(&store, config).await?;
        Ok(Opened { store, keys, sandbox: config.sandbox })
    }

    /// The office, now.
    pub fn office(&self) -> Office<'_> {
        let now = crate::clock::Clock::new().now();
        Office { store: &self.store, keys: &self.keys, now, sandbox: self.sandbox }
    }
}

/// Runs what blocks on a thread for it.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OperatorError> + Send + 'static,
) -> Result<T, OperatorError> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.map_err(|error| DbError::Broken(error.to_string()))?
}

/// The client id of a partner by that or by its partner id.
fn client_id_of(tx: &mut dyn Tx, id: &str) -> Result<String, OperatorError> {
    let found = match by_client_id(tx, id)? {
        Some(found) => Some(found),
        None => by_partner_id(tx, id)?,
    };
    found.map(|found| found.client_id).ok_or_else(|| OperatorError::Refused(format!("no partner {id:?}")))
}

/// Random decimal digits, the first not a zero.
fn random_digits(count: usize) -> Result<String, OperatorError> {
    let mut digits = String::with_capacity(count);
    while digits.len() < count {
        for byte in crypto::random_token()?.bytes() {
            // Below 60 every digit is as likely as the others; 64 letters are in the alphabet.
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'7' => byte - b'0' + 52,
                _ => continue,
            };
            let digit = char::from(b'0' + value % 10);
            if digits.len() < count && !(digits.is_empty() && digit == '0') {
                digits.push(digit);
            }
        }
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_digits_are_digits_and_all_of_them_occur() {
        let digits = random_digits(2000).unwrap();
        assert!(digits.len() == 2000 && !digits.starts_with('0'));
        assert!(('0'..='9').all(|digit| digits.matches(digit).count() > 100), "{digits}");
    }
}
