//! What a transaction's state is called in a message.

use qris_snap::dialect::{Dialect, Form};
use qris_snap::message::Kind;
use qris_snap::{Service, Status};

use crate::model::State;

/// The status of a state. The standard has none for what expired, so that is 06 unless the dialect has a word for 08.
///
/// ```
/// use qris_gateway::model::State;
/// use qris_gateway::snap::status::status;
/// use qris_snap::dialect::{FINPAY, STANDARD};
/// assert_eq!(status(&STANDARD, State::Expired).code(), "06");
/// assert_eq!(status(&FINPAY, State::Expired).code(), "08");
/// ```
pub fn status(dialect: &Dialect, state: State) -> Status {
    match state {
        State::Initiated => Status::Initiated,
        State::Paid => Status::Success,
        State::Refunded => Status::Refunded,
        State::Cancelled => Status::Canceled,
        State::Failed => Status::Failed,
        State::Expired if has_word(dialect, Status::Expired) => Status::Expired,
        State::Expired => Status::Expired.to_standard(),
    }
}

/// The state in words, for `transactionStatusDesc`: says "Expired" even where the code cannot.
pub fn description(state: State) -> &'static str {
    match state {
        State::Expired => Status::Expired.description(),
        other => status(&qris_snap::dialect::STANDARD, other).description(),
    }
}

fn has_word(dialect: &Dialect, status: Status) -> bool {
    let member = "latestTransactionStatus";
    let changes = dialect.changes.iter();
    let mut forms = changes
        .filter(|change| change.kind == Kind::response(Service::Query) && change.member == member)
        .map(|change| change.form);
    forms.any(|form| match form {
        Form::Words(words) => words.iter().any(|(code, _)| *code == status.code()),
        _ => false,
    })
}
