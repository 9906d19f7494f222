//! What is stored, as records and functions over [`Tx`](crate::db::Tx). All SQL of the gateway is in here; every change
//! of a transaction's state is one conditional UPDATE, every uniqueness a constraint.

pub mod account;
pub mod acquirer;
pub mod audit;
pub mod booking;
pub mod external_id;
mod filter;
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

pub use account::AccountNo;
pub use acquirer::{Acquirer, Forward, ForwardKind, ForwardState, Route};
pub use audit::{Exception, RequestLog};
pub use external_id::Stored;
pub use filter::Filter;
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

use crate::db::{Param, Value};

/// Fields of a record as a statement's parameters, in the order of their numbers; what is no field comes last.
macro_rules! fields {
    ($record:ident: $($field:ident),+ $(; $($more:expr),+)?) => {
        &[$(&$record.$field as &dyn crate::db::Param),+ $(, $(&$more),+)?]
    };
}
use fields;

/// Enums that are stored as words.
macro_rules! words {
    ($($of:ty),+) => {$(
        impl $of {
            /// As it is stored.
            pub fn as_str(self) -> &'static str {
                self.into()
            }
        }

        impl Param for $of {
            fn value(&self) -> Value<'_> {
                self.as_str().value()
            }
        }
    )+};
}

words!(
    CredentialKind,
    Delivery,
    EntryKind,
    EventKind,
    ForwardKind,
    ForwardState,
    NotifySign,
    Part,
    Role,
    Simulate,
    State,
    TokenKind
);
