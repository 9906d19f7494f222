//! Which of the two languages a visitor reads.

use super::words::{ENGLISH, INDONESIAN, Words};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lang {
    Indonesian,
    English,
}

impl Lang {
    /// As in `lang` of HTML and of the query.
    pub(super) fn code(self) -> &'static str {
        match self {
            Lang::Indonesian => "id",
            Lang::English => "en",
        }
    }

    /// Reads [`code`](Self::code).
    pub(super) fn parse(code: &str) -> Option<Lang> {
        [Lang::Indonesian, Lang::English].into_iter().find(|lang| lang.code() == code)
    }

    pub(super) fn other(self) -> Lang {
        match self {
            Lang::Indonesian => Lang::English,
            Lang::English => Lang::Indonesian,
        }
    }

    pub(super) fn words(self) -> &'static Words {
        match self {
            Lang::Indonesian => &INDONESIAN,
            Lang::English => &ENGLISH,
        }
    }

    /// The better liked of the two in an Accept-Language (RFC 9110 12.5.4); Indonesian when nothing is asked for,
    /// English for those who read neither.
    pub(super) fn accepted(header: &str) -> Lang {
        let mut best = None;
        for part in header.split(',').take(32) {
            let (tag, parameter) = part.split_once(';').unwrap_or((part, ""));
            let primary = tag.trim().split('-').next().unwrap_or("").to_ascii_lowercase();
            let lang = match primary.as_str() {
                // `in` is what older phones still call Indonesian.
                "id" | "in" => Lang::Indonesian,
                "en" => Lang::English,
                _ => continue,
            };
            let weight = thousandths(parameter.trim());
            if weight > best.map_or(0, |(weight, _)| weight) {
                best = Some((weight, lang));
            }
        }
        match best {
            Some((_, lang)) => lang,
            None if header.trim().is_empty() || header.trim() == "*" => Lang::Indonesian,
            None => Lang::English,
        }
    }
}

/// `q=0.8` as 800; nothing and nonsense as 1000.
fn thousandths(parameter: &str) -> u32 {
    let Some(weight) = parameter.strip_prefix("q=") else { return 1000 };
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, fraction.parse::<u32>()) {
        ("0", Ok(fraction)) => fraction,
        _ => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::Lang::{self, English, Indonesian};

    #[test]
    fn the_better_liked_language_is_taken() {
        let cases = [
            ("", Indonesian),
            ("*", Indonesian),
            ("id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", Indonesian),
            ("en-GB,en;q=0.9,id;q=0.8", English),
            ("en;q=0.3, id;q=0.75", Indonesian),
            ("in", Indonesian),
            ("id;q=0, en;q=0.1", English),
            ("ja,de;q=0.5", English),
            (";;;,,q=", English),
        ];
        for (header, lang) in cases {
            assert_eq!(Lang::accepted(header), lang, "{header}");
        }
    }
}
