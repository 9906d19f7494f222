//! What a value must be beyond length and format, and what its text must not contain.

use super::Judge;
use super::finding::{Batch, Detail};
use crate::rules::Code;
use crate::schema::{Content, ObjectSpec};
use crate::value::{Amount, Country, Criteria, Mpan, Nmid, Percentage};
use crate::wire::DataObject;

impl<'a> Judge<'_, 'a> {
    #[inline]
    pub(super) fn judge_content(&self, object: &DataObject<'a>, row: &'static ObjectSpec, batch: &mut Batch) {
        let value = object.value();
        let due = |code: Code| self.matters(code.severity(self.reading));
        let good = match row.content {
            Content::Plain | Content::Template(_) => true,
            Content::Fixed(_)
            | Content::Language
            | Content::Criteria
            | Content::ConsumerData
            | Content::Channel
                if !self.matters(row.value.get(self.reading)) =>
            {
                true
            }
            // Byte by byte: for two characters a call to compare memory costs more than comparing.
            Content::Fixed(text) => value.bytes().eq(text.bytes()),
            Content::OneOf(choices) => choices.iter().any(|(choice, _)| value.bytes().eq(choice.bytes())),
            Content::Country => value.parse::<Country>().is_ok(),
            Content::Language => value.bytes().all(|b| b.is_ascii_alphabetic()),
            Content::Criteria => value.parse::<Criteria>().is_ok_and(|criteria| criteria.meaning().is_some()),
            Content::ConsumerData => is_consumer_data(value),
            Content::Channel => is_channel(value),
            Content::Amount => {
                if let Err(error) = Amount::parse(value, self.currency) {
                    let severity = Code::BadAmount.severity(self.reading);
                    self.put(Code::BadAmount, severity, object, Some(row), Detail::Amount(error), batch);
                }
                true
            }
            Content::Percentage => {
                if let Err(error) = value.parse::<Percentage>() {
                    let severity = Code::BadPercentage.severity(self.reading);
                    self.put(
                        Code::BadPercentage,
                        severity,
                        object,
                        Some(row),
                        Detail::Percentage(error),
                        batch,
                    );
                }
                true
            }
            Content::Guid => {
                if due(Code::GuidForm) && !is_guid(value) {
                    self.rule(Code::GuidForm, object, Some(row), batch);
                }
                true
            }
            Content::MerchantPan => {
                // Only a PAN of 19 digits has a check digit.
                if value.len() == 19
                    && due(Code::MpanLuhn)
                    && value.parse::<Mpan>().is_ok_and(|pan| pan.luhn_holds() == Some(false))
                {
                    self.rule(Code::MpanLuhn, object, Some(row), batch);
                }
                if due(Code::MpanPrefix) && !value.starts_with("9360") {
                    self.rule(Code::MpanPrefix, object, Some(row), batch);
                }
                true
            }
            Content::Nmid if !due(Code::NmidShape) && !due(Code::NmidLuhn) => true,
            Content::Nmid => {
                match value.parse::<Nmid>() {
                    Err(_) => self.rule(Code::NmidShape, object, Some(row), batch),
                    Ok(nmid) if !nmid.luhn_holds() => self.rule(Code::NmidLuhn, object, Some(row), batch),
                    Ok(_) => {}
                }
                true
            }
        };
        if !good {
            self.aspect(Code::WrongValue, row.value, object, row, Detail::None, batch);
        }
    }

    /// Characters that no value should have. Only for payloads that are not plain throughout.
    #[cold]
    pub(super) fn judge_text(
        &self,
        object: &DataObject<'a>,
        row: Option<&'static ObjectSpec>,
        batch: &mut Batch,
    ) {
        let value = object.value();
        let (mut control, mut bidi, mut combining, mut pipe) = (false, false, false, false);
        for c in value.chars() {
            control |= c.is_control();
            if c.is_ascii() {
                pipe |= c == '|';
                continue;
            }
            bidi |= is_bidi_control(c);
            combining |= is_combining(c);
        }
        if control {
            self.rule(Code::ControlCharacter, object, row, batch);
        }
        if bidi {
            self.rule(Code::BidiControl, object, row, batch);
        }
        if combining {
            self.rule(Code::NotPrecomposed, object, row, batch);
        }
        if pipe && row.is_some_and(|row| row.no_pipe) {
            self.rule(Code::Pipe, object, row, batch);
        }
    }
}

/// Marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The blocks of combining marks that precomposed text has no need of.
fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
}

/// An AID (10–32 hex digits), a UUID without hyphens (32), a reverse domain name, or QRIS's literal `00`.
fn is_guid(value: &str) -> bool {
    let aid = || value.len() >= 10 && value.bytes().all(|b| b.is_ascii_hexdigit());
    value == "00" || is_domain(value.as_bytes()) || aid()
}

/// Two or more labels of letters, digits, `-` and `_`, with points between them.
fn is_domain(value: &[u8]) -> bool {
    // No early return: most identifiers are domain names, and so every byte costs the same few steps.
    let (mut bad, mut all, mut before) = (false, 0, POINT);
    for &byte in value {
        let kind = kind(byte);
        bad |= (kind == 0) | (kind & before & POINT != 0);
        all |= kind;
        before = kind;
    }
    !bad && all & POINT != 0 && before != POINT
}

/// What a byte may be in a domain name, as bits.
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
