//! One table of data objects, many readers: the check, the builder's order, the printer, the documents,
//! `qris explain`, the generators and the tests all read the rows below.

#[rustfmt::skip] // Rows read like the printed tables they come from.
mod emvco;
mod grade;
#[rustfmt::skip]
pub mod keys;
#[rustfmt::skip]
mod qris;
mod reason;
mod scheme;
mod spec;

pub use emvco::{ACCOUNT, ADDITIONAL_DATA, LANGUAGE, PAYMENT_SYSTEM, ROOT, UNRESERVED};
pub use grade::{Grades, Reading, Severity};
pub use qris::{
    MERCHANT_ACCOUNT, NATIONAL_REPOSITORY, PROPRIETARY, QRIS_ADDITIONAL_DATA, QRIS_ROOT, TRANSFER_ACCOUNT,
};
pub use scheme::{QRIS_SCHEME, Scheme};
pub use spec::{Content, Format, ObjectSpec, Presence, TemplateSpec};

use core::hash::{Hash, Hasher};

use crate::id::{Id, Path};
use crate::wire::{DataObject, Payload};

/// A table and the reading that picks its severities: what a payload is judged by.
///
/// ```
/// use qris_core::Profile;
/// assert_eq!(Profile::named("wild").map(|p| p.name), Some("wild"));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// `emvco`, `qris` or `wild`.
    pub name: &'static str,
    /// The table of the root.
    pub root: &'static TemplateSpec,
    /// Which severities apply.
    pub reading: Reading,
}

impl PartialEq for Profile {
    /// By name: each profile has its own.
    fn eq(&self, other: &Profile) -> bool {
        self.name == other.name
    }
}

impl Eq for Profile {}

impl Hash for Profile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Profile {
    /// The EMVCo tables, word for word.
    pub const EMVCO: Profile = Profile { name: "emvco", root: &ROOT, reading: Reading::Emvco };
    /// The QRIS tables, word for word.
    pub const QRIS: Profile = Profile { name: "qris", root: &QRIS_ROOT, reading: Reading::Qris };
    /// The QRIS tables as acquirers really print them: what is common in circulation is no error.
    pub const WILD: Profile = Profile { name: "wild", root: &QRIS_ROOT, reading: Reading::Wild };

    /// All profiles.
    pub const ALL: &[Profile] = &[Profile::EMVCO, Profile::QRIS, Profile::WILD];

    /// The profile with this name.
    pub fn named(name: &str) -> Option<Profile> {
        Profile::ALL.iter().copied().find(|profile| profile.name == name)
    }

    /// The profile that judges what one makes oneself. [`Profile::WILD`] is for codes of others, so in its place it is
    /// [`Profile::QRIS`]; the others go by the letter already.
    ///
    /// ```
    /// use qris_core::Profile;
    /// assert_eq!(Profile::WILD.for_making(), Profile::QRIS);
    /// assert_eq!(Profile::EMVCO.for_making(), Profile::EMVCO);
    /// ```
    pub const fn for_making(&self) -> Profile {
        match self.reading {
            Reading::Wild => Profile { root: self.root, ..Profile::QRIS },
            Reading::Qris | Reading::Emvco => *self,
        }
    }

    /// The row for an object at a path, accounts being those of the profile's own scheme.
    pub fn row(&self, path: Path) -> Option<&'static ObjectSpec> {
        row_below(self.root.row(path.first()?), path)
    }

    /// The row for an object of a payload. An account of another scheme has the row of the table below, EMVCo's: what is
    /// inside has no names of QRIS.
    ///
    /// ```
    /// use qris_core::{Path, Payload, Profile};
    /// let text = String::from("0002012605010115802SG6304FD65");
    /// let payload = Payload::parse(&text)?;
    /// let name = |row: Option<&'static qris_core::schema::ObjectSpec>| row.map(|row| row.name);
    /// assert_eq!(name(Profile::QRIS.row(Path::of(&[26, 1]))), Some("Merchant PAN"));
    /// assert_eq!(name(Profile::QRIS.row_in(&payload, Path::of(&[26, 1]))), Some("Payment network specific"));
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn row_in(&self, payload: &Payload<'_>, path: Path) -> Option<&'static ObjectSpec> {
        row_below(row_in(self.root, payload, path.first()?), path)
    }
}

impl<'a> Payload<'a> {
    /// The objects that have no row in the profile, or whose ID is reserved; nested ones too. A reader ignores
    /// them, an editor keeps them.
    ///
    /// ```
    /// use qris_core::{Payload, Profile};
    /// let text = String::from("0002015204000062120703A014901x7001y630449D8");
    /// let payload = Payload::parse(&text)?;
    /// let unknown: Vec<_> = payload.unknown(&Profile::QRIS).map(|object| object.path().to_string()).collect();
    /// assert_eq!(unknown, ["62/49", "70"]);
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn unknown(&self, profile: &Profile) -> impl Iterator<Item = DataObject<'a>> {
        let rows = Rows::of(self, profile);
        self.walk()
            .scan(rows, |rows, object| Some((rows.next(&object), object)))
            .filter_map(|(row, object)| row.is_none_or(|row| row.reserved).then_some(object))
    }
}

/// The rows of objects that are walked through in order.
pub(crate) struct Rows<'p, 'a> {
    payload: &'p Payload<'a>,
    table: &'static TemplateSpec,
    /// Of the last root object.
    root: Option<&'static ObjectSpec>,
}

impl<'p, 'a> Rows<'p, 'a> {
    pub(crate) fn of(payload: &'p Payload<'a>, profile: &Profile) -> Rows<'p, 'a> {
        Rows { payload, table: profile.root, root: None }
    }

    pub(crate) fn next(&mut self, object: &DataObject<'a>) -> Option<&'static ObjectSpec> {
        if object.path().depth() == 1 {
            self.root = row_of(self.table, self.payload, object);
        }
        row_below(self.root, object.path())
    }
}

/// The row of a root object of a payload.
pub(crate) fn row_in(root: &TemplateSpec, payload: &Payload<'_>, id: Id) -> Option<&'static ObjectSpec> {
    let row = root.row(id)?;
    match row.scheme().and_then(|_| payload.get(id)) {
        Some(account) => row_of(root, payload, &account),
        None => Some(row),
    }
}

/// The same for an object that is at hand.
pub(crate) fn row_of(
    root: &TemplateSpec,
    payload: &Payload<'_>,
    object: &DataObject<'_>,
) -> Option<&'static ObjectSpec> {
    let row = root.row(object.id())?;
    match row.scheme() {
        Some(scheme) if !scheme.has(payload, object) => root.base?.row(object.id()),
        _ => Some(row),
    }
}

/// The row for an object at a path whose root object has this row.
pub(crate) fn row_below(first: Option<&'static ObjectSpec>, path: Path) -> Option<&'static ObjectSpec> {
    path.ids().skip(1).try_fold(first?, |row, id| row.row_inside(id))
}
