//! What must hold for every input, as plain functions that panic where it does not. Tests feed them seeds and vectors,
//! fuzz targets feed them bytes.
//!
//! Oracles that need a payload to start from make one out of the bytes: the generators draw their decisions from them
//! ([`SplitMix64::over`]).

mod compare;
mod cpm;
mod damaged;
mod decode;
mod edit;
#[cfg(feature = "cli")]
mod json;
mod judge;
mod meaning;
#[cfg(feature = "render")]
mod render;
mod round_trip;
#[cfg(feature = "scan")]
mod scan;
#[cfg(feature = "snap")]
mod snap;
mod value;
mod violation;

pub use compare::{Agreement, compare, decode_vs_naive, length_units};
pub use cpm::{cpm, cpm_bytes, cpm_text};
pub use damaged::damaged;
pub use decode::decode_any;
pub use edit::edit;
#[cfg(feature = "cli")]
pub use json::json_in;
#[cfg(feature = "render")]
pub use render::render_read_back;
pub use round_trip::round_trip;
#[cfg(feature = "scan")]
pub use scan::{grey_picture, picture_file};
#[cfg(feature = "snap")]
pub use snap::{diagnose, headers, messages, minify_vs_model};
pub use value::{amount, percentage, value_parsers};
pub use violation::{violation, violation_of};

use qris_core::{DecodeError, ErrorKind, LengthUnit, Payload, Profile};

use crate::naive;
use crate::rng::SplitMix64;
use crate::{generate, mutate};

/// A function over bytes that panics where the code under test is wrong.
pub type Oracle = fn(&[u8]);

/// Every oracle that is compiled in, by its name, which is that of its fuzz target.
pub const ALL: &[(&str, Oracle)] = &[
    ("decode_any", decode_any),
    ("decode_vs_naive", decode_vs_naive),
    ("round_trip", round_trip),
    ("edit", edit),
    ("violation", violation),
    ("value_parsers", value_parsers),
    ("length_units", length_units),
    ("damaged", damaged),
    ("cpm", cpm),
    #[cfg(feature = "render")]
    ("render_read_back", render_read_back),
    #[cfg(feature = "cli")]
    ("json_in", json_in),
    #[cfg(feature = "snap")]
    ("minify_vs_model", minify_vs_model),
    #[cfg(feature = "snap")]
    ("headers", headers),
    #[cfg(feature = "snap")]
    ("messages", messages),
    #[cfg(feature = "snap")]
    ("diagnose", diagnose),
    #[cfg(feature = "scan")]
    ("picture_file", picture_file),
    #[cfg(feature = "scan")]
    ("grey_picture", grey_picture),
];

/// One of the three profiles.
pub(crate) fn profile(rng: &mut SplitMix64) -> Profile {
    Profile::ALL[rng.below(Profile::ALL.len())]
}

/// A payload made out of bytes: generated, and in half of the cases mutated and sealed again. It need not decode.
#[must_use]
pub fn payload_from(bytes: &[u8]) -> Vec<u8> {
    let mut rng = SplitMix64::over(bytes);
    let profile = profile(&mut rng);
    let generated = generate::payload(&profile, &mut rng).into_bytes();
    match rng.below(8) {
        edits @ 1..=4 => mutate::reseal(&mutate::mutations(&generated, &mut rng, edits)),
        _ => generated,
    }
}

/// The units worth reading bytes in: in ASCII all are the same.
pub(crate) fn units_of(bytes: &[u8]) -> impl Iterator<Item = naive::LengthUnit> + use<> {
    let different = if bytes.is_ascii() { 1 } else { naive::LengthUnit::ALL.len() };
    naive::LengthUnit::ALL.into_iter().take(different)
}

/// Bytes as the core reads them in a unit.
pub(crate) fn parse(bytes: &[u8], unit: LengthUnit) -> Result<Payload<'_>, DecodeError> {
    match Payload::from_bytes(bytes) {
        Err(error) if matches!(error.kind(), ErrorKind::TooLong { .. } | ErrorKind::InvalidUtf8) => {
            Err(error)
        }
        by_characters if unit == LengthUnit::Characters => by_characters,
        _ => Payload::parse_with(std::str::from_utf8(bytes).unwrap_or_default(), unit),
    }
}

/// The naive decoder's unit for a unit of the core.
pub(crate) fn naive_unit(unit: LengthUnit) -> naive::LengthUnit {
    let same = naive::LengthUnit::ALL.into_iter().find(|naive| core_unit(*naive) == unit);
    same.unwrap_or(naive::LengthUnit::Characters)
}

pub(crate) fn core_unit(unit: naive::LengthUnit) -> LengthUnit {
    match unit {
        naive::LengthUnit::Characters => LengthUnit::Characters,
        naive::LengthUnit::Bytes => LengthUnit::Bytes,
        naive::LengthUnit::Utf16 => LengthUnit::Utf16,
    }
}

/// What the golden file of a payload says: its tree, then a line a finding (`severity code path`), all by the profile of its
/// scheme.
///
/// # Errors
/// Why it is no payload.
pub fn golden(bytes: &[u8]) -> Result<String, DecodeError> {
    let payload = Payload::from_bytes(bytes)?.verify_crc()?;
    let profile = Profile::of(&payload);
    let mut text = qris_core::display::tree(&payload, &profile).to_string();
    for finding in qris_core::check::findings(&payload, &profile) {
        let line = format!("{} {} {}", finding.severity(), finding.code(), finding.path());
        text.push_str(line.trim_end());
        text.push('\n');
    }
    Ok(text)
}

/// What the golden file of findings says of a payload, a line each, by a profile: severity, code, path, the bytes to blame, what is cited, and the sentence.
///
/// # Errors
/// Why it is no payload.
pub fn sentences(bytes: &[u8], profile: &Profile) -> Result<String, DecodeError> {
    let payload = Payload::from_bytes(bytes)?.verify_crc()?;
    let line = |finding: qris_core::check::Finding| {
        let (path, span) = (finding.path().to_string(), finding.span());
        format!(
            "  {} {} {} {}..{} [{}] {}\n",
            finding.severity(),
            finding.code(),
            if path.is_empty() { "-" } else { &path },
            span.start,
            span.end,
            finding.cites(),
            finding.message()
        )
    };
    Ok(qris_core::check::findings(&payload, profile).map(line).collect())
}
