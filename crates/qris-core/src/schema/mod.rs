//! One table of data objects, many readers: the check, the builder's order, the printer, the documents,
//! `qris explain`, the generators and the tests all read the rows below.

#[rustfmt::skip] // Rows read like the printed tables they come from.
mod emvco;
mod grade;
#[rustfmt::skip]
pub mod keys;
#[rustfmt::skip]
mod national;
#[rustfmt::skip]
mod qris;
mod reason;
mod scheme;
mod spec;
mod walk;

pub use emvco::{ACCOUNT, ADDITIONAL_DATA, LANGUAGE, PAYMENT_SYSTEM, ROOT, UNRESERVED};
pub use grade::{Grades, Reading, Severity};
pub use qris::{
    MERCHANT_ACCOUNT, NATIONAL_REPOSITORY, PROPRIETARY, QRIS_ADDITIONAL_DATA, QRIS_ROOT, TRANSFER_ACCOUNT,
};
pub(crate) use scheme::is_indonesian;
pub use scheme::{QRIS_SCHEME, Scheme, SchemeRules};
pub use spec::{Content, Format, ObjectSpec, OneOf, Presence, TemplateSpec};
pub use walk::{WalkIn, template_in};

use core::hash::{Hash, Hasher};

use crate::id::{Id, Path};
use crate::wire::{DataObject, Payload};

/// A table and the reading that picks its severities: what a payload is judged by.
///
/// ```
/// use qris_core::Profile;
/// assert_eq!(Profile::named("wild").map(|p| p.name), Some("wild"));
/// assert_eq!(Profile::named("promptpay").and_then(|p| p.scheme).map(|scheme| scheme.country), Some("TH"));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// `emvco`, `qris` or `wild`, or the key of another scheme.
    pub name: &'static str,
    /// The table of the root.
    pub root: &'static TemplateSpec,
    /// Which severities apply.
    pub reading: Reading,
    /// The scheme whose payloads it is for: one without an account of it does not conform.
    pub scheme: Option<&'static Scheme>,
    /// What the scheme asks of a payload beyond its table.
    pub rules: SchemeRules,
}

impl PartialEq for Profile {
    /// By name and reading.
    fn eq(&self, other: &Profile) -> bool {
        (self.name, self.reading) == (other.name, other.reading)
    }
}

impl Eq for Profile {}

impl Hash for Profile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, self.reading).hash(state);
    }
}

impl Profile {
    /// The EMVCo tables, word for word.
    pub const EMVCO: Profile = Profile {
        name: "emvco",
        root: &ROOT,
        reading: Reading::Emvco,
        scheme: None,
        rules: SchemeRules::NONE,
    };
    /// The QRIS tables, word for word.
    pub const QRIS: Profile = Profile {
        name: "qris",
        root: &QRIS_ROOT,
        reading: Reading::Letter,
        scheme: Some(&QRIS_SCHEME),
        rules: SchemeRules::QRIS,
    };
    /// The QRIS tables as acquirers really print them: what is common in circulation is no error.
    pub const WILD: Profile = Profile { name: "wild", reading: Reading::Wild, ..Profile::QRIS };

    /// The profiles of EMVCo and QRIS; those of other schemes are [`Scheme::profile`].
    pub const ALL: &[Profile] = &[Profile::EMVCO, Profile::QRIS, Profile::WILD];

    /// The profile with this name: one of [`Profile::ALL`], or that of the scheme with this key.
    pub fn named(name: &str) -> Option<Profile> {
        let own = Profile::ALL.iter().copied().find(|profile| profile.name == name);
        own.or_else(|| Scheme::named(name).map(Scheme::profile))
    }

    /// The profile of the scheme a payload is of ([`Scheme::of`]); EMVCo's when it is of none we know.
    ///
    /// ```
    /// use qris_core::{Payload, Profile};
    /// let text = String::from("00020101021129370016A000000677010111011300668012345675802TH530376463046197");
    /// assert_eq!(Profile::of(&Payload::parse(&text)?).name, "promptpay");
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn of(payload: &Payload<'_>) -> Profile {
        Scheme::of(payload).map_or(Profile::EMVCO, Scheme::profile)
    }

    /// The profile that judges what one makes oneself, by the letter of its scheme. [`Profile::WILD`] is for codes of others, so
    /// in its place it is [`Profile::QRIS`]; EMVCo's goes by the letter already.
    ///
    /// ```
    /// use qris_core::Profile;
    /// assert_eq!(Profile::WILD.for_making(), Profile::QRIS);
    /// assert_eq!(Profile::EMVCO.for_making(), Profile::EMVCO);
    /// ```
    pub const fn for_making(&self) -> Profile {
        match (self.reading, self.rules.transfers) {
            (Reading::Wild, true) => Profile { root: self.root, ..Profile::QRIS },
            (Reading::Wild, false) => Profile { reading: Reading::Letter, ..*self },
            (Reading::Letter | Reading::Emvco, _) => *self,
        }
    }

    /// The row for an object at a path, accounts being those of the profile's own scheme.
    pub fn row(&self, path: Path) -> Option<&'static ObjectSpec> {
        let id = path.first()?;
        let by_guid = self.account(id).map(|(_, row)| row);
        row_below(by_guid.or_else(|| self.root.row(id)), path)
    }

    /// The identifier (00) and the row of the scheme's first account with this ID, where its accounts are told by identifiers.
    pub fn account(&self, id: Id) -> Option<(&'static str, &'static ObjectSpec)> {
        self.root.by_guid.iter().find(|(_, row)| row.covers(id)).map(|(guid, row)| (*guid, row))
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
        self.walk_in(profile).filter_map(|(object, row)| row.is_none_or(|row| row.reserved).then_some(object))
    }
}

/// The row of a root object of a payload.
pub(crate) fn row_in(root: &TemplateSpec, payload: &Payload<'_>, id: Id) -> Option<&'static ObjectSpec> {
    let row = root.row(id)?;
    if row.scheme().is_none() && (root.by_guid.is_empty() || !id.is_account_template()) {
        return Some(row);
    }
    match payload.get(id) {
        Some(account) => row_of(root, payload, &account),
        None => Some(row),
    }
}

/// The same for an object that is at hand: for accounts by their identifier, otherwise by their ID; where the row is about
/// accounts of a scheme and this is none of it, by the table below.
pub(crate) fn row_of(
    root: &TemplateSpec,
    payload: &Payload<'_>,
    object: &DataObject<'_>,
) -> Option<&'static ObjectSpec> {
    let id = object.id();
    if !root.by_guid.is_empty() && id.is_account_template() {
        let template = payload.template_of(object);
        let guid = template.and_then(|template| template.value_of(Id::known(0)));
        let is_its = |(own, _): &&(&str, ObjectSpec)| guid.is_some_and(|guid| own.eq_ignore_ascii_case(guid));
        let mut its = root.by_guid.iter().filter(is_its);
        // One that stands in another ID than its scheme says is judged by its table all the same.
        if let Some((_, row)) = its.clone().find(|(_, row)| row.covers(id)).or_else(|| its.next()) {
            return Some(row);
        }
    }
    let row = root.row(id)?;
    match row.scheme() {
        Some(scheme) if !scheme.has(payload, object) => root.base?.row(id),
        _ => Some(row),
    }
}

/// The row for an object at a path whose root object has this row.
pub(crate) fn row_below(first: Option<&'static ObjectSpec>, path: Path) -> Option<&'static ObjectSpec> {
    path.ids().skip(1).try_fold(first?, |row, id| row.row_inside(id))
}
