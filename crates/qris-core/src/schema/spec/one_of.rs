//! Objects of which exactly one must be there.

use super::TemplateSpec;
use crate::id::{Id, IdSet, Path};
use crate::schema::Grades;
use crate::schema::reason::Reason;

/// Objects of one template of which exactly one must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OneOf {
    /// Their IDs.
    pub(crate) ids: IdSet,
    /// Document and clause or table.
    pub cites: &'static str,
    /// Severity when none or several of them are there.
    pub grades: Grades,
    /// None of them need be there where this object is.
    pub unless: Option<Path>,
}

impl OneOf {
    /// Their IDs, from the lowest.
    pub fn ids(&self) -> impl Iterator<Item = Id> + use<> {
        let ids = self.ids;
        (0..100).filter(move |id| ids.contains(*id)).filter_map(Id::new)
    }
}

impl TemplateSpec {
    /// Exactly one of these objects must be there.
    pub(in crate::schema) const fn exactly_one(
        mut self,
        ids: &'static [u8],
        cites: &'static str,
        grades: &[u8; 3],
    ) -> TemplateSpec {
        let Some(grades) = Grades::read(grades) else {
            Reason::new().text(self.name).text(": a grade is E, W, N or -").stop()
        };
        let (mut set, mut i) = (IdSet::EMPTY, 0);
        while i < ids.len() {
            set.insert(ids[i]);
            i += 1;
        }
        self.one_of = Some(OneOf { ids: set, cites, grades, unless: None });
        self.asks_more = true;
        self
    }

    /// None of the objects of which exactly one must be there need be where the object at this path is.
    pub(in crate::schema) const fn or_none_with(mut self, path: Path) -> TemplateSpec {
        if let Some(one_of) = &mut self.one_of {
            one_of.unless = Some(path);
        }
        self
    }
}
