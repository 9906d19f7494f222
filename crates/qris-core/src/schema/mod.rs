//! One table of data objects, many readers: the check, the builder's order, the printer, the documents,
//! `qris explain`, the generators and the tests all read the rows below.

#[rustfmt::skip] // Rows read like the printed tables they come from.
mod emvco;
#[rustfmt::skip]
pub mod keys;
#[rustfmt::skip]
mod qris;
mod spec;

pub use emvco::{ACCOUNT, ADDITIONAL_DATA, LANGUAGE, PAYMENT_SYSTEM, ROOT, UNRESERVED};
pub use qris::{
    MERCHANT_ACCOUNT, NATIONAL_REPOSITORY, PROPRIETARY, QRIS_ADDITIONAL_DATA, QRIS_ROOT, TRANSFER_ACCOUNT,
};
pub use spec::{Content, Format, Grades, ObjectSpec, Presence, Reading, Severity, TemplateSpec};

use crate::id::Path;

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

impl Profile {
    /// The EMVCo tables by the letter.
    pub const EMVCO: Profile = Profile { name: "emvco", root: &ROOT, reading: Reading::Emvco };
    /// The QRIS tables by the letter.
    pub const QRIS: Profile = Profile { name: "qris", root: &QRIS_ROOT, reading: Reading::Qris };
    /// The QRIS tables as acquirers really print them: what is common in circulation is no error.
    pub const WILD: Profile = Profile { name: "wild", root: &QRIS_ROOT, reading: Reading::Wild };

    /// All profiles.
    pub const ALL: [Profile; 3] = [Profile::EMVCO, Profile::QRIS, Profile::WILD];

    /// The profile with this name.
    pub fn named(name: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|profile| profile.name == name)
    }

    /// The row for an object at a path.
    pub fn row(&self, path: Path) -> Option<&'static ObjectSpec> {
        row_at(self.root, path)
    }
}

/// The row for an object at a path below a root.
pub(crate) fn row_at(root: &TemplateSpec, path: Path) -> Option<&'static ObjectSpec> {
    let mut ids = path.ids();
    let first = root.row(ids.next()?);
    ids.try_fold(first?, |row, id| match row.content {
        Content::Template(inner) => inner.row(id),
        _ => None,
    })
}
