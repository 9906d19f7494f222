//! The one table of data objects: the check, the builder's order, the printer and the masks read it.

use qris_core::Severity;

use crate::tag::{Path, Tag};

/// What a code is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// EMVCo's tables: any scheme.
    Emvco,
    /// EMVCo's tables as QRIS narrows them.
    Qris,
}

impl Profile {
    /// Both.
    pub const ALL: &'static [Profile] = &[Profile::Emvco, Profile::Qris];

    /// `emvco` or `qris`.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Emvco => "emvco",
            Profile::Qris => "qris",
        }
    }
}

/// The severity of one aspect in each profile; `None` where it is no finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grades {
    emvco: Option<Severity>,
    qris: Option<Severity>,
}

impl Grades {
    /// Two letters, EMVCo and QRIS: `E`rror, `W`arning, `N`ote, `-` none.
    pub(crate) const fn of(letters: &[u8; 2]) -> Grades {
        const fn one(letter: u8) -> Option<Severity> {
            match letter {
                b'E' => Some(Severity::Error),
                b'W' => Some(Severity::Warning),
                b'N' => Some(Severity::Note),
                b'-' => None,
                _ => panic!("a grade is E, W, N or -"),
            }
        }
        let [emvco, qris] = *letters;
        Grades { emvco: one(emvco), qris: one(qris) }
    }

    /// The severity in a profile.
    pub const fn get(self, profile: Profile) -> Option<Severity> {
        match profile {
            Profile::Emvco => self.emvco,
            Profile::Qris => self.qris,
        }
    }
}

/// A level of a code where objects have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The root.
    Root,
    /// In an application (61).
    Application,
    /// In what is common to all applications (62).
    Common,
    /// In an application's transparent template (61/63).
    ApplicationTransparent,
    /// In the transparent template of what is common (62/64).
    CommonTransparent,
}

impl Place {
    /// The level inside an object that stands here; `None` where objects have no names.
    pub const fn inside(self, tag: Tag) -> Option<Place> {
        match (self, tag) {
            (Place::Root, Tag::APPLICATION) => Some(Place::Application),
            (Place::Root, Tag::COMMON) => Some(Place::Common),
            (Place::Application, Tag::APPLICATION_TRANSPARENT) => Some(Place::ApplicationTransparent),
            (Place::Common, Tag::COMMON_TRANSPARENT) => Some(Place::CommonTransparent),
            _ => None,
        }
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Further objects.
    Template,
    /// Format ans: printable ASCII.
    Text,
    /// Format an: letters and digits.
    Alphanumeric,
    /// Format n: this many digits, two in a byte. Issuers also write them as text, a digit a byte.
    Digits(usize),
    /// Format cn: a PAN, two digits in a byte, filled up with F.
    Pan,
    /// A PAN, the separator D, and what a card's second track has behind it.
    Track2,
    /// Format b: bytes.
    Binary,
    /// Bytes that often are text.
    Data,
}

/// One row of the table: the facts about one object.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Row {
    /// Its tag.
    pub tag: Tag,
    /// Where it may stand; where it is missing is said of the first.
    pub places: &'static [Place],
    /// The standard's name.
    pub name: &'static str,
    /// The name in JSON, which never changes.
    pub key: &'static str,
    /// What its value is.
    pub content: Content,
    /// Fewest bytes.
    pub min: usize,
    /// Most bytes.
    pub max: usize,
    /// How serious it is when it is not there.
    pub missing: Grades,
    /// How serious a wrong length or character is.
    pub shape: Grades,
    /// How serious it is when it stands twice in one template.
    pub repeated: Grades,
    /// The value QRIS asks for: its bytes, and how they are written for people.
    pub qris_value: Option<(&'static [u8], &'static str)>,
    /// Whether EMVCo has no such object, so that only QRIS says where it stands.
    pub is_of_qris: bool,
    /// Whether its value tells about the payer, or pays: masked unless secrets are asked for.
    pub is_secret: bool,
    /// Document and table.
    pub cites: &'static str,
}

impl Row {
    /// `grades`: missing, shape, repeated, each by EMVCo and by QRIS.
    const fn new(
        tag: u32,
        places: &'static [Place],
        (name, key): (&'static str, &'static str),
        content: Content,
        (min, max): (usize, usize),
        grades: [&[u8; 2]; 3],
        cites: &'static str,
    ) -> Row {
        let [missing, shape, repeated] = grades;
        let (missing, shape, repeated) = (Grades::of(missing), Grades::of(shape), Grades::of(repeated));
        Row {
            tag: Tag::known(tag),
            places,
            name,
            key,
            content,
            min,
            max,
            missing,
            shape,
            repeated,
            qris_value: None,
            is_of_qris: false,
            is_secret: false,
            cites,
        }
    }

    const fn secret(self) -> Row {
        Row { is_secret: true, ..self }
    }

    const fn of_qris(self) -> Row {
        Row { is_of_qris: true, ..self }
    }

    const fn fixed(self, bytes: &'static [u8], shown: &'static str) -> Row {
        Row { qris_value: Some((bytes, shown)), ..self }
    }
}

/// The AID of QRIS, `A0000006022020`.
pub const QRIS_AID: &[u8] = b"\xA0\x00\x00\x06\x02\x20\x20";
/// The application label of QRIS.
pub const QRIS_LABEL: &str = "QRISCPM";

const ROOT: &[Place] = &[Place::Root];
const IN_61: &[Place] = &[Place::Application];
const IN_62: &[Place] = &[Place::Common];
const IN_63: &[Place] = &[Place::ApplicationTransparent];
/// In 61 for one application, in 62 for all of them.
const EITHER: &[Place] = &[Place::Application, Place::Common];
/// The same in their transparent templates.
const EITHER_TRANSPARENT: &[Place] = &[Place::ApplicationTransparent, Place::CommonTransparent];
/// As long as it fits.
const ANY: (usize, usize) = (0, crate::MAX_BYTES);
const EMVCO: &str = "EMVCo CPM, table of data objects";
const EMVCO_QRIS: &str = "EMVCo CPM, table of data objects; QRIS CPM, data objects";
const QRIS: &str = "QRIS CPM, data objects";
/// The proprietary objects that follow have no text of the standard behind them here, but codes in circulation.
const OBSERVED: &str = "observed at issuers";

/// Every object with a name, in the order in which the builder writes them.
#[rustfmt::skip] // Rows read like the printed tables they come from.
pub static ROWS: &[Row] = &[
    Row::new(0x85, ROOT, ("Payload Format Indicator", "payload_format_indicator"), Content::Text, (5, 5), [b"--", b"--", b"EE"], EMVCO_QRIS),
    Row::new(0x61, ROOT, ("Application Template", "application"), Content::Template, ANY, [b"EE", b"--", b"-E"], EMVCO_QRIS),
    Row::new(0x62, ROOT, ("Common Data Template", "common"), Content::Template, ANY, [b"--", b"--", b"EE"], EMVCO),
    Row::new(0x4F, IN_61, ("ADF Name (AID)", "aid"), Content::Binary, (5, 16), [b"EE", b"EE", b"EE"], EMVCO_QRIS).fixed(QRIS_AID, "A0000006022020"),
    Row::new(0x50, EITHER, ("Application Label", "label"), Content::Text, (1, 16), [b"-E", b"WE", b"WE"], EMVCO_QRIS).fixed(QRIS_LABEL.as_bytes(), QRIS_LABEL),
    Row::new(0x57, EITHER, ("Track 2 Equivalent Data", "track_2"), Content::Track2, (5, 19), [b"--", b"WW", b"EE"], EMVCO_QRIS).secret(),
    Row::new(0x5A, EITHER, ("Application PAN", "pan"), Content::Pan, (4, 10), [b"--", b"WW", b"EE"], EMVCO_QRIS).secret(),
    Row::new(0x5F20, EITHER, ("Cardholder Name", "holder_name"), Content::Text, (2, 26), [b"--", b"WW", b"WW"], EMVCO).secret(),
    Row::new(0x5F2D, EITHER, ("Language Preference", "language"), Content::Alphanumeric, (2, 8), [b"--", b"WW", b"WW"], EMVCO),
    Row::new(0x5F50, EITHER, ("Issuer URL", "issuer_url"), Content::Text, (1, crate::MAX_BYTES), [b"--", b"WW", b"WW"], EMVCO),
    Row::new(0x9F08, EITHER, ("Application Version Number", "version"), Content::Binary, (2, 2), [b"--", b"WW", b"WW"], EMVCO),
    Row::new(0x9F19, EITHER, ("Token Requestor ID", "token_requestor"), Content::Digits(11), (6, 6), [b"--", b"WW", b"WW"], EMVCO).secret(),
    Row::new(0x9F24, EITHER, ("Payment Account Reference", "account_reference"), Content::Alphanumeric, (29, 29), [b"--", b"WW", b"WW"], EMVCO).secret(),
    Row::new(0x9F25, EITHER, ("Last 4 Digits of PAN", "last_four"), Content::Digits(4), (2, 2), [b"--", b"WW", b"WW"], EMVCO).secret(),
    Row::new(0x9F76, IN_61, ("Proprietary Data", "proprietary"), Content::Data, ANY, [b"--", b"--", b"WW"], OBSERVED).of_qris().secret(),
    Row::new(0x63, IN_61, ("Application Specific Transparent Template", "application_transparent"), Content::Template, ANY, [b"-E", b"--", b"EE"], EMVCO_QRIS),
    Row::new(0x64, IN_62, ("Common Data Transparent Template", "common_transparent"), Content::Template, ANY, [b"--", b"--", b"EE"], EMVCO),
    Row::new(0x82, EITHER_TRANSPARENT, ("Application Interchange Profile", "interchange_profile"), Content::Binary, (2, 2), [b"--", b"WW", b"WW"], EMVCO),
    Row::new(0x9F10, EITHER_TRANSPARENT, ("Issuer Application Data", "issuer_application_data"), Content::Binary, (1, 32), [b"--", b"WW", b"WW"], EMVCO).secret(),
    Row::new(0x9F26, EITHER_TRANSPARENT, ("Application Cryptogram", "cryptogram"), Content::Binary, (8, 8), [b"--", b"WW", b"WW"], EMVCO).secret(),
    Row::new(0x9F27, EITHER_TRANSPARENT, ("Cryptogram Information Data", "cryptogram_information"), Content::Binary, (1, 1), [b"--", b"WW", b"WW"], EMVCO),
    Row::new(0x9F36, EITHER_TRANSPARENT, ("Application Transaction Counter", "transaction_counter"), Content::Binary, (2, 2), [b"--", b"WW", b"WW"], EMVCO),
    Row::new(0x9F37, EITHER_TRANSPARENT, ("Unpredictable Number", "unpredictable_number"), Content::Binary, (4, 4), [b"--", b"WW", b"WW"], EMVCO).secret(),
    Row::new(0x9F74, IN_63, ("Issuer QRIS Data", "issuer_qris_data"), Content::Data, (8, 64), [b"-E", b"-E", b"-E"], QRIS).of_qris().secret(),
    Row::new(0x9F7A, IN_63, ("Issuer Public Key Certificate", "issuer_certificate"), Content::Binary, ANY, [b"--", b"--", b"-W"], QRIS).of_qris().secret(),
    Row::new(0x9F7B, IN_63, ("Encrypted QRIS Data", "encrypted_qris_data"), Content::Binary, ANY, [b"--", b"--", b"-W"], QRIS).of_qris().secret(),
];

const _: () = assert!(ROWS.len() <= 32, "which rows were seen is kept in 32 bits");

/// The row of a tag at a place, and the bit that stands for it.
pub(crate) fn find(place: Place, tag: Tag) -> Option<(&'static Row, u32)> {
    let mut bit = 1u32;
    for row in ROWS {
        if row.tag == tag && row.places.contains(&place) {
            return Some((row, bit));
        }
        bit = bit.wrapping_shl(1);
    }
    None
}

/// The row for an object at a path.
///
/// ```
/// use qris_cpm::schema;
/// let row = schema::row("61/63/9F74".parse()?);
/// assert_eq!(row.map(|row| (row.name, row.min, row.max)), Some(("Issuer QRIS Data", 8, 64)));
/// assert!(schema::row("62/9F74".parse()?).is_none());
/// # Ok::<(), qris_cpm::TagError>(())
/// ```
pub fn row(path: Path) -> Option<&'static Row> {
    let mut place = Some(Place::Root);
    let mut found = None;
    for tag in path.tags() {
        found = find(place?, tag).map(|(row, _)| row);
        place = place?.inside(tag);
    }
    found
}

/// A row for a tag at another place.
pub(crate) fn elsewhere(tag: Tag) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.tag == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_about_tags_there_are() {
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(Tag::new(row.tag.number()), Some(row.tag), "{}", row.name);
            assert!(row.min <= row.max && !row.places.is_empty(), "{}", row.name);
            assert_eq!(row.content == Content::Template, row.tag.is_constructed(), "{}", row.name);
            for other in &ROWS[index + 1..] {
                assert!(row.key != other.key && row.tag != other.tag, "{} and {}", row.name, other.name);
            }
            // What a payer is known by, or pays with, is masked.
            let shown = ["5F2D", "5F50", "9F08", "4F", "50", "85", "82", "9F27", "9F36"];
            let tag = alloc::format!("{}", row.tag);
            let is_shown = row.tag.is_template() || shown.contains(&tag.as_str());
            assert_eq!(row.is_secret, !is_shown, "{}", row.name);
        }
    }

    #[test]
    fn a_row_is_what_it_is_written_from() {
        let names = ("Application Label", "label");
        let row = Row::new(0x50, EITHER, names, Content::Text, (1, 16), [b"-E", b"WE", b"WN"], "a document");
        assert_eq!((row.tag, row.places, row.name, row.key), (Tag::LABEL, EITHER, names.0, names.1));
        assert_eq!((row.content, row.min, row.max, row.cites), (Content::Text, 1, 16, "a document"));
        let of = |grades: Grades| {
            Profile::ALL.iter().map(|profile| grades.get(*profile)).collect::<alloc::vec::Vec<_>>()
        };
        assert_eq!(of(row.missing), [None, Some(Severity::Error)]);
        assert_eq!(of(row.shape), [Some(Severity::Warning), Some(Severity::Error)]);
        assert_eq!(of(row.repeated), [Some(Severity::Warning), Some(Severity::Note)]);
        assert!(!row.is_secret && !row.is_of_qris && row.qris_value.is_none());
        let row = row.secret().of_qris().fixed(b"Q", "Q");
        assert!(row.is_secret && row.is_of_qris && row.qris_value == Some((b"Q", "Q")));
        assert_eq!(
            Profile::ALL.iter().map(|profile| profile.name()).collect::<alloc::vec::Vec<_>>(),
            ["emvco", "qris"]
        );
    }

    #[test]
    fn rows_are_found_where_they_stand() {
        let name = |path: &str| row(path.parse().unwrap()).map(|row| row.key);
        assert_eq!(name("61/50"), Some("label"));
        assert_eq!(name("62/50"), Some("label"));
        assert_eq!(name("62/64/9F26"), Some("cryptogram"));
        assert_eq!(
            [name("62/4F"), name("61/64"), name("62/63/9F26"), name("E0/5A"), name("85/85")],
            [None; 5]
        );
        assert_eq!(row(Path::ROOT).map(|row| row.key), None);
    }
}
