//! Editing sealed payloads: static to dynamic and back, or any object. What is not named stays byte for
//! byte as it was, unknown objects and order included.

use crate::builder::{Item, Items, Value, judged, settable};
use crate::error::EncodeError;
use crate::id::{Id, IdSet, Path};
use crate::qris::Qris;
use crate::schema::Profile;
use crate::value::{Amount, Initiation, Tip};
use crate::wire::{DataObject, Nesting, Payload, Sealed, Writer, count, frames, nests};

/// Changes to be made to a payload.
///
/// A new object goes before the first object with a larger ID, after 00 and never after 63. Applying an
/// edit twice is the same as applying it once. The source must be [`Sealed`]: a payload with a wrong CRC
/// is not edited, because that would seal whatever went wrong with it. See [`reseal`] for the one way
/// around that.
///
/// ```
/// use qris_core::{Edit, Sealed, edit};
/// let text = "00020101021126690017ID.CO.EXAMPLE.WWW01189360091400000000010215TESTMID000000010303UMI\
///             51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID\
///             5913WARUNG CONTOH6013JAKARTA PUSAT61051011062070703A0163046D40";
/// let sealed = Sealed::parse(text)?;
/// let mut to_dynamic = Edit::new();
/// to_dynamic.amount("15000".parse()?).reference("INV-1");
/// let mut buffer = [0; 512];
/// let dynamic = Sealed::parse(to_dynamic.write_to(&sealed, &mut buffer)?)?;
/// let changed: Vec<String> = edit::changes(&sealed, &dynamic).map(|change| change.path.to_string()).collect();
/// assert_eq!(changed, ["01", "54", "62/05"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Edit<'a> {
    items: Items<'a>,
}

impl<'a> Edit<'a> {
    /// No changes yet.
    pub const fn new() -> Edit<'a> {
        Edit { items: Items::new() }
    }

    /// Gives an object a value; it and the templates around it are made when missing. A whole template can be
    /// replaced by a value that frames.
    pub fn set(&mut self, path: Path, value: impl Into<Value<'a>>) -> &mut Self {
        let value = value.into();
        match settable(path) {
            Ok(()) => self.items.put(Item { path, value: Some(value) }),
            Err(_) if nests(path) == Nesting::Template && frames(value.as_str()) => {
                self.items.put(Item { path, value: Some(value) });
            }
            Err(error) => self.items.fail(error),
        }
        self
    }

    /// Removes an object, or a template with all that is in it. A template left empty goes too. Nothing
    /// happens when the object is not there.
    pub fn remove(&mut self, path: Path) -> &mut Self {
        let fixed = [Path::PAYLOAD, Path::root(Id::PAYLOAD_FORMAT_INDICATOR), Path::root(Id::CRC)];
        if fixed.contains(&path) {
            let why = "every payload has it";
            self.items.fail(EncodeError::NotSettable { path, why });
        } else {
            self.items.put(Item { path, value: None });
        }
        self
    }

    /// Sets 54, and 01 to `12`: a code with an amount is for one transaction. Call
    /// [`Edit::keep_initiation`] afterwards to leave 01 alone.
    pub fn amount(&mut self, amount: Amount) -> &mut Self {
        self.set(Path::root(Id::AMOUNT), amount).set(Path::root(Id::INITIATION), Initiation::Dynamic)
    }

    /// Leaves 01 as it is.
    pub fn keep_initiation(&mut self) -> &mut Self {
        self.items.withdraw(Path::root(Id::INITIATION));
        self
    }

    /// Sets 55 with 56 or 57, and removes what no longer belongs to it.
    pub fn tip(&mut self, tip: Tip) -> &mut Self {
        let [indicator, fixed, percentage] =
            [Id::TIP_INDICATOR, Id::FEE_FIXED, Id::FEE_PERCENTAGE].map(Path::root);
        self.set(indicator, tip.indicator()).remove(fixed).remove(percentage);
        match tip {
            Tip::Prompt => self,
            Tip::Fixed(fee) => self.set(fixed, fee),
            Tip::Percentage(share) => self.set(percentage, Value::short(share.as_str())),
        }
    }

    /// Sets 62-05, the reference label.
    pub fn reference(&mut self, label: &'a str) -> &mut Self {
        self.set(Path::root(Id::ADDITIONAL_DATA).child(Id::known(5)), label)
    }

    /// Sets 62-07, the terminal label.
    pub fn terminal(&mut self, label: &'a str) -> &mut Self {
        self.set(Path::root(Id::ADDITIONAL_DATA).child(Id::known(7)), label)
    }

    /// Makes the code static: 01 = `11`, and 54 to 57 removed.
    pub fn make_static(&mut self) -> &mut Self {
        self.set(Path::root(Id::INITIATION), Initiation::Static);
        for id in [Id::AMOUNT, Id::TIP_INDICATOR, Id::FEE_FIXED, Id::FEE_PERCENTAGE] {
            self.remove(Path::root(id));
        }
        self
    }

    /// Writes the edited payload into `buffer` and seals it. Whether it conforms is not asked.
    ///
    /// # Errors
    /// What a setter could not do; [`EncodeError::NotATemplate`] for a change inside a template that does
    /// not frame, or that leaves 62-50…99 without the 00 they are told by; a value or template of more than 99 units of length; a buffer too small.
    pub fn write_to<'b>(&self, source: &Sealed<'_>, buffer: &'b mut [u8]) -> Result<&'b str, EncodeError> {
        self.rewrite(source, buffer)
    }

    /// The number of bytes [`Edit::write_to`] writes.
    ///
    /// # Errors
    /// As [`Edit::write_to`], but for the buffer.
    pub fn encoded_len(&self, source: &Sealed<'_>) -> Result<usize, EncodeError> {
        match self.rewrite(source, &mut []) {
            Err(EncodeError::BufferTooSmall { needed, .. }) => Ok(needed),
            other => other.map(str::len),
        }
    }

    /// Writes the edited payload, reads it back and judges it by a profile.
    ///
    /// # Errors
    /// As [`Edit::write_to`], and [`EncodeError::NotConformant`] with the first broken rule.
    pub fn apply<'b>(
        &self,
        source: &Sealed<'_>,
        buffer: &'b mut [u8],
        profile: &Profile,
    ) -> Result<Qris<'b>, EncodeError> {
        judged(self.rewrite(source, buffer)?, source.unit(), profile)
    }

    fn rewrite<'b>(&self, source: &Payload<'_>, buffer: &'b mut [u8]) -> Result<&'b str, EncodeError> {
        self.items.check()?;
        let mut pairs = self.items.as_slice().iter().zip(self.items.as_slice().iter().skip(1));
        if let Some((_, inner)) = pairs.find(|(outer, inner)| inner.path.starts_with(outer.path)) {
            let why = "the same edit replaces or removes the template around it";
            return Err(EncodeError::NotSettable { path: inner.path, why });
        }
        let mut writer = Writer::with_unit(buffer, source.unit());
        let crc = Path::root(Id::CRC);
        let body = source.objects().filter(|object| object.path() != crc);
        self.level(source.as_str(), Path::PAYLOAD, body, source.present(), &mut writer)?;
        writer.seal_like(source.value_of(Id::CRC).unwrap_or_default())
    }

    /// Writes the objects of one template, or of the root. It calls itself for templates inside, and
    /// paths end at the third level.
    fn level<'s>(
        &self,
        text: &str,
        at: Path,
        objects: impl Iterator<Item = DataObject<'s>>,
        present: IdSet,
        writer: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        let mut new = IdSet::EMPTY;
        for item in self.items.below(at).iter().filter(|item| item.value.is_some()) {
            if let Some(id) = item.path.ids().nth(at.depth()) {
                new.insert(id.number());
            }
        }
        let mut new = new.without(present);
        let mut written = IdSet::EMPTY;
        for object in objects {
            while let Some(id) = new.first().filter(|id| *id < object.id().number()) {
                self.create(at.child(Id::known(id)), writer)?;
                new.pop();
            }
            let path = object.path();
            let bytes = text.as_bytes().get(object.span().range()).unwrap_or_default();
            match (self.items.get(path), self.items.below(path)) {
                // Of a repeated ID the first is replaced and the others go: afterwards there is one.
                (Some(item), _) => {
                    if let (Some(value), true) = (&item.value, written.insert(object.id().number())) {
                        writer.object(object.id(), value.as_str())?;
                    }
                }
                (None, []) => writer.raw(bytes),
                (None, _) => {
                    let Some(inner) = object.template() else {
                        return Err(EncodeError::NotATemplate { path });
                    };
                    let mut ids = IdSet::EMPTY;
                    inner.objects().for_each(|object| {
                        ids.insert(object.id().number());
                    });
                    writer.open(object.id())?;
                    self.level(text, path, inner.objects(), ids, writer)?;
                    if !writer.close_or_drop()? {
                        self.keeps_identifier(path, true)?;
                    }
                }
            }
        }
        while let Some(id) = new.pop() {
            self.create(at.child(Id::known(id)), writer)?;
        }
        Ok(())
    }

    /// Writes an object that was not there, with everything set inside it.
    fn create(&self, path: Path, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        let Some(id) = path.last() else { return Ok(()) };
        if let Some(value) = self.items.get(path).and_then(|item| item.value.as_ref()) {
            return writer.object(id, value.as_str());
        }
        writer.open(id)?;
        self.level("", path, core::iter::empty(), IdSet::EMPTY, writer)?;
        if writer.close_or_drop()? { Ok(()) } else { self.keeps_identifier(path, false) }
    }

    /// 62-50…99 are told to be templates by a 00 of 1 to 32 characters: without it, what was written would be read
    /// as text, and the same edit could not be made again. `there`: whether it had one before.
    fn keeps_identifier(&self, path: Path, there: bool) -> Result<(), EncodeError> {
        let kept = match self.items.get(path.child(Id::PAYLOAD_FORMAT_INDICATOR)) {
            Some(Item { value: Some(value), .. }) => (1..=32).contains(&count(value.as_str())),
            Some(_) => false,
            None => there,
        };
        if kept || nests(path) == Nesting::Template {
            Ok(())
        } else {
            Err(EncodeError::NotATemplate { path })
        }
    }
}

impl Default for Edit<'_> {
    fn default() -> Self {
        Edit::new()
    }
}

/// Seals a payload anew whatever its CRC says: by name, because it makes a payload that was altered look
/// as if it had not been. Only whoever issues a payload should do so.
///
/// # Errors
/// [`EncodeError::BufferTooSmall`].
pub fn reseal<'b>(payload: &Payload<'_>, buffer: &'b mut [u8]) -> Result<&'b str, EncodeError> {
    Edit::new().rewrite(payload, buffer)
}

/// One difference between two payloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The object.
    pub path: Path,
    /// Its value before; `None` when it was added.
    pub before: Option<&'a str>,
    /// Its value after; `None` when it was removed.
    pub after: Option<&'a str>,
}

/// What changed between two payloads, object by object: removed and replaced ones in the order of
/// `before`, then added ones in the order of `after`. Templates that frame in both are compared inside;
/// the CRC is left out.
pub fn changes<'p, 'a>(
    before: &'p Payload<'a>,
    after: &'p Payload<'a>,
) -> impl Iterator<Item = Change<'a>> + use<'p, 'a> {
    let leaf = |object: &DataObject<'a>| {
        object.path() != Path::root(Id::CRC) && object.template().is_none_or(|t| t.objects().next().is_none())
    };
    let gone_or_other = before.walk().filter(leaf).filter_map(move |object| {
        let (path, was) = (object.path(), Some(object.value()));
        let is = counterpart(&object, before, after).map(|object| object.value());
        (was != is).then_some(Change { path, before: was, after: is })
    });
    let added = after.walk().filter(leaf).filter_map(move |object| {
        let (path, is) = (object.path(), Some(object.value()));
        counterpart(&object, after, before).is_none().then_some(Change { path, before: None, after: is })
    });
    gone_or_other.chain(added)
}

/// The object of `other` that stands where `object` stands in `payload`: the second one with its path where it is
/// the second, because inside a template an ID may be repeated.
fn counterpart<'a>(
    object: &DataObject<'a>,
    payload: &Payload<'a>,
    other: &Payload<'a>,
) -> Option<DataObject<'a>> {
    let before = all_at(payload, object.path()).take_while(|same| same.offset() < object.offset()).count();
    all_at(other, object.path()).nth(before)
}

/// Every object with a path, in order; only the root object around it is looked at.
fn all_at<'a>(payload: &Payload<'a>, path: Path) -> impl Iterator<Item = DataObject<'a>> + use<'a> {
    let inside = |object: DataObject<'a>| object.template().into_iter().flat_map(|t| t.objects());
    let root = path.first().and_then(|id| payload.get(id));
    let second = root.into_iter().flat_map(inside);
    let all = second.flat_map(move |object| core::iter::once(object).chain(inside(object)));
    root.into_iter().chain(all).filter(move |object| object.path() == path)
}
