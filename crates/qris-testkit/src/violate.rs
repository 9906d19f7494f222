//! Payloads that break one row in one way, or one rule, and the finding that must come back.

use qris_core::rules::Code;
use qris_core::schema::{Content, Format, ObjectSpec, OneOf, Presence, TemplateSpec};
use qris_core::{Id, Path, Profile, Severity};

use crate::generate::{self, Want, Wishes, inside, root};
use crate::naive::LengthUnit;
use crate::rng::SplitMix64;

/// What can be broken: an object, and the code of what is wrong with it then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The object that is broken.
    pub path: Path,
    /// How.
    pub code: Code,
}

/// A payload that breaks a rule, sealed.
#[derive(Debug, Clone)]
pub struct Violation {
    /// The payload.
    pub payload: String,
    /// The code that must be among its findings,
    pub code: Code,
    /// with this path
    pub path: Path,
    /// and this severity.
    pub severity: Severity,
}

/// Every row of the profile's tables with the path of one object it speaks of, templates before what is inside them.
#[must_use]
pub fn rows(profile: &Profile) -> Vec<(Path, &'static ObjectSpec)> {
    fn walk(
        profile: &Profile,
        spec: &'static TemplateSpec,
        at: Path,
        found: &mut Vec<(Path, &'static ObjectSpec)>,
    ) {
        let mut seen: Vec<&ObjectSpec> = Vec::new();
        for id in 0..100 {
            let own = if at.depth() == 0 { profile.row(root(id)) } else { None };
            let Some(row) = own.or_else(|| spec.row(Id::new(id)?)) else { continue };
            if seen.iter().any(|other| std::ptr::eq(*other, row)) {
                continue;
            }
            seen.push(row);
            found.push((inside(at, id), row));
            if let Content::Template(inner) = row.content {
                walk(profile, inner, inside(at, id), found);
            }
        }
    }
    let mut found = Vec::new();
    walk(profile, profile.root, Path::PAYLOAD, &mut found);
    found
}

/// Everything that can be broken and is a finding of the profile.
///
/// What the parser refuses is not here (no 00, anything about 63, an ID twice at the root), nor what no payload can
/// hold: a value of more than 99 characters, or of more than its template has room for.
#[must_use]
pub fn targets(profile: &Profile) -> Vec<Target> {
    let mut found = vec![Target { path: Path::PAYLOAD, code: Code::PayloadTooLong }];
    found.push(Target { path: root(26), code: Code::Missing });
    let rules = profile.rules;
    let is_free = profile.row(root(53)).is_some_and(|row| matches!(row.content, Content::Plain));
    let whole = [
        (rules.rupiah, root(53), Code::CurrencyNotRupiah),
        (is_free, root(53), Code::UnknownCurrency),
        (rules.amount_when_dynamic, root(54), Code::AmountMissing),
        (rules.limit, root(54), Code::AmountOverLimit),
        (profile.scheme.is_some(), Path::PAYLOAD, Code::ForeignScheme),
    ];
    found.extend(whole.into_iter().filter(|one| one.0).map(|(_, path, code)| Target { path, code }));
    if rules.transfers {
        let transfer = [
            (root(52), Code::TransferMcc),
            (root(1), Code::TransferNotDynamic),
            (inside(root(62), 8), Code::TransferPurpose),
            (inside(inside(root(62), 99), 1), Code::TransferData),
        ];
        found.extend(transfer.map(|(path, code)| Target { path, code }));
    }
    for (path, row) in rows(profile) {
        if path != root(63) {
            let codes = codes(profile, path, row).into_iter().map(|code| Target { path, code });
            // Without its identifier an account is not one of the scheme, and has another row.
            let names_account = path.depth() == 2
                && path.last() == Id::new(0)
                && path.first().is_some_and(|id| profile.account(id).is_some());
            found.extend(codes.filter(|_| !names_account));
        }
    }
    found.retain(|target| expected(profile, *target).is_some());
    found
}

/// The codes an object can have by its row.
fn codes(profile: &Profile, path: Path, row: &ObjectSpec) -> Vec<Code> {
    let template = matches!(row.content, Content::Template(_));
    // The most a value inside a template can have, beside what must be there.
    let room = if path.depth() > 1 { 99 - 4 * path.depth() - beside(profile, path) } else { 99 };
    let aspects = [
        (Code::Missing, row.presence != Presence::Optional && path != root(0)),
        (Code::TooShort, row.min > 1),
        (Code::TooLong, usize::from(row.max) < room),
        (Code::WrongCharacters, row.format != Format::Any),
        (Code::WrongValue, !wrong_values(row).is_empty()),
        (Code::Empty, true),
        (Code::Repeated, path.depth() > 1),
        (Code::NotATemplate, template),
        (Code::Reserved, row.reserved),
        (Code::ExactlyOne, one_of(row).is_some()),
        (Code::BadAmount, matches!(row.content, Content::Amount)),
        (Code::AmountDecimals, matches!(row.content, Content::Amount)),
        (Code::BadPercentage, matches!(row.content, Content::Percentage)),
        (Code::FeeUnexpected, path == root(56) || path == root(57)),
        (Code::ControlCharacter, !template),
        (Code::BidiControl, !template),
        (Code::InvisibleCharacter, !template),
        (Code::BlankAtEnd, matches!(row.content, Content::Name)),
        (Code::NotPrecomposed, !template),
        (Code::Pipe, row.no_pipe),
        (Code::NmidShape, matches!(row.content, Content::Nmid)),
        (Code::NmidLuhn, matches!(row.content, Content::Nmid)),
        (Code::MpanLuhn, matches!(row.content, Content::MerchantPan)),
        (Code::MpanPrefix, matches!(row.content, Content::MerchantPan)),
        (Code::GuidForm, matches!(row.content, Content::Guid)),
    ];
    aspects.into_iter().filter(|(_, can)| *can).map(|(code, _)| code).collect()
}

/// What the other objects of an object's template take at least: an identifier of two characters, or that of the scheme and
/// what the scheme asks for.
fn beside(profile: &Profile, path: Path) -> usize {
    let account = path.first().and_then(|id| profile.account(id));
    let Some((guid, &ObjectSpec { content: Content::Template(inside), .. })) = account else { return 6 };
    let others = inside.rows().filter(|row| row.first != Id::PAYLOAD_FORMAT_INDICATOR);
    let due =
        others.filter(|row| row.presence == Presence::Mandatory && path.ids().nth(1) != Some(row.first));
    due.map(|row| 4 + usize::from(row.min)).sum::<usize>() + guid.len()
}

/// What must come back; `None` when the profile does not grade it.
fn expected(profile: &Profile, target: Target) -> Option<(Code, Path, Severity)> {
    let Target { path, code } = target;
    let row = profile.row(path);
    // 62-50…99 are told to be templates by a 00 of 1 to 32 characters.
    let nameless = matches!(code, Code::Missing | Code::Empty | Code::TooLong);
    if path.depth() == 3 && path.first() == Some(Id::ADDITIONAL_DATA) && path.last() == Id::new(0) && nameless
    {
        let parent = path.parent()?;
        let severity = profile.row(parent)?.framing.get(profile.reading)?;
        return Some((Code::NotATemplate, parent, severity));
    }
    let grades = match (code, row) {
        (Code::Empty | Code::Repeated, _) => return Some((code, path, Severity::Error)),
        (Code::Missing, _) if path == root(26) => return Some((code, path, Severity::Error)),
        (Code::Reserved, _) => return Some((code, path, Severity::Note)),
        (Code::Missing, Some(row)) => row.missing,
        (Code::TooShort | Code::TooLong, Some(row)) => row.length,
        (Code::WrongCharacters, Some(row)) => row.characters,
        (Code::WrongValue, Some(row)) => row.value,
        (Code::NotATemplate, Some(row)) => row.framing,
        (Code::ExactlyOne, Some(row)) => one_of(row)?.grades,
        (code, _) => code.rule().grades?,
    };
    Some((code, path, grades.get(profile.reading)?))
}

/// A payload that breaks the target, and may break more by the same change.
///
/// # Panics
/// When the target is none of the profile's [`targets`].
#[must_use]
pub fn violate(profile: &Profile, target: Target, rng: &mut SplitMix64) -> Violation {
    let Some((code, path, severity)) = expected(profile, target) else {
        panic!("{target:?} is no finding of {}", profile.name)
    };
    let wishes = wishes(profile, target, rng);
    let draft = generate::draft_with(profile, wishes, rng);
    let Some(payload) = draft.sealed(LengthUnit::Characters) else {
        panic!("{target:?} does not fit: {draft:?}")
    };
    Violation { payload, code, path, severity }
}

/// What a payload must have to break the target.
fn wishes(profile: &Profile, target: Target, rng: &mut SplitMix64) -> Wishes {
    let Target { path, code } = target;
    let value = |text: &str| vec![(path, Want::Value(text.to_owned()))];
    let at = |number: u8, text: &str| (root(number), Want::Value(text.to_owned()));
    let pick_from = |rng: &mut SplitMix64, texts: &[&str]| {
        let text = rng.pick(texts).copied().unwrap_or_default();
        vec![(path, Want::Value(text.to_owned()))]
    };
    let mut pick = |texts: &[&str]| pick_from(rng, texts);
    let row = profile.row(path);
    let transfer = |mut more: Wishes| {
        more.extend([at(1, "12"), at(52, "4829"), (root(40), Want::There)]);
        more.push((inside(root(62), 8), Want::Value("DMCT".to_owned())));
        more
    };
    let mut wishes = match (code, row) {
        (Code::PayloadTooLong, _) => {
            [2, 3, 4, 5, 9].map(|id| (root(id), Want::Value("4".repeat(99)))).to_vec()
        }
        (Code::Missing, _) if path == root(26) => (2..=51).map(|id| (root(id), Want::Absent)).collect(),
        (Code::Missing, _) => vec![(path, Want::Absent)],
        (Code::Repeated, _) => vec![(path, Want::Twice)],
        (Code::Reserved, _) => vec![(path, Want::There)],
        (Code::Empty, _) => value(""),
        (Code::NotATemplate, _) => pick(&["plain text", "0005AB", "5A02xx", "0002AB0", "00-4ABCD"]),
        (Code::BadAmount, _) => pick(&[
            "1,000", "-5", "+5", "1e3", "NaN", "0", "0.00", "0.", "1.000.00", ".5", "1.234", "12 5", "Rp5",
            "0x10",
        ]),
        (Code::AmountDecimals, _) => pick(&["500.0000", "15000.00000", "1.00000"]),
        (Code::BadPercentage, _) => pick(&["0", "00.0", "100", "1,5", "1.234", "5%", ".5", "-1", "1.2.3"]),
        (Code::FeeUnexpected, _) if path == root(56) => vec![(path, Want::There), at(55, "03")],
        (Code::FeeUnexpected, _) => vec![(path, Want::There), at(55, "01")],
        (Code::CurrencyNotRupiah, _) => vec![at(53, "840"), at(58, "ID")],
        (Code::UnknownCurrency, _) => vec![at(53, "999"), at(58, "SG")],
        (Code::AmountMissing, _) => vec![(path, Want::Absent), at(1, "12")],
        (Code::AmountOverLimit, _) => vec![at(53, "360"), at(54, "10000000.01"), at(58, "ID")],
        (Code::NmidShape, _) => {
            pick(&["ID12345678910", "000000000000000", "AID060733612866", "id1026000000012"])
        }
        (Code::NmidLuhn, _) => value("ID1026000000013"),
        (Code::MpanLuhn, _) => value("9360091400000000018"),
        (Code::MpanPrefix, _) => value("999900140000000019"),
        (Code::GuidForm, _) => pick(&["NOBODY", "a..b", "A000", "-", "with blank.id"]),
        (Code::TransferMcc, _) => transfer(vec![at(52, "5812")]),
        (Code::TransferNotDynamic, _) => transfer(vec![at(1, "11")]),
        (Code::TransferPurpose, _) => vec![(root(40), Want::There), (path, Want::Absent)],
        (Code::TransferData, _) => transfer(pick(&["7 chars", &"x".repeat(65)])),
        (Code::ForeignScheme, _) => {
            let foreign = if profile.name == "pix" { ("SG.PAYNOW", "SG") } else { ("br.gov.bcb.pix", "BR") };
            let mut all: Wishes =
                (2..=51).filter(|id| *id != 26).map(|id| (root(id), Want::Absent)).collect();
            // Whatever else is in the account, such as a PAN of Indonesia, would make it one of the scheme.
            all.extend((1..100).map(|id| (inside(root(26), id), Want::Absent)));
            all.extend([(inside(root(26), 0), Want::Value(foreign.0.to_owned())), at(58, foreign.1)]);
            all
        }
        (Code::ExactlyOne, Some(row)) => {
            let ids: Vec<u8> = one_of(row).iter().flat_map(|one_of| one_of.ids()).map(Id::number).collect();
            let want = if rng.one_in(2) { Want::Absent } else { Want::There };
            let wanted = ids.iter().take(if want == Want::There { 2 } else { ids.len() });
            let mut all: Wishes = wanted.map(|id| (inside(path, *id), want.clone())).collect();
            all.push((path, Want::There));
            // What excuses that there is none.
            all.extend(one_of(row).and_then(|one_of| one_of.unless).map(|excuse| (excuse, Want::Absent)));
            all
        }
        (Code::WrongValue, Some(row)) => {
            let values = wrong_values(row);
            pick(&values.iter().map(String::as_str).collect::<Vec<_>>())
        }
        (_, Some(row)) => value(&broken_text(code, row)),
        (_, None) => Wishes::new(),
    };
    wishes.extend(conditions(profile, row, code));
    // Rows about accounts of a scheme are judged in payloads of its country.
    let is_transfer = matches!(code, Code::TransferMcc | Code::TransferNotDynamic | Code::TransferData);
    let account = path.first().and_then(|id| profile.row(Path::root(id))).and_then(|row| row.scheme());
    let is_domestic = account.is_some() && profile.rules.rupiah;
    if is_domestic || is_transfer || code == Code::TransferPurpose {
        wishes.extend([at(58, "ID"), at(53, "360")]);
    }
    // The first wish for an object counts.
    wishes
}

/// What the object needs around it to be looked at.
fn conditions(profile: &Profile, row: Option<&ObjectSpec>, code: Code) -> Wishes {
    let is_free = profile.row(root(53)).is_some_and(|row| matches!(row.content, Content::Plain));
    let rupiah = is_free.then(|| (root(53), Want::Value("360".to_owned())));
    match row.map(|row| row.presence) {
        Some(Presence::When(path, value)) if code != Code::FeeUnexpected => {
            std::iter::once((path, Want::Value(value.to_owned()))).chain(rupiah).collect()
        }
        _ if matches!(code, Code::BadAmount | Code::AmountDecimals) => rupiah.into_iter().collect(),
        _ => Wishes::new(),
    }
}

/// The objects of a template of which exactly one must be there.
fn one_of(row: &ObjectSpec) -> Option<OneOf> {
    match row.content {
        Content::Template(inside) => inside.one_of,
        _ => None,
    }
}

/// A value that is wrong in this way, and as good as possible otherwise.
fn broken_text(code: Code, row: &ObjectSpec) -> String {
    let (min, max) = (usize::from(row.min), usize::from(row.max));
    let filler = if row.format == Format::Numeric { "1" } else { "A" };
    let but_one = |character: &str| filler.repeat(min - 1) + character;
    match code {
        Code::TooShort => filler.repeat(min - 1),
        Code::TooLong => filler.repeat(max + 1),
        Code::WrongCharacters if row.format == Format::Numeric => but_one("x"),
        Code::WrongCharacters => but_one("é"),
        Code::ControlCharacter => but_one("\u{1B}"),
        Code::BidiControl => but_one("\u{202E}"),
        Code::InvisibleCharacter => but_one("\u{3164}"),
        Code::BlankAtEnd => but_one(" "),
        Code::NotPrecomposed => but_one("\u{301}"),
        Code::Pipe => but_one("|"),
        _ => String::new(),
    }
}

/// Values of the right length and characters that are none of those allowed; none for a row that allows all.
fn wrong_values(row: &ObjectSpec) -> Vec<String> {
    let of_length = usize::from(row.min)..=usize::from(row.max);
    let candidates: &[&str] = match row.content {
        Content::Fixed(_) | Content::OneOf(_) if row.format == Format::Numeric => {
            &["02", "00", "10", "99", "04", "13", "21", "000", "998", "123", "7", "9"]
        }
        Content::Fixed(_) | Content::OneOf(_) => &["XX", "ZQ", "XXX", "OTHER"],
        Content::Country => &["id", "Id", "I1", "I "],
        Content::Language => &["1d", "i-", "  "],
        Content::Criteria => &["ZZZ", "umi", "UM1"],
        Content::ConsumerData => &["AA", "AMA", "X", "am", "EE"],
        Content::Channel => &["99X", "040", "004", "A00", "0 0"],
        _ => &[],
    };
    let is_allowed = |value: &str| match row.content {
        Content::Fixed(text) => text == value,
        Content::OneOf(choices) => choices.iter().any(|(choice, _)| *choice == value),
        _ => false,
    };
    let wrong = candidates.iter().filter(|value| of_length.contains(&value.len()) && !is_allowed(value));
    wrong.map(|value| (*value).to_owned()).collect()
}
