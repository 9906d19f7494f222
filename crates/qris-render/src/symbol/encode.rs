//! From text to codewords: segmentation, the ECI header, the smallest version that fits, error correction.
//!
//! Mixed segments come from `qrcode`'s public module `bits`; one byte segment is written here.

use qrcode::bits::{self, Bits};
use qrcode::{EcLevel, Version};

use super::correct::{self, Shares};
use super::{Level, Options, Segmentation, SymbolError};

/// What the grid is filled with.
pub(super) struct Codewords {
    /// The version, 1 to 40.
    pub(super) version: u8,
    /// Data codewords, then error-correction codewords, both interleaved, and the zeros that [`place`](super::place) asks for.
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
    let level = options.level;
    let too_long = || SymbolError::TooLong { bytes: text.len(), capacity: capacity(text, level), level };
    let (version, data) = match options.segmentation {
        Segmentation::Byte => byte_mode(text, level).ok_or_else(too_long)?,
        Segmentation::Compact => {
            let bits = compact(text, level.of_qrcode()).ok_or_else(too_long)?;
            let Version::Normal(version) = bits.version() else { return Err(too_long()) };
            (u8::try_from(version).map_err(|_| too_long())?, bits.into_bytes())
        }
    };
    Ok(Codewords { version, bytes: correct::interleaved(data, Shares::of(version, level)) })
}

/// EMVCo 4.12.1.2: a character outside 20–7E asks for the ECI header.
fn wants_eci(text: &str) -> bool {
    !text.bytes().all(|byte| matches!(byte, 0x20..=0x7E))
}

/// EMVCo 4.12.1.1: one byte segment, in the smallest version with room for it, and that version.
fn byte_mode(text: &str, level: Level) -> Option<(u8, Vec<u8>)> {
    let eci = wants_eci(text);
    let head = |version| if eci { ECI_BITS } else { 0 } + byte_header(version);
    let (version, shares) = (1..=40)
        .map(|version| (version, Shares::of(version, level)))
        .find(|&(version, shares)| head(version) + 8 * text.len() <= 8 * shares.data())?;
    let room = shares.data();
    // The interleaved codewords will follow the data.
    let mut bits = BitWriter { bytes: Vec::with_capacity(room + shares.interleaved()), held: 0, count: 0 };
    if eci {
        bits.push(ECI_MODE << 8 | ECI_UTF8, ECI_BITS);
    }
    bits.push(BYTE_MODE, 4);
    bits.push(u32::try_from(text.len()).ok()?, byte_header(version) - 4);
    text.bytes().for_each(|byte| bits.push(byte.into(), 8));
    Some((version, bits.padded(room)))
}

/// Mode indicators (ISO/IEC 18004, table 2).
const BYTE_MODE: u32 = 0b0100;
const ECI_MODE: u32 = 0b0111;
/// What fills the codewords up, in turn (ISO/IEC 18004, 7.4.10).
const PADDING: [u8; 2] = [0b1110_1100, 0b0001_0001];

/// Bits to bytes, the highest first.
struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that make no byte yet, at the lower end.
    held: u32,
    count: usize,
}

impl BitWriter {
    /// The lowest bits of a value, up to 16.
    fn push(&mut self, value: u32, count: usize) {
        self.held = self.held << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.held >> self.count) as u8);
        }
        self.held &= (1 << self.count) - 1;
    }

    /// With the terminator of four zeros, as far as there is room for it, and the padding.
    fn padded(mut self, room: usize) -> Vec<u8> {
        let terminator = (8 * (room - self.bytes.len()) - self.count).min(4);
        self.push(0, terminator);
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
        let missing = room - self.bytes.len();
        self.bytes.extend(PADDING.into_iter().cycle().take(missing));
        self.bytes
    }
}

/// Mode indicator and character count of a byte segment.
fn byte_header(version: u8) -> usize {
    if version <= 9 { 4 + 8 } else { 4 + 16 }
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
    let header = if wants_eci(text) { ECI_BITS } else { 0 } + byte_header(40);
    (8 * Shares::of(40, level).data() - header) / 8
}
