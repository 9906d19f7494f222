//! Static to dynamic by hand: structure and CRC of the source looked at, 01 = 12, 54 put in its place.

use super::scan::{Tape, decode};
use super::write::Out;

/// Writes the source with 01 = 12 and this amount; `None` when the source is no payload, has a wrong CRC, or no 01.
/// A 54 that was there goes.
#[inline]
pub fn edit<'b>(source: &[u8], amount: &[u8], buffer: &'b mut [u8; 512]) -> Option<&'b [u8]> {
    let mut tape = Tape::new();
    if !decode(source, &mut tape) {
        return None;
    }
    let (_, first, _) = tape.entries().find(|(id, ..)| *id == 1)?;
    // Where 54 stands, or else the object it goes before; 63 at the latest.
    let (found, value, end) = tape.entries().find(|(id, ..)| *id >= 54)?;
    let after = if found == 54 { end } else { value - 4 };
    let mut out = Out { buffer, len: 0 };
    out.bytes(&source[..value - 4]);
    out.buffer[first..first + 2].copy_from_slice(b"12");
    out.object(b"54", amount);
    out.bytes(&source[after..source.len() - 8]);
    out.seal();
    let Out { buffer, len } = out;
    Some(&buffer[..len])
}
