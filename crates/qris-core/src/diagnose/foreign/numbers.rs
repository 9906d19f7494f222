//! Texts that are one number, told by their check digits.

use alloc::vec::Vec;

use super::Foreign;

pub(super) fn recognise(text: &str) -> Option<Foreign> {
    if let Some(digits) = text.strip_prefix("+55") {
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        return ((10..=11).contains(&digits.len()) && all).then_some(Foreign::PixKey);
    }
    // How a payload begins: one that was cut is no number.
    if text.starts_with("0002") || text.len() > 40 {
        return None;
    }
    let marks = |byte: &u8| matches!(byte, b' ' | b'-' | b'.' | b'/');
    let digits = text.bytes().filter(|byte| !marks(byte)).map(|byte| char::from(byte).to_digit(10));
    let digits: Vec<u32> = digits.collect::<Option<_>>()?;
    let formatted = text.bytes().any(|byte| marks(&byte));
    let card = match digits.len() {
        13 => digits.first() == Some(&4),
        14 => digits.first() == Some(&3),
        length => (15..=19).contains(&length),
    };
    if card && luhn(&digits) {
        return Some(Foreign::CardNumber);
    }
    if matches!(digits.len(), 8 | 12 | 13 | 14) && !formatted && gtin(&digits) {
        return Some(Foreign::ProductNumber);
    }
    taxpayer(&digits).then_some(Foreign::PixKey)
}

/// The check digit of payment cards (ISO/IEC 7812-1, annex B).
fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| digit.saturating_mul(2).checked_rem(9).filter(|_| digit != 9).unwrap_or(9);
    let sum = digits.iter().rev().enumerate().map(|(place, digit)| match place & 1 {
        0 => *digit,
        _ if *digit == 0 => 0,
        _ => doubled(*digit),
    });
    let sum: u32 = sum.fold(0, u32::saturating_add);
    sum > 0 && sum.checked_rem(10) == Some(0)
}

/// The check digit of products (GS1 General Specifications 7.9).
fn gtin(digits: &[u32]) -> bool {
    let weighed = |(place, digit): (usize, &u32)| digit.saturating_mul(if place & 1 == 0 { 1 } else { 3 });
    let sum: u32 = digits.iter().rev().enumerate().map(weighed).fold(0, u32::saturating_add);
    sum > 0 && sum.checked_rem(10) == Some(0)
}

/// The two check digits of Brazil's CPF (11 digits) and CNPJ (14).
fn taxpayer(digits: &[u32]) -> bool {
    // Weights from the last digit on: 2, 3, …; those of companies begin anew after 9.
    let most = match digits.len() {
        11 => 11,
        14 => 9,
        _ => return false,
    };
    let check = |length: usize| {
        let counted = digits.iter().take(length).rev();
        let weights = (2..=most).cycle();
        let sum: u32 = counted
            .zip(weights)
            .map(|(digit, weight)| digit.saturating_mul(weight))
            .fold(0, u32::saturating_add);
        let rest = sum.checked_rem(11).unwrap_or(0);
        let digit = if rest < 2 { 0 } else { 11u32.saturating_sub(rest) };
        digits.get(length) == Some(&digit)
    };
    let different = digits.iter().any(|digit| digits.first() != Some(digit));
    let length = digits.len();
    different && check(length.saturating_sub(2)) && check(length.saturating_sub(1))
}
