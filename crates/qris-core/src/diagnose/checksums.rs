//! CRCs of another algorithm, or over another part of the text.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crc::{
    Algorithm, CRC_16_ARC, CRC_16_IBM_SDLC, CRC_16_KERMIT, CRC_16_MODBUS, CRC_16_SPI_FUJITSU, CRC_16_XMODEM,
    Crc, NoTable,
};

use super::Cause;
use crate::unit::LengthUnit;
use crate::wire::{MAX_BYTES, Payload, checksum};

/// The payload with the CRC that the standard wants, when the one it has is known.
pub(super) fn repaired(text: &str) -> Option<(Cause, String)> {
    of(text, &Payload::parse(text).ok()?)
}

/// The same for a text whose lengths count something else.
pub(super) fn other_units(text: &str) -> Vec<(Cause, String)> {
    if text.is_ascii() || text.len() > MAX_BYTES {
        return Vec::new();
    }
    let units = [LengthUnit::Bytes, LengthUnit::Utf16];
    units.iter().filter_map(|unit| of(text, &Payload::parse_with(text, *unit).ok()?)).collect()
}

fn of(text: &str, payload: &Payload<'_>) -> Option<(Cause, String)> {
    let stated = payload.crc().stated;
    if stated == payload.crc().computed {
        return None;
    }
    let cause = name(text, stated).or_else(|| {
        let right = payload.crc().computed.swap_bytes() == stated;
        right.then_some(Cause::CrcBytesSwapped)
    })?;
    let end = text.len().checked_sub(4)?;
    Some((cause, format!("{}{:04X}", text.get(..end)?, payload.crc().computed)))
}

fn name(text: &str, stated: u16) -> Option<Cause> {
    const OTHERS: [(Cause, &Algorithm<u16>); 6] = [
        (Cause::CrcXmodem, &CRC_16_XMODEM),
        (Cause::CrcKermit, &CRC_16_KERMIT),
        (Cause::CrcArc, &CRC_16_ARC),
        (Cause::CrcModbus, &CRC_16_MODBUS),
        (Cause::CrcX25, &CRC_16_IBM_SDLC),
        (Cause::CrcAugmented, &CRC_16_SPI_FUJITSU),
    ];
    let bytes = text.as_bytes();
    let whole = bytes.get(..bytes.len().checked_sub(4)?)?;
    let bare = whole.get(..whole.len().checked_sub(4)?)?;
    let states = |crc: u16| crc == stated;
    let over = |bytes: &[u8], end: &str| checksum(&[bytes, end.as_bytes()].concat());
    if states(checksum(bare)) {
        return Some(Cause::CrcWithoutHeader);
    }
    let ends = ["\n", "\r\n", "\r"];
    if ends.iter().any(|end| {
        let before = [bare, end.as_bytes(), b"6304"].concat();
        states(over(whole, end)) || states(over(bare, end)) || states(checksum(&before))
    }) {
        return Some(Cause::CrcOverLineBreak);
    }
    OTHERS.iter().find_map(|(cause, algorithm)| {
        // Without tables: this is seldom wanted, and never fast.
        let of = |bytes: &[u8]| Crc::<u16, NoTable>::new(algorithm).checksum(bytes);
        // The one whose bytes are often sent in the other order.
        let swapped = *cause == Cause::CrcKermit && states(of(whole).swap_bytes());
        (states(of(whole)) || states(of(bare)) || swapped).then_some(*cause)
    })
}

/// The text with the digits of its CRC made four by zeros before them.
pub(super) fn padded(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for there in 1..4usize {
        let Some(at) = text.len().checked_sub(there) else { break };
        let Some((before, digits)) = text.split_at_checked(at) else { continue };
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let before = before.strip_suffix("6304").or_else(|| before.strip_suffix(&format!("630{there}")));
        if let Some(before) = before.filter(|_| is_hex) {
            found.push(format!("{before}6304{digits:0>4}"));
        }
    }
    found
}
