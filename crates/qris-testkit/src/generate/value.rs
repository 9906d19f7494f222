//! Good values, row by row.

use qris_core::schema::{Content, Format, Grades, ObjectSpec, Severity};

use super::{Generator, root};
use crate::model;
use crate::rng::SplitMix64;

const WORDS: [&str; 8] = ["WARUNG", "Toko", "contoh", "KOPI", "No. 1", "A-01", "(utama)", "100%"];
/// Characters of one to four bytes, none of them a control, a direction mark or a combining one.
const CHARACTERS: [char; 16] =
    ['A', 'z', '0', ' ', '~', 'é', 'ñ', 'ß', 'Ж', 'ع', 'ก', '中', '文', '한', '😀', '🛒'];
const DOMAINS: [&str; 5] = ["ID.CO.EXAMPLE.WWW", "ID.CO.QRIS.WWW", "com.sample", "id.x-1.y_2", "A.B"];

/// The fewest characters of a good value.
pub(super) fn least(row: &ObjectSpec) -> usize {
    match row.content {
        Content::Fixed(text) => text.len(),
        Content::Guid => 2,
        Content::Nmid => 15,
        _ => usize::from(row.min),
    }
}

impl Generator<'_> {
    /// A value by the letter of the row in at most `space` characters, which are at least [`least`].
    pub(super) fn value(&mut self, row: &ObjectSpec, space: usize) -> String {
        let longest = usize::from(row.max).min(space);
        match row.content {
            Content::Fixed(text) => text.to_owned(),
            Content::OneOf(choices) => choices[self.rng.below(choices.len())].0.to_owned(),
            Content::Amount => {
                let currency = self.wished_value(root(53)).unwrap_or("360");
                let exponent = model::currency_exponent(currency);
                amount(exponent.unwrap_or(3), self.rng)
            }
            Content::Percentage => percentage(self.rng),
            Content::Country => letters(2, self.rng),
            Content::Language => ["id", "en", "ZH", "ar"][self.rng.below(4)].to_owned(),
            Content::Guid => guid(longest, self.rng),
            Content::MerchantPan => pan(usize::from(row.min), longest, self.rng),
            Content::Nmid => with_check_digit("ID", digits("10", 12, self.rng)),
            Content::Criteria => model::CRITERIA[self.rng.below(model::CRITERIA.len())].0.to_owned(),
            Content::ConsumerData => {
                let mut letters = ['A', 'M', 'E'];
                self.rng.shuffle(&mut letters);
                letters[..self.rng.between(1, longest.min(3))].iter().collect()
            }
            Content::Channel => {
                format!("{}{}{}", self.rng.below(10), self.rng.below(4), self.rng.below(4))
            }
            _ => self.plain(row, space),
        }
    }

    /// A value of which the row says no more than characters and length.
    fn plain(&mut self, row: &ObjectSpec, space: usize) -> String {
        let longest = if self.deviates(row.length) { usize::from(row.max) + 3 } else { usize::from(row.max) };
        let longest = longest.min(space);
        let length = match self.rng.below(4) {
            0 => longest,
            1 => usize::from(row.min),
            _ => self.rng.between(row.min.into(), longest.min(20)),
        };
        let format = if self.deviates(row.characters) { Format::Any } else { row.format };
        match format {
            Format::Numeric => digits("", length, self.rng),
            Format::Any if self.rng.one_in(2) => {
                (0..length).map(|_| CHARACTERS[self.rng.below(CHARACTERS.len())]).collect()
            }
            _ => ascii(length, self.rng),
        }
    }

    /// Now and then, where the reading grades an aspect below an error.
    fn deviates(&mut self, grades: Grades) -> bool {
        grades.get(self.profile.reading) != Some(Severity::Error) && self.rng.one_in(16)
    }
}

fn ascii(length: usize, rng: &mut SplitMix64) -> String {
    let mut text = String::new();
    while text.len() < length {
        text.push_str(WORDS[rng.below(WORDS.len())]);
        text.push(char::from(b' ' + rng.below(0x5C) as u8));
    }
    text.truncate(length);
    text
}

fn letters(length: usize, rng: &mut SplitMix64) -> String {
    (0..length).map(|_| char::from(b'A' + rng.below(26) as u8)).collect()
}

/// So many digits that begin with `head`.
pub(crate) fn digits(head: &str, length: usize, rng: &mut SplitMix64) -> String {
    let mut text = head.to_owned();
    while text.len() < length {
        text.push(char::from(b'0' + rng.below(10) as u8));
    }
    text
}

/// `head`, the digits, and their check digit.
pub(crate) fn with_check_digit(head: &str, digits: String) -> String {
    let check = model::luhn_digit(&digits).unwrap_or(0);
    format!("{head}{digits}{check}")
}

/// 9360, the acquirer, the number; 19 digits end in the check digit.
fn pan(shortest: usize, longest: usize, rng: &mut SplitMix64) -> String {
    match rng.between(shortest, longest.min(19)) {
        19 => with_check_digit("", digits("9360", 18, rng)),
        length => digits("9360", length, rng),
    }
}

fn guid(longest: usize, rng: &mut SplitMix64) -> String {
    let domain = DOMAINS[rng.below(DOMAINS.len())];
    match rng.below(4) {
        0 if longest >= 10 => {
            let length = rng.between(10, longest.min(32));
            (0..length).map(|_| char::from(b"0123456789ABCDEFabcdef"[rng.below(22)])).collect()
        }
        1 | 2 if longest >= domain.len() => domain.to_owned(),
        3 if longest >= 3 => "X.Y".to_owned(),
        _ => "00".to_owned(),
    }
}

/// Never zero, at most 13 characters, at most `exponent` decimals.
fn amount(exponent: u8, rng: &mut SplitMix64) -> String {
    let decimals = rng.between(0, exponent.into());
    let point = decimals > 0 || rng.one_in(6);
    let longest = 13 - decimals - usize::from(point);
    let most = if rng.one_in(4) { longest } else { 6 };
    let whole = rng.between(1, most);
    let mut text = digits(["", "0", "1", "9"][rng.below(4)], whole, rng);
    if point {
        text.push('.');
        text.push_str(&digits("", decimals, rng));
    }
    if text.bytes().all(|b| matches!(b, b'0' | b'.')) {
        text.replace_range(..1, "7");
    }
    text
}

fn percentage(rng: &mut SplitMix64) -> String {
    let hundredths = rng.between(1, 9_999);
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match rng.below(5) {
        0 if whole > 0 => format!("{whole}"),
        1 if whole > 0 => format!("{whole}."),
        2 if whole > 0 || part >= 10 => format!("{whole}.{}", part / 10),
        3 => format!("{whole}.{part:02}"),
        _ => format!("{whole:02}.{part:02}"),
    }
}
