//! Editing sealed payloads: static to dynamic and back, or any object. What is not named stays byte for
//! byte as it was, unknown objects and order included.

mod changes;
#[cfg(feature = "alloc")]
mod owned;
mod review;

pub use changes::{Change, changes};
#[cfg(feature = "alloc")]
pub use review::{Review, review};

use crate::builder::{EncodeError, Item, Items, Value, settable};
use crate::error::{WriteError, needed_len};
use crate::id::{Id, IdSet, Path};
use crate::qris::{Conformant, Qris};
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
/// to_dynamic.amount("15000".parse()?).reference_label("INV-1");
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
    ///
    /// A new currency in 53 leaves the digits of 54 and 56 as they are: `1000` rupiah become `1000` yen. Set them as well.
    ///
    /// It is the object [`Payload::find`] finds that changes. Where its ID is repeated beside it, the others go, so that
    /// one is left. Where the template around it is repeated (62-50 to 62-99), the other templates stay as they are.
    pub fn set(&mut self, path: Path, value: impl Into<Value<'a>>) -> &mut Self {
        let value = value.into();
        match settable(path) {
            // Whether a whole template frames depends on the unit of the payload: it is looked at then.
            Err(error) if nests(path) != Nesting::Template => self.items.fail(error),
            _ => self.items.put_any(path, Some(value)),
        }
        self
    }

    /// Removes an object, or a template with all that is in it, wherever it is repeated. A template left empty goes too.
    /// Nothing happens when the object is not there.
    pub fn remove(&mut self, path: Path) -> &mut Self {
        let fixed = [Path::PAYLOAD, Path::root(Id::PAYLOAD_FORMAT_INDICATOR), Path::root(Id::CRC)];
        if fixed.contains(&path) {
            self.items.fail(WriteError::NotRemovable { path });
        } else {
            self.items.put_any(path, None);
        }
        self
    }

    /// Sets 54, and 01 to `12`: a code with an amount is for one transaction. Call
    /// [`Edit::keep_initiation`] afterwards to leave 01 alone. Its currency must be that of the payload.
    pub fn amount(&mut self, amount: Amount) -> &mut Self {
        self.items.put_amount(Id::AMOUNT, amount);
        self.items.put(Path::root(Id::INITIATION), Some(Value::from(Initiation::Dynamic).content));
        self
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
            Tip::Percentage(share) => self.set(percentage, share),
        }
    }

    /// Sets 62-05, the reference label.
    pub fn reference_label(&mut self, label: &'a str) -> &mut Self {
        self.set(Path::root(Id::ADDITIONAL_DATA).join(Id::known(5)), label)
    }

    /// Sets 62-07, the terminal label.
    pub fn terminal_label(&mut self, label: &'a str) -> &mut Self {
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
    /// not frame; [`WriteError::NotSettable`] for a template that would not be read back as one;
    /// [`WriteError::WrongCurrency`] for an amount of another currency than the payload's; a value or template of more
    /// than 99 units of length; a buffer too small.
    pub fn write_to<'b>(&self, source: &Sealed<'_>, buffer: &'b mut [u8]) -> Result<&'b str, WriteError> {
        self.rewrite(source, buffer)
    }

    /// The number of bytes [`Edit::write_to`] writes.
    ///
    /// # Errors
    /// As [`Edit::write_to`], but for the buffer.
    pub fn encoded_len(&self, source: &Sealed<'_>) -> Result<usize, WriteError> {
        needed_len(self.rewrite(source, &mut []))
    }

    /// Writes the edited payload, reads it back and judges it. What the edit names or brings about it answers for: that
    /// is judged as [`check::visit_made`](crate::check::visit_made) does, by the letter of the profile, which for
    /// [`Profile::WILD`] is [`Profile::QRIS`]. What it leaves alone is judged by the profile itself: a code in circulation
    /// stays as good as it was. To make a code that breaks a rule all the same there is [`Edit::write_to`].
    ///
    /// ```
    /// use qris_core::{Edit, EncodeError, Profile, Sealed};
    /// // In circulation: without national repository and postal code.
    /// let text = "00020101021126430017ID.CO.EXAMPLE.WWW011893600914000000000152045812530336\
    ///             05802ID5913WARUNG CONTOH6007JAKARTA6304CB96";
    /// let (source, mut buffer) = (Sealed::parse(text)?, [0; 512]);
    /// let mut edit = Edit::new();
    /// edit.amount("15000".parse()?).reference_label("INV-1");
    /// assert!(edit.build(&source, &mut buffer, &Profile::WILD).is_ok());
    ///
    /// edit.reference_label("INV-2026-11-28-0001-JAKARTA-PUSAT");
    /// let error = edit.build(&source, &mut buffer, &Profile::WILD).unwrap_err();
    /// assert_eq!(error.to_string(), "62/05 Reference Label has 33 characters; 1 to 25 are allowed (EMVCo 4.8.1.2)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Edit::write_to`], and [`EncodeError::NotConformant`] with the first broken rule.
    pub fn build<'b>(
        &self,
        source: &Sealed<'_>,
        buffer: &'b mut [u8],
        profile: &Profile,
    ) -> Result<Qris<'b>, EncodeError> {
        Ok(Qris::judged(self.faultless(source, buffer, profile)?, profile)?)
    }

    /// The same for a payload of any scheme: [`Profile::of`] gives the profile of the source.
    ///
    /// ```
    /// use qris_core::{Amount, Currency, Edit, Profile, Sealed};
    /// let text = String::from("00020101021129370016A000000677010111011300668012345675802TH530376463046197");
    /// let (source, mut buffer) = (Sealed::parse(&text)?, [0; 512]);
    /// let mut edit = Edit::new();
    /// edit.amount(Amount::parse("420.50", Currency::new(764).unwrap())?);
    /// let dynamic = edit.build_conformant(&source, &mut buffer, &Profile::of(&source))?;
    /// assert_eq!(dynamic.amount().map(|amount| amount.to_string()), Some("420.50".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Edit::build`].
    pub fn build_conformant<'b>(
        &self,
        source: &Sealed<'_>,
        buffer: &'b mut [u8],
        profile: &Profile,
    ) -> Result<Conformant<'b>, EncodeError> {
        Ok(Conformant::judged(self.faultless(source, buffer, profile)?, profile)?)
    }

    fn faultless<'b>(
        &self,
        source: &Sealed<'_>,
        buffer: &'b mut [u8],
        profile: &Profile,
    ) -> Result<Sealed<'b>, EncodeError> {
        let sealed = Payload::parse_with(self.rewrite(source, buffer)?, source.unit())?.verify_crc()?;
        match review::first_fault(source, &sealed, profile, |path| self.names(path)) {
            Some(fault) => Err(EncodeError::NotConformant(fault)),
            None => Ok(sealed),
        }
    }

    fn rewrite<'b>(&self, source: &Payload<'_>, buffer: &'b mut [u8]) -> Result<&'b str, WriteError> {
        self.items.check(Some(source))?;
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
        let rewrite = Rewrite { items, source: Some(source) };
        rewrite.rewrite_level(Path::PAYLOAD, source.objects(), source.present(), IdSet::ALL, &mut writer)?;
        // The CRC is the last object and four digits long.
        let crc = source.as_str().len().saturating_sub(4);
        writer.seal_like(source.as_str().get(crc..).unwrap_or_default())
    }
}

/// What is written and what it is made from; `source` is `None` for templates that are not there.
#[derive(Clone, Copy)]
struct Rewrite<'r, 's> {
    items: &'r Items<'r>,
    source: Option<&'r Payload<'s>>,
}

impl<'s> Rewrite<'_, 's> {
    /// Writes the objects of one template, or of the root. It calls itself for templates inside, and paths end at the
    /// third level. `settable` are the IDs that may be set here.
    fn rewrite_level(
        &self,
        at: Path,
        mut objects: impl Passable<'s>,
        present: IdSet,
        settable: IdSet,
        writer: &mut Writer<'_>,
    ) -> Result<(), WriteError> {
        let items = self.items;
        let text = self.source.map_or("", Payload::as_str);
        let (mut named, mut new) = (IdSet::EMPTY, IdSet::EMPTY);
        for item in items.below(at) {
            if let Some(id) = item.path.id_at(at.depth()).map(Id::number) {
                let set = item.value.is_some();
                if !set || settable.contains(id) {
                    named.insert(id);
                }
                if set && settable.contains(id) && !present.contains(id) {
                    new.insert(id);
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
                self.create(at.join(Id::known(smaller)), writer)?;
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
            match items.get(path) {
                // Of a repeated ID the first is replaced and the others go: afterwards there is one.
                Some(item) if written.insert(id) => item.write(writer)?,
                Some(_) => {}
                None => self.rewrite_template_object(&object, writer)?,
            }
        }
        while let Some(id) = new.pop() {
            self.create(at.join(Id::known(id)), writer)?;
        }
        Ok(())
    }

    /// Writes an object that something inside is set or removed of.
    fn rewrite_template_object(
        &self,
        object: &DataObject<'s>,
        writer: &mut Writer<'_>,
    ) -> Result<(), WriteError> {
        let (items, path) = (self.items, object.path());
        let sets_something = items.below(path).any(|item| item.value.is_some());
        let Some(template) = object.template() else {
            if sets_something && !self.copies(path).any(|other| other.template().is_some()) {
                return Err(WriteError::NotATemplate { path });
            }
            return writer.object(object.id(), object.value());
        };
        let settable = if path.depth() == 2 { self.settable_in(object) } else { IdSet::ALL };
        if object.value().is_empty() && !sets_something {
            // What is not there is not removed, and neither is the empty template around it.
            return writer.object(object.id(), "");
        }
        self.rewrite_template(path, template.objects(), ids_of(object), settable, writer)
    }

    /// The objects of the source with this path, two levels down.
    fn copies(&self, path: Path) -> impl Iterator<Item = DataObject<'s>> + use<'s> {
        let around = path.parent().and_then(Path::last);
        let template = around.and_then(|id| self.source?.template(id));
        template.into_iter().flat_map(|t| t.objects()).filter(move |object| object.path() == path)
    }

    /// The IDs that are set in this of several templates with one path: those [`Payload::find`] finds here, and in the
    /// first template those it finds nowhere.
    fn settable_in(&self, object: &DataObject<'s>) -> IdSet {
        let (mut earlier, mut everywhere, mut is_first) = (IdSet::EMPTY, IdSet::EMPTY, true);
        for other in self.copies(object.path()).filter(|other| other.template().is_some()) {
            if other.offset() < object.offset() {
                earlier = earlier.union(ids_of(&other));
                is_first = false;
            }
            everywhere = everywhere.union(ids_of(&other));
        }
        let nowhere = if is_first { IdSet::ALL.without(everywhere) } else { IdSet::EMPTY };
        ids_of(object).without(earlier).union(nowhere)
    }

    /// Writes an object that was not there, with everything set inside it.
    fn create(&self, path: Path, writer: &mut Writer<'_>) -> Result<(), WriteError> {
        if let Some(item) = self.items.get(path) {
            return item.write(writer);
        }
        let nothing = Rewrite { source: None, ..*self };
        nothing.rewrite_template(path, TemplateObjects::NONE, IdSet::EMPTY, IdSet::ALL, writer)
    }

    /// Writes a template that something changes in, or nothing when it would be empty.
    fn rewrite_template(
        &self,
        at: Path,
        objects: TemplateObjects<'s>,
        present: IdSet,
        settable: IdSet,
        writer: &mut Writer<'_>,
    ) -> Result<(), WriteError> {
        let Some(id) = at.last() else { return Ok(()) };
        writer.open_settable(id)?;
        self.rewrite_level(at, objects, present, settable, writer)?;
        match writer.close_or_drop()? {
            true => Ok(()),
            false => self.items.check_template(at, present.contains(0)),
        }
    }
}

/// The objects inside a template; none for anything else.
fn objects_in(object: DataObject<'_>) -> impl Iterator<Item = DataObject<'_>> {
    object.template().into_iter().flat_map(|template| template.objects())
}

/// The IDs inside a template.
fn ids_of(object: &DataObject<'_>) -> IdSet {
    let mut ids = IdSet::EMPTY;
    objects_in(*object).for_each(|object| {
        ids.insert(object.id().number());
    });
    ids
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
