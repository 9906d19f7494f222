//! A table is held against itself and the parser while compiling: a bad row stops the build with its name and the reason.

use super::{Content, ObjectSpec, Presence, TemplateSpec, place};
use crate::id::Path;
use crate::schema::reason::Reason;
use crate::wire::{Nesting, nests};

impl TemplateSpec {
    /// Checks the table itself; run in a `const`, so that a bad row stops the build with its reason.
    ///
    /// # Panics
    /// At compile time, with the row and the reason.
    pub(in crate::schema) const fn check(&self, at: Path) {
        let mut i = 0;
        let mut next_free = 0;
        while i < self.objects.len() {
            let row = &self.objects[i];
            hold(row.first.number() >= next_free, at, row, "rows out of order or overlapping");
            hold(row.first.number() <= row.last.number(), at, row, "a run of IDs goes upwards");
            next_free = row.last.number() + 1;
            hold(1 <= row.min && row.min <= row.max && row.max <= 99, at, row, "1 <= min <= max <= 99");
            hold(!row.cites.is_empty(), at, row, "every row cites its document");
            if let Content::Fixed(text) = row.content {
                let fits = row.min as usize <= text.len() && text.len() <= row.max as usize;
                hold(fits, at, row, "a fixed value obeys its own bounds");
            }
            if let (Presence::When(path, _), 0) = (row.presence, at.depth()) {
                // What a condition inside a template names, a test looks up.
                let named = match path.first() {
                    Some(id) => self.has_row(id.number(), None),
                    None => false,
                };
                hold(named, at, row, "a condition names a row that exists");
            }
            if let Some(base) = self.base {
                if let Some(under) = place(base.objects, row.first.number()) {
                    let under = &base.objects[under as usize];
                    let narrower =
                        row.format.narrows(under.format) && row.min >= under.min && row.max <= under.max;
                    hold(narrower, at, row, "a profile may only narrow");
                }
            }
            // The parser knows where the templates of the root are without reading the table, and 62's; the two must agree.
            // Inside accounts a table may ask for one more level, and in 80 to 99 for a text.
            let nesting = nests(at.join(row.first));
            match row.content {
                Content::Template(spec) => {
                    let nests = !matches!(nesting, Nesting::Primitive) || is_account(at);
                    hold(nests, at, row, "the parser does not nest here");
                    spec.check(at.join(row.first));
                }
                _ => {
                    let is_text =
                        matches!(nesting, Nesting::Primitive) || at.depth() == 0 && row.first.number() >= 80;
                    hold(is_text, at, row, "the parser nests here")
                }
            }
            self.check_key(at, row);
            i += 1;
        }
        let mut i = 0;
        while i < self.by_guid.len() {
            let (_, row) = &self.by_guid[i];
            let accounts = row.first.number() >= 26 && row.last.number() <= 51;
            hold(at.depth() == 0 && accounts, at, row, "accounts are 26 to 51 of the root");
            hold(!row.cites.is_empty(), at, row, "every row cites its document");
            match row.content {
                Content::Template(spec) => spec.check(at.join(row.first)),
                _ => hold(false, at, row, "an account is a template"),
            }
            i += 1;
        }
    }

    /// No other row of the table has the row's JSON key: one of the two would be lost.
    const fn check_key(&self, at: Path, row: &ObjectSpec) {
        let mut id = 0;
        while id < 100 {
            if let Some(other) = self.row_at(id) {
                let is_itself = other.first.number() == row.first.number();
                if !is_itself && same(row.key, other.key) && !may_share(row, other) {
                    Reason::of(at, row.first, row.name)
                        .text(": its JSON key `")
                        .text(row.key)
                        .text("` is that of ")
                        .id(other.first.number())
                        .text(" ")
                        .text(other.name)
                        .text("; each row has a key of its own")
                        .stop();
                }
            }
            id += 1;
        }
    }
}

/// Whether this is an account of the root, 26–51.
const fn is_account(at: Path) -> bool {
    match at.first() {
        Some(id) => at.depth() == 1 && id.is_account_template(),
        None => false,
    }
}

/// Rows of reserved IDs have no names of their own, and templates of one table are one list in JSON.
const fn may_share(row: &ObjectSpec, other: &ObjectSpec) -> bool {
    match (&row.content, &other.content) {
        (Content::Template(a), Content::Template(b)) if same(a.name, b.name) => true,
        _ => row.reserved || other.reserved,
    }
}

/// Whether two texts are the same: `==` is not there while compiling.
const fn same(a: &str, b: &str) -> bool {
    let (a, b, mut i) = (a.as_bytes(), b.as_bytes(), 0);
    if a.len() != b.len() {
        return false;
    }
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn hold(right: bool, at: Path, row: &ObjectSpec, why: &str) {
    if !right {
        Reason::of(at, row.first, row.name).text(": ").text(why).stop();
    }
}
