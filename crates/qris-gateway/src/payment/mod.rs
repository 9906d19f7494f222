//! The payment itself: what happens to a transaction, and what can go wrong with it.
//!
//! initiated → paid | cancelled | expired | failed; paid → refunded. Nothing of a protocol is in here: no message, no
//! response code, no HTTP, no SQL. Each step is one conditional UPDATE of [`model`] and its event, in the
//! caller's unit of work. Of several that try at once one wins; the others learn what it made of the transaction.

mod offer;

pub use offer::{Offer, apart, fits, percentage};

use crate::crypto::{self, CryptoError};
use crate::db::{DbError, Tx};
use crate::model::{self, Entry, EntryKind, EventKind, Minor, Paid, State, Transaction, ledger, transaction};

/// What became of a transaction, for those who are told.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The transaction as it is now.
    pub transaction: &'a Transaction,
    /// The refund, for [`EventKind::Refunded`].
    pub refund: Option<&'a model::Refund>,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// The id of the request that caused it, as in the log; none when none did.
    pub request_id: Option<&'a str>,
}

/// Writes down, in the same unit of work, that somebody is to be told.
pub type Announce = fn(&mut dyn Tx, &Event<'_>) -> Result<(), DbError>;

/// Why a step was not done. What had run out is written down as such all the same: it must stay committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Declined {
    /// It is paid, and perhaps refunded, already.
    #[error("it is paid already")]
    AlreadyPaid,
    /// The merchant has cancelled it.
    #[error("it is cancelled")]
    Cancelled,
    /// It was not paid in time.
    #[error("it is expired")]
    Expired,
    /// Its payment has failed.
    #[error("it is failed")]
    Failed,
    /// Nothing can be given back of what was not paid.
    #[error("it is {}, not paid", .0.as_str())]
    NotPaid(State),
    /// The payer enters the amount, and did not.
    #[error("the payer enters the amount, and did not")]
    NoAmount,
    /// Not an amount that a QR code can ask for.
    #[error("{} sen are no amount of a QR code", .0.get())]
    NotAnAmount(Minor),
    /// Another amount than the QR code asks for.
    #[error("{} sen, {} sen are asked for", .offered.get(), .asked.get())]
    WrongAmount {
        /// By the QR code.
        asked: Minor,
        /// By the payer.
        offered: Minor,
    },
    /// Another tip than the QR code asks for.
    #[error("a tip of {} sen, {} sen are asked for", .offered.get(), .asked.get())]
    WrongTip {
        /// By the QR code.
        asked: Minor,
        /// By the payer.
        offered: Minor,
    },
    /// A tip below nothing, or a sum that cannot be counted.
    #[error("the tip cannot be counted")]
    TipOutOfRange,
    /// Nothing, or more than is left of what was paid.
    #[error("{} of {} sen left to refund", .asked.get(), .left.get())]
    AboveRemainder {
        /// By the merchant.
        asked: Minor,
        /// What can still be given back.
        left: Minor,
    },
}

/// Why a step was not done, or could not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It must not be done.
    #[error(transparent)]
    Declined(#[from] Declined),
    /// The storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<CryptoError> for Error {
    fn from(error: CryptoError) -> Self {
        Error::Db(DbError::Broken(error.to_string()))
    }
}

/// What came of a step: the inner part stays committed, whichever it is; the outer error undoes the unit.
pub type Outcome<T> = Result<Result<T, Declined>, DbError>;

/// Keeps what was declined apart from what failed: for callers whose unit is to be committed all the same.
///
/// # Errors
/// The storage's.
pub fn settled<T>(result: Result<T, Error>) -> Outcome<T> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Declined(declined)) => Ok(Err(declined)),
        Err(Error::Db(error)) => Err(error),
    }
}

/// The steps of a transaction, in one unit of work at one time.
pub struct Payments<'a> {
    tx: &'a mut dyn Tx,
    now_ms: i64,
    announce: Announce,
    request_id: Option<String>,
}

impl<'a> Payments<'a> {
    /// In this unit of work, at this time (Unix milliseconds), with this way to tell of it.
    pub fn new(tx: &'a mut dyn Tx, now_ms: i64, announce: Announce) -> Payments<'a> {
        Payments { tx, now_ms, announce, request_id: None }
    }

    /// Caused by a request with this id.
    pub fn caused_by(self, request_id: Option<String>) -> Payments<'a> {
        Payments { request_id, ..self }
    }

    /// Unix seconds.
    fn now(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    /// initiated → paid.
    ///
    /// # Errors
    /// [`Declined`]: what it has become meanwhile, or what is wrong with the offer.
    pub fn pay(&mut self, before: &Transaction, offer: &Offer) -> Result<Transaction, Error> {
        self.check_open(before)?;
        let (amount, tip) = offer.judge(before)?;
        let rrn = match &offer.rrn {
            Some(rrn) => rrn.clone(),
            None => new_rrn()?,
        };
        let (payer, key, account) = (offer.payer.clone(), offer.key.clone(), offer.account.clone());
        let paid = Paid { amount, tip, at: self.now(), payer, rrn, key, account };
        let won = transaction::pay(self.tx, &before.reference_no, &paid)?;
        let after = self.won(won, before, EventKind::Paid)?;
        ledger::add(self.tx, &payment_entry(&after))?;
        Ok(after)
    }

    /// initiated → cancelled, by the merchant.
    ///
    /// # Errors
    /// [`Declined`]: what it has become meanwhile.
    pub fn cancel(&mut self, before: &Transaction, reason: &str) -> Result<Transaction, Error> {
        self.check_open(before)?;
        let now = self.now();
        let won = transaction::cancel(self.tx, &before.reference_no, reason, now)?;
        self.won(won, before, EventKind::Cancelled)
    }

    /// initiated → failed.
    ///
    /// # Errors
    /// [`Declined`]: what it has become meanwhile.
    pub fn fail(&mut self, before: &Transaction, reason: &str) -> Result<Transaction, Error> {
        self.check_open(before)?;
        let now = self.now();
        let won = transaction::fail(self.tx, &before.reference_no, reason, now)?;
        self.won(won, before, EventKind::Failed)
    }

    /// initiated → expired; `false` when it has not run out, or something else came first.
    ///
    /// # Errors
    /// The storage's.
    pub fn expire(&mut self, reference_no: &str) -> Result<bool, DbError> {
        self.expire_at(reference_no, self.now())
    }

    /// As [`expire`](Self::expire), judged at another time than now (Unix seconds).
    ///
    /// # Errors
    /// The storage's.
    pub fn expire_at(&mut self, reference_no: &str, judged_at: i64) -> Result<bool, DbError> {
        if !transaction::expire(self.tx, reference_no, judged_at)? {
            return Ok(false);
        }
        let expired = self.read(reference_no)?;
        self.tell(EventKind::Expired, &expired, None)?;
        Ok(true)
    }

    /// paid | refunded → refunded, by an amount.
    ///
    /// # Errors
    /// [`Declined::NotPaid`] and [`Declined::AboveRemainder`].
    pub fn refund(&mut self, before: &Transaction, refund: &model::Refund) -> Result<Transaction, Error> {
        if !matches!(before.state, State::Paid | State::Refunded) {
            let state = before.state_at(self.now());
            if state == State::Expired {
                self.expire(&before.reference_no)?;
            }
            return Err(Declined::NotPaid(state).into());
        }
        if !transaction::refund(self.tx, &before.reference_no, refund.amount)? {
            let left = remainder(&self.read(&before.reference_no)?)?;
            return Err(Declined::AboveRemainder { asked: refund.amount, left }.into());
        }
        model::refund::add(self.tx, refund)?;
        let after = self.read(&before.reference_no)?;
        ledger::add(self.tx, &refund_entry(&after, refund))?;
        self.tell(EventKind::Refunded, &after, Some(refund))?;
        Ok(after)
    }

    /// Whether a transaction can be paid now, whatever is offered.
    ///
    /// # Errors
    /// [`Declined`]: what it is instead. What has run out is written down as such: a clock that is set back does not
    /// bring it to life again.
    pub fn check_open(&mut self, found: &Transaction) -> Result<(), Error> {
        let state = found.state_at(self.now());
        if state == State::Expired && found.state == State::Initiated {
            self.expire(&found.reference_no)?;
        }
        Err(Error::Declined(match state {
            State::Initiated => return Ok(()),
            State::Paid | State::Refunded => Declined::AlreadyPaid,
            State::Cancelled => Declined::Cancelled,
            State::Expired => Declined::Expired,
            State::Failed => Declined::Failed,
        }))
    }

    /// After the UPDATE of one who may have lost: the transaction and its event, or what the winner made of it.
    fn won(&mut self, won: bool, before: &Transaction, kind: EventKind) -> Result<Transaction, Error> {
        let after = self.read(&before.reference_no)?;
        if !won {
            self.check_open(&after)?;
            let text = format!("transaction {} can be changed and is not", before.reference_no);
            return Err(DbError::Broken(text).into());
        }
        self.tell(kind, &after, None)?;
        Ok(after)
    }

    fn read(&mut self, reference_no: &str) -> Result<Transaction, DbError> {
        let found = transaction::by_reference(self.tx, reference_no)?;
        found.ok_or_else(|| DbError::Broken(format!("transaction {reference_no} is gone")))
    }

    fn tell(
        &mut self,
        kind: EventKind,
        transaction: &Transaction,
        refund: Option<&model::Refund>,
    ) -> Result<(), DbError> {
        let request_id = self.request_id.as_deref();
        (self.announce)(self.tx, &Event { kind, transaction, refund, at_ms: self.now_ms, request_id })
    }
}

fn payment_entry(paid: &Transaction) -> Entry {
    Entry {
        id: paid.reference_no.clone(),
        kind: EntryKind::Payment,
        client_id: paid.client_id.clone(),
        merchant_id: paid.merchant_id.clone(),
        reference_no: paid.reference_no.clone(),
        amount: paid.paid_amount,
        tip: paid.paid_tip,
        payer: paid.payer.clone(),
        rrn: paid.rrn.clone(),
        created_at: paid.paid_at.unwrap_or_default(),
    }
}

fn refund_entry(paid: &Transaction, refund: &model::Refund) -> Entry {
    Entry {
        id: refund.refund_no.clone(),
        kind: EntryKind::Refund,
        amount: refund.amount,
        tip: Minor::ZERO,
        payer: None,
        created_at: refund.created_at,
        ..payment_entry(paid)
    }
}

/// Whether an amount can be given back of a transaction now, when others are about to give back so much of it. `now` is in Unix
/// seconds.
///
/// # Errors
/// [`Declined::NotPaid`] and [`Declined::AboveRemainder`].
pub fn refundable(transaction: &Transaction, now: i64, amount: Minor, held: Minor) -> Result<(), Declined> {
    if !matches!(transaction.state, State::Paid | State::Refunded) {
        return Err(Declined::NotPaid(transaction.state_at(now)));
    }
    let left = transaction.refundable().and_then(|left| left.minus(held)).unwrap_or_default();
    if amount <= Minor::ZERO || amount > left {
        return Err(Declined::AboveRemainder { asked: amount, left });
    }
    Ok(())
}

/// What can still be refunded of a transaction.
///
/// # Errors
/// [`DbError::Broken`] when its stored amounts cannot be counted together.
pub fn remainder(transaction: &Transaction) -> Result<Minor, DbError> {
    let broken = || DbError::Broken(format!("the amounts of {} cannot be counted", transaction.reference_no));
    transaction.refundable().ok_or_else(broken)
}

/// A retrieval reference number: twelve digits, as the networks use them.
fn new_rrn() -> Result<String, CryptoError> {
    let id = crypto::random_id()?;
    let number = u128::from_str_radix(&id, 16).unwrap_or_default() % 1_000_000_000_000;
    Ok(format!("{number:012}"))
}
