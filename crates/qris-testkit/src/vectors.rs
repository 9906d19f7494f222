//! Loaders for the payloads and expectations under `testdata/` at the root of the repository.
//!
//! `testdata/README.md` says what each file is and where it comes from.

use std::path::{Path, PathBuf};
use std::{fs, io};

use qris_core::Profile;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::naive::LengthUnit;

/// A payload file: `<name>.qr`, the bytes exactly as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadFile {
    /// File name without `.qr`; in `invalid` and `findings` it starts with the code and `--`.
    pub name: String,
    /// The payload.
    pub bytes: Vec<u8>,
}

/// A line of `mpm/vectors.jsonl`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// Unique name; the payload is also in `mpm/valid/<name>.qr` when it decodes.
    pub name: String,
    /// The scheme the payload belongs to: `emvco`, `qris`, `promptpay`, …
    pub profile: String,
    /// `published`, `reshaped` or `synthetic`; see the README of the test data.
    pub origin: String,
    /// What is special about it.
    pub about: String,
    /// Length of the payload in characters.
    pub characters: usize,
    /// Length of the payload in UTF-8 bytes.
    pub bytes: usize,
    /// The error code, for a vector that does not decode.
    #[serde(default)]
    pub error: Option<String>,
    /// The payload.
    pub payload: String,
}

/// A line of `mpm/siblings.jsonl`: a payload of another scheme, good by that scheme's table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sibling {
    /// Unique name: the scheme's key and a number.
    pub name: String,
    /// The scheme's key.
    pub scheme: String,
    /// `published`, `reshaped` or `synthetic`; see the README of the test data.
    pub origin: String,
    /// Where it is from.
    pub source: String,
    /// What is special about it.
    pub about: String,
    /// The payload.
    pub payload: String,
}

/// A line of `mpm/invalid.jsonl`: a payload that must be refused, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invalid {
    /// File name in `mpm/invalid`: the code, `--`, a name, `.qr`.
    pub file: String,
    /// The error code.
    pub code: String,
    /// Where the fault is, in UTF-8 bytes.
    pub offset: usize,
    /// Where the fault is, in characters.
    pub character: usize,
    /// The facts the error carries.
    pub facts: InvalidFacts,
    /// The unit to count lengths in; `None` for characters.
    #[serde(default)]
    pub length_unit: Option<String>,
    /// What is wrong, for people.
    pub about: String,
    /// The payload, read from the file.
    #[serde(skip)]
    pub payload: Vec<u8>,
}

impl Invalid {
    /// The unit to count lengths in; `None` when the file names one that does not exist.
    #[must_use]
    pub fn unit(&self) -> Option<LengthUnit> {
        self.length_unit.as_deref().map_or(Some(LengthUnit::Characters), unit_named)
    }
}

/// The facts of an [`Invalid`]; those that do not belong to its code are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InvalidFacts {
    /// `overrun`: the declared length.
    pub declared: Option<usize>,
    /// `overrun`: what is left.
    pub available: Option<usize>,
    /// `duplicate-id`: byte offset of the first one.
    pub first_offset: Option<usize>,
    /// `crc-mismatch`: the CRC as written.
    pub stated: Option<String>,
    /// `crc-mismatch`: the right CRC, four upper-case hex digits.
    pub computed: Option<String>,
    /// `invalid-length` by a cut character: the unit's name.
    pub unit: Option<String>,
}

/// A line of `mpm/findings.jsonl`: a payload that decodes and breaks a rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// File name in `mpm/findings`: the code, `--`, a name, `.qr`.
    pub file: String,
    /// The code of the finding.
    pub code: String,
    /// The object it is about: IDs joined by `/`; empty when it is about the whole payload.
    pub path: String,
    /// What is wrong, for people.
    pub about: String,
    /// The scheme by whose letter it is judged; `qris` when it is not there.
    #[serde(default)]
    pub profile: Option<String>,
    /// The payload, read from the file.
    #[serde(skip)]
    pub payload: Vec<u8>,
}

impl Finding {
    /// The profile it is judged by.
    #[must_use]
    pub fn letter(&self) -> Profile {
        let named = self.profile.as_deref().and_then(Profile::named);
        named.map_or(Profile::QRIS, |profile| profile.for_making())
    }
}

/// A line of `mpm/units.jsonl`: a payload whose lengths count something.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitCase {
    /// File name in `mpm/units`: the unit or `none`, `--`, a name, `.qr`.
    pub file: String,
    /// The unit detection must find; `None` when it must find none.
    pub length_unit: Option<String>,
    /// What is special about it.
    pub about: String,
    /// The payload, read from the file.
    #[serde(skip)]
    pub payload: Vec<u8>,
}

/// The unit with this [name](LengthUnit::name).
#[must_use]
pub fn unit_named(name: &str) -> Option<LengthUnit> {
    LengthUnit::ALL.into_iter().find(|unit| unit.name() == name)
}

/// The folder of the test data.
#[must_use]
pub fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// The folder of the fuzz targets, with what they start from and what they found.
#[must_use]
pub fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// Every line of `mpm/vectors.jsonl`.
///
/// # Errors
/// When the file cannot be read, or a line is no [`Vector`]; the message names file and line.
///
/// ```
/// let vectors = qris_testkit::vectors::vectors()?;
/// assert!(vectors.iter().any(|vector| vector.name == "finpay-document"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn vectors() -> io::Result<Vec<Vector>> {
    read_lines("mpm/vectors.jsonl")
}

/// Every line of `mpm/siblings.jsonl`.
///
/// # Errors
/// When the file cannot be read, or a line is no [`Sibling`]; the message names file and line.
///
/// ```
/// let siblings = qris_testkit::vectors::siblings()?;
/// assert!(siblings.iter().any(|sibling| sibling.scheme == "pix"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn siblings() -> io::Result<Vec<Sibling>> {
    read_lines("mpm/siblings.jsonl")
}

/// Every payload of `mpm/valid`, sorted by name.
///
/// # Errors
/// When the folder or a file cannot be read; the message names it.
pub fn valid() -> io::Result<Vec<PayloadFile>> {
    payload_files("mpm/valid")
}

/// Every expectation of `mpm/invalid.jsonl` with its payload.
///
/// # Errors
/// When the list or a payload cannot be read; the message names the file.
pub fn invalid() -> io::Result<Vec<Invalid>> {
    let mut cases: Vec<Invalid> = read_lines("mpm/invalid.jsonl")?;
    for case in &mut cases {
        case.payload = read(&testdata().join("mpm/invalid").join(&case.file))?;
    }
    Ok(cases)
}

/// A line of `mpm/damaged.jsonl`: a text that does not decode, and what happened to it; or what it is instead of a payload.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Damaged {
    /// File name in `mpm/damaged`: the first cause, the foreign kind or `different-payloads`, `--`, a name, `.qr`.
    pub file: String,
    /// The causes, in the order in which they are undone; none for what is no payload at all, or several.
    #[serde(default)]
    pub causes: Vec<String>,
    /// The payload it was.
    #[serde(default)]
    pub whole: Option<String>,
    /// What it is instead.
    #[serde(default)]
    pub foreign: Option<String>,
    /// The payloads in it, where they differ, so that it is none of them.
    #[serde(default)]
    pub payloads: Vec<String>,
    /// What happened, for people.
    pub about: String,
    /// The text, read from the file.
    #[serde(skip)]
    pub text: Vec<u8>,
}

/// Every expectation of `mpm/damaged.jsonl` with its text.
///
/// # Errors
/// When the list or a text cannot be read; the message names the file.
pub fn damaged() -> io::Result<Vec<Damaged>> {
    let mut cases: Vec<Damaged> = read_lines("mpm/damaged.jsonl")?;
    for case in &mut cases {
        case.text = read(&testdata().join("mpm/damaged").join(&case.file))?;
    }
    Ok(cases)
}

/// Every expectation of `mpm/findings.jsonl` with its payload.
///
/// # Errors
/// When the list or a payload cannot be read; the message names the file.
pub fn findings() -> io::Result<Vec<Finding>> {
    let mut cases: Vec<Finding> = read_lines("mpm/findings.jsonl")?;
    for case in &mut cases {
        case.payload = read(&testdata().join("mpm/findings").join(&case.file))?;
    }
    Ok(cases)
}

/// Every expectation of `mpm/units.jsonl` with its payload.
///
/// # Errors
/// When the list or a payload cannot be read; the message names the file.
pub fn units() -> io::Result<Vec<UnitCase>> {
    let mut cases: Vec<UnitCase> = read_lines("mpm/units.jsonl")?;
    for case in &mut cases {
        case.payload = read(&testdata().join("mpm/units").join(&case.file))?;
    }
    Ok(cases)
}

/// A line of `cpm/vectors.jsonl`: a consumer-presented code, and what must come of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CpmVector {
    /// Unique name.
    pub name: String,
    /// Whose code it is: `emvco` or `qris`.
    pub profile: String,
    /// `published`, `reshaped` or `synthetic`; see the README of the test data.
    pub origin: String,
    /// What is special about it.
    pub about: String,
    /// Length of the text in characters.
    pub characters: usize,
    /// Length of what it stands for in bytes, where it can be read.
    #[serde(default)]
    pub bytes: Option<usize>,
    /// Why it cannot be read.
    #[serde(default)]
    pub error: Option<CpmError>,
    /// The findings by QRIS, in order: severity, code, path.
    #[serde(default)]
    pub qris: Vec<String>,
    /// The findings by EMVCo.
    #[serde(default)]
    pub emvco: Vec<String>,
    /// The text.
    pub payload: String,
}

/// The fault of a [`CpmVector`] that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CpmError {
    /// The error code.
    pub code: String,
    /// Where: a character of the text, or the byte where an object begins.
    pub offset: usize,
    /// The tags down to the object; empty when none can be named.
    pub path: String,
}

/// Every line of `cpm/vectors.jsonl`.
///
/// # Errors
/// When the file cannot be read, or a line is no [`CpmVector`]; the message names file and line.
pub fn cpm() -> io::Result<Vec<CpmVector>> {
    read_lines("cpm/vectors.jsonl")
}

/// Every `.qr` file of a folder under `testdata`, sorted by name.
///
/// # Errors
/// When the folder or a file cannot be read, or holds anything but `.qr` and `.tree` files; the message names it.
pub fn payload_files(folder: &str) -> io::Result<Vec<PayloadFile>> {
    let folder = testdata().join(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|error| blame(&folder, &error))? {
        let path = entry?.path();
        // The golden trees stand beside their payloads.
        if path.extension().is_some_and(|end| end == "tree") {
            continue;
        }
        let (Some(name), Some("qr")) =
            (path.file_stem().and_then(|name| name.to_str()), path.extension().and_then(|end| end.to_str()))
        else {
            return Err(blame(&path, &"not a .qr file"));
        };
        files.push(PayloadFile { name: name.to_owned(), bytes: read(&path)? });
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

fn read_lines<T: DeserializeOwned>(file: &str) -> io::Result<Vec<T>> {
    let path = testdata().join(file);
    let text = fs::read_to_string(&path).map_err(|error| blame(&path, &error))?;
    text.lines()
        .enumerate()
        .map(|(index, line)| {
            serde_json::from_str(line)
                .map_err(|error| blame(&path, &format_args!("line {}: {error}", index + 1)))
        })
        .collect()
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path).map_err(|error| blame(path, &error))
}

fn blame(path: &Path, why: &dyn std::fmt::Display) -> io::Error {
    io::Error::other(format!("{}: {why}", path.display()))
}
