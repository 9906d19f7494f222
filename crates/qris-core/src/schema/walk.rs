//! All objects of a payload with their rows: what nests and what is text is asked of the table where it may say so.

use super::spec::{Content, ObjectSpec, TemplateSpec};
use super::{Profile, row_of};
use crate::id::Path;
use crate::wire::{DataObject, Nesting, Objects, Payload, Template, TemplateObjects};

/// The objects inside an object with this row. The table can ask for a third level in accounts (VietQR 38-01), and for text in
/// 80–99 (PromptPay 81); everywhere else it is as the parser has it.
///
/// ```
/// use qris_core::schema::template_in;
/// use qris_core::{Path, Payload, Profile};
/// let text = String::from(
///     "00020101021138530010A0000007270123000697041601090000000010208QRIBFTTA53037045405100005802VN\
///      62150811Chuyen tien6304E1C1",
/// );
/// let payload = Payload::parse(&text)?;
/// let beneficiary = payload.find(Path::of(&[38, 1])).unwrap();
/// let row = Profile::of(&payload).row_in(&payload, beneficiary.path());
/// let bank = template_in(&beneficiary, row).and_then(|template| template.value_of("00".parse().unwrap()));
/// assert_eq!(bank, Some("970416"));
/// assert!(beneficiary.template().is_none(), "EMVCo has no third level there");
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
pub fn template_in<'a>(object: &DataObject<'a>, row: Option<&'static ObjectSpec>) -> Option<Template<'a>> {
    let is_template = row.map(|row| matches!(row.content, Content::Template(_)));
    match (object.nesting(), is_template) {
        (Nesting::Primitive, Some(true)) => object.framed(),
        (Nesting::Template, Some(false)) => None,
        _ => object.template(),
    }
}

/// The objects of a payload with their rows, nested ones included. Made by [`Payload::walk_in`].
#[derive(Clone, Debug)]
pub struct WalkIn<'p, 'a> {
    payload: &'p Payload<'a>,
    table: &'static TemplateSpec,
    root: Objects<'p, 'a>,
    /// The objects of the open templates, outer and inner, and the rows of those templates.
    outer: Option<Level<'a>>,
    inner: Option<Level<'a>>,
}

#[derive(Clone, Debug)]
struct Level<'a> {
    row: Option<&'static ObjectSpec>,
    objects: TemplateObjects<'a>,
}

impl<'a> Level<'a> {
    fn of(object: &DataObject<'a>, row: Option<&'static ObjectSpec>) -> Option<Level<'a>> {
        template_in(object, row).map(|template| Level { row, objects: template.objects() })
    }

    fn next(&mut self) -> Option<(DataObject<'a>, Option<&'static ObjectSpec>)> {
        let object = self.objects.next()?;
        Some((object, self.row.and_then(|row| row.row_inside(object.id()))))
    }
}

impl<'a> Payload<'a> {
    /// Every object with its row in a profile, in the order of the text.
    ///
    /// ```
    /// use qris_core::{Payload, Profile};
    /// let text = String::from("00020101021129370016A000000677010111011300668012345675802TH530376463046197");
    /// let payload = Payload::parse(&text)?;
    /// let names: Vec<_> = payload.walk_in(&Profile::of(&payload)).filter_map(|(_, row)| Some(row?.name)).collect();
    /// assert_eq!(names[2..5], ["PromptPay Transfer", "Globally Unique Identifier", "Mobile Number"]);
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn walk_in<'p>(&'p self, profile: &Profile) -> WalkIn<'p, 'a> {
        WalkIn { payload: self, table: profile.root, root: self.objects(), outer: None, inner: None }
    }

    /// The first object at a path, with what the profile's table makes a template or a text.
    pub fn find_in(&self, path: Path, profile: &Profile) -> Option<DataObject<'a>> {
        self.walk_in(profile).map(|(object, _)| object).find(|object| object.path() == path)
    }
}

impl<'a> Iterator for WalkIn<'_, 'a> {
    type Item = (DataObject<'a>, Option<&'static ObjectSpec>);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(found) = self.inner.as_mut().and_then(Level::next) {
            return Some(found);
        }
        self.inner = None;
        if let Some((object, row)) = self.outer.as_mut().and_then(Level::next) {
            self.inner = Level::of(&object, row);
            return Some((object, row));
        }
        let object = self.root.next()?;
        let row = row_of(self.table, self.payload, &object);
        self.outer = Level::of(&object, row);
        Some((object, row))
    }
}

impl core::iter::FusedIterator for WalkIn<'_, '_> {}
