//! The objects that were set in a builder or an edit, in the order of their paths.

use core::mem;

use super::MAX_OBJECTS;
use super::value::{Content, Value};
use crate::error::WriteError;
use crate::id::{Id, Path};
use crate::schema::keys;
use crate::value::{Amount, Currency};
use crate::wire::{Nesting, Payload, Writer, has_guid_length, header, nests};

/// One object and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) path: Path,
    /// ID and length as they will stand in the payload, if that is known without its unit of length: written out
    /// once, when the value is set.
    head: [u8; 4],
    /// `None` removes it; a builder has no such items.
    pub(crate) value: Option<Content<'a>>,
}

const NO_HEAD: [u8; 4] = [0; 4];

impl Item<'_> {
    /// Writes the object with this value, if there is one.
    #[inline(always)]
    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Result<(), WriteError> {
        match &self.value {
            Some(Content::Short(text)) => writer.ready_array(self.head, text.array(), text.len()),
            Some(Content::Text(text)) if self.head != NO_HEAD => {
                writer.ready_object(self.head, text.as_bytes())
            }
            Some(Content::Text(text)) => {
                return writer.settable_object(self.path.last().unwrap_or(Id::CRC), text);
            }
            None => {}
        }
        Ok(())
    }
}

/// Items by path, each path once. An item stays in its slot, and the slot numbers are kept in the order of
/// the table: moving the items themselves would cost more than writing them.
#[derive(Clone, Debug)]
pub(crate) struct Items<'a> {
    /// All `None` at first: one byte each to write, where whole items would cost more than the rest of an edit.
    items: [Option<Item<'a>>; MAX_OBJECTS],
    /// Places in `items` in the order of the paths.
    order: [u8; MAX_OBJECTS],
    used: usize,
    /// The first thing that went wrong; reported when the payload is written.
    fault: Option<WriteError>,
    pub(super) money: Money,
}

/// The currencies of what was set; [`Currency::NONE`] where that is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Money {
    /// The currency of the payload (53).
    pub(super) payload: Currency,
    /// Of the amount in 54.
    pub(super) amount: Currency,
    /// Of the fee in 56.
    pub(super) fee: Currency,
    /// Whether 53 is set or removed by its path, so that the one of a source does not count.
    replaces_payload: bool,
}

impl Money {
    const NONE: Money = Money {
        payload: Currency::NONE,
        amount: Currency::NONE,
        fee: Currency::NONE,
        replaces_payload: false,
    };

    #[inline]
    fn differs(self) -> bool {
        let other = |given| given != self.payload && given != Currency::NONE;
        self.payload != Currency::NONE && (other(self.amount) || other(self.fee))
    }

    #[cold]
    fn fault(self) -> WriteError {
        let is_amount = self.amount != self.payload && self.amount != Currency::NONE;
        let (id, given) = if is_amount { (Id::AMOUNT, self.amount) } else { (Id::FEE_FIXED, self.fee) };
        WriteError::WrongCurrency { path: Path::root(id), given, payload: self.payload }
    }
}

/// 53 as it is written with this currency.
fn currency_object(currency: Currency) -> [u8; 7] {
    let ([a, b, c, d], [x, y, z]) = (header(Id::CURRENCY, 3), currency.digits());
    [a, b, c, d, x, y, z]
}

impl<'a> Items<'a> {
    pub(crate) const fn new() -> Items<'a> {
        let (items, order) = ([None; MAX_OBJECTS], [0; MAX_OBJECTS]);
        Items { items, order, used: 0, fault: None, money: Money::NONE }
    }

    #[cold]
    pub(crate) fn fail(&mut self, error: WriteError) {
        self.fault.get_or_insert(error);
    }

    /// Whether everything could be set, and amounts are in the currency of the payload: that of 53 as it will be, which
    /// is the one of the source if it stays. Where it names none, amount and fee are at least of one currency.
    #[inline]
    pub(crate) fn check(&self, source: Option<&Payload<'_>>) -> Result<(), WriteError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let mut money = self.money;
        let given = if money.amount == Currency::NONE { money.fee } else { money.amount };
        let source = source.filter(|_| money.payload == Currency::NONE && !money.replaces_payload);
        if let Some(source) = source {
            // Nearly always it is the payload's, and then the number need not be read.
            if given == Currency::NONE || source.has(Id::CURRENCY, &currency_object(given)) {
                money.payload = given;
            } else {
                money.payload = source.read(keys::CURRENCY).unwrap_or(given);
            }
        } else if money.payload == Currency::NONE {
            money.payload = given;
        }
        if money.differs() { Err(money.fault()) } else { Ok(()) }
    }

    /// Puts 54 or 56.
    #[inline]
    pub(crate) fn put_amount(&mut self, id: Id, amount: Amount) {
        let place = if id == Id::AMOUNT { &mut self.money.amount } else { &mut self.money.fee };
        *place = amount.currency();
        self.put(Path::root(id), Some(Value::from(amount).content));
    }

    /// [`Items::put`] for a path that may be that of a currency or an amount.
    pub(crate) fn put_any(&mut self, path: Path, value: Option<Value<'a>>) {
        let currency = || value.as_ref().map_or(Currency::NONE, |value| value.currency);
        match path.last().filter(|_| path.depth() == 1) {
            Some(Id::CURRENCY) => {
                let stated = value.as_ref().and_then(|value| value.as_str().parse().ok());
                self.money.payload = stated.unwrap_or(Currency::NONE);
                self.money.replaces_payload = true;
            }
            Some(Id::AMOUNT) => self.money.amount = currency(),
            Some(Id::FEE_FIXED) => self.money.fee = currency(),
            _ => {}
        }
        self.put(path, value.map(|value| value.content));
    }

    #[inline(always)]
    fn at(&self, place: u8) -> Option<&Item<'a>> {
        // A place is below 64; masking lets the compiler drop the bounds check.
        const _: () = assert!(MAX_OBJECTS == 64);
        self.items[usize::from(place & 63)].as_ref()
    }

    /// The items in the order of their paths.
    #[inline]
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Item<'a>> + Clone {
        self.order.get(..self.used).unwrap_or_default().iter().filter_map(|place| self.at(*place))
    }

    pub(crate) fn get(&self, path: Path) -> Option<&Item<'a>> {
        self.iter().find(|item| item.path == path)
    }

    /// Whether what is to be written inside `path` will be read back as a template: at 62-50…99 that takes a
    /// 00 of 1–32 characters, set here or `there` already.
    pub(crate) fn check_template(&self, path: Path, there: bool) -> Result<(), WriteError> {
        if nests(path) != Nesting::TemplateIfItFrames {
            return Ok(());
        }
        let named = match self.get(path.join(Id::known(0))) {
            Some(item) => item.value.as_ref().is_some_and(|v| has_guid_length(v.as_str())),
            None => there,
        };
        if named {
            return Ok(());
        }
        let why = "it is read as text unless it begins with a 00 of 1 to 32 characters; set that too";
        Err(WriteError::NotSettable { path, why })
    }

    /// Whether an object can be set beside the others: one of them may not be the template around it, set as a text, nor
    /// may it be such a text around one of them.
    #[inline(always)]
    pub(crate) fn check_apart(&self, path: Path) -> Result<(), WriteError> {
        // Other templates cannot be set as texts, so most paths need no look.
        match path.first() {
            Some(Id::ADDITIONAL_DATA) => self.check_apart_in_62(path),
            _ => Ok(()),
        }
    }

    #[inline(never)]
    fn check_apart_in_62(&self, path: Path) -> Result<(), WriteError> {
        let system = match path.depth() {
            3 => path.parent().filter(|above| self.get(*above).is_some()).map(|_| path),
            2 if nests(path) == Nesting::TemplateIfItFrames => {
                self.below(path).find(|item| item.path != path).map(|item| item.path)
            }
            _ => None,
        };
        match system {
            Some(path) => {
                Err(WriteError::NotSettable { path, why: "the template around it is set as a text" })
            }
            None => Ok(()),
        }
    }

    /// The items at and below a path.
    pub(crate) fn below(&self, path: Path) -> impl Iterator<Item = &Item<'a>> {
        self.iter().filter(move |item| item.path.starts_with(path))
    }

    /// Puts an item in its place, or replaces the one with its path.
    #[inline]
    pub(crate) fn put(&mut self, path: Path, value: Option<Content<'a>>) {
        if let Some(place) = self.place(path) {
            let head = match (path.last(), &value) {
                (Some(id), Some(value)) => value.ascii_length().map_or(NO_HEAD, |length| header(id, length)),
                _ => NO_HEAD,
            };
            self.items[usize::from(place & 63)] = Some(Item { path, head, value });
        }
    }

    /// Where in the order the last item stands whose path is not after this one, and whether it has this very path.
    #[inline]
    fn rank(&self, path: Path) -> Option<(usize, bool)> {
        // Most callers go upwards through the table: look from the end.
        let in_order = self.order.get(..self.used).unwrap_or_default();
        let at = |place: &u8| self.at(*place).map(|item| item.path);
        let rank = in_order.iter().rposition(|place| at(place) <= Some(path))?;
        Some((rank, in_order.get(rank).and_then(at) == Some(path)))
    }

    /// The place of the item with this path, or a free one that is from now on in the order.
    fn place(&mut self, path: Path) -> Option<u8> {
        let before = match self.rank(path) {
            Some((rank, true)) => return self.order.get(rank).copied(),
            other => other.map(|(rank, _)| rank),
        };
        if self.used == MAX_OBJECTS {
            self.fail(WriteError::TooManyObjects { limit: MAX_OBJECTS });
            return None;
        }
        let free = self.used as u8;
        let mut moved = free;
        let place = before.map_or(0, |before| before + 1);
        for later in self.order.get_mut(place..self.used + 1).unwrap_or_default() {
            mem::swap(later, &mut moved);
        }
        self.used += 1;
        Some(free)
    }

    /// Forgets the item with this path.
    pub(crate) fn withdraw(&mut self, path: Path) {
        let Some((found, true)) = self.rank(path) else { return };
        let Some(tail) = self.order.get_mut(found..self.used) else { return };
        // Everything after it moves down by one.
        let mut free = 0;
        tail.iter_mut().rev().for_each(|place| mem::swap(place, &mut free));
        self.used -= 1;
        // The last item takes the free place, so that the places in use stay together.
        let last = self.used as u8;
        self.items[usize::from(free & 63)] = self.at(last).copied();
        if let Some(moved) = self.order.iter_mut().take(self.used).find(|place| **place == last) {
            *moved = free;
        }
    }
}
