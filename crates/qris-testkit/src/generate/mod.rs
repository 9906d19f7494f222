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
        let country = ["ID", "ID", "ID", "SG", "TH", "JP", "KW"][self.rng.below(7)];
        set(root(58), country);
        let country = self.wished_value(root(58)).unwrap_or(country).to_owned();
        let rupiah = country == "ID" && (self.profile.reading != Reading::Emvco || self.rng.below(8) > 0);
        let currency = ["360", "702", "840", "392", "414", "990", "999"][self.rng.below(7)];
        set(root(53), if rupiah { "360" } else { currency });
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

    /// The objects of a template, or of the root, in at most `budget` characters.
    fn template(&mut self, spec: &'static TemplateSpec, at: Path, budget: usize) -> Vec<Object> {
        let mut chosen: Vec<Chosen> = Vec::new();
        for id in 0..100 {
            let Some(row) = Id::new(id).and_then(|id| spec.row(id)) else { continue };
            chosen.extend(self.choose(at, id, row));
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
                    Presence::When(other, value) => self.wished_value(Path::root(other)) == Some(value),
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
            .filter_map(|id| Some((id, spec.row(Id::new(id)?)?)))
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
                None => row.presence == Presence::Mandatory || self.wishes_inside(path),
            }
        });
        let sum: usize = needed
            .map(|(id, row)| {
                let path = inside(path, id);
                let copies = if self.wish(path) == Some(&Want::Twice) { 2 } else { 1 };
                copies * self.least(path, row)
            })
            .sum();
        // An object for a template that would otherwise be empty.
        4 + sum.max(5)
    }

    /// One object in at most `space` characters, ID and length included.
    fn object(&mut self, path: Path, row: &'static ObjectSpec, space: usize) -> Object {
        let id = path.last().map_or(0, Id::number);
        let space = space.saturating_sub(4).min(TEMPLATE);
        let body = match (self.wished_value(path), row.content) {
            (Some(value), _) => Body::Text(value.to_owned()),
            (None, Content::Template(spec)) => {
                Body::Objects(self.template(spec, path, space.min(usize::from(row.max))))
            }
            (None, _) => Body::Text(self.value(row, space)),
        };
        Object { id, body }
    }
}
