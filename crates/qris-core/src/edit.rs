//! Editing sealed payloads: static to dynamic and back, or any object. What is not named stays byte for
//! byte as it was, unknown objects and order included.

use core::fmt;

use crate::builder::{EncodeError, Item, Items, Value, judged, settable};
use crate::error::WriteError;
use crate::id::{Id, IdSet, Path};
use crate::qris::Qris;
use crate::schema::Profile;
use crate::value::{Amount, Initiation, Tip};
use crate::wire::{DataObject, Nesting, Passable, Payload, Sealed, TemplateObjects, Writer, frames, nests};

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
            // Whether a whole template frames depends on the unit of the payload: it is looked at then.
            Err(error) if nests(path) != Nesting::Template => self.items.fail(error),
            _ => self.items.put(path, Some(value)),
        }
        self
    }

    /// Removes an object, or a template with all that is in it. A template left empty goes too. Nothing
    /// happens when the object is not there.
    pub fn remove(&mut self, path: Path) -> &mut Self {
        let fixed = [Path::PAYLOAD, Path::root(Id::PAYLOAD_FORMAT_INDICATOR), Path::root(Id::CRC)];
        if fixed.contains(&path) {
            let why = "every payload has it";
            self.items.fail(WriteError::NotSettable { path, why });
        } else {
            self.items.put(path, None);
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
            Tip::Percentage(share) => self.set(percentage, Value::short(share.text())),
        }
    }

    /// Sets 62-05, the reference label.
    pub fn reference(&mut self, label: &'a str) -> &mut Self {
        self.set(Path::root(Id::ADDITIONAL_DATA).join(Id::known(5)), label)
    }

    /// Sets 62-07, the terminal label.
    pub fn terminal(&mut self, label: &'a str) -> &mut Self {
        self.set(Path::root(Id::ADDITIONAL_DATA).join(Id::known(7)), label)
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
    /// What a setter could not do; [`WriteError::NotATemplate`] for a change inside a template that does
    /// not frame; [`WriteError::NotSettable`] for a template that would not be read back as one; a value or
    /// template of more than 99 units of length; a buffer too small.
    pub fn write_to<'b>(&self, source: &Sealed<'_>, buffer: &'b mut [u8]) -> Result<&'b str, WriteError> {
        self.rewrite(source, buffer)
    }

    /// The number of bytes [`Edit::write_to`] writes.
    ///
    /// # Errors
    /// As [`Edit::write_to`], but for the buffer.
    pub fn encoded_len(&self, source: &Sealed<'_>) -> Result<usize, WriteError> {
        match self.rewrite(source, &mut []) {
            Err(WriteError::BufferTooSmall { needed, .. }) => Ok(needed),
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

    fn rewrite<'b>(&self, source: &Payload<'_>, buffer: &'b mut [u8]) -> Result<&'b str, WriteError> {
        self.items.check()?;
        let items = &self.items;
        let mut pairs = items.iter().zip(items.iter().skip(1));
        if let Some((_, inner)) = pairs.find(|(outer, inner)| inner.path.starts_with(outer.path)) {
            let why = "the same edit replaces or removes the template around it";
            return Err(WriteError::NotSettable { path: inner.path, why });
        }
        for Item { path, value, .. } in items.iter().filter(|item| nests(item.path) == Nesting::Template) {
            // What frames may stand for a whole template.
            if value.as_ref().is_some_and(|value| !frames(value.as_str(), source.unit())) {
                settable(*path)?;
            }
        }
        let mut writer = Writer::with_unit(buffer, source.unit());
        level(items, source.as_str(), Path::PAYLOAD, source.objects(), source.present(), &mut writer)?;
        // The CRC is the last object and four digits long.
        let crc = source.as_str().len().saturating_sub(4);
        writer.seal_like(source.as_str().get(crc..).unwrap_or_default())
    }
}

/// Writes the objects of one template, or of the root. It calls itself for templates inside, and
/// paths end at the third level.
fn level<'s>(
    items: &Items<'_>,
    text: &str,
    at: Path,
    mut objects: impl Passable<'s>,
    present: IdSet,
    writer: &mut Writer<'_>,
) -> Result<(), WriteError> {
    let (mut named, mut new) = (IdSet::EMPTY, IdSet::EMPTY);
    for item in items.below(at) {
        if let Some(id) = item.path.id_at(at.depth()) {
            named.insert(id.number());
            if item.value.is_some() && !present.contains(id.number()) {
                new.insert(id.number());
            }
        }
    }
    let mut written = IdSet::EMPTY;
    // Objects that stay as they are and stand together are copied together, from here on.
    let mut from = objects.offset();
    loop {
        objects.pass(new.first().map_or(named, |new| named.union(IdSet::above(new))));
        let (to, next) = (objects.offset(), objects.next());
        writer.copy(text.get(from..to).unwrap_or_default());
        from = to;
        let Some(object) = next.filter(|object| object.path() != Path::root(Id::CRC)) else { break };
        let (id, path) = (object.id().number(), object.path());
        while let Some(smaller) = new.first().filter(|new| *new < id) {
            create(items, at.join(Id::known(smaller)), writer)?;
            new.pop();
        }
        if !named.contains(id) {
            continue;
        }
        from = objects.offset();
        if at == Path::PAYLOAD {
            // It is not met again, so the rest need not be looked through for it.
            named.remove(id);
        }
        if let Some(item) = items.get(path) {
            // Of a repeated ID the first is replaced and the others go: afterwards there is one.
            if written.insert(id) {
                item.write(writer)?;
            }
        } else {
            let Some(template) = object.template() else {
                if items.below(path).all(|item| item.value.is_none()) {
                    writer.object(object.id(), object.value())?;
                    continue;
                }
                return Err(WriteError::NotATemplate { path });
            };
            let mut ids = IdSet::EMPTY;
            template.objects().for_each(|object| {
                ids.insert(object.id().number());
            });
            let sets_something = items.below(path).any(|item| item.value.is_some());
            if !sets_something && object.value().is_empty() {
                // What is not there is not removed, and neither is the empty template around it.
                writer.object(object.id(), "")?;
                continue;
            }
            inside(items, text, path, template.objects(), ids, writer)?;
        }
    }
    while let Some(id) = new.pop() {
        create(items, at.join(Id::known(id)), writer)?;
    }
    Ok(())
}

/// Writes an object that was not there, with everything set inside it.
fn create(items: &Items<'_>, path: Path, writer: &mut Writer<'_>) -> Result<(), WriteError> {
    if let Some(item) = items.get(path) {
        return item.write(writer);
    }
    inside(items, "", path, TemplateObjects::NONE, IdSet::EMPTY, writer)
}

/// Writes a template that something changes in, or nothing when it would be empty.
fn inside(
    items: &Items<'_>,
    text: &str,
    at: Path,
    objects: TemplateObjects<'_>,
    present: IdSet,
    writer: &mut Writer<'_>,
) -> Result<(), WriteError> {
    let Some(id) = at.last() else { return Ok(()) };
    writer.open(id)?;
    level(items, text, at, objects, present, writer)?;
    match writer.close_or_drop()? {
        true => Ok(()),
        false => items.check_template(at, present.contains(0)),
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
/// [`WriteError::BufferTooSmall`].
pub fn reseal<'b>(payload: &Payload<'_>, buffer: &'b mut [u8]) -> Result<&'b str, WriteError> {
    Edit::new().rewrite(payload, buffer)
}

/// One difference between two payloads.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The object.
    pub path: Path,
    /// Its value before; `None` when it was added.
    pub before: Option<&'a str>,
    /// Its value after; `None` when it was removed.
    pub after: Option<&'a str>,
}

impl fmt::Debug for Change<'_> {
    /// Where, and how many bytes there were before and are after; not the values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("path", &self.path)
            .field("before", &self.before.map(str::len))
            .field("after", &self.after.map(str::len))
            .finish()
    }
}

/// What changed between two payloads, object by object: removed and replaced ones in the order of
/// `before`, then added ones in the order of `after`. Templates that frame in both are compared inside;
/// where an ID is repeated, the first is compared with the first and so on; the CRC is left out.
pub fn changes<'p, 'a>(
    before: &'p Payload<'a>,
    after: &'p Payload<'a>,
) -> impl Iterator<Item = Change<'a>> + use<'p, 'a> {
    let gone_or_other = values(before).filter_map(move |object| {
        let (was, is) = (Some(object.value()), counterpart(before, &object, after).map(|o| o.value()));
        (was != is).then_some(Change { path: object.path(), before: was, after: is })
    });
    let added = values(after).filter_map(move |object| {
        let (path, is) = (object.path(), Some(object.value()));
        counterpart(after, &object, before).is_none().then_some(Change { path, before: None, after: is })
    });
    gone_or_other.chain(added)
}

/// The objects that hold no others, without the CRC.
fn values<'p, 'a>(payload: &'p Payload<'a>) -> impl Iterator<Item = DataObject<'a>> + use<'p, 'a> {
    payload.walk().filter(|object| {
        object.path() != Path::root(Id::CRC) && object.template().is_none_or(|t| t.objects().next().is_none())
    })
}

/// What stands in `there` where `object` stands in `here`: as many objects of its path come before it.
fn counterpart<'a>(
    here: &Payload<'a>,
    object: &DataObject<'a>,
    there: &Payload<'a>,
) -> Option<DataObject<'a>> {
    let before = all_at(here, object.path()).take_while(|other| other.offset() < object.offset()).count();
    all_at(there, object.path()).nth(before)
}

/// All objects at a path: more than one where an ID is repeated inside a template.
fn all_at<'a>(payload: &Payload<'a>, path: Path) -> impl Iterator<Item = DataObject<'a>> + use<'a> {
    let inside = |object: DataObject<'a>| object.template().into_iter().flat_map(|t| t.objects());
    let root = path.first().and_then(|id| payload.get(id));
    let depth = path.depth();
    let second = root.filter(|_| depth > 1).into_iter().flat_map(inside);
    let third = root.filter(|_| depth > 2).into_iter().flat_map(inside).flat_map(inside);
    root.into_iter().chain(second).chain(third).filter(move |object| object.path() == path)
}
