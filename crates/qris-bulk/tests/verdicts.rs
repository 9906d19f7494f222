//! What is said of single lines.

use crate::support;
use qris_bulk::{Good, Lines, MAX_LINE, Outcome, Totals, Verdict, judge, verdicts, verdicts_with};
use qris_core::{Kind, MAX_BYTES, Profile};

#[test]
fn white_space_around_a_payload_is_trimmed_and_nothing_else() {
    let good = support::payload(7);
    for around in [" ", "\t", "\r", "\x0C", " \t \r"] {
        let file = format!("{around}{good}{around}");
        let outcomes: Vec<_> = verdicts(file.as_bytes()).map(|verdict| verdict.outcome).collect();
        let Outcome::Good(good) = judge(good.as_bytes(), Profile::WILD) else { panic!("it is good") };
        assert_eq!(outcomes, [Outcome::Good(good)], "{around:?}");
    }
    for around in ["\0", "\x0B", "\u{A0}", "\u{FEFF}"] {
        let file = format!("{around}{good}");
        assert!(
            verdicts(file.as_bytes()).all(|verdict| verdict.outcome.error_kind().is_some()),
            "{around:?}"
        );
    }
    assert!(judge(format!(" {good}").as_bytes(), Profile::WILD).error_kind().is_some());
}

#[test]
fn figures_depend_on_the_profile() {
    // A payload that EMVCo allows and QRIS does not: no postal code, no national repository.
    let text = b"000201520400005303360540410005802ID5901A6001B26080004ID.A63041858";
    let figures = |profile| verdicts_with(text, profile).map(|verdict| verdict.outcome).collect::<Vec<_>>();
    let [Outcome::Good(Good { kind: Kind::Payment, errors: 0, .. })] = figures(Profile::EMVCO)[..] else {
        panic!("EMVCo has nothing against it")
    };
    let [Outcome::Good(by_letter)] = figures(Profile::QRIS)[..] else { panic!("it is sealed") };
    assert!(by_letter.errors > 0 && !by_letter.conformant());
    let missing = by_letter.first_error.expect("it has errors").to_string();
    assert!(missing.starts_with("26/01 Merchant PAN is missing"), "{missing}");
    let findings = qris_core::Payload::from_bytes(text).expect("it frames");
    let warnings = qris_core::check::findings(&findings, &Profile::WILD)
        .filter(|finding| finding.severity() == qris_core::Severity::Warning)
        .count();
    let [Outcome::Good(wild)] = figures(Profile::WILD)[..] else { panic!("it is sealed") };
    assert_eq!(wild.warnings as usize, warnings);
    assert!(warnings > 0);
}

#[test]
fn too_long_is_one_code_whoever_noticed() {
    for (bytes, over_long) in
        [(MAX_BYTES + 1, false), (MAX_LINE, false), (MAX_LINE + 1, true), (1_000_000, true)]
    {
        let file = "0".repeat(bytes);
        let found: Vec<Verdict> = verdicts(file.as_bytes()).collect();
        let [Verdict { line: 1, offset: 0, outcome, .. }] = found[..] else { panic!("one verdict") };
        assert_eq!(matches!(outcome, Outcome::TooLong { .. }), over_long);
        let kind = outcome.error_kind();
        assert_eq!(kind, Some(qris_core::ErrorKind::TooLong { bytes, limit: MAX_BYTES }));
        let totals: Totals = found.into_iter().collect();
        assert!(totals.bad_by_code().eq([("text-too-long", 1)]));
    }
}

#[test]
fn counting_agrees_with_judging() {
    let mut file = support::file(20);
    for text in [
        "",
        "  \t",
        "hello",
        // Sealed; EMVCo allows it, QRIS does not.
        "000201520400005303360540410005802ID5901A6001B26080004ID.A63041858",
        "000201520400005303360540410005802ID5901A6001B26080004ID.A63041859",
        &"0".repeat(MAX_BYTES + 1),
        &"0".repeat(MAX_LINE + 1),
        &" ".repeat(MAX_LINE + 1),
    ] {
        file.extend_from_slice(format!("{text}\r\n").as_bytes());
    }
    for profile in Profile::ALL {
        let (mut counted, mut judged) = (Totals::default(), Totals::default());
        for line in Lines::new(&file) {
            counted.count(&line, profile);
            judged.add(Verdict::of(&line, profile).as_ref());
        }
        assert_eq!(counted, judged, "{}", profile.name);
        assert_eq!((counted.good(), counted.bad(), counted.blank()), (21, 4, 3));
    }
}

#[test]
fn the_generated_file_is_good() {
    let file = support::file(1000);
    assert!(file.len() > 240 * 1000 && file.len() < 270 * 1000, "{} bytes", file.len());
    let totals: Totals = verdicts(&file).collect();
    assert_eq!((totals.good(), totals.conformant(), totals.bad()), (1000, 1000, 0));
}
