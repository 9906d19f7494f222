//! What the table promises is kept for every row of it.

use std::collections::BTreeSet;

use qris_core::rules::RULES;
use qris_core::schema::{Content, ObjectSpec, QRIS_ROOT, ROOT, TemplateSpec};
use qris_core::{Code, Id, Path, Payload, Profile, keys};
use qris_testkit::vectors;
use qris_testkit::violate::{rows, targets};

/// Rows nobody reads by a key of their own, and why.
const WITHOUT_KEY: [(&str, &str); 5] = [
    ("network", "02–25 are read as accounts, whatever their ID"),
    ("template", "templates are read with `Payload::template` and hold keys themselves"),
    ("specific", "01–99 of a scheme's own template mean what the scheme says"),
    ("crc", "63 belongs to the library; see `Payload::crc`"),
    ("proprietary", "62-50…99 are found by path: which system they belong to is in their 00"),
];

fn reason(path: Path, row: &ObjectSpec) -> Option<&'static str> {
    let name = match (path.depth(), path.first().map(Id::number)) {
        _ if matches!(row.content, Content::Template(_)) => "template",
        (1, Some(2..=25)) => "network",
        (1, Some(63)) => "crc",
        (3, _) => "proprietary",
        (2, _) if row.last.number() == 99 => "specific",
        (2, Some(80..=99)) => "specific",
        _ => return None,
    };
    WITHOUT_KEY.iter().find(|(other, _)| *other == name).map(|(_, why)| *why)
}

/// The table a template's rows belong to, and the one it narrows.
fn tables(profile: &Profile, path: Path) -> Vec<&'static str> {
    let spec: &'static TemplateSpec = match path.parent().filter(|parent| parent.depth() > 0) {
        None => profile.root,
        Some(parent) => match profile.row(parent) {
            Some(&ObjectSpec { content: Content::Template(spec), .. }) => spec,
            _ => panic!("{path} is in no template"),
        },
    };
    std::iter::once(spec.name).chain(spec.base.map(|base| base.name)).collect()
}

#[test]
fn every_row_has_a_key_or_a_reason() {
    for (path, row) in rows(&Profile::QRIS) {
        let keyed = keys::ALL.iter().any(|(table, id)| {
            tables(&Profile::QRIS, path).contains(table) && path.last() == Some(*id) && row.covers(*id)
        });
        let reason = reason(path, row);
        assert!(keyed || row.reserved || reason.is_some(), "{path} {}: no key", row.name);
        assert!(!(row.reserved && keyed), "{path} {}: a key to a reserved ID", row.name);
    }
    let reasons: BTreeSet<&str> =
        rows(&Profile::QRIS).into_iter().filter_map(|(path, row)| reason(path, row)).collect();
    assert_eq!(reasons.len(), WITHOUT_KEY.len(), "a reason nobody needs any more");
}

#[test]
fn every_key_has_a_row() {
    for (table, id) in keys::ALL {
        let row = rows(&Profile::QRIS)
            .into_iter()
            .find(|(path, _)| path.last() == Some(*id) && tables(&Profile::QRIS, *path).contains(table));
        assert!(row.is_some(), "{table} {id}");
    }
}

/// Whether two rows are one: where they stand in memory does not tell, constants may be there twice.
fn same(a: &ObjectSpec, b: &ObjectSpec) -> bool {
    (a.first, a.last, a.name, a.cites) == (b.first, b.last, b.name, b.cites)
}

/// The rows of each root that the vectors of `mpm/valid` have.
#[test]
fn every_row_occurs_in_a_valid_vector() {
    let files = vectors::valid().unwrap();
    let payloads: Vec<Payload<'_>> =
        files.iter().map(|file| Payload::from_bytes(&file.bytes).unwrap()).collect();
    for profile in [Profile::QRIS, Profile::EMVCO] {
        let seen: Vec<&ObjectSpec> = payloads
            .iter()
            .flat_map(|payload| payload.walk())
            .filter_map(|object| profile.row(object.path()))
            .collect();
        let missing: Vec<String> = rows(&profile)
            .into_iter()
            .filter(|(_, row)| !seen.iter().any(|other| same(other, row)))
            .map(|(path, row)| format!("{path} {}", row.name))
            .collect();
        assert!(missing.is_empty(), "{}: in no vector: {missing:?}", profile.name);
    }
}

#[test]
fn every_row_can_be_violated() {
    for profile in Profile::ALL {
        let targets = targets(profile);
        for (path, row) in rows(profile) {
            let broken = targets.iter().any(|target| target.path == path);
            // 63 is the parser's: whatever is wrong with it is an error and no finding.
            assert_eq!(broken, path != Path::root(Id::CRC), "{} {path} {}", profile.name, row.name);
        }
    }
    let codes: BTreeSet<Code> = targets(&Profile::QRIS).into_iter().map(|target| target.code).collect();
    let all: BTreeSet<Code> = RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes, all, "every rule is broken by some target");
}

#[test]
fn the_qris_table_only_narrows() {
    assert!(QRIS_ROOT.base.is_some_and(|base| std::ptr::eq(base, &ROOT)));
    for (path, row) in rows(&Profile::QRIS) {
        let Some(base) = Profile::EMVCO.row(path) else { continue };
        assert!(row.min >= base.min && row.max <= base.max, "{path} {}", row.name);
    }
    let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len(), "a code is given once");
    assert!(RULES.iter().all(|rule| Code::named(rule.name) == Some(rule.code)));
}
