use super::{LengthUnit, decode_structure};

/// Finds the unit the lengths of a payload are counted in.
///
/// Characters when they frame; otherwise the one other unit that does. Two units that give the same borders count
/// as one. `None` when no unit frames, or when two units frame differently. A wrong CRC is no obstacle, a missing
/// one is: the root must frame up to and including 63.
///
/// ```
/// use qris_testkit::naive::{LengthUnit, detect};
///
/// assert_eq!(detect("0002015903é963040000".as_bytes()), Some(LengthUnit::Bytes));
/// assert_eq!(detect("0002015902é963040000".as_bytes()), Some(LengthUnit::Characters));
/// assert_eq!(detect("0002015909é963040000".as_bytes()), None);
/// ```
#[must_use]
pub fn detect(bytes: &[u8]) -> Option<LengthUnit> {
    if borders(bytes, LengthUnit::Characters).is_some() {
        return Some(LengthUnit::Characters);
    }
    match (borders(bytes, LengthUnit::Bytes), borders(bytes, LengthUnit::Utf16)) {
        (Some(_), None) => Some(LengthUnit::Bytes),
        (None, Some(_)) => Some(LengthUnit::Utf16),
        (Some(in_bytes), Some(in_utf16)) if in_bytes == in_utf16 => Some(LengthUnit::Bytes),
        _ => None,
    }
}

/// Where the root objects start, when the root frames.
fn borders(bytes: &[u8], unit: LengthUnit) -> Option<Vec<usize>> {
    let payload = decode_structure(bytes, unit).ok()?;
    Some(payload.objects.iter().map(|object| object.offset).collect())
}
