//! `--fit-name`: a name as it fits into a payload, in ASCII and cut at a word.

use deunicode::deunicode_with_tofu;
use qris_core::display::Safe;
use qris_core::{Path, Profile};

use crate::output::{Failure, say};

/// What is fitted: the merchant's name and city.
pub(crate) const FITTED: [Path; 2] = [Path::of(&[59]), Path::of(&[60])];

/// The text as it fits at a path, and says so when it is another; others stay.
pub(crate) fn fit(path: Path, text: &str) -> Result<Option<String>, Failure> {
    let Some(row) = FITTED.contains(&path).then(|| Profile::QRIS.row(path)).flatten() else {
        return Ok(None);
    };
    let fitted = fitted(text, usize::from(row.max));
    if fitted.is_empty() {
        let name = row.name;
        return Err(Failure::Refused(format!(
            "--fit-name: nothing of {path} {name} is left in ASCII: give one in Latin letters"
        )));
    }
    if fitted == text {
        return Ok(None);
    }
    say("fitted", &format!("{path} {}: {} -> {fitted}", row.name, Safe(text)));
    Ok(Some(fitted))
}

/// Printable ASCII without `|`, single blanks, none at the ends, and as many whole words as there is room for; of a single
/// long word as many letters.
fn fitted(text: &str, room: usize) -> String {
    let ascii = deunicode_with_tofu(text, " ").replace('|', " ");
    let mut words = ascii.split(|c: char| !c.is_ascii_graphic()).filter(|word| !word.is_empty());
    let Some(first) = words.next() else { return String::new() };
    let mut fitted: String = first.chars().take(room).collect();
    let mut is_cut = fitted.len() < first.len();
    for word in words {
        if is_cut || fitted.len() + 1 + word.len() > room {
            is_cut = true;
            break;
        }
        fitted.push(' ');
        fitted.push_str(word);
    }
    if is_cut {
        // What only leads on to the words that are gone.
        let end = fitted.trim_end_matches(|c: char| {
            !c.is_ascii_alphanumeric() && !matches!(c, ')' | '.' | '!' | '\'' | '"')
        });
        if !end.is_empty() {
            fitted.truncate(end.len());
        }
    }
    fitted
}

#[cfg(test)]
mod tests {
    use super::fitted;
    use proptest::prelude::*;

    #[test]
    fn names_fit() {
        for (text, name) in [
            ("WARUNG CONTOH", "WARUNG CONTOH"),
            ("Café Résumé", "Cafe Resume"),
            ("Warung “Bu Siti” – Pusat", "Warung \"Bu Siti\" - Pusat"),
            ("  Toko\u{a0}Jaya \t Abadi ", "Toko Jaya Abadi"),
            ("Ｗａｒｕｎｇ", "Warung"),
            ("e\u{301}a|b", "ea b"),
            ("Zero\u{200b}width", "Zero width"),
            ("北京饭店", "Bei Jing Fan Dian"),
            ("WARUNG CONTOH CABANG JAKARTA PUSAT", "WARUNG CONTOH CABANG"),
            ("WARUNG CONTOH CABANG - JAKARTA", "WARUNG CONTOH CABANG"),
            ("TOKO MAJU JAYA ABADI & SONS", "TOKO MAJU JAYA ABADI"),
            ("SUPERCALIFRAGILISTICEXPIALIDOCIOUS", "SUPERCALIFRAGILISTICEXPIA"),
            ("1234567890123456789012345", "1234567890123456789012345"),
            ("\u{200b} ", ""),
            ("", ""),
        ] {
            assert_eq!(fitted(text, 25), name, "{text}");
        }
        assert_eq!(fitted("Daerah Khusus Ibukota Jakarta", 15), "Daerah Khusus");
    }

    proptest! {
        #[test]
        fn anything_fits(text in "\\PC{0,60}", room in 1usize..30) {
            let fitted = fitted(&text, room);
            prop_assert!(fitted.len() <= room);
            prop_assert!(fitted.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'|'));
            prop_assert_eq!(fitted.trim(), &fitted);
            prop_assert_eq!(&super::fitted(&fitted, room), &fitted);
        }
    }
}
