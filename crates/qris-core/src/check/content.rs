//! What a value must be apart from length and format, and which characters its text must not contain.

use core::ops::ControlFlow;

use super::Judge;
use super::finding::Detail;
use crate::rules::Code;
use crate::schema::{Content, ObjectSpec, Severity};
use crate::unicode;
use crate::value::{Country, Criteria, Mpan, Nmid, Percentage, amount};

/// The function called for each objection, with its code, its severity and the facts for its message.
pub(super) trait Report: FnMut(Code, Option<Severity>, Detail) -> ControlFlow<()> {}

impl<F: FnMut(Code, Option<Severity>, Detail) -> ControlFlow<()>> Report for F {}

impl Judge<'_, '_> {
    #[inline(always)]
    pub(super) fn judge_content(
        &self,
        value: &str,
        row: &'static ObjectSpec,
        report: &mut impl Report,
    ) -> ControlFlow<()> {
        let due = |code: Code| self.is_reported(code.severity(self.reading));
        let mut rule = |code: Code, detail| report(code, code.severity(self.reading), detail);
        let good = match row.content {
            Content::Plain | Content::Template(_) => true,
            Content::Name => {
                if has_blank_at_end(value) {
                    rule(Code::BlankAtEnd, Detail::None)?;
                }
                true
            }
            Content::Fixed(_)
            | Content::Language
            | Content::Criteria
            | Content::ConsumerData
            | Content::Channel
                if !self.is_reported(row.value.get(self.reading)) =>
            {
                true
            }
            // Byte by byte: for two characters, calling a memory comparison costs more than the comparison.
            Content::Fixed(text) => value.bytes().eq(text.bytes()),
            Content::OneOf(choices) => choices.iter().any(|(choice, _)| value.bytes().eq(choice.bytes())),
            Content::Country => value.parse::<Country>().is_ok(),
            Content::Language => value.bytes().all(|b| b.is_ascii_alphabetic()),
            Content::Criteria => value.parse::<Criteria>().is_ok_and(|criteria| criteria.meaning().is_some()),
            Content::ConsumerData => is_consumer_data(value),
            Content::Channel => is_channel(value),
            Content::Amount => match amount::read(value, self.currency) {
                Err(error) => return rule(Code::BadAmount, Detail::Value(error)),
                Ok(amount) => {
                    if amount.superfluous && due(Code::AmountDecimals) {
                        rule(Code::AmountDecimals, Detail::None)?;
                    }
                    true
                }
            },
            Content::Percentage => match value.parse::<Percentage>() {
                Err(error) => return rule(Code::BadPercentage, Detail::Value(error)),
                Ok(_) => true,
            },
            Content::Guid => {
                if due(Code::GuidForm) && !is_guid(value) {
                    rule(Code::GuidForm, Detail::None)?;
                }
                true
            }
            Content::MerchantPan => {
                // Only a PAN of 19 digits has a check digit.
                if value.len() == 19
                    && due(Code::MpanLuhn)
                    && value.parse::<Mpan>().is_ok_and(|pan| pan.luhn_holds() == Some(false))
                {
                    rule(Code::MpanLuhn, Detail::None)?;
                }
                if due(Code::MpanPrefix) && !value.starts_with("9360") {
                    rule(Code::MpanPrefix, Detail::None)?;
                }
                true
            }
            Content::Nmid if !due(Code::NmidShape) && !due(Code::NmidLuhn) => true,
            Content::Nmid => {
                match value.parse::<Nmid>() {
                    Err(_) => rule(Code::NmidShape, Detail::None)?,
                    Ok(nmid) if !nmid.luhn_holds() => rule(Code::NmidLuhn, Detail::None)?,
                    Ok(_) => {}
                }
                true
            }
        };
        if good {
            ControlFlow::Continue(())
        } else {
            report(Code::WrongValue, row.value.get(self.reading), Detail::None)
        }
    }

    /// Characters that no value should have. Called only for payloads that are not plain throughout.
    #[cold]
    pub(super) fn judge_text(
        &self,
        value: &str,
        row: Option<&'static ObjectSpec>,
        report: &mut impl Report,
    ) -> ControlFlow<()> {
        let (mut control, mut bidi, mut invisible, mut combining, mut pipe) =
            (false, false, false, false, false);
        for c in value.chars() {
            control |= c.is_control();
            if c.is_ascii() {
                pipe |= c == '|';
                continue;
            }
            if is_bidi_control(c) {
                bidi = true;
            } else {
                invisible |= unicode::is_invisible(c);
            }
            combining |= is_combining(c);
        }
        let mut rule = |holds: bool, code: Code| {
            if holds {
                report(code, code.severity(self.reading), Detail::None)
            } else {
                ControlFlow::Continue(())
            }
        };
        rule(control, Code::ControlCharacter)?;
        rule(bidi, Code::BidiControl)?;
        rule(invisible, Code::InvisibleCharacter)?;
        rule(combining, Code::NotPrecomposed)?;
        rule(pipe && row.is_some_and(|row| row.no_pipe), Code::Pipe)
    }
}

/// Marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether it is in a block of combining marks, which precomposed text does not need.
fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
}

/// Whether there is a blank or an invisible character at the beginning or the end.
#[inline(always)]
pub(super) fn has_blank_at_end(value: &str) -> bool {
    // Nearly all names begin and end with a visible ASCII character.
    let is_seen = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    let ends = value.as_bytes();
    !(is_seen(ends.first()) && is_seen(ends.last())) && has_rare_blank_at_end(value)
}

#[cold]
fn has_rare_blank_at_end(value: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() || unicode::is_invisible(c);
    value.chars().next().is_some_and(is_blank) || value.chars().next_back().is_some_and(is_blank)
}

/// An AID (10–32 hex digits), a UUID without hyphens (32), a reverse domain name, or QRIS's literal `00`.
pub(crate) fn is_guid(value: &str) -> bool {
    let aid = || value.len() >= 10 && value.bytes().all(|b| b.is_ascii_hexdigit());
    value == "00" || is_domain(value.as_bytes()) || aid()
}

/// Two or more labels of letters, digits, `-` and `_`, with points between them.
fn is_domain(value: &[u8]) -> bool {
    // No early return: most identifiers are domain names, and this way every byte costs the same few steps.
    let (mut bad, mut all, mut before) = (false, 0, POINT);
    for &byte in value {
        let kind = kind(byte);
        bad |= (kind == 0) | (kind & before & POINT != 0);
        all |= kind;
        before = kind;
    }
    !bad && all & POINT != 0 && before != POINT
}

/// The kinds of bytes in a domain name, as bits.
const LABEL: u8 = 1;
const POINT: u8 = 2;

#[inline(always)]
#[allow(clippy::indexing_slicing)] // A byte is an index below 256: the compiler drops the check.
fn kind(byte: u8) -> u8 {
    static KINDS: [u8; 256] = {
        let mut kinds = [0; 256];
        let mut byte = 0u8;
        while byte < 128 {
            if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
                kinds[byte as usize] = LABEL;
            }
            byte = byte.saturating_add(1);
        }
        kinds[b'.' as usize] = POINT;
        kinds
    };
    KINDS[usize::from(byte)]
}

/// Some of A, M and E, each at most once.
fn is_consumer_data(value: &str) -> bool {
    let mut seen = 0u8;
    value.bytes().all(|b| {
        let bit = match b {
            b'A' => 1,
            b'M' => 2,
            b'E' => 4,
            _ => return false,
        };
        let new = seen & bit == 0;
        seen |= bit;
        new
    })
}

/// Media 0–9, location 0–3, presence 0–3.
fn is_channel(value: &str) -> bool {
    matches!(value.as_bytes(), [b'0'..=b'9', b'0'..=b'3', b'0'..=b'3'])
}
