//! The core against the naive decoder.

use qris_core::{DataObject, DecodeError, ErrorKind, LengthUnit, Payload};

use super::{core_unit, parse, profile, units_of};
use crate::draft::Draft;
use crate::generate;
use crate::naive::{self, Facts, NaiveError, NaiveObject};
use crate::rng::SplitMix64;

/// How two decoders agree about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Both read the same objects.
    Accepted,
    /// Both refuse it with this code.
    Refused(&'static str),
}

/// Both decoders in every unit that makes a difference, and their detection of the unit.
///
/// # Panics
/// When they disagree: about objects at any level, or about code, offset, character and facts of the fault.
pub fn decode_vs_naive(bytes: &[u8]) {
    for unit in units_of(bytes) {
        if let Err(disagreement) = compare(bytes, unit) {
            panic!("{disagreement}");
        }
    }
    detection(bytes);
}

/// Both decoders in one unit.
///
/// # Errors
/// What they disagree about, in words.
pub fn compare(bytes: &[u8], unit: naive::LengthUnit) -> Result<Agreement, String> {
    let core = parse(bytes, core_unit(unit)).and_then(Payload::verify_crc);
    let naive = naive::decode(bytes, unit);
    let quote = || format!("{unit:?}, {:?}", String::from_utf8_lossy(bytes));
    match (core, naive) {
        (Ok(core), Ok(naive)) => {
            let objects = core.objects();
            same_objects(objects, &naive.objects).map_err(|what| format!("{what}: {}", quote()))?;
            if core.crc().computed != naive.crc_computed {
                return Err(format!(
                    "CRC {:04X}, naive {:04X}: {}",
                    core.crc().computed,
                    naive.crc_computed,
                    quote()
                ));
            }
            Ok(Agreement::Accepted)
        }
        (Err(core), Err(naive)) if same_fault(&core, &naive, bytes) => Ok(Agreement::Refused(naive.code)),
        (Err(core), Err(naive)) => Err(format!("core {core:?}, naive {naive:?}: {}", quote())),
        (Ok(_), Err(naive)) => Err(format!("core reads it, naive {naive:?}: {}", quote())),
        (Err(core), Ok(_)) => Err(format!("core {core:?}, naive reads it: {}", quote())),
    }
}

fn same_objects<'a>(core: impl Iterator<Item = DataObject<'a>>, naive: &[NaiveObject]) -> Result<(), String> {
    let core: Vec<DataObject<'_>> = core.collect();
    if core.len() != naive.len() {
        return Err(format!("{} objects, naive {}", core.len(), naive.len()));
    }
    for (core, naive) in core.iter().zip(naive) {
        let mine = (core.id().number(), usize::from(core.length()), core.offset(), core.value());
        let its = (naive.id, naive.declared, naive.offset, naive.value.as_str());
        if mine != its {
            return Err(format!("object {mine:?}, naive {its:?}"));
        }
        let span = core.span();
        let value = core.value_span();
        if (span.start, span.end) != (naive.offset, naive.offset + 4 + naive.value.len())
            || (value.start, value.end) != (naive.offset + 4, span.end)
        {
            return Err(format!("span {span:?} of {its:?}"));
        }
        match (core.template(), &naive.objects) {
            (None, None) => {}
            (Some(core), Some(naive)) => same_objects(core.objects(), naive)?,
            (core, _) => return Err(format!("{mine:?} is a template: core {}", core.is_some())),
        }
    }
    Ok(())
}

fn same_fault(core: &DecodeError, naive: &NaiveError, bytes: &[u8]) -> bool {
    let place = (core.kind().code(), core.offset(), core.character());
    // The core tells the stated CRC as a number, the naive decoder as it is written.
    let stated = naive.facts.stated.as_ref().map(|stated| stated.to_uppercase());
    place == (naive.code, naive.offset, naive.character)
        && facts(core.kind()) == Facts { stated, ..naive.facts.clone() }
        && own_facts_hold(core, bytes)
}

/// The facts both decoders tell.
fn facts(kind: ErrorKind) -> Facts {
    let mut facts = Facts::default();
    match kind {
        ErrorKind::DuplicateId { first_offset } => facts.first_offset = Some(first_offset),
        ErrorKind::Overrun { declared, available, .. } => {
            (facts.declared, facts.available) = (Some(declared), Some(available));
        }
        ErrorKind::InvalidLength { cuts } => {
            facts.unit =
                cuts.and_then(|cuts| naive::LengthUnit::ALL.into_iter().find(|u| core_unit(*u) == cuts));
        }
        ErrorKind::CrcMismatch { stated, computed } => {
            (facts.stated, facts.computed) = (Some(format!("{stated:04X}")), Some(computed));
        }
        _ => {}
    }
    facts
}

/// The facts that only the core tells.
fn own_facts_hold(error: &DecodeError, bytes: &[u8]) -> bool {
    let rest = bytes.get(error.offset()..).unwrap_or_default();
    match error.kind() {
        ErrorKind::Truncated { available } => String::from_utf8_lossy(rest).chars().count() == available,
        ErrorKind::CrcNotLast { extra } => rest.len() == extra,
        ErrorKind::TooLong { bytes: length, limit } => length == bytes.len() && limit == naive::MAX_BYTES,
        _ => true,
    }
}

fn detection(bytes: &[u8]) {
    if bytes.is_ascii() {
        // One unit, which was compared already.
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        assert_eq!(Payload::detect(text), Payload::parse(text));
        return;
    }
    let core = std::str::from_utf8(bytes).ok().and_then(|text| Payload::detect(text).ok());
    let (core, naive) = (core.map(|payload| payload.unit()), naive::detect(bytes).map(core_unit));
    assert_eq!(core, naive, "detected: {:?}", String::from_utf8_lossy(bytes));
}

/// One tree of objects written in each unit: read in its unit it gives the tree back, and what detection says is true.
///
/// # Panics
/// When it is not so, or when core and naive decoder disagree about one of them.
pub fn length_units(bytes: &[u8]) {
    let mut rng = SplitMix64::over(bytes);
    let profile = profile(&mut rng);
    let draft = generate::draft(&profile, &mut rng);
    for unit in naive::LengthUnit::ALL {
        // In another unit than characters a value may be too long to be written.
        let Some(text) = draft.sealed(unit) else { continue };
        decode_vs_naive(text.as_bytes());
        let payload = Payload::parse_with(&text, core_unit(unit)).and_then(Payload::verify_crc);
        assert!(payload.is_ok(), "{unit:?} {text:?}: {payload:?}");
        let read = naive::decode(text.as_bytes(), unit).map(|read| Draft::of(&read));
        assert_eq!(read.as_ref(), Ok(&draft), "{unit:?} {text:?}");
        match Payload::detect(&text) {
            Ok(found) if text.is_ascii() || unit == naive::LengthUnit::Characters => {
                assert_eq!(found.unit(), LengthUnit::Characters);
            }
            Ok(found) => assert!(found.unit() == LengthUnit::Characters || found.unit() == core_unit(unit)),
            Err(_) => assert!(unit != naive::LengthUnit::Characters, "{text:?}"),
        }
    }
}
