//! Rules about the whole payload: what is missing, and what does not go together.

use core::ops::ControlFlow;

use super::Judge;
use super::finding::{Batch, CARDS_ALONE, Detail, Finding};
use crate::id::{ACCOUNT_TEMPLATES, ACCOUNTS, Id, IdSet, Path};
use crate::kind::{Kind, PURPOSE};
use crate::rules::Code;
use crate::schema::{ObjectSpec, OneOf, Presence, ROOT, Scheme, Severity, row_below, row_in};
use crate::unit::count;
use crate::value::{Currency, Mcc, amount};
use crate::wire::{Payload, Span};

/// 62-99-01, the unique data of a transfer.
const TRANSFER_DATA: Path = Path::of(&[62, 99, 1]);
/// Rp 10 million in sen (PADG 24/1/PADG/2022 art. 8).
const TRANSACTION_LIMIT: u64 = 1_000_000_000;
/// The longest payload that is recommended (EMVCo MPM 4.2, QRIS 4.1).
const RECOMMENDED_CHARACTERS: usize = 512;

/// Whether an amount may be ten million or more, without reading it.
#[inline]
fn has_eight_digits(amount: &str) -> bool {
    amount.as_bytes().first_chunk::<8>().is_some_and(|digits| !digits.contains(&b'.'))
}

impl Judge<'_, '_> {
    pub(super) fn whole<F>(&self, batch: &mut Batch, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        batch.clear();
        self.presence(batch);
        batch.emit(found)?;
        batch.clear();
        self.money(batch);
        if self.rules.transfers && self.payload.present().contains(Id::TRANSFER_ACCOUNT.number()) {
            // In other countries it may be an account of another scheme.
            let row = row_in(self.root, self.payload, Id::TRANSFER_ACCOUNT);
            if row.is_some_and(|row| row.scheme().is_some()) {
                self.transfer(batch);
            }
        }
        if self.payload.as_str().len() > RECOMMENDED_CHARACTERS
            && count(self.payload.as_str()) > RECOMMENDED_CHARACTERS
        {
            self.blame(Code::PayloadTooLong, Path::PAYLOAD, self.everything(), batch);
        }
        batch.emit(found)
    }

    /// Mandatory and conditional objects, and at least one account.
    fn presence(&self, batch: &mut Batch) {
        let present = self.payload.present();
        let mut absent = self.root.mandatory().union(self.root.conditional()).without(present);
        while let Some(row) = absent.pop().and_then(Id::new).and_then(|id| self.root.row(id)) {
            if let Some(severity) = row.missing.get(self.reading).filter(|_| self.is_due(row)) {
                let path = Path::root(row.first);
                let finding =
                    Finding::new(Code::Missing, severity, path, self.everything(), Some(row), Detail::None);
                batch.put(finding);
            }
        }
        if let Some(one_of) = &self.root.one_of {
            if let Some(severity) = self.one_too_many_or_few(one_of, present) {
                let detail = Detail::OneOf(one_of);
                batch.put(Finding::new(
                    Code::ExactlyOne,
                    severity,
                    Path::PAYLOAD,
                    self.everything(),
                    None,
                    detail,
                ));
            }
        }
        if !present.intersects(ACCOUNTS) {
            let (first, row) = (Path::root(Id::known(26)), self.root.row(Id::known(26)));
            let (span, detail) = (self.everything(), Detail::NoAccount);
            batch.put(Finding::new(Code::Missing, Severity::Error, first, span, row, detail));
        }
    }

    /// The severity when there are not exactly one of several objects.
    pub(super) fn one_too_many_or_few(&self, one_of: &OneOf, seen: IdSet) -> Option<Severity> {
        let is_excused = || one_of.unless.is_some_and(|path| self.payload.find(path).is_some());
        match seen.intersection(one_of.ids).len() {
            1 => None,
            0 if is_excused() => None,
            _ => one_of.grades.get(self.reading),
        }
    }

    /// Whether an object that is not there must be.
    #[inline(always)]
    pub(super) fn is_due(&self, row: &ObjectSpec) -> bool {
        match row.presence {
            Presence::When(path, value) => match (path.parent(), path.first()) {
                (Some(Path::PAYLOAD), Some(id)) => self.payload.value_of(id) == Some(value),
                _ => self.payload.find(path).is_some_and(|other| other.value() == value),
            },
            _ => true,
        }
    }

    /// Whether the payload has accounts and none of the profile's scheme. To have none at all is another finding.
    #[inline(always)]
    pub(super) fn is_foreign(&self) -> bool {
        let payload = self.payload;
        self.scheme.is_some_and(|scheme| !scheme.is_whose(payload)) && payload.present().intersects(ACCOUNTS)
    }

    /// Finds it when the payload is of another scheme.
    #[inline(always)]
    pub(super) fn whose<F>(&self, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        if self.is_foreign() {
            self.foreign().map_or(ControlFlow::Continue(()), found)
        } else {
            ControlFlow::Continue(())
        }
    }

    /// The finding that the payload is of another scheme.
    #[cold]
    #[inline(never)]
    pub(super) fn foreign(&self) -> Option<Finding> {
        let scheme = self.scheme?;
        let severity = Code::ForeignScheme.severity(self.reading)?;
        let place = |scheme: &Scheme| Scheme::all().iter().position(|other| *other == scheme);
        let place = |scheme| place(scheme).and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX);
        let other = Scheme::of(self.payload).filter(|other| *other != scheme);
        let found = match other {
            Some(other) => place(other),
            None if self.payload.present().intersects(ACCOUNT_TEMPLATES) => u8::MAX,
            None => CARDS_ALONE,
        };
        let detail = Detail::Scheme { expected: place(scheme), found };
        Some(Finding::new(Code::ForeignScheme, severity, Path::PAYLOAD, self.everything(), None, detail))
    }

    /// Currency, amount and fees.
    fn money(&self, batch: &mut Batch) {
        let payload = self.payload;
        let value = |id| payload.value_of(id);
        if payload.present().intersects(FEES) {
            let indicator = value(Id::TIP_INDICATOR);
            for (id, due) in [(Id::FEE_FIXED, "02"), (Id::FEE_PERCENTAGE, "03")] {
                if indicator != Some(due) {
                    self.blame_object(Code::FeeUnexpected, id, batch);
                }
            }
        }
        let known = self.currency.exponent().is_some();
        if self.currency != Currency::IDR && self.currency != Currency::NONE {
            if self.rules.rupiah && value(Id::COUNTRY) == Some("ID") {
                self.blame_object(Code::CurrencyNotRupiah, Id::CURRENCY, batch);
            }
            if !known {
                self.blame_object(Code::UnknownCurrency, Id::CURRENCY, batch);
            }
        }
        let due = |code: Code| self.is_reported(code.severity(self.reading));
        if !due(Code::AmountMissing) && !due(Code::AmountOverLimit) {
            return;
        }
        match value(Id::AMOUNT) {
            None if self.rules.amount_when_dynamic && value(Id::INITIATION) == Some("12") => {
                let span = payload.get(Id::INITIATION).map_or(self.everything(), |object| object.span());
                self.blame(Code::AmountMissing, Path::root(Id::AMOUNT), span, batch);
            }
            Some(text) if self.rules.limit && self.currency == Currency::IDR && has_eight_digits(text) => {
                let amount = amount::read(text, self.currency);
                if amount.is_ok_and(|amount| amount.minor > TRANSACTION_LIMIT) {
                    self.blame_object(Code::AmountOverLimit, Id::AMOUNT, batch);
                }
            }
            _ => {}
        }
    }

    /// What transfers, cash deposits and cash withdrawals need; 40 is present.
    fn transfer(&self, batch: &mut Batch) {
        let payload = self.payload;
        if Kind::of(payload) == Kind::Payment {
            let at = payload.get(Id::TRANSFER_ACCOUNT).map_or(self.everything(), |object| object.span());
            return self.blame(Code::TransferPurpose, PURPOSE, at, batch);
        }
        let mcc = payload.value_of(Id::MCC).and_then(|text| text.parse::<Mcc>().ok());
        if mcc.is_some_and(|mcc| !mcc.is_transfer()) {
            self.blame_object(Code::TransferMcc, Id::MCC, batch);
        }
        if payload.value_of(Id::INITIATION) != Some("12") {
            let at = payload.get(Id::INITIATION).map_or(self.everything(), |object| object.span());
            self.blame(Code::TransferNotDynamic, Path::root(Id::INITIATION), at, batch);
        }
        if let Some(data) = payload.find(TRANSFER_DATA) {
            if !(8..=64).contains(&count(data.value())) {
                self.blame(Code::TransferData, TRANSFER_DATA, data.span(), batch);
            }
        }
    }

    /// Adds a finding about a root object, if it is present.
    fn blame_object(&self, code: Code, id: Id, batch: &mut Batch) {
        if let Some(object) = self.payload.get(id) {
            self.blame(code, object.path(), object.span(), batch);
        }
    }

    fn blame(&self, code: Code, path: Path, span: Span, batch: &mut Batch) {
        if let Some(severity) = code.severity(self.reading) {
            let row = path.first().and_then(|id| row_below(self.root.row(id), path));
            batch.put(Finding::new(code, severity, path, span, row, Detail::None));
        }
    }

    fn everything(&self) -> Span {
        span_of(self.payload)
    }
}

/// The finding for a root object that every profile demands and that cannot be read, although the table found nothing
/// wrong.
#[cold]
pub(crate) fn unreadable(payload: &Payload<'_>, id: Id) -> Finding {
    let code = if payload.present().contains(id.number()) { Code::WrongValue } else { Code::Missing };
    let (path, row) = (Path::root(id), ROOT.row(id));
    Finding::new(code, Severity::Error, path, span_of(payload), row, Detail::None)
}

const FEES: IdSet = IdSet::range(56, 57);

fn span_of(payload: &Payload<'_>) -> Span {
    Span::new(0, payload.as_str().len())
}
