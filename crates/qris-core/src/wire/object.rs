//! Data objects, and the templates that contain other objects.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;
use core::ops::Range;

use super::read::{self, InText};
use crate::id::{ACCOUNT_TEMPLATES, Id, IdSet, Path};
use crate::unit::{LengthUnit, count};

/// A range of the payload in UTF-8 bytes, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    pub(crate) const fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The span as a range, for slicing.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Span {
        Span::new(range.start, range.end)
    }
}

/// Whether the value at a path is a sequence of objects (EMVCo MPM 4.7.11, 4.8, 4.9, 4.11). Such a value "frames" when
/// it is whole objects to its very end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nesting {
    /// The value is text.
    Primitive,
    /// The value is a sequence of objects; when it does not frame, that is a finding.
    Template,
    /// 62-50…99: a template when it frames and begins with a 00 of 1–32 characters, text otherwise, because acquirers
    /// write both.
    TemplateIfItFrames,
}

/// What the standard says the value at `path` is.
#[inline]
pub(crate) const fn nests(path: Path) -> Nesting {
    match (path.depth(), path.first(), path.last()) {
        (1, Some(id), _) if is_root_template(id.number()) => Nesting::Template,
        (2, Some(Id::ADDITIONAL_DATA), Some(id)) if id.number() >= 50 => Nesting::TemplateIfItFrames,
        _ => Nesting::Primitive,
    }
}

/// 26–51 accounts, 62 additional data, 64 language, 80–99 unreserved.
#[inline(always)]
pub(super) const fn is_root_template(id: u8) -> bool {
    // A set rather than ranges: one test, and nothing for the branch predictor to learn.
    ROOT_TEMPLATES.contains(id)
}

const ROOT_TEMPLATES: IdSet =
    ACCOUNT_TEMPLATES.union(IdSet::range(62, 62)).union(IdSet::range(64, 64)).union(IdSet::range(80, 99));

/// One data object of a payload: ID, length and value, and its position.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DataObject<'a> {
    pub(super) path: Path,
    /// The last ID of the path, kept here so that it can be read without looking into the path.
    pub(super) id: Id,
    pub(super) length: u8,
    pub(super) offset: usize,
    pub(super) value: &'a str,
    pub(super) unit: LengthUnit,
}

/// The position of an object in a text that is stored elsewhere.
#[cfg(feature = "alloc")]
#[derive(Clone, Copy)]
pub(crate) struct Place {
    path: Path,
    id: Id,
    length: u8,
    offset: usize,
    /// One past its last byte.
    end: usize,
}

impl fmt::Debug for DataObject<'_> {
    /// Shows position and length, but not the value, which may be a PAN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataObject")
            .field("path", &self.path)
            .field("length", &self.length)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl<'a> DataObject<'a> {
    /// Its ID.
    pub const fn id(&self) -> Id {
        self.id
    }

    /// Its length as written, 0–99, in the unit the payload was read with.
    pub const fn length(&self) -> u8 {
        self.length
    }

    /// Its value, exactly as written. The text is untrusted input: filter it before printing.
    pub const fn value(&self) -> &'a str {
        self.value
    }

    /// The IDs from the root to this object.
    pub const fn path(&self) -> Path {
        self.path
    }

    /// Byte offset of its ID in the payload.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// ID, length and value, in bytes of the payload.
    pub const fn span(&self) -> Span {
        Span::new(self.offset, self.end())
    }

    /// The value alone, in bytes of the payload.
    pub const fn value_span(&self) -> Span {
        Span::new(self.value_offset(), self.end())
    }

    // Wrapping arithmetic, here and below: all offsets are inside a text, far below the limit.
    const fn value_offset(&self) -> usize {
        self.offset.wrapping_add(4)
    }

    /// One past its last byte.
    #[inline(always)]
    pub(super) const fn end(&self) -> usize {
        self.value_offset().wrapping_add(self.value.len())
    }

    /// Everything but the text.
    #[cfg(feature = "alloc")]
    pub(crate) const fn place(&self) -> Place {
        Place { path: self.path, id: self.id, length: self.length, offset: self.offset, end: self.end() }
    }

    /// The object at a place in a text.
    #[cfg(feature = "alloc")]
    pub(crate) fn at(place: Place, text: &'a str, unit: LengthUnit) -> DataObject<'a> {
        let Place { path, id, length, offset, end } = place;
        let value = text.get(offset.saturating_add(4)..end).unwrap_or_default();
        DataObject { path, id, length, offset, value, unit }
    }

    /// Whether its value is text or a sequence of objects, according to the standard.
    pub const fn nesting(&self) -> Nesting {
        nests(self.path)
    }

    /// The objects inside, when the value is a template and frames completely.
    pub fn template(&self) -> Option<Template<'a>> {
        let nesting = self.nesting();
        if nesting == Nesting::Primitive {
            return None;
        }
        let framed = read::text_frames(self.value, self.unit);
        let template = Template::of(self, self.value.is_ascii());
        let named = || template.objects().next().is_some_and(|first| begins_with_guid(&first));
        (framed && (nesting == Nesting::Template || named())).then_some(template)
    }
}

impl<'a> DataObject<'a> {
    /// The objects inside, when the value frames completely, whatever the standard says about the place. Tables of schemes ask
    /// for more levels than EMVCo's; [`crate::schema::template_in`] knows which.
    pub fn framed(&self) -> Option<Template<'a>> {
        let may_nest = self.path.depth() < Path::MAX_DEPTH;
        (may_nest && read::text_frames(self.value, self.unit))
            .then(|| Template::of(self, self.value.is_ascii()))
    }
}

/// Whether an object is a 00 that says whose template this is.
fn begins_with_guid(first: &DataObject<'_>) -> bool {
    first.id() == Id::PAYLOAD_FORMAT_INDICATOR && has_guid_length(first.value)
}

/// Whether a value is as long as an identifier: 1–32 characters (EMVCo MPM 4.7.11).
pub(crate) fn has_guid_length(value: &str) -> bool {
    (1..=32).contains(&count(value))
}

/// The objects of a template whose value frames completely.
///
/// `C` is the table of the template: keys of that table can be read (see [`crate::keys::Key`]), and keys of other
/// tables do not compile. Without `C` it is a template of any table.
pub struct Template<'a, C = Untyped> {
    path: Path,
    offset: usize,
    value: &'a str,
    unit: LengthUnit,
    /// Whether it is known to be ASCII, which is read faster. Equality ignores it.
    ascii: bool,
    of: PhantomData<fn() -> C>,
}

/// Stands for the table of a [`Template`] when that is not stated.
#[derive(Debug)]
pub enum Untyped {}

impl<C> Clone for Template<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Template<'_, C> {}

impl<C> fmt::Debug for Template<'_, C> {
    /// Shows position and length, but not the objects: one of them may be a PAN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("path", &self.path)
            .field("bytes", &self.value.len())
            .finish_non_exhaustive()
    }
}

impl<C> PartialEq for Template<'_, C> {
    fn eq(&self, other: &Self) -> bool {
        let is = |of: &Self| (of.path, of.offset, of.unit);
        is(self) == is(other) && self.value == other.value
    }
}

impl<C> Eq for Template<'_, C> {}

impl<C> Hash for Template<'_, C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.path, self.offset, self.unit, self.value).hash(state);
    }
}

impl<'a> Template<'a> {
    /// The value of an object as a template. The caller makes sure that it frames.
    #[inline(always)]
    pub(super) const fn of(object: &DataObject<'a>, ascii: bool) -> Template<'a> {
        Template {
            path: object.path,
            offset: object.value_offset(),
            value: object.value,
            unit: object.unit,
            ascii,
            of: PhantomData,
        }
    }

    /// The same template with the table `C`. This is not checked: the caller must know that it is the right table.
    #[inline(always)]
    pub const fn typed<C>(self) -> Template<'a, C> {
        let Template { path, offset, value, unit, ascii, .. } = self;
        Template { path, offset, value, unit, ascii, of: PhantomData }
    }
}

impl<'a, C> Template<'a, C> {
    /// The same template without its table, for code that takes any template.
    #[inline(always)]
    pub const fn erase(self) -> Template<'a> {
        let Template { path, offset, value, unit, ascii, .. } = self;
        Template { path, offset, value, unit, ascii, of: PhantomData }
    }

    /// The path of the template.
    pub const fn path(&self) -> Path {
        self.path
    }

    /// Byte offset of its object in the payload.
    pub(crate) const fn object_offset(&self) -> usize {
        self.offset.saturating_sub(4)
    }

    /// The value of the whole template.
    pub const fn value(&self) -> &'a str {
        self.value
    }

    /// Its objects in order.
    #[inline]
    pub const fn objects(&self) -> TemplateObjects<'a> {
        TemplateObjects { template: self.erase(), done: 0 }
    }

    /// The first object with this ID.
    pub fn get(&self, id: Id) -> Option<DataObject<'a>> {
        let measure = InText { ascii: self.ascii, unit: self.unit };
        self.object_at(read::find(measure, self.value.as_bytes(), id.number())?.0)
    }

    /// The object that begins at this byte of the value.
    #[inline(always)]
    pub(crate) fn object_at(&self, at: usize) -> Option<DataObject<'a>> {
        let measure = InText { ascii: self.ascii, unit: self.unit };
        let element = read::element(measure, self.value.as_bytes().get(at..)?)?;
        let (start, id) = (at.wrapping_add(4), Id::known(element.id));
        Some(DataObject {
            path: self.path.join(id),
            id,
            length: element.declared,
            offset: self.offset.wrapping_add(at),
            value: self.value.get(start..start.wrapping_add(element.value.len()))?,
            unit: self.unit,
        })
    }

    /// The value of the first object with this ID.
    #[inline]
    pub fn value_of(&self, id: Id) -> Option<&'a str> {
        let measure = InText { ascii: self.ascii, unit: self.unit };
        let (at, element) = read::find(measure, self.value.as_bytes(), id.number())?;
        // Saturating: then the compiler knows that the end is not before the start, and getters are a fifth shorter.
        let start = at.saturating_add(4);
        self.value.get(start..start.saturating_add(element.value.len()))
    }
}

/// An iterator over objects in the order of the text that can skip objects without looking at each.
pub(crate) trait Passable<'a>: Iterator<Item = DataObject<'a>> {
    /// The offset of the next object, in bytes of the payload.
    fn offset(&self) -> usize;

    /// Skips to the next object with one of these IDs, or to the end, which at the root is the CRC. At the root,
    /// `until` must leave out each ID that occurred already.
    fn pass(&mut self, until: IdSet);
}

/// The objects of a [`Template`], in order.
#[derive(Clone, Copy, Debug)]
pub struct TemplateObjects<'a> {
    template: Template<'a>,
    /// Bytes of the value already read; always at the boundary of an object.
    done: usize,
}

impl TemplateObjects<'_> {
    /// The objects of a template that does not exist yet: none.
    pub(crate) const NONE: TemplateObjects<'static> = TemplateObjects {
        template: Template {
            path: Path::PAYLOAD,
            offset: 0,
            value: "",
            unit: LengthUnit::Characters,
            ascii: true,
            of: PhantomData,
        },
        done: 0,
    };
}

impl<'a> Passable<'a> for TemplateObjects<'a> {
    fn offset(&self) -> usize {
        self.template.offset.saturating_add(self.done)
    }

    fn pass(&mut self, until: IdSet) {
        let Template { value, ascii, unit, .. } = self.template;
        let rest = value.as_bytes().get(self.done..).unwrap_or_default();
        let (rest, _) = read::pass(InText { ascii, unit }, rest, until);
        self.done = value.len().saturating_sub(rest.len());
    }
}

impl<'a> Iterator for TemplateObjects<'a> {
    type Item = DataObject<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<DataObject<'a>> {
        let object = self.template.object_at(self.done)?;
        self.done = self.done.wrapping_add(4).wrapping_add(object.value.len());
        Some(object)
    }
}

impl core::iter::FusedIterator for TemplateObjects<'_> {}
