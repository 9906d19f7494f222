/// The ISO/IEC 7812 check digit over a string of ASCII digits; `None` when it is empty or holds anything else.
///
/// ```
/// assert_eq!(qris_testkit::model::luhn_digit("936009140000000001"), Some(9));
/// ```
#[must_use]
pub fn luhn_digit(digits: &str) -> Option<u8> {
    let digits = digit_values(digits)?;
    // The digit next to the check digit is doubled, and every second one from there to the left.
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| if place % 2 == 0 { doubled(digit) } else { u32::from(digit) })
        .sum();
    u8::try_from((10 - sum % 10) % 10).ok()
}

/// Whether the last digit of a string of ASCII digits is the check digit of those before it.
///
/// ```
/// assert!(qris_testkit::model::luhn_holds("9360091400000000019"));
/// assert!(!qris_testkit::model::luhn_holds("9360091400000000018"));
/// ```
#[must_use]
pub fn luhn_holds(digits: &str) -> bool {
    let Some(values) = digit_values(digits) else {
        return false;
    };
    let (Some(&last), Some(before)) = (values.last(), digits.get(..digits.len() - 1)) else {
        return false;
    };
    luhn_digit(before) == Some(last)
}

/// Twice a digit, with the digits of the result added up.
fn doubled(digit: u8) -> u32 {
    let twice = u32::from(digit) * 2;
    twice / 10 + twice % 10
}

fn digit_values(digits: &str) -> Option<Vec<u8>> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.bytes().map(|byte| byte - b'0').collect())
}

/// The parts of a merchant PAN (QRIS 4.7.5.4 and 4.7.5.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mpan {
    /// Digits 1 to 8: national numbering system, the acquirer.
    pub nns: String,
    /// Digit 9: 0 unspecified, 1 debit, 2 credit, 3 electronic money; used freely by some acquirers.
    pub method: u8,
    /// The digits from the tenth, without a check digit: 6 to 9 of them.
    pub sequence: String,
    /// Digit 19 where there is one.
    pub check_digit: Option<u8>,
    /// Whether the check digit is right; true where there is none.
    ///
    /// Only 19 digits carry one: an 18-digit number that happens to pass, or not, says nothing.
    pub luhn: bool,
}

/// Why a text is no merchant PAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MpanFault {
    /// Not 15 to 19 characters.
    Length,
    /// A character that is no ASCII digit.
    Character,
}

/// Takes a merchant PAN apart: 15 to 19 digits.
///
/// # Errors
/// [`MpanFault::Character`] before [`MpanFault::Length`].
///
/// ```
/// let parts = qris_testkit::model::mpan("936009140000000001").unwrap();
/// assert_eq!((parts.nns.as_str(), parts.method), ("93600914", 0));
/// ```
pub fn mpan(text: &str) -> Result<Mpan, MpanFault> {
    if !text.chars().all(|character| character.is_ascii_digit()) {
        return Err(MpanFault::Character);
    }
    if !(15..=19).contains(&text.len()) {
        return Err(MpanFault::Length);
    }
    let digits: Vec<char> = text.chars().collect();
    let number = |character: char| character as u8 - b'0';
    let check_digit = digits.get(18).copied().map(number);
    Ok(Mpan {
        nns: digits[..8].iter().collect(),
        method: number(digits[8]),
        sequence: digits[9..digits.len().min(18)].iter().collect(),
        check_digit,
        luhn: check_digit.is_none() || luhn_holds(text),
    })
}

/// The parts of a national merchant ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nmid {
    /// Digit 1: 1 individual, 2 business.
    pub entity: u8,
    /// Digit 2: only 0 has been seen.
    pub century: u8,
    /// Digits 3 and 4: year of registration.
    pub year: u8,
    /// Digits 5 to 12.
    pub sequence: String,
    /// Digit 13.
    pub check_digit: u8,
    /// Whether the 13 digits pass Luhn. A warning when not: no text states it, nearly every number shows it.
    pub luhn: bool,
}

/// Why a text has not the shape of a national merchant ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NmidFault {
    /// Not 15 characters.
    Length,
    /// Does not start with `ID`.
    Country,
    /// A character after the country that is no ASCII digit.
    Character,
}

/// Takes a national merchant ID apart: `ID` and 13 digits.
///
/// # Errors
/// The first of length, country, digits that does not fit.
///
/// ```
/// let parts = qris_testkit::model::nmid("ID1026000000012").unwrap();
/// assert_eq!((parts.entity, parts.year, parts.luhn), (1, 26, true));
/// ```
pub fn nmid(text: &str) -> Result<Nmid, NmidFault> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() != 15 {
        return Err(NmidFault::Length);
    }
    let Some(digits) = text.strip_prefix("ID") else {
        return Err(NmidFault::Country);
    };
    let Some(values) = digit_values(digits) else {
        return Err(NmidFault::Character);
    };
    Ok(Nmid {
        entity: values[0],
        century: values[1],
        year: values[2] * 10 + values[3],
        sequence: digits[4..12].to_owned(),
        check_digit: values[12],
        luhn: luhn_holds(digits),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn luhn_examples_hold() {
        assert!(luhn_holds("79927398713"));
        assert!(luhn_holds("4111111111111111"));
        assert!(luhn_holds("00"));
        for wrong in ["", "79927398710", "7992739871٣", "-1", "x"] {
            assert!(!luhn_holds(wrong), "{wrong:?}");
        }
        assert_eq!(luhn_digit(""), None);
        assert_eq!(luhn_digit("0"), Some(0));
        assert_eq!(luhn_digit("1"), Some(8));
    }

    #[test]
    fn mpan_parts_depend_on_the_length() {
        let parts = |text| mpan(text).map(|parts| (parts.sequence, parts.check_digit, parts.luhn));
        assert_eq!(parts("936000140456789"), Ok(("456789".into(), None, true)));
        assert_eq!(parts("936009140000000001"), Ok(("000000001".into(), None, true)));
        assert_eq!(parts("9360091400000000019"), Ok(("000000001".into(), Some(9), true)));
        assert_eq!(parts("9360091400000000018"), Ok(("000000001".into(), Some(8), false)));
        assert_eq!(parts("93600914000000"), Err(MpanFault::Length));
        assert_eq!(parts("93600914000000000190"), Err(MpanFault::Length));
        assert_eq!(parts("93600914000000000A"), Err(MpanFault::Character));
        assert_eq!(parts(""), Err(MpanFault::Length));
    }

    #[test]
    fn nmid_faults_are_told_apart() {
        assert_eq!(nmid("ID123456789103"), Err(NmidFault::Length));
        assert_eq!(nmid("000000000000000"), Err(NmidFault::Country));
        assert_eq!(nmid("AID060733612866"), Err(NmidFault::Country));
        assert_eq!(nmid("ID10260000000xx"), Err(NmidFault::Character));
        assert_eq!(nmid("ID102600000001٢"), Err(NmidFault::Character));
        assert_eq!(nmid("ID1026000000013").map(|parts| parts.luhn), Ok(false));
    }

    proptest! {
        #[test]
        fn one_changed_digit_breaks_luhn(digits in "[0-9]{1,18}", place in 0_usize..18, by in 1_u8..10) {
            let full = format!("{digits}{}", luhn_digit(&digits).unwrap());
            prop_assert!(luhn_holds(&full));
            let mut bytes = full.into_bytes();
            let place = place % bytes.len();
            bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
            prop_assert!(!luhn_holds(std::str::from_utf8(&bytes).unwrap()));
        }

        #[test]
        fn no_text_makes_a_model_panic(text in "\\PC{0,20}") {
            prop_assert_eq!(mpan(&text).is_ok(), text.len() >= 15 && text.len() <= 19 && text.bytes().all(|b| b.is_ascii_digit()));
            if let Ok(parts) = nmid(&text) {
                prop_assert_eq!(parts.sequence.len(), 8);
            }
        }
    }
}
