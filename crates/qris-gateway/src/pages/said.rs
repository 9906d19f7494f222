//! What is said about a payload, in the visitor's language: in English as the core says it, in Indonesian from the table of
//! qris-tables, which has every text (a test of that crate names what is missing).

use qris_core::diagnose::{Before, Explanation};
use qris_core::display::Safe;
use qris_core::schema::{Content, Format, Presence};
use qris_core::{Code, ErrorKind, Finding, Id, Kind, LengthUnit, Path, Payload};
use qris_render::PictureError;
use qris_tables::indonesian::{self, Of};

use super::lang::Lang;

/// A text in Indonesian; what had none would be said in English.
fn text(lang: Lang, of: Of, key: &str, english: &'static str) -> &'static str {
    let found = || indonesian::text(of, key).map_or(english, |found| found.text);
    if lang == Lang::Indonesian { found() } else { english }
}

/// What to do, likewise.
fn advice(lang: Lang, of: Of, key: &str, english: &'static str) -> &'static str {
    let found = || indonesian::text(of, key).and_then(|found| found.advice).unwrap_or(english);
    if lang == Lang::Indonesian { found() } else { english }
}

/// The name of an object.
pub(super) fn name(lang: Lang, name: &'static str) -> &'static str {
    text(lang, Of::Name, name, name)
}

/// What a value stands for.
pub(super) fn meaning(lang: Lang, meaning: &'static str) -> &'static str {
    text(lang, Of::Meaning, meaning, meaning)
}

/// What a payload asks for.
pub(super) fn kind(lang: Lang, kind: Kind) -> &'static str {
    text(lang, Of::Kind, kind.name(), kind.name())
}

/// Document and clause.
pub(super) fn cites(lang: Lang, cites: &'static str) -> &'static str {
    text(lang, Of::Source, cites, cites)
}

/// What is wrong with a text that is no payload.
pub(super) fn error(lang: Lang, kind: ErrorKind) -> String {
    if lang == Lang::English {
        return kind.to_string();
    }
    let key = match kind {
        ErrorKind::InvalidLength { cuts: Some(_) } => "invalid-length/cuts",
        _ => kind.code(),
    };
    let Some(found) = indonesian::text(Of::Error, key) else { return kind.to_string() };
    let facts = match kind {
        ErrorKind::TooLong { bytes, limit } => {
            [("{bytes}", bytes.to_string()), ("{limit}", limit.to_string())]
        }
        ErrorKind::Truncated { available } => [("{available}", available.to_string()), NONE],
        ErrorKind::DuplicateId { first_offset } => [("{first_offset}", first_offset.to_string()), NONE],
        ErrorKind::Overrun { declared, available, unit } => {
            let text = found.text.replace("{unit}", units(unit));
            return fill(
                &text,
                &[("{declared}", declared.to_string()), ("{available}", available.to_string())],
            );
        }
        ErrorKind::CrcNotLast { extra } => [("{extra}", extra.to_string()), NONE],
        ErrorKind::CrcMismatch { stated, computed } => {
            [("{stated}", format!("{stated:04X}")), ("{computed}", format!("{computed:04X}"))]
        }
        _ => return found.text.to_owned(),
    };
    fill(found.text, &facts)
}

/// No fact.
const NONE: (&str, String) = ("{}", String::new());

fn fill(text: &str, facts: &[(&str, String)]) -> String {
    facts.iter().fold(text.to_owned(), |text, (place, fact)| text.replace(place, fact))
}

/// What a length counts, in Indonesian, where one and many are said alike.
fn units(unit: LengthUnit) -> &'static str {
    match unit {
        LengthUnit::Bytes => "byte",
        LengthUnit::Utf16 => "unit UTF-16",
        _ => "karakter",
    }
}

/// What an error means, and what to do.
pub(super) fn error_advice(lang: Lang, kind: ErrorKind) -> &'static str {
    advice(lang, Of::Error, kind.code(), kind.explanation())
}

/// What is wrong with an object or the whole payload.
pub(super) fn finding(lang: Lang, finding: &Finding, payload: &Payload<'_>) -> String {
    if lang == Lang::English {
        return finding.message().to_string();
    }
    let code = finding.code();
    let says = text(lang, Of::Rule, code.name(), code.rule().says);
    let Some(row) = finding.row() else { return says.to_owned() };
    let name = name(lang, row.name);
    match (code, row.presence) {
        // No row of an account is mandatory: the core says so of all of them together, at the first.
        (Code::Missing, _) if finding.path() == Path::root(Id::MERCHANT_ACCOUNT) => {
            "tidak ada akun merchant: tidak satu pun dari 02–51".to_owned()
        }
        (Code::Missing, Presence::When(id, value)) => {
            format!("{name} tidak ada, padahal wajib bila {id} bernilai {value}")
        }
        (Code::Missing, _) => format!("{name} tidak ada"),
        (Code::TooShort | Code::TooLong, _) => {
            let here = |object: &qris_core::DataObject<'_>| {
                object.path() == finding.path() && object.offset() == finding.span().start
            };
            let length = payload.walk().find(here).map_or(0, |object| object.value().chars().count());
            if row.min == row.max {
                format!("{name} memiliki {length} karakter; seharusnya {}", row.min)
            } else {
                format!("{name} memiliki {length} karakter; yang diizinkan {} sampai {}", row.min, row.max)
            }
        }
        (Code::WrongCharacters, _) => match row.format {
            Format::Numeric => format!("{name} harus berupa digit saja"),
            _ => format!("{name} harus berupa ASCII yang dapat dicetak"),
        },
        (Code::WrongValue, _) => format!("{name} seharusnya {}", expected(lang, &row.content)),
        _ => format!("{name}: {says}"),
    }
}

/// What a value should have been, in Indonesian.
fn expected(lang: Lang, content: &Content) -> String {
    let known = match content {
        Content::Fixed(text) => text,
        Content::OneOf(choices) => {
            let choices = choices.iter().map(|(value, means)| format!("{value} ({})", meaning(lang, means)));
            return choices.collect::<Vec<_>>().join(" atau ");
        }
        Content::Country => "dua huruf besar ISO 3166-1",
        Content::Language => "dua huruf ISO 639-1",
        Content::Criteria => "salah satu dari UMI, UKE, UME, UBE, URE, PSO, BLU",
        Content::ConsumerData => "sebagian dari A, M, dan E, masing-masing satu kali",
        Content::Channel => "tiga digit untuk media, lokasi, dan kehadiran",
        _ => "salah satu nilai yang diizinkan",
    };
    known.to_owned()
}

/// What to do about a finding.
pub(super) fn finding_advice(lang: Lang, code: Code) -> &'static str {
    advice(lang, Of::Rule, code.name(), code.rule().advice)
}

/// The object before a fault.
pub(super) fn before(lang: Lang, before: &Before<'_>) -> String {
    if lang == Lang::English {
        return format!("Before it, {before}.");
    }
    let object = before.object();
    let value = Safe(object.value());
    format!("Sebelumnya, {} menyatakan {} karakter dan berisi \"{value}\".", object.id(), object.length())
}

/// What happened to a text, or what it is instead, and what to do: sentences.
pub(super) fn known(lang: Lang, known: &Explanation) -> Vec<String> {
    match known {
        Explanation::Foreign(foreign) => {
            let is = text(lang, Of::Foreign, foreign.code(), foreign.is());
            vec![if lang == Lang::English { format!("This is {is}.") } else { format!("Ini {is}.") }]
        }
        Explanation::Several(several) => {
            let (count, differ) = (several.payloads().len(), several.differ());
            let differ = differ.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            match lang {
                Lang::English => vec![
                    format!("There are {count} different payloads in it; they differ in {differ}."),
                    "Hand over the one that is meant, alone.".to_owned(),
                ],
                Lang::Indonesian => vec![
                    format!("Di dalamnya ada {count} payload yang berbeda; bedanya pada {differ}."),
                    "Serahkan hanya payload yang dimaksud.".to_owned(),
                ],
            }
        }
        Explanation::Damaged(found) => {
            let undoing =
                found.causes().iter().map(|cause| text(lang, Of::Cause, cause.code(), cause.undoing()));
            let undoing: Vec<&str> = undoing.collect();
            let whole = match lang {
                Lang::English => format!("The text is whole when {}.", undoing.join(", and then ")),
                Lang::Indonesian => format!("Teks ini utuh bila {}.", undoing.join(", lalu ")),
            };
            let advice =
                found.causes().iter().map(|cause| advice(lang, Of::Cause, cause.code(), cause.advice()));
            let mut sentences = vec![whole];
            for sentence in advice {
                if !sentences.iter().any(|said| said == sentence) {
                    sentences.push(sentence.to_owned());
                }
            }
            sentences
        }
    }
}

/// Why a picture cannot be read: the end of a sentence.
pub(super) fn picture(lang: Lang, error: &PictureError) -> String {
    let indonesian = match error {
        _ if lang == Lang::English => return error.to_string(),
        PictureError::UnknownFormat => "bukan format gambar yang dikenal; pakai PNG, JPEG atau WebP",
        PictureError::NotRead { .. } => "format gambar ini tidak dibaca; simpan dahulu sebagai JPEG atau PNG",
        PictureError::Unreadable { .. } => "berkasnya terpotong atau rusak",
        PictureError::TooLarge { width, height, limit } => {
            return format!("ukurannya {width} x {height} piksel, paling banyak {limit}: perkecil dahulu");
        }
        _ => "terlalu rumit untuk diperiksa: potong di sekitar kodenya",
    };
    indonesian.to_owned()
}

#[cfg(test)]
mod tests {
    use qris_core::diagnose::explain;
    use qris_core::{Profile, check};

    use super::*;

    /// Letters that stand in the English sentences and in no Indonesian one.
    const ENGLISH: [&str; 8] = [" the ", " is ", " not ", " must ", " and ", " of ", "which ", " with "];

    fn is_indonesian(text: &str) {
        let padded = format!(" {text} ");
        assert!(!ENGLISH.iter().any(|word| padded.contains(word)), "{text}");
        assert!(!text.contains(['{', '}']), "{text}");
    }

    #[test]
    fn every_error_is_said_in_indonesian_with_its_facts() {
        for kind in ErrorKind::ALL {
            let (said, advised) = (error(Lang::Indonesian, *kind), error_advice(Lang::Indonesian, *kind));
            is_indonesian(&said);
            is_indonesian(advised);
            assert_ne!(said, kind.to_string());
            assert_eq!(error(Lang::English, *kind), kind.to_string());
        }
        let kind = ErrorKind::Overrun { declared: 13, available: 1, unit: LengthUnit::Bytes };
        assert_eq!(
            error(Lang::Indonesian, kind),
            "panjangnya menyatakan 13 byte, tetapi hanya 1 yang tersisa"
        );
        let kind = ErrorKind::CrcMismatch { stated: 0xA, computed: 0xBEEF };
        assert!(
            error(Lang::Indonesian, kind).contains("000A") && error(Lang::Indonesian, kind).contains("BEEF")
        );
        let cuts = ErrorKind::InvalidLength { cuts: Some(LengthUnit::Bytes) };
        assert_eq!(error(Lang::Indonesian, cuts), "panjangnya berakhir di tengah sebuah karakter");
    }

    /// Over every payload of the test data: the ones with findings, the damaged and the foreign ones.
    #[test]
    fn nothing_of_the_test_data_is_said_in_two_languages() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/mpm");
        let (mut said, mut explained) = (0, 0);
        for part in ["valid", "findings", "damaged", "invalid"] {
            let Ok(files) = std::fs::read_dir(format!("{folder}/{part}")) else { continue };
            for path in files.map(|file| file.unwrap().path()) {
                let Ok(bytes) = std::fs::read(&path) else { continue };
                if path.extension().is_none_or(|end| end != "qr") {
                    continue;
                }
                let bytes = bytes.trim_ascii();
                if let Ok(payload) = Payload::from_bytes(bytes) {
                    for profile in Profile::ALL {
                        for one in check::findings(&payload, profile) {
                            is_indonesian(&finding(Lang::Indonesian, &one, &payload));
                            is_indonesian(finding_advice(Lang::Indonesian, one.code()));
                            is_indonesian(cites(Lang::Indonesian, one.cites()));
                            said += 1;
                        }
                    }
                } else if let Some(found) = explain(bytes) {
                    known(Lang::Indonesian, &found).iter().for_each(|sentence| is_indonesian(sentence));
                    explained += 1;
                }
            }
        }
        assert!(said > 200 && explained > 20, "{said} findings, {explained} explanations");
    }
}
