//! Every finding's code, severity, source, and what to do about it.

use crate::schema::Grades;

/// What a finding is about. [`Code::name`] never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// A mandatory object is not there.
    Missing,
    /// The value has too few bytes.
    TooShort,
    /// The value has too many bytes.
    TooLong,
    /// A byte that the format does not allow.
    WrongCharacters,
    /// Another value than the one allowed.
    WrongValue,
    /// The tag occurs a second time in its template.
    Repeated,
    /// An object in a template where it has no place.
    Misplaced,
    /// Digits written as text instead of two in a byte.
    AsText,
    /// A length in more bytes than it needs.
    LongLength,
    /// Neither 57 nor 5A.
    PanMissing,
    /// 5A is no PAN.
    BadPan,
    /// 57 has no PAN before a separator.
    BadTrack2,
    /// 57 and 5A hold different PANs.
    PanMismatch,
    /// A wrong check digit.
    PanLuhn,
    /// A PAN of QRIS that does not begin with 9360.
    PanPrefix,
    /// A PAN of QRIS that has not 19 digits.
    PanDigits,
}

/// One row of the table of rules.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Its code.
    pub code: Code,
    /// The code as text, such as `pan-mismatch`.
    pub name: &'static str,
    /// The severities; `None` for an aspect, which has those of the row it is found on.
    pub grades: Option<Grades>,
    /// Whether it is an error in what one makes oneself, however serious it is in codes of others.
    pub is_never_made: bool,
    /// What is wrong, in a sentence.
    pub says: &'static str,
    /// What it means and what to do about it.
    pub advice: &'static str,
    /// Document and clause; for an aspect, those of the row are more precise.
    pub cites: &'static str,
}

impl Rule {
    const fn new(
        code: Code,
        name: &'static str,
        grades: Option<&[u8; 2]>,
        cites: &'static str,
        says: &'static str,
        advice: &'static str,
    ) -> Rule {
        let grades = match grades {
            Some(letters) => Some(Grades::of(letters)),
            None => None,
        };
        Rule { code, name, grades, is_never_made: false, says, advice, cites }
    }

    const fn never_made(self) -> Rule {
        Rule { is_never_made: true, ..self }
    }
}

/// Every rule, in the order of [`Code`]. The two letters are the severities by EMVCo and by QRIS.
#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    Rule::new(Code::Missing, "missing", None, "EMVCo CPM and QRIS CPM, data objects",
        "a mandatory object is missing",
        "The tables ask for this object. Readers may refuse the code without it; ask the issuer's app for a new one.").never_made(),
    Rule::new(Code::TooShort, "too-short", None, "EMVCo CPM, data objects",
        "the value has too few bytes",
        "The value is shorter than the tables allow. Digits that are packed keep their leading zeros.").never_made(),
    Rule::new(Code::TooLong, "too-long", None, "EMVCo CPM, data objects",
        "the value has too many bytes",
        "The value is longer than the tables allow, so readers may cut it or refuse it.").never_made(),
    Rule::new(Code::WrongCharacters, "wrong-characters", None, "EMVCo CPM, data objects",
        "the value has a byte its format does not allow",
        "Format n is digits, two in a byte; an is letters and digits; ans is printable ASCII (20–7E).").never_made(),
    Rule::new(Code::WrongValue, "wrong-value", None, "QRIS CPM, data objects",
        "the value is not the one allowed",
        "A code of QRIS has the AID A0000006022020 and the label QRISCPM. With others it belongs to another scheme.").never_made(),
    Rule::new(Code::Repeated, "repeated", None, "EMVCo CPM, data objects",
        "the tag occurs a second time in its template",
        "Readers differ in which of the two they take, so the code is ambiguous. Only 61 may occur more than once, and not in QRIS.").never_made(),
    Rule::new(Code::Misplaced, "misplaced", None, "EMVCo CPM, data objects",
        "the object does not belong in this template",
        "61 and 62 stand at the root, 63 in 61, and 64 in 62; what is elsewhere is not looked for there.").never_made(),
    Rule::new(Code::AsText, "as-text", Some(b"NN"), "QRIS CPM, data objects",
        "the digits are written as text, a digit a byte; EMVCo packs two in a byte",
        "Both are in circulation, and both are read.").never_made(),
    Rule::new(Code::LongLength, "long-length", Some(b"NN"), "ISO/IEC 8825-1 8.1.3",
        "the length is written in more bytes than it needs",
        "BER allows it. Written again it would be shorter.").never_made(),
    Rule::new(Code::PanMissing, "pan-missing", Some(b"WE"), "EMVCo CPM and QRIS CPM, tags 57 and 5A",
        "there is neither 57 nor 5A, so nobody knows which account pays",
        "One of the two has to be there, in the application's template (61) or in 62, which holds for all."),
    Rule::new(Code::BadPan, "bad-pan", Some(b"EE"), "EMVCo CPM, tag 5A; ISO/IEC 7812-1",
        "the value is no PAN: 8 to 19 digits, two in a byte, filled up with F",
        "No account can be read from it, so the code cannot be paid with.").never_made(),
    Rule::new(Code::BadTrack2, "bad-track2", Some(b"EE"), "EMVCo CPM, tag 57; ISO/IEC 7813",
        "the value has no PAN of 8 to 19 digits before a separator (D)",
        "No account can be read from it. Track 2 is the PAN, D, the expiry date, and what the issuer needs.").never_made(),
    Rule::new(Code::PanMismatch, "pan-mismatch", Some(b"WE"), "QRIS CPM, tags 57 and 5A",
        "57 and 5A hold different PANs",
        "Where both are there they are of one account. Do not take one of them: ask for a new code.").never_made(),
    Rule::new(Code::PanLuhn, "pan-luhn", Some(b"WW"), "ISO/IEC 7812-1",
        "the last digit of the PAN is not its check digit",
        "A digit may be wrong. Some issuers' PANs do not have it."),
    Rule::new(Code::PanPrefix, "pan-prefix", Some(b"-W"), "QRIS 4.7.5.4",
        "the PAN does not begin with 9360",
        "PANs of the domestic scheme begin with 9360 and four digits of the issuer: together the NNS."),
    Rule::new(Code::PanDigits, "pan-digits", Some(b"-W"), "observed at issuers",
        "the PAN has not 19 digits",
        "PANs in codes of QRIS have their check digit: 19 digits, packed in ten bytes."),
];

const _: () = {
    let mut rest = RULES;
    let mut at = 0;
    while let [rule, more @ ..] = rest {
        assert!(rule.code as usize == at, "rules stand in the order of their codes");
        (rest, at) = (more, at + 1);
    }
};

impl Code {
    /// Its row in the table of rules.
    pub const fn rule(self) -> &'static Rule {
        // In order, by the check above; and the discriminants end where the table does.
        match RULES.split_at_checked(self as usize) {
            Some((_, [rule, ..])) => rule,
            _ => &FIRST,
        }
    }

    /// The code as text, such as `pan-mismatch`.
    pub const fn name(self) -> &'static str {
        self.rule().name
    }

    /// The code with this name.
    pub fn named(name: &str) -> Option<Code> {
        RULES.iter().find(|rule| rule.name == name).map(|rule| rule.code)
    }
}

/// What stands where no row can be, without an index that could fail.
const FIRST: Rule = Rule::new(Code::Missing, "missing", None, "", "", "");

impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_grades_and_an_aspect_has_those_of_its_row() {
        let one = Rule::new(Code::PanLuhn, "pan-luhn", Some(b"-W"), "a document", "it is so", "do this");
        assert_eq!((one.code, one.name, one.cites), (Code::PanLuhn, "pan-luhn", "a document"));
        assert_eq!((one.says, one.advice, one.grades), ("it is so", "do this", Some(Grades::of(b"-W"))));
        let other = Rule::new(Code::Missing, "missing", None, "a document", "it is so", "do this");
        assert!(other.grades.is_none() && !other.is_never_made && other.never_made().is_never_made);
    }

    #[test]
    fn every_rule_is_found_by_its_name() {
        for rule in RULES {
            assert_eq!((Code::named(rule.name), rule.code.name()), (Some(rule.code), rule.name));
            assert!(
                !rule.says.ends_with('.') && rule.advice.ends_with('.') && !rule.cites.is_empty(),
                "{}",
                rule.name
            );
        }
        assert_eq!(Code::named("Missing"), None);
    }
}
