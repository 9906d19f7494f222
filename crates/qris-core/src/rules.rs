//! The rules: every code a finding can have, what it means, how serious it is, who says so, and where it is judged.
// The judges are private: in an editor the links lead there, in the published documents they are names.
#![allow(rustdoc::private_intra_doc_links)]

use crate::schema::{Grades, Reading, Severity};
use crate::value_error::{ValueError, What};

/// The stable code of a finding. [`Code::name`] is what appears in JSON and what `qris explain` takes.
///
/// The first nine are aspects of a row of the table: the path says which object it is, and the row how serious
/// it is. The others are rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Code {
    /// A mandatory object is not there.
    ///
    /// Judged in [`template_object`](crate::check::Judge::template_object), at the root in
    /// [`presence`](crate::check::Judge::presence).
    Missing,
    /// A value has too few characters.
    ///
    /// Judged in [`judge_length`](crate::check::Judge::judge_length).
    TooShort,
    /// A value has too many characters.
    ///
    /// Judged in [`judge_length`](crate::check::Judge::judge_length).
    TooLong,
    /// A value has a character its format does not allow.
    ///
    /// Judged in [`judge`](crate::check::Judge::judge).
    WrongCharacters,
    /// A value is none of those allowed.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    WrongValue,
    /// A length is 00.
    ///
    /// Judged in [`judge_primitive`](crate::check::Judge::judge_primitive).
    Empty,
    /// An ID occurs twice inside a template.
    ///
    /// Judged in [`template_object`](crate::check::Judge::template_object).
    Repeated,
    /// A template does not frame.
    ///
    /// Judged in [`judge`](crate::check::Judge::judge).
    NotATemplate,
    /// The ID is reserved for future use.
    ///
    /// Judged in [`judge`](crate::check::Judge::judge).
    Reserved,
    /// 54 or 56 is not an amount.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    BadAmount,
    /// 54 or 56 has more decimals than the currency, all zeros.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    AmountDecimals,
    /// 57 is not a percentage.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    BadPercentage,
    /// 56 or 57 is there although 55 does not call for it.
    ///
    /// Judged in [`money`](crate::check::Judge::money).
    FeeUnexpected,
    /// A control character.
    ///
    /// Judged in [`judge_text`](crate::check::Judge::judge_text).
    ControlCharacter,
    /// A character that changes the direction of text.
    ///
    /// Judged in [`judge_text`](crate::check::Judge::judge_text).
    BidiControl,
    /// An invisible character.
    ///
    /// Judged in [`judge_text`](crate::check::Judge::judge_text).
    InvisibleCharacter,
    /// A combining character: text should be precomposed.
    ///
    /// Judged in [`judge_text`](crate::check::Judge::judge_text).
    NotPrecomposed,
    /// A name or city that begins or ends with a blank, or has nothing else.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    BlankAtEnd,
    /// `|` where QRIS excludes it.
    ///
    /// Judged in [`judge_text`](crate::check::Judge::judge_text).
    Pipe,
    /// 53 is not 360 although 58 is ID.
    ///
    /// Judged in [`money`](crate::check::Judge::money).
    CurrencyNotRupiah,
    /// 53 names no currency we know.
    ///
    /// Judged in [`money`](crate::check::Judge::money).
    UnknownCurrency,
    /// 01 is 12 and there is no 54.
    ///
    /// Judged in [`money`](crate::check::Judge::money).
    AmountMissing,
    /// More than the transaction limit.
    ///
    /// Judged in [`money`](crate::check::Judge::money).
    AmountOverLimit,
    /// An NMID that is not ID and 13 digits.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    NmidShape,
    /// An NMID with a wrong check digit.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    NmidLuhn,
    /// A PAN of 19 digits with a wrong check digit.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    MpanLuhn,
    /// A PAN that does not begin with 9360.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    MpanPrefix,
    /// An identifier that is neither AID, UUID nor reverse domain name.
    ///
    /// Judged in [`judge_content`](crate::check::Judge::judge_content).
    GuidForm,
    /// More than 512 characters.
    ///
    /// Judged in [`whole`](crate::check::Judge::whole).
    PayloadTooLong,
    /// A transfer whose merchant category is not 4829.
    ///
    /// Judged in [`transfer`](crate::check::Judge::transfer).
    TransferMcc,
    /// A transfer that is not dynamic.
    ///
    /// Judged in [`transfer`](crate::check::Judge::transfer).
    TransferNotDynamic,
    /// A transfer account without a transfer purpose.
    ///
    /// Judged in [`transfer`](crate::check::Judge::transfer).
    TransferPurpose,
    /// A transfer whose unique data has not 8–64 characters.
    ///
    /// Judged in [`transfer`](crate::check::Judge::transfer).
    TransferData,
    /// No account of the scheme whose payload it should be.
    ///
    /// Judged in [`whose`](crate::check::Judge::whose).
    ForeignScheme,
    /// None or several of objects of which exactly one must be there.
    ///
    /// Judged in [`whole_template`](crate::check::Judge::whole_template).
    ExactlyOne,
}

/// One row of the table of rules.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Its code.
    pub code: Code,
    /// The code as text, such as `bad-amount`.
    pub name: &'static str,
    /// The severities; `None` for an aspect, which has those of the row it is found on.
    pub grades: Option<Grades>,
    /// Whether it is an error in what one makes oneself, however serious it is in codes of others
    /// ([`crate::check::visit_made`]).
    pub is_never_made: bool,
    /// What is wrong, in a sentence.
    pub says: &'static str,
    /// What it means and what to do about it.
    pub advice: &'static str,
    /// Document and clause; for an aspect, those of the row are more precise.
    pub cites: &'static str,
}

const fn aspect(
    code: Code,
    name: &'static str,
    cites: &'static str,
    says: &'static str,
    advice: &'static str,
) -> Rule {
    Rule { code, name, grades: None, is_never_made: false, says, advice, cites }
}

const fn rule(
    code: Code,
    name: &'static str,
    grades: &[u8; 3],
    cites: &'static str,
    says: &'static str,
    advice: &'static str,
) -> Rule {
    Rule { code, name, grades: Some(Grades::of(grades)), is_never_made: false, says, advice, cites }
}

impl Rule {
    /// The same, and an error in what one makes oneself.
    const fn never_made(self) -> Rule {
        Rule { is_never_made: true, ..self }
    }
}

/// Every rule, in the order of [`Code`]. The three letters are the severities in the readings EMVCo, QRIS
/// and wild; `never_made` is for what codes in circulation have and nobody has to make.
#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    aspect(Code::Missing, "missing", "EMVCo 4.7, tables",
        "a mandatory object is missing",
        "The tables ask for this object, always or under a condition. Add it; readers may refuse the payload without it."),
    aspect(Code::TooShort, "too-short", "EMVCo 4.4.1",
        "the value has too few characters",
        "The value is shorter than the tables allow. Fixed-length values keep their leading zeros."),
    aspect(Code::TooLong, "too-long", "EMVCo 4.4.1",
        "the value has too many characters",
        "The value is longer than the tables allow, so readers may cut it or refuse it. Shorten it."),
    aspect(Code::WrongCharacters, "wrong-characters", "EMVCo 4.5",
        "the value has a character its format does not allow",
        "Format N is the digits 0–9, ans is printable ASCII (20–7E). Other scripts belong in 64, the language template."),
    aspect(Code::WrongValue, "wrong-value", "EMVCo 4.7, tables",
        "the value is none of those allowed",
        "The tables list the values this object can have, and this is another."),
    aspect(Code::Empty, "empty", "EMVCo 4.4.1.2",
        "the length is 00",
        "A length lies between 01 and 99. An object with nothing to say is left out."),
    aspect(Code::Repeated, "repeated", "EMVCo 4.3.1.2",
        "the ID occurs a second time in its template",
        "An ID occurs once within a template. Readers differ in which of the two they take, so the payload is ambiguous."),
    aspect(Code::NotATemplate, "not-a-template", "EMVCo 4.7.11, 4.8, 4.9, 4.11",
        "the value should be a sequence of objects and does not frame",
        "The lengths inside the template do not add up: it was edited by hand, or holds plain text. Its text is kept as it is."),
    aspect(Code::Reserved, "reserved", "EMVCo 4.10",
        "the ID is reserved for future use",
        "Readers ignore reserved objects. Do not write them; they are kept when a payload is edited."),
    rule(Code::BadAmount, "bad-amount", b"EEE", "EMVCo 4.7.4.1; QRIS 4.7.8.1",
        "the amount is not digits with at most one point, or is zero",
        "Write digits, and if need be a point and the currency's decimals: 1000, 1000. and 1000.00 are good; \
         1,000, 1.000.00, 1e3, -5 and 0 are not. Leave 54 out to let the payer enter the amount."),
    rule(Code::AmountDecimals, "amount-decimals", b"WWW", "EMVCo 4.7.4.2",
        "the amount has more decimals than its currency",
        "The decimals should match the currency: none for yen, at most two for rupiah. Those too many are zeros here, so \
         the amount is read. Write it without them: other readers may take 500.00 for fifty thousand.").never_made(),
    rule(Code::BadPercentage, "bad-percentage", b"EEE", "EMVCo 4.7.8.2",
        "the percentage is not between 00.01 and 99.99",
        "Write digits with at most one point and two decimals, without a % sign, and never zero."),
    rule(Code::FeeUnexpected, "fee-unexpected", b"EEE", "EMVCo 4.7.7.1, 4.7.8.1",
        "a fee is given that 55 does not call for",
        "56 is there exactly when 55 is 02, and 57 exactly when 55 is 03. Otherwise it is unclear whether the payer owes the fee."),
    rule(Code::ControlCharacter, "control-character", b"EEE", "EMVCo 4.5",
        "the value has a control character",
        "Control characters can forge lines in logs and receipts. No format of the standard contains them. Remove them."),
    rule(Code::BidiControl, "bidi-control", b"WWW", "Unicode UAX #9",
        "the value has a character that changes the direction of text",
        "Direction overrides can make one name look like another. Show the name filtered, and ask why they are there.").never_made(),
    rule(Code::InvisibleCharacter, "invisible-character", b"WWW", "Unicode UAX #44, Default_Ignorable_Code_Point",
        "the value has an invisible character",
        "Two names that look alike can differ by it, and some readers count or show it as something else. Remove it.").never_made(),
    rule(Code::NotPrecomposed, "not-precomposed", b"WWW", "EMVCo 4.5.3",
        "the value has a combining character; text should be precomposed",
        "Write é as one character, not as e and an accent: lengths count characters, and readers differ otherwise.").never_made(),
    rule(Code::BlankAtEnd, "blank-at-end", b"WWW", "observed at acquirers",
        "the text begins or ends with a blank, or is nothing else",
        "Banks refuse such names or cut them. Write the text without blanks around it.").never_made(),
    rule(Code::Pipe, "pipe", b"-EW", "QRIS root table",
        "the value has a vertical bar, which QRIS excludes here",
        "Switches separate message elements with |. Replace it."),
    rule(Code::CurrencyNotRupiah, "currency-not-rupiah", b"-EE", "QRIS root table",
        "the country is ID and the currency is not 360",
        "A payload of Indonesia is in rupiah: 53 is 360 whenever 58 is ID."),
    rule(Code::UnknownCurrency, "unknown-currency", b"NNN", "EMVCo 4.7.5.1",
        "the currency is none we know, so amounts are read with up to four decimals",
        "53 is a number of ISO 4217. Of a number that is not in the list the decimals are not known; no currency has more than four."),
    rule(Code::AmountMissing, "amount-missing", b"-WW", "QRIS root table",
        "the payload is dynamic and has no amount",
        "A dynamic payload (01 = 12) is made for one transaction and normally carries its amount in 54."),
    rule(Code::AmountOverLimit, "amount-over-limit", b"-WW", "PADG 24/1/PADG/2022 art. 8",
        "the amount is above Rp 10 million, the limit of a QRIS transaction",
        "Issuers may refuse it. Limits are set by regulation and have changed before.").never_made(),
    rule(Code::NmidShape, "nmid-shape", b"-WW", "QRIS repository table",
        "the NMID is not ID and 13 digits",
        "Sandboxes and some acquirers print other numbers here. A merchant registered with the national repository has ID and 13 digits."),
    rule(Code::NmidLuhn, "nmid-luhn", b"-WW", "observed in codes in use",
        "the last digit of the NMID is not its check digit",
        "The 13 digits of NMIDs in use pass Luhn. A digit may have been mistyped."),
    rule(Code::MpanLuhn, "mpan-luhn", b"-WW", "ISO/IEC 7812-1",
        "the last of the 19 digits of the PAN is not its check digit",
        "A PAN of 19 digits ends in a Luhn digit; one of 18 has none and is never checked. A digit may have been mistyped."),
    rule(Code::MpanPrefix, "mpan-prefix", b"-WN", "QRIS 4.7.5.4",
        "the PAN does not begin with 9360",
        "PANs of the domestic scheme begin with 9360 and four digits of the acquirer: together the NNS."),
    rule(Code::GuidForm, "guid-form", b"WWN", "EMVCo 4.7.11.2",
        "the identifier is neither an AID, nor a UUID without hyphens, nor a reverse domain name",
        "Some schemes put an account ID into this place. QRIS also allows the literal 00."),
    rule(Code::PayloadTooLong, "payload-too-long", b"WWW", "EMVCo 4.2; QRIS 4.1",
        "the payload has more than 512 characters",
        "Long payloads make dense symbols that phones scan badly. Shorten labels and alternate names."),
    rule(Code::TransferMcc, "transfer-mcc", b"-EW", "QRIS transfer table",
        "a transfer has merchant category 4829, and this has another",
        "Set 52 to 4829, or remove the transfer account if this is a payment."),
    rule(Code::TransferNotDynamic, "transfer-not-dynamic", b"-EW", "QRIS transfer table",
        "a transfer is dynamic (01 = 12), and this is not",
        "Set 01 to 12: a transfer code is made for one transaction."),
    rule(Code::TransferPurpose, "transfer-purpose", b"-WN", "QRIS transfer table",
        "there is a transfer account (40), and 62-08 names no transfer purpose",
        "Without BOOK, DMCT, XBCT, CDPT or CWDL in 62-08 the payload is taken for a payment."),
    rule(Code::TransferData, "transfer-data", b"-WN", "QRIS transfer table",
        "the unique data of a transfer (62-99-01) has not 8 to 64 characters",
        "Transfers carry 8 to 64 characters of unique data in 62-99-01."),
    rule(Code::ForeignScheme, "foreign-scheme", b"-EE", "EMVCo 4.7.11",
        "there is no account of the scheme",
        "The accounts (26–51) say by their identifier (00) whose code this is. A code of another scheme is paid as that \
         scheme says, and not as QRIS: read it with the profile of its scheme."),
    aspect(Code::ExactlyOne, "exactly-one", "EMVCo 4.7.11",
        "exactly one of several objects must be there",
        "The table of the scheme lists objects of which exactly one says who is paid. Keep one of them, or add the one that is missing."),
];

const _: () = {
    let mut i = 0;
    while i < RULES.len() {
        assert!(RULES[i].code as usize == i, "rules stand in the order of their codes");
        i += 1;
    }
};

impl Code {
    /// Its row in the table of rules.
    pub const fn rule(self) -> &'static Rule {
        // In order, by the check above; and the discriminants end where the table does.
        match RULES.split_at_checked(self as usize) {
            Some((_, [rule, ..])) => rule,
            _ => &RULES[0],
        }
    }

    /// The code as text, such as `bad-amount`. It never changes.
    pub const fn name(self) -> &'static str {
        self.rule().name
    }

    /// The code with this name.
    pub fn named(name: &str) -> Option<Code> {
        RULES.iter().find(|rule| rule.name == name).map(|rule| rule.code)
    }

    /// The severity of a rule of its own in a reading; `None` where it does not apply, and for aspects.
    #[inline]
    pub(crate) fn severity(self, reading: Reading) -> Option<Severity> {
        self.rule().grades?.get(reading)
    }
}

impl core::str::FromStr for Code {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Code, ValueError> {
        Code::named(text).ok_or(ValueError::malformed(What::Code))
    }
}

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
        let one = rule(Code::Pipe, "pipe", b"-EW", "a document", "it is so", "do this");
        assert_eq!((one.code, one.name, one.cites), (Code::Pipe, "pipe", "a document"));
        assert_eq!((one.says, one.advice, one.grades), ("it is so", "do this", Some(Grades::of(b"-EW"))));
        let other = aspect(Code::Empty, "empty", "a document", "it is so", "do this");
        assert_eq!((other.code, other.name, other.grades), (Code::Empty, "empty", None));
        assert!(!one.is_never_made && !other.is_never_made && one.never_made().is_never_made);
        // As in the table: aspects first, and every name leads back to its code.
        for row in RULES {
            assert_eq!(Code::named(row.name), Some(row.code));
            assert_eq!(
                row.code.severity(Reading::Letter).is_some(),
                row.grades.is_some_and(|g| g.get(Reading::Letter).is_some())
            );
        }
        assert_eq!(Code::named("Pipe"), None);
    }
}
