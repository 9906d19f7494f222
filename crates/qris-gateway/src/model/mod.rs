//! What is stored, as records and functions over [`Tx`](crate::db::Tx). All SQL of the gateway is in here; every change
//! of a transaction's state is one conditional UPDATE, every uniqueness a constraint.

pub mod audit;
pub mod external_id;
pub mod gateway_key;
pub mod inquiry;
pub mod ledger;
pub mod merchant;
pub mod meta;
pub mod minor;
pub mod note;
pub mod outbox;
pub mod partner;
pub mod reference;
pub mod refund;
pub mod retention;
pub mod seen;
pub mod token;
pub mod transaction;

pub use audit::{Exception, RequestLog};
pub use external_id::Stored;
pub use gateway_key::GatewayKey;
pub use inquiry::Inquiry;
pub use ledger::{Entry, EntryKind, EntrySums};
pub use merchant::{Merchant, Part};
pub use minor::Minor;
pub use outbox::{Attempt, Delivery, Event, EventKind, Notification};
pub use partner::{Credential, CredentialKind, NotifySign, Partner, Role};
pub use refund::Refund;
pub use token::{StoredToken, TokenKind};
pub use transaction::{Original, Paid, Simulate, State, Tip, Transaction};

use crate::db::DbError;

/// A stored word that is none of an enum's.
fn unknown_word<T>(what: &str, word: &str) -> Result<T, DbError> {
    Err(DbError::Broken(format!("{word:?} is no {what}")))
}
