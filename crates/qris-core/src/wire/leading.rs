//! The objects of a text that is no payload.

use super::object::DataObject;
use super::read::{self, InText};
use crate::id::{Id, Path};
use crate::unit::LengthUnit;

/// The objects that a text begins with, as far as it frames: for messages about a text that is no payload, whose fault often
/// lies in the object before. They need not be different, nor in any order; none is longer than its length says.
///
/// ```
/// use qris_core::wire::leading_objects;
/// use qris_core::{LengthUnit, Payload};
/// // The blank of the name is gone, and reading went on in the middle of the next object.
/// let text = String::from("0002015913WARUNGCONTOH6013JAKARTA PUSAT6304ABCD");
/// assert!(Payload::parse(&text).is_err());
/// let last = leading_objects(&text, LengthUnit::Characters).last().unwrap();
/// assert_eq!((last.length(), last.value()), (13, "WARUNGCONTOH6"));
/// ```
pub fn leading_objects(text: &str, unit: LengthUnit) -> impl Iterator<Item = DataObject<'_>> {
    let measure = InText { ascii: text.is_ascii(), unit };
    let mut offset = 0usize;
    core::iter::from_fn(move || {
        let element = read::element(measure, text.as_bytes().get(offset..)?)?;
        let start = offset.checked_add(4)?;
        let end = start.checked_add(element.value.len())?;
        let (id, at) = (Id::known(element.id), offset);
        let value = text.get(start..end)?;
        offset = end;
        Some(DataObject { path: Path::root(id), id, length: element.declared, offset: at, value, unit })
    })
}
