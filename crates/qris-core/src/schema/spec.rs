//! How a fact about a data object is written down: one row, plain data, checked while compiling.

use super::grade::Grades;
use super::reason::Reason;
use super::scheme::Scheme;
use crate::id::{Id, IdSet, Path};

pub use one_of::OneOf;

/// Which characters a value may have (EMVCo MPM 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// N: ASCII digits.
    Numeric,
    /// ans: the printable ASCII characters 20–7E.
    Ans,
    /// S: any precomposed Unicode.
    Any,
}

impl Format {
    /// `N`, `ans` or `S`, as the standard's tables write it.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Numeric => "N",
            Format::Ans => "ans",
            Format::Any => "S",
        }
    }

    const fn narrows(self, base: Format) -> bool {
        matches!(
            (self, base),
            (_, Format::Any)
                | (Format::Numeric | Format::Ans, Format::Ans)
                | (Format::Numeric, Format::Numeric)
        )
    }
}

/// When an object must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// O: it may be there.
    Optional,
    /// M: it must be there.
    Mandatory,
    /// C: it must be there when the object at this path has this value.
    When(Path, &'static str),
}

/// What a value must be, beyond its characters and length.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Content {
    /// Nothing more.
    Plain,
    /// Exactly this text.
    Fixed(&'static str),
    /// One of these, each with its meaning.
    OneOf(&'static [(&'static str, &'static str)]),
    /// An amount in the payload's currency.
    Amount,
    /// A fee percentage.
    Percentage,
    /// Two upper-case letters of ISO 3166-1.
    Country,
    /// Two letters of ISO 639-1.
    Language,
    /// A globally unique identifier: an AID, a UUID without hyphens, or a reverse domain name.
    Guid,
    /// A name for people, without blanks around it.
    Name,
    /// A merchant PAN.
    MerchantPan,
    /// A national merchant ID.
    Nmid,
    /// Merchant criteria.
    Criteria,
    /// Some of A, M and E, each at most once.
    ConsumerData,
    /// Three characters: media, location, presence.
    Channel,
    /// Further objects.
    Template(&'static TemplateSpec),
}

/// One row of a table: the facts about one data object, or about a run of IDs that share them.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ObjectSpec {
    /// The first ID of the run.
    pub first: Id,
    /// The last ID of the run; the same as `first` for most rows.
    pub last: Id,
    /// The standard's name.
    pub name: &'static str,
    /// The name in JSON, which never changes.
    pub key: &'static str,
    /// Which characters the value may have.
    pub format: Format,
    /// Fewest characters.
    pub min: u8,
    /// Most characters.
    pub max: u8,
    /// When it must be there.
    pub presence: Presence,
    /// What the value must be.
    pub content: Content,
    /// Whether the ID is reserved for future use.
    pub reserved: bool,
    /// Whether `|` is not allowed in the value.
    pub no_pipe: bool,
    /// Document and clause or table.
    pub cites: &'static str,
    /// Severity when it is missing.
    pub missing: Grades,
    /// Severity when it is too short or too long.
    pub length: Grades,
    /// Severity when it has a wrong character.
    pub characters: Grades,
    /// Severity when its value is wrong.
    pub value: Grades,
    /// Severity when it is a template and does not frame.
    pub framing: Grades,
}

/// The rows of one template, or of the root.
#[derive(Debug)]
#[non_exhaustive]
pub struct TemplateSpec {
    /// The standard's name.
    pub name: &'static str,
    /// The table this one narrows; rows it does not repeat hold as they are.
    pub base: Option<&'static TemplateSpec>,
    /// Its own rows, by ID.
    pub objects: &'static [ObjectSpec],
    /// For accounts: the scheme that defines the table.
    pub scheme: Option<&'static Scheme>,
    /// For the root: rows of accounts by their identifier (00), which is compared without regard to case; the first that is about
    /// the account's ID counts. Accounts with other identifiers have the row of their ID.
    pub by_guid: &'static [(&'static str, ObjectSpec)],
    /// Objects of which exactly one must be there.
    pub one_of: Option<OneOf>,
    /// For each ID the place of its row: below 100 in `objects`, from 100 on in those of `base`. Places rather
    /// than references: a row is known by its address, and what a constant refers to may be there twice.
    index: [u8; 100],
    /// The IDs of all mandatory rows.
    mandatory: IdSet,
    /// The IDs of all rows that are mandatory under a condition.
    conditional: IdSet,
    /// Whether it asks more of its objects together than that the mandatory ones are there.
    pub(crate) asks_more: bool,
}

const NO_ROW: u8 = u8::MAX;
const IN_BASE: u8 = 100;

impl ObjectSpec {
    const fn new(
        id: u8,
        name: &'static str,
        key: &'static str,
        format: Format,
        min: u8,
        max: u8,
    ) -> ObjectSpec {
        let Some(first) = Id::new(id) else { Reason::new().text(name).text(": an ID is two digits").stop() };
        ObjectSpec {
            first,
            last: first,
            name,
            key,
            format,
            min,
            max,
            presence: Presence::Optional,
            content: Content::Plain,
            reserved: false,
            no_pipe: false,
            cites: "",
            missing: Grades::of(b"EEE"),
            length: Grades::of(b"EEE"),
            characters: Grades::of(b"EEE"),
            value: Grades::of(b"EEE"),
            framing: Grades::of(b"EEE"),
        }
    }

    /// Stops the build with what is wrong with the row.
    const fn refuse(&self, why: &str) -> ! {
        Reason::of(Path::PAYLOAD, self.first, self.name).text(": ").text(why).stop()
    }

    const fn grades(&self, letters: &[u8; 3]) -> Grades {
        match Grades::read(letters) {
            Some(grades) => grades,
            None => self.refuse("a grade is E, W, N or -"),
        }
    }

    pub(super) const fn through(mut self, last: u8) -> ObjectSpec {
        let Some(last) = Id::new(last) else { self.refuse("an ID is two digits") };
        self.last = last;
        self
    }

    pub(super) const fn cite(mut self, cites: &'static str) -> ObjectSpec {
        self.cites = cites;
        self
    }

    pub(super) const fn mandatory(mut self, missing: &[u8; 3]) -> ObjectSpec {
        self.presence = Presence::Mandatory;
        self.missing = self.grades(missing);
        self
    }

    pub(super) const fn when(mut self, path: Path, value: &'static str, missing: &[u8; 3]) -> ObjectSpec {
        self.presence = Presence::When(path, value);
        self.missing = self.grades(missing);
        self
    }

    pub(super) const fn content(mut self, content: Content) -> ObjectSpec {
        self.content = content;
        self
    }

    pub(super) const fn template(self, spec: &'static TemplateSpec, framing: &[u8; 3]) -> ObjectSpec {
        let mut row = self.content(Content::Template(spec));
        row.framing = row.grades(framing);
        row
    }

    pub(super) const fn reserved(mut self) -> ObjectSpec {
        self.reserved = true;
        self
    }

    pub(super) const fn no_pipe(mut self) -> ObjectSpec {
        self.no_pipe = true;
        self
    }

    pub(super) const fn length(mut self, grades: &[u8; 3]) -> ObjectSpec {
        self.length = self.grades(grades);
        self
    }

    pub(super) const fn characters(mut self, grades: &[u8; 3]) -> ObjectSpec {
        self.characters = self.grades(grades);
        self
    }

    pub(super) const fn value(mut self, grades: &[u8; 3]) -> ObjectSpec {
        self.value = self.grades(grades);
        self
    }

    /// Whether the value is a sequence of further objects.
    pub(crate) const fn is_template(&self) -> bool {
        matches!(self.content, Content::Template(_))
    }

    /// For accounts: the scheme whose accounts the row is about. Those of others have the row of the table below.
    pub const fn scheme(&self) -> Option<&'static Scheme> {
        match self.content {
            Content::Template(inside) => inside.scheme,
            _ => None,
        }
    }

    /// The row of an object inside, when this one is a template.
    pub fn row_inside(&self, id: Id) -> Option<&'static ObjectSpec> {
        match self.content {
            Content::Template(inside) => inside.row(id),
            _ => None,
        }
    }

    /// Whether the row is about this ID.
    pub const fn covers(&self, id: Id) -> bool {
        self.first.number() <= id.number() && id.number() <= self.last.number()
    }
}

/// A row of digits.
pub(super) const fn n(id: u8, name: &'static str, key: &'static str, min: u8, max: u8) -> ObjectSpec {
    ObjectSpec::new(id, name, key, Format::Numeric, min, max)
}

/// A row of printable ASCII.
pub(super) const fn ans(id: u8, name: &'static str, key: &'static str, min: u8, max: u8) -> ObjectSpec {
    ObjectSpec::new(id, name, key, Format::Ans, min, max)
}

/// A row of any text.
pub(super) const fn s(id: u8, name: &'static str, key: &'static str, min: u8, max: u8) -> ObjectSpec {
    ObjectSpec::new(id, name, key, Format::Any, min, max)
}

impl TemplateSpec {
    /// A table with these rows.
    pub(super) const fn new(name: &'static str, objects: &'static [ObjectSpec]) -> TemplateSpec {
        TemplateSpec::layered(name, None, objects)
    }

    /// A table that narrows another one.
    pub(super) const fn over(
        base: &'static TemplateSpec,
        name: &'static str,
        objects: &'static [ObjectSpec],
    ) -> TemplateSpec {
        TemplateSpec::layered(name, Some(base), objects)
    }

    const fn layered(
        name: &'static str,
        base: Option<&'static TemplateSpec>,
        objects: &'static [ObjectSpec],
    ) -> TemplateSpec {
        let mut index = [NO_ROW; 100];
        let (mut mandatory, mut conditional) = (IdSet::EMPTY, IdSet::EMPTY);
        let mut id = 0;
        while id < 100 {
            let row = match (place(objects, id), base) {
                (Some(row), _) => {
                    index[id as usize] = row;
                    Some(&objects[row as usize])
                }
                (None, Some(base)) => match place(base.objects, id) {
                    Some(row) => {
                        index[id as usize] = IN_BASE + row;
                        Some(&base.objects[row as usize])
                    }
                    None => None,
                },
                (None, None) => None,
            };
            if let Some(row) = row {
                match row.presence {
                    Presence::Mandatory => mandatory.insert(id),
                    Presence::When(..) => conditional.insert(id),
                    Presence::Optional => false,
                };
            }
            id += 1;
        }
        let (scheme, by_guid, one_of) = (None, &[] as &[_], None);
        let asks_more = !conditional.is_empty();
        TemplateSpec {
            name,
            base,
            objects,
            scheme,
            by_guid,
            one_of,
            index,
            mandatory,
            conditional,
            asks_more,
        }
    }

    /// The root, with rows for accounts by their identifier.
    pub(super) const fn accounts(mut self, by_guid: &'static [(&'static str, ObjectSpec)]) -> TemplateSpec {
        self.by_guid = by_guid;
        self
    }

    /// The table of accounts of a scheme.
    pub(super) const fn of(mut self, scheme: &'static Scheme) -> TemplateSpec {
        self.scheme = Some(scheme);
        self
    }

    /// The row of an ID: the table's own, or the one of the table it narrows.
    #[inline]
    pub fn row(&self, id: Id) -> Option<&'static ObjectSpec> {
        match *self.index.get(usize::from(id.number()))? {
            NO_ROW => None,
            own if own < IN_BASE => self.objects.get(usize::from(own)),
            inherited => self.base?.objects.get(usize::from(inherited - IN_BASE)),
        }
    }

    /// All rows that hold, by ID: its own and those of the table it narrows.
    pub fn rows(&self) -> impl Iterator<Item = &'static ObjectSpec> + '_ {
        let mut last: Option<&'static ObjectSpec> = None;
        (0..100u8).filter_map(move |id| {
            let row = self.row(Id::new(id)?)?;
            let seen = last.is_some_and(|l| core::ptr::eq(l, row));
            last = Some(row);
            (!seen).then_some(row)
        })
    }

    pub(crate) const fn mandatory(&self) -> IdSet {
        self.mandatory
    }

    pub(crate) const fn conditional(&self) -> IdSet {
        self.conditional
    }

    /// [`TemplateSpec::row`] while compiling.
    const fn row_at(&self, id: u8) -> Option<&'static ObjectSpec> {
        match (self.index[id as usize], self.base) {
            (NO_ROW, _) => None,
            (own, _) if own < IN_BASE => Some(&self.objects[own as usize]),
            (inherited, Some(base)) => Some(&base.objects[(inherited - IN_BASE) as usize]),
            (_, None) => None,
        }
    }

    /// Whether a key to this ID can exist: there is a row, of one ID, with this format.
    pub(super) const fn has_row(&self, id: u8, format: Option<Format>) -> bool {
        let Some(row) = self.row_at(id) else { return false };
        match format {
            Some(format) => row.format.narrows(format),
            None => true,
        }
    }
}

/// The place of an ID's row.
const fn place(objects: &[ObjectSpec], id: u8) -> Option<u8> {
    let mut i = 0;
    while i < objects.len() {
        if objects[i].first.number() <= id && id <= objects[i].last.number() {
            return Some(i as u8);
        }
        i += 1;
    }
    None
}

mod check;
mod one_of;
#[cfg(test)]
mod tests;
