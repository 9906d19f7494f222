//! What was read of a text before the fault.

use alloc::vec::Vec;
use core::fmt;

use crate::display::Safe;
use crate::error::{DecodeError, ErrorKind};
use crate::id::Id;
use crate::unit::LengthUnit;
use crate::wire::{DataObject, leading_objects};

/// The object before a fault of the structure, and those before it. A length that is wrong is noticed in the object after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before<'a> {
    object: DataObject<'a>,
    others: Vec<Id>,
    unit: LengthUnit,
}

impl<'a> Before<'a> {
    /// The object before the fault.
    pub const fn object(&self) -> DataObject<'a> {
        self.object
    }

    /// The IDs of the objects before that one, in the order of the text.
    pub fn others(&self) -> &[Id] {
        &self.others
    }
}

/// `59 declares 13 characters and holds "WARUNGCONTOH6"`, in one line and safe to print.
impl fmt::Display for Before<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, length, value) = (self.object.id(), self.object.length(), Safe(self.object.value()));
        let units = self.unit.counted(usize::from(length));
        write!(f, "{id} declares {length} {units} and holds \"{value}\"")
    }
}

/// The object before the fault of a text that does not frame; `None` for other faults, and at the first object.
///
/// ```
/// use qris_core::diagnose::before;
/// use qris_core::{LengthUnit, Payload};
/// let text = String::from("0002015913WARUNGCONTOH6013JAKARTA PUSAT6304ABCD");
/// let error = Payload::parse(&text).unwrap_err();
/// let before = before(&text, LengthUnit::Characters, &error).unwrap();
/// assert_eq!(before.to_string(), "59 declares 13 characters and holds \"WARUNGCONTOH6\"");
/// ```
pub fn before<'a>(text: &'a str, unit: LengthUnit, error: &DecodeError) -> Option<Before<'a>> {
    let of_the_structure = matches!(
        error.kind(),
        ErrorKind::Truncated { .. }
            | ErrorKind::InvalidId
            | ErrorKind::DuplicateId { .. }
            | ErrorKind::InvalidLength { .. }
            | ErrorKind::Overrun { .. }
    );
    let read = leading_objects(text, unit).take_while(|object| object.offset() < error.offset());
    let mut read: Vec<DataObject<'a>> = read.filter(|_| of_the_structure).collect();
    let object = read.pop()?;
    Some(Before { object, others: read.iter().map(DataObject::id).collect(), unit })
}
