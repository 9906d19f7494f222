//! Valid payloads out of the table: what a profile's rows say about presence, length, characters and content, in any
//! order.
//!
//! The values are by the letter of the rows. Where the profile's reading grades an aspect below an error, some
//! payloads deviate there, so that what circulates is generated too. None has a finding of severity error.

mod value;

#[cfg(feature = "proptest")]
pub mod strategy;

use qris_core::schema::{Content, ObjectSpec, Presence, QRIS_ROOT, Reading, Severity, TemplateSpec};
use qris_core::{Id, Path, Profile};

use crate::draft::{Body, Draft, Object};
use crate::naive::LengthUnit;
use crate::rng::SplitMix64;

/// The units of length in a template.
const TEMPLATE: usize = 99;
/// Far more than a root can have.
const ROOT: usize = 100_000;
/// What makes a payload with a 40 a transfer, a cash deposit or a cash withdrawal (62-08).
const TRANSFERS: [&str; 5] = ["BOOK", "DMCT", "XBCT", "CDPT", "CWDL"];

/// What is to become of an object that is not left to chance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// It is there, with a good value.
    There,
    /// It is there with this value, whatever the row says.
    Value(String),
    /// It is there twice.
    Twice,
    /// It is not there.
    Absent,
}

/// Objects that are not left to chance.
pub type Wishes = Vec<(Path, Want)>;

/// A payload that conforms to the profile, sealed; one in four has its CRC in lower case.
///
/// ```
/// use qris_core::{Profile, Qris};
/// use qris_testkit::{generate, rng::SplitMix64};
///
/// let text = generate::payload(&Profile::QRIS, &mut SplitMix64::new(1));
/// assert!(Qris::decode_with(&text, &Profile::QRIS).is_ok());
/// ```
#[must_use]
pub fn payload(profile: &Profile, rng: &mut SplitMix64) -> String {
    let text = draft(profile, rng).sealed(LengthUnit::Characters).unwrap_or_default();
    match text.len().checked_sub(4) {
        Some(end) if rng.one_in(4) => text[..end].to_owned() + &text[end..].to_lowercase(),
        _ => text,
    }
}

/// The tree of a payload that conforms to the profile.
#[must_use]
pub fn draft(profile: &Profile, rng: &mut SplitMix64) -> Draft {
    draft_with(profile, Wishes::new(), rng)
}

/// The same with some objects not left to chance. Whether it conforms is then up to the wishes.
#[must_use]
pub fn draft_with(profile: &Profile, wishes: Wishes, rng: &mut SplitMix64) -> Draft {
    let mut generator = Generator { profile, wishes, rng };
    generator.decide();
    Draft { objects: generator.template(profile.root, Path::PAYLOAD, ROOT) }
}

/// An object at the root.
pub(crate) fn root(id: u8) -> Path {
    Id::new(id).map_or(Path::PAYLOAD, Path::root)
}

/// An object inside another.
pub(crate) fn inside(path: Path, id: u8) -> Path {
    // Below the third level nothing nests: the path itself.
    Id::new(id).and_then(|id| path.child(id)).unwrap_or(path)
}

/// Whether a row lists its values.
fn is_choice(row: &ObjectSpec) -> bool {
    matches!(row.content, Content::Fixed(_) | Content::OneOf(_))
}

struct Generator<'a> {
    profile: &'a Profile,
    wishes: Wishes,
    rng: &'a mut SplitMix64,
}

/// An object that will be written.
#[derive(Clone, Copy)]
struct Chosen {
    id: u8,
    row: &'static ObjectSpec,
    copies: usize,
    /// Whether leaving it out when space is short would break a rule or a wish.
    required: bool,
}

impl Generator<'_> {
    fn wish(&self, path: Path) -> Option<&Want> {
        self.wishes.iter().find(|(at, _)| *at == path).map(|(_, want)| want)
    }

    fn wished_value(&self, path: Path) -> Option<&str> {
        match self.wish(path) {
            Some(Want::Value(value)) => Some(value),
            _ => None,
        }
    }

    fn wishes_inside(&self, path: Path) -> bool {
        self.wishes.iter().any(|(at, _)| *at != path && at.starts_with(path))
    }

    /// Decides on the objects others depend on, where no wish has.
    fn decide(&mut self) {
        let qris = std::ptr::eq(self.profile.root, &QRIS_ROOT);
        let mut decided = Wishes::new();
        let mut set = |path, value: &str| decided.push((path, Want::Value(value.to_owned())));
        let transfer = qris && self.wishes.is_empty() && self.rng.one_in(5);
        if transfer {
            set(root(1), "12");
            set(root(52), "4829");
            set(inside(root(62), 8), TRANSFERS[self.rng.below(TRANSFERS.len())]);
        }
        match self.rng.below(8) {
            0 => {}
            n => set(root(1), if n < 5 { "11" } else { "12" }),
        }
        if let n @ 1..=3 = self.rng.below(6) {
            set(root(55), ["01", "02", "03"][n - 1]);
        }
        // The tables of other schemes say their country and currency themselves.
        let is_free = |id| self.profile.row(root(id)).is_none_or(|row| !is_choice(row));
        let country = ["ID", "ID", "ID", "SG", "TH", "JP", "KW"][self.rng.below(7)];
        if is_free(58) {
            set(root(58), country);
        }
        let country = self.wished_value(root(58)).unwrap_or(country).to_owned();
        let rupiah = country == "ID" && (self.profile.reading != Reading::Emvco || self.rng.below(8) > 0);
        let currency = ["360", "702", "840", "392", "414", "990", "999"][self.rng.below(7)];
        if is_free(53) {
            set(root(53), if rupiah { "360" } else { currency });
        } else if let Some(&ObjectSpec { content: Content::OneOf(choices), .. }) = self.profile.row(root(53))
        {
            set(root(53), choices[self.rng.below(choices.len())].0);
        } else if let Some(&ObjectSpec { content: Content::Fixed(code), .. }) = self.profile.row(root(53)) {
            set(root(53), code);
        }
        // A scheme without accounts in 26 to 51 of its own is told by its country; those would be of others.
        if self.profile.scheme.is_some() && !(26..=51).any(|id| self.is_own(id)) {
            let unwished = (26..=51).filter(|id| !self.wishes_inside(root(*id)));
            decided.extend(unwished.map(|id| (root(id), Want::Absent)));
        }
        let own = self.own_accounts();
        if let (Some(scheme), false) = (self.profile.scheme, own.is_empty()) {
            let account = root(own[self.rng.below(own.len())]);
            decided.push((account, Want::There));
            if qris && country != scheme.country {
                decided.push((inside(account, 0), Want::Value("ID.CO.EXAMPLE.WWW".to_owned())));
            }
        }
        if transfer {
            decided.push((root(40), Want::There));
        }
        for (path, want) in decided {
            if self.wish(path).is_none() {
                self.wishes.push((path, want));
            }
        }
        // What was not decided on is not there: 54 to 57 depend on it.
        for path in [root(1), root(55)] {
            if self.wish(path).is_none() {
                self.wishes.push((path, Want::Absent));
            }
        }
    }

    /// Whether an account with this ID is one of the profile's scheme; what is in 40 makes a transfer.
    fn is_own(&self, id: u8) -> bool {
        let Some(account) = Id::new(id) else { return false };
        let row = self.profile.root.row(account);
        let by_place = row.is_some_and(|row| row.scheme().is_some() && !row.reserved) && id != 40;
        by_place || self.profile.account(account).is_some()
    }

    /// The IDs that accounts of the profile's scheme can have and no wish forbids.
    fn own_accounts(&self) -> Vec<u8> {
        let wished: Vec<u8> = (26..=51).filter(|id| self.wish(root(*id)) == Some(&Want::There)).collect();
        let all: Vec<u8> = (26..=51).filter(|id| self.is_own(*id)).collect();
        let free = |id: &u8| self.wish(root(*id)).is_none() && !self.wishes_inside(root(*id));
        // Of several of which one must be there, the one with wishes inside.
        let is_the_one = |id: &u8| {
            let one_of = self.profile.root.one_of;
            one_of.is_some_and(|one_of| one_of.ids().any(|one| one.number() == *id))
                && self.wishes_inside(root(*id))
        };
        if all.iter().any(|id| wished.contains(id) || is_the_one(id)) {
            Vec::new()
        } else {
            all.into_iter().filter(free).collect()
        }
    }

    /// The row of an object; at the root an account's is that of the profile's scheme.
    fn row(&self, spec: &'static TemplateSpec, at: Path, id: u8) -> Option<&'static ObjectSpec> {
        if at.depth() == 0 { self.profile.row(root(id)) } else { spec.row(Id::new(id)?) }
    }

    /// Of objects of which exactly one must be there, the one that will be; all others are left out.
    fn the_one_of(&mut self, spec: &'static TemplateSpec, at: Path) -> Option<(Vec<u8>, u8)> {
        let ids: Vec<u8> = spec.one_of?.ids().map(Id::number).collect();
        let wished = ids.iter().copied().find(|id| {
            let path = inside(at, *id);
            self.wish(path).is_some_and(|want| *want != Want::Absent) || self.wishes_inside(path)
        });
        let one = wished.unwrap_or_else(|| ids[self.rng.below(ids.len())]);
        Some((ids, one))
    }

    /// The objects of a template, or of the root, in at most `budget` characters.
    fn template(&mut self, spec: &'static TemplateSpec, at: Path, budget: usize) -> Vec<Object> {
        let mut chosen: Vec<Chosen> = Vec::new();
        let one_of = self.the_one_of(spec, at);
        for id in 0..100 {
            let Some(row) = self.row(spec, at, id) else { continue };
            match &one_of {
                Some((ids, one)) if ids.contains(&id) && self.wish(inside(at, id)).is_none() => {
                    let required = id == *one;
                    chosen.extend(required.then_some(Chosen { id, row, copies: 1, required }));
                }
                _ => chosen.extend(self.choose(at, id, row)),
            }
        }
        self.at_least_one(spec, at, &mut chosen);
        // Space is kept for what must be there; the rest has what is left, whoever comes first.
        let least = |this: &Self, one: &Chosen| one.copies * this.least(inside(at, one.id), one.row);
        let kept: usize = chosen.iter().filter(|one| one.required).map(|one| least(self, one)).sum();
        let mut left = budget.saturating_sub(kept);
        self.rng.shuffle(&mut chosen);
        chosen.sort_by_key(|one| !one.required);
        let mut objects = Vec::new();
        for one in chosen {
            let mut space = left / one.copies;
            if one.required {
                space += self.least(inside(at, one.id), one.row);
                left += least(self, &one);
            } else if least(self, &one) > space {
                continue;
            }
            let object = self.object(inside(at, one.id), one.row, space);
            left = left.saturating_sub(one.copies * object.characters());
            for _ in 0..one.copies {
                objects.push(object.clone());
            }
        }
        objects.sort_by_key(|object| object.id);
        // 00 begins the root, and a payment system's template is told by it.
        let fixed = usize::from(at.depth() != 1 && objects.first().is_some_and(|first| first.id == 0));
        if self.rng.one_in(2) {
            self.rng.shuffle(&mut objects[fixed..]);
        }
        objects
    }

    /// Whether and how often an object is there.
    fn choose(&mut self, at: Path, id: u8, row: &'static ObjectSpec) -> Option<Chosen> {
        let path = inside(at, id);
        let is_crc = path == root(63);
        let (copies, required) = match self.wish(path) {
            _ if is_crc => (0, false),
            Some(Want::Absent) => (0, false),
            Some(Want::Twice) => (2, true),
            Some(Want::There | Want::Value(_)) => (1, true),
            None if self.wishes_inside(path) => (1, true),
            None => {
                let due = match row.presence {
                    Presence::Mandatory => true,
                    Presence::When(other, value) => self.wished_value(other) == Some(value),
                    _ => false,
                };
                // Without its 00, a payment system's template could not be told from text.
                let named = at.depth() == 2 && id == 0;
                let free = row.missing.get(self.profile.reading) != Some(Severity::Error) && !named;
                if due && !(free && self.rng.one_in(8)) {
                    (1, true)
                } else if due || (at.depth() == 0 && (56..=57).contains(&id)) {
                    // 56 and 57 stand only where 55 calls for them.
                    (0, false)
                } else {
                    let run = usize::from(row.last.number() - row.first.number()) + 1;
                    let odds = if row.reserved { 10 } else { 3 };
                    (usize::from(self.rng.one_in(odds * run)), false)
                }
            }
        };
        (copies > 0).then_some(Chosen { id, row, copies, required })
    }

    /// No template is empty, and every payload has an account.
    fn at_least_one(&mut self, spec: &'static TemplateSpec, at: Path, chosen: &mut Vec<Chosen>) {
        let ids = if at.depth() > 0 { 0..=99 } else { 2..=51 };
        if chosen.iter().any(|one| ids.contains(&one.id)) {
            return;
        }
        let candidates: Vec<Chosen> = ids
            .filter(|id| self.wish(inside(at, *id)).is_none() && *id != 40)
            .filter_map(|id| Some((id, self.row(spec, at, id)?)))
            .filter(|(_, row)| !row.reserved)
            .map(|(id, row)| Chosen { id, row, copies: 1, required: true })
            .collect();
        chosen.extend(self.rng.pick(&candidates));
    }

    /// The fewest characters an object can have, ID and length included.
    fn least(&self, path: Path, row: &'static ObjectSpec) -> usize {
        if let Some(value) = self.wished_value(path) {
            return 4 + value.chars().count();
        }
        let Content::Template(spec) = row.content else { return 4 + value::least(row) };
        let inner = (0..100).filter_map(|id| Some((id, spec.row(Id::new(id)?)?)));
        let needed = inner.filter(|(id, row)| {
            let path = inside(path, *id);
            match self.wish(path) {
                Some(want) => *want != Want::Absent,
                None => row.presence != Presence::Optional || self.wishes_inside(path),
            }
        });
        let sum: usize = needed
            .map(|(id, row)| {
                let path = inside(path, id);
                let copies = if self.wish(path) == Some(&Want::Twice) { 2 } else { 1 };
                copies * self.least(path, row)
            })
            .sum();
        // Whichever of several is chosen.
        let one_of = spec.one_of.iter().flat_map(|one_of| one_of.ids()).filter_map(|id| spec.row(id));
        let one_of = one_of.map(|row| 4 + value::least(row)).max().unwrap_or(0);
        // An object for a template that would otherwise be empty.
        4 + (sum + one_of).max(5)
    }

    /// An account of a scheme has the scheme's identifier, so that it is read by its row.
    fn name_account(&mut self, path: Path, row: &'static ObjectSpec) {
        let own = self.profile.root.by_guid.iter().find(|(_, own)| std::ptr::eq(own, row));
        let Some((guid, _)) = own.filter(|_| path.depth() == 1 && self.wish(inside(path, 0)).is_none())
        else {
            return;
        };
        let guid = if self.rng.one_in(4) { guid.to_lowercase() } else { (*guid).to_owned() };
        self.wishes.push((inside(path, 0), Want::Value(guid)));
    }

    /// One object in at most `space` characters, ID and length included.
    fn object(&mut self, path: Path, row: &'static ObjectSpec, space: usize) -> Object {
        let id = path.last().map_or(0, Id::number);
        let space = space.saturating_sub(4).min(TEMPLATE);
        let body = match (self.wished_value(path), row.content) {
            (Some(value), _) => Body::Text(value.to_owned()),
            (None, Content::Template(spec)) => {
                self.name_account(path, row);
                Body::Objects(self.template(spec, path, space.min(usize::from(row.max))))
            }
            (None, _) => Body::Text(self.value(row, space)),
        };
        Object { id, body }
    }
}
