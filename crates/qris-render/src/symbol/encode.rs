//! From text to codewords: segmentation, the ECI header, the smallest version that fits, error correction.
//!
//! The bits and the error-correction codewords come from `qrcode`'s public `bits` and `ec` modules.

use qrcode::bits::{self, Bits};
use qrcode::{EcLevel, Version, ec};

use super::{Level, Options, Segmentation, SymbolError};

/// What the grid is filled with.
pub(super) struct Codewords {
    /// The version, 1 to 40.
    pub(super) version: u8,
    /// Data codewords, then error-correction codewords, both interleaved.
    pub(super) bytes: Vec<u8>,
}

/// ECI assignment number of UTF-8.
const ECI_UTF8: u32 = 26;
/// Mode indicator and the assignment number.
const ECI_BITS: usize = 4 + 8;

impl Level {
    pub(super) fn of_qrcode(self) -> EcLevel {
        match self {
            Level::L => EcLevel::L,
            Level::M => EcLevel::M,
            Level::Q => EcLevel::Q,
            Level::H => EcLevel::H,
        }
    }
}

/// The codewords of `text`.
pub(super) fn encode(text: &str, options: Options) -> Result<Codewords, SymbolError> {
    let level = options.level.of_qrcode();
    let too_long = || SymbolError::TooLong {
        bytes: text.len(),
        capacity: capacity(text, options.level),
        level: options.level,
    };
    let bits = match options.segmentation {
        Segmentation::Byte => byte_mode(text, level).ok_or_else(too_long)?,
        Segmentation::Compact => compact(text, level).ok_or_else(too_long)?,
    };
    let version = bits.version();
    let Version::Normal(number) = version else { return Err(too_long()) };
    let (mut bytes, correction) =
        ec::construct_codewords(&bits.into_bytes(), version, level).map_err(|_| too_long())?;
    bytes.extend_from_slice(&correction);
    Ok(Codewords { version: u8::try_from(number).map_err(|_| too_long())?, bytes })
}

/// EMVCo 4.12.1.2: a character outside 20–7E asks for the ECI header.
fn wants_eci(text: &str) -> bool {
    !text.bytes().all(|byte| matches!(byte, 0x20..=0x7E))
}

/// EMVCo 4.12.1.1: one byte segment, in the smallest version with room for it.
fn byte_mode(text: &str, level: EcLevel) -> Option<Bits> {
    let eci = wants_eci(text);
    let mut bits = (1..=40).map(Version::Normal).map(Bits::new).find(|bits| {
        let header = if eci { ECI_BITS } else { 0 } + byte_header(bits.version());
        bits.max_len(level).is_ok_and(|room| header + 8 * text.len() <= room)
    })?;
    if eci {
        bits.push_eci_designator(ECI_UTF8).ok()?;
    }
    bits.push_byte_data(text.as_bytes()).ok()?;
    bits.push_terminator(level).ok()?;
    Some(bits)
}

/// Mode indicator and character count of a byte segment.
fn byte_header(version: Version) -> usize {
    if matches!(version, Version::Normal(..=9)) { 4 + 8 } else { 4 + 16 }
}

/// Mixed segments. `qrcode` has no automatic segmentation behind an ECI header, so then the versions are tried in turn.
fn compact(text: &str, level: EcLevel) -> Option<Bits> {
    if !wants_eci(text) {
        return bits::encode_auto(text.as_bytes(), level).ok();
    }
    (1..=40).map(Version::Normal).find_map(|version| {
        let mut bits = Bits::new(version);
        bits.push_eci_designator(ECI_UTF8).ok()?;
        bits.push_optimal_data(text.as_bytes()).ok()?;
        bits.push_terminator(level).ok()?;
        Some(bits)
    })
}

/// Bytes that version 40 takes at this level, for the error message.
fn capacity(text: &str, level: Level) -> usize {
    let header = if wants_eci(text) { ECI_BITS } else { 0 } + byte_header(Version::Normal(40));
    Bits::new(Version::Normal(40)).max_len(level.of_qrcode()).map_or(0, |room| (room - header) / 8)
}
