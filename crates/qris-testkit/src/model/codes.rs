/// The merchant criteria in use and what they stand for. The set is open: others frame and read.
pub const CRITERIA: [(&str, &str); 7] = [
    ("UMI", "micro"),
    ("UKE", "small"),
    ("UME", "medium"),
    ("UBE", "large"),
    ("URE", "regular"),
    ("PSO", "public-service obligation"),
    ("BLU", "public-service agency"),
];

/// The purposes 62-08 may name in QRIS. All but `POSP` and `BILL` make a transfer, with a 40 that frames.
pub const PURPOSES: [(&str, &str); 7] = [
    ("BOOK", "transfer within a bank"),
    ("DMCT", "domestic transfer"),
    ("XBCT", "cross-border transfer"),
    ("CDPT", "cash deposit"),
    ("CWDL", "cash withdrawal"),
    ("POSP", "payment"),
    ("BILL", "bill"),
];

/// Whether a text is a merchant criteria in use (26–45 and 51, sub 03).
///
/// ```
/// assert!(qris_testkit::model::is_criteria("UMI"));
/// assert!(!qris_testkit::model::is_criteria("ZZZ"));
/// ```
#[must_use]
pub fn is_criteria(text: &str) -> bool {
    CRITERIA.iter().any(|(code, _)| *code == text)
}

/// Whether a text has the shape of a country code: two capital letters (EMVCo 4.7.13, ISO 3166-1 alpha-2).
#[must_use]
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.chars().all(|letter| letter.is_ascii_uppercase())
}

/// Whether a text has the shape of a merchant category code: four digits (EMVCo 4.7.12, ISO 18245).
#[must_use]
pub fn is_mcc(text: &str) -> bool {
    text.len() == 4 && text.chars().all(|digit| digit.is_ascii_digit())
}

/// Whether a text has the shape of a currency code: three digits (EMVCo 4.7.5.1, ISO 4217 numeric).
#[must_use]
pub fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.chars().all(|digit| digit.is_ascii_digit())
}

/// Whether a value of 62-01 … 62-08 asks the consumer for input: exactly `***` (EMVCo 4.8.1.2).
#[must_use]
pub fn is_wildcard(text: &str) -> bool {
    text == "***"
}

/// Whether a value of 62-09 is made of A, M and E, each at most once and at least one (EMVCo 4.8.1.4).
#[must_use]
pub fn is_request_letters(text: &str) -> bool {
    let mut left = vec!['A', 'M', 'E'];
    for letter in text.chars() {
        let Some(place) = left.iter().position(|&allowed| allowed == letter) else {
            return false;
        };
        left.remove(place);
    }
    left.len() < 3
}

/// How many decimals a currency has, for the currencies of the vectors and those that do not have two decimals.
///
/// ISO 4217 numeric codes; `None` for every other text.
///
/// ```
/// assert_eq!(qris_testkit::model::currency_exponent("360"), Some(2));
/// assert_eq!(qris_testkit::model::currency_exponent("392"), Some(0));
/// ```
#[must_use]
pub fn currency_exponent(currency: &str) -> Option<u8> {
    match currency {
        "108" | "152" | "174" | "262" | "324" | "352" | "392" | "410" | "548" | "600" | "646" | "704"
        | "800" | "940" | "950" | "952" | "953" => Some(0),
        "036" | "116" | "144" | "156" | "344" | "356" | "360" | "418" | "458" | "608" | "702" | "764"
        | "826" | "840" | "936" | "978" | "986" => Some(2),
        "048" | "368" | "400" | "414" | "434" | "512" | "788" => Some(3),
        "927" | "990" => Some(4),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_exact() {
        assert!(is_country("ID") && !is_country("id") && !is_country("IDN") && !is_country("é"));
        assert!(is_mcc("0000") && !is_mcc("581") && !is_mcc("58l2"));
        assert!(is_currency("036") && !is_currency("36") && !is_currency("IDR"));
        assert!(is_wildcard("***") && !is_wildcard("**") && !is_wildcard("a***"));
    }

    #[test]
    fn request_letters_come_once_each_in_any_order() {
        for good in ["A", "ME", "EMA"] {
            assert!(is_request_letters(good), "{good}");
        }
        for bad in ["", "AA", "AMEA", "a", "X", "***"] {
            assert!(!is_request_letters(bad), "{bad}");
        }
    }

    #[test]
    fn criteria_are_told_from_other_codes() {
        assert!(CRITERIA.iter().all(|(code, _)| is_criteria(code)));
        assert!(!is_criteria("umi") && !is_criteria("") && !is_criteria("BOOK"));
        assert!(PURPOSES.iter().all(|(code, _)| code.len() == 4));
        assert_eq!(currency_exponent("414"), Some(3));
        assert_eq!(currency_exponent("IDR"), None);
    }
}
