//! What the table promises is kept for every row of it.

use std::collections::BTreeSet;

use qris_core::rules::RULES;
use qris_core::schema::{Content, ObjectSpec, QRIS_ROOT, ROOT, TemplateSpec};
use qris_core::{
    AccountValues, Builder, Code, Currency, Id, Initiation, Path, Payload, Profile, Scheme, Tip, keys,
};
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
        assert!(
            keyed || row.reserved || reason.is_some(),
            "{path} {}: no key: give it one in schema/keys.rs, in ALL too, or say in WITHOUT_KEY why nobody needs it",
            row.name
        );
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
        assert!(
            missing.is_empty(),
            "{}: in no vector: {missing:?}: put a payload that has it into testdata/mpm/valid and vectors.jsonl, then \
             `cargo run -p qris-testkit --example golden`",
            profile.name
        );
    }
}

/// Those of EMVCo and QRIS, and each scheme's.
fn every_profile() -> Vec<Profile> {
    let schemes =
        Scheme::all().iter().map(|scheme| scheme.profile()).filter(|profile| !profile.rules.transfers);
    Profile::ALL.iter().copied().chain(schemes).collect()
}

#[test]
fn every_row_can_be_violated() {
    for profile in &every_profile() {
        let targets = targets(profile);
        for (path, row) in rows(profile) {
            let broken = targets.iter().any(|target| target.path == path);
            // 63 is the parser's: whatever is wrong with it is an error and no finding.
            // Without its identifier an account has another row.
            let names = path.depth() == 2 && path.last() == Id::new(0);
            let names_account = names && path.first().is_some_and(|id| profile.account(id).is_some());
            let is_left_out = path == Path::root(Id::CRC) || names_account;
            assert_eq!(broken, !is_left_out, "{} {path} {}", profile.name, row.name);
        }
    }
    let all = every_profile();
    let codes: BTreeSet<Code> = all.iter().flat_map(targets).map(|target| target.code).collect();
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

/// A setter of `Builder` that writes an object, and the object.
type Setter = (&'static [u8], fn(&mut Builder<'static>));

/// Which object each setter writes.
const SETTERS: [Setter; 23] = [
    (&[1], |b| _ = b.initiation(Initiation::Static)),
    (&[52], |b| _ = b.mcc(value("5812"))),
    (&[53], |b| _ = b.currency(Currency::IDR)),
    (&[54], |b| _ = b.amount(value("15000"))),
    (&[55], |b| _ = b.tip(Tip::Prompt)),
    (&[56], |b| _ = b.tip(Tip::Fixed(value("500")))),
    (&[57], |b| _ = b.tip(Tip::Percentage(value("5")))),
    (&[58], |b| _ = b.country(value("ID"))),
    (&[59], |b| _ = b.merchant_name("WARUNG CONTOH")),
    (&[60], |b| _ = b.merchant_city("JAKARTA PUSAT")),
    (&[61], |b| _ = b.postal_code("10110")),
    (&[26, 0], account),
    (&[26, 1], account),
    (&[26, 2], account),
    (&[26, 3], account),
    (&[26, 4], account),
    (&[51, 2], |b| _ = b.national(value("ID1026000000012"), value("UMI"))),
    (&[51, 3], |b| _ = b.national(value("ID1026000000012"), value("UMI"))),
    (&[62, 1], |b| _ = b.bill_number("INV-1")),
    (&[62, 3], |b| _ = b.store_label("CABANG")),
    (&[62, 5], |b| _ = b.reference_label("INV-1")),
    (&[62, 6], |b| _ = b.customer_label("C-1")),
    (&[62, 7], |b| _ = b.terminal_label("A01")),
];

/// Rows whose objects are set by their path, and why that is enough.
const WITHOUT_SETTER: [(&[u8], &str); 15] = [
    (&[0], "a builder begins with it"),
    (&[65], "few payloads have it"),
    (&[40, 0], "transfers are made by acquirers"),
    (&[40, 1], "transfers are made by acquirers"),
    (&[40, 2], "transfers are made by acquirers"),
    (&[40, 3], "transfers are made by acquirers"),
    (&[40, 4], "transfers are made by acquirers"),
    (&[51, 0], "`national` writes the one identifier there is"),
    (&[51, 4], "few payloads have it"),
    (&[62, 2], "the payer's telephone number"),
    (&[62, 4], "few payloads have it"),
    (&[62, 8], "of transfers"),
    (&[62, 9], "asks the payer's application for data"),
    (&[62, 10], "few payloads have it"),
    (&[62, 11], "few payloads have it"),
];

fn value<V: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> V {
    text.parse().unwrap()
}

fn account(builder: &mut Builder<'static>) {
    let values =
        AccountValues::new("ID.CO.EXAMPLE.WWW", value("936009140000000001"), "TESTMID00000001", value("UMI"));
    builder.account(Id::MERCHANT_ACCOUNT, &values.with_bic("EXAMIDJA"));
}

/// A row that was added is set by a method of its own, or somebody said why its path is enough.
#[test]
fn every_row_has_a_setter_or_a_reason() {
    for (path, set) in SETTERS {
        let (path, mut builder) = (Path::of(path), Builder::new());
        set(&mut builder);
        let mut buffer = [0; 512];
        let text = builder.write_to(&mut buffer).unwrap();
        let payload = Payload::parse(text).unwrap();
        assert!(payload.find(path).is_some(), "{path}: the setter does not write it: {text}");
    }
    let known = |path: Path| {
        SETTERS
            .iter()
            .map(|(path, _)| path)
            .chain(WITHOUT_SETTER.iter().map(|(path, _)| path))
            .any(|known| Path::of(known) == path)
    };
    let leaves: Vec<(Path, &ObjectSpec)> = rows(&Profile::QRIS)
        .into_iter()
        .filter(|(path, row)| !row.reserved && reason(*path, row).is_none() && !is_set_by_path(*path))
        .collect();
    for (path, row) in &leaves {
        assert!(
            known(*path),
            "{path} {}: give `Builder` a setter and name it in SETTERS, or say in WITHOUT_SETTER why its path is enough",
            row.name
        );
    }
    for (path, why) in WITHOUT_SETTER {
        assert!(
            leaves.iter().any(|(row, _)| *row == Path::of(path)),
            "{path:?}: no row has this reason: {why}"
        );
    }
}

/// 41–45 are as 26, which `account` takes the ID for; 46–50 are reserved; 64 and 80–99 are put together by path.
fn is_set_by_path(path: Path) -> bool {
    matches!(path.first().map(Id::number), Some(41..=50 | 64 | 80..=99))
}
