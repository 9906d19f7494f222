//! The record `decode` writes for a payload, good or bad.

use std::borrow::Cow;

use qris_core::diagnose::{Cause, Explanation, Foreign, explain, recognise};
use qris_core::schema::{ObjectSpec, template_in};
use qris_core::{
    DataObject, DecodeError, ErrorKind, Finding, Kind, Payload, Profile, Scheme, Severity, Template, check,
};
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::summary::Summary;

/// The record of a payload with a right CRC.
#[derive(Debug, Serialize)]
pub struct Good<'a> {
    /// The physical line in the input; only in line mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    ok: bool,
    payload: &'a str,
    /// What was undone to get it, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone: Option<Undone>,
    characters: usize,
    bytes: usize,
    length_unit: &'static str,
    crc: Crc<'a>,
    /// The key of the scheme whose payload it is; `null` when it is of none we know.
    scheme: Option<&'static str>,
    kind: &'static str,
    conformant: bool,
    objects: Objects<'a>,
    summary: Summary<'a>,
    findings: Vec<Finding>,
}

impl Good<'_> {
    /// The same with what was undone to get the payload, the causes in their order; nothing when there are none.
    #[must_use]
    pub fn undone(mut self, causes: &[Cause]) -> Self {
        self.undone = (!causes.is_empty()).then(|| Undone { causes: codes(causes) });
        self
    }
}

/// What was undone.
#[derive(Debug, Serialize)]
struct Undone {
    /// The codes of the causes, in the order in which they were undone.
    causes: Vec<&'static str>,
}

fn codes(causes: &[Cause]) -> Vec<&'static str> {
    causes.iter().map(|cause| cause.code()).collect()
}

/// The CRC of a payload, as it is written and as it is computed.
#[derive(Debug, Serialize)]
pub struct Crc<'a> {
    stated: &'a str,
    computed: String,
}

/// The record of a text that is no payload, or of a payload with a wrong CRC.
#[derive(Debug, Serialize)]
pub struct Bad<'a> {
    /// The physical line in the input; only in line mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Cow<'a, str>>,
    /// The bytes, when they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_hex: Option<String>,
    error: Fault,
    /// What happened to it, where that was looked for and found.
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnosis: Option<Diagnosed>,
    // When only the CRC is wrong: which object was altered is the commonest question.
    #[serde(skip_serializing_if = "Option::is_none")]
    crc: Option<Crc<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<Objects<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary<'a>>,
}

/// What happened to a text, and what it was; the payloads in it; or what it is instead of a payload.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Diagnosed {
    /// What happened.
    Damaged {
        /// The codes of the causes, in the order in which they are undone.
        causes: Vec<&'static str>,
        /// The text without them.
        undone: String,
    },
    /// Several payloads, and none of them can be chosen.
    Several {
        /// The different ones.
        payloads: Vec<String>,
        /// The paths of the objects in which they differ.
        differ: Vec<String>,
    },
    /// What it is instead.
    Foreign {
        /// The code of the kind.
        foreign: &'static str,
    },
}

impl Bad<'_> {
    /// The same with what happened to the text.
    #[must_use]
    pub fn diagnosed(mut self, bytes: &[u8]) -> Self {
        self.diagnosis = explain(bytes).map(|known| match known {
            Explanation::Damaged(found) => {
                Diagnosed::Damaged { causes: codes(found.causes()), undone: found.into_undone() }
            }
            Explanation::Several(several) => Diagnosed::Several {
                payloads: several.payloads().to_vec(),
                differ: several.differ().iter().map(ToString::to_string).collect(),
            },
            Explanation::Foreign(foreign) => {
                // A password, the number of a card: it is not handed on.
                if foreign.is_secret() {
                    (self.payload, self.payload_hex) = (None, None);
                }
                Diagnosed::Foreign { foreign: foreign.code() }
            }
        });
        self
    }
}

/// The record of a payload whose CRC is known to be right.
pub fn good<'a>(payload: &Payload<'a>, profile: &Profile) -> Good<'a> {
    let findings: Vec<Finding> = check::findings(payload, profile).collect();
    Good {
        line: None,
        ok: true,
        payload: payload.as_str(),
        undone: None,
        characters: payload.characters(),
        bytes: payload.as_str().len(),
        length_unit: payload.unit().name(),
        crc: crc(payload),
        scheme: Scheme::of(payload).map(|scheme| scheme.key),
        kind: Kind::of(payload).name(),
        conformant: findings.iter().all(|finding| finding.severity() != Severity::Error),
        objects: Objects::of(payload),
        summary: Summary::of(payload),
        findings,
    }
}

/// The record of what could not be decoded. `payload` is there when only its CRC is wrong.
pub fn bad<'a>(bytes: &'a [u8], error: &DecodeError, payload: Option<&Payload<'a>>) -> Bad<'a> {
    let kind = error.kind();
    let too_long = matches!(kind, ErrorKind::TooLong { .. });
    let invalid = matches!(kind, ErrorKind::InvalidUtf8);
    // A password, the number of a card, a code that pays: it is not handed on.
    let secret = match core::str::from_utf8(bytes) {
        Ok(text) => recognise(text).is_some_and(Foreign::is_secret),
        Err(_) => matches!(explain(bytes), Some(Explanation::Foreign(foreign)) if foreign.is_secret()),
    };
    let (too_long, invalid) = (too_long || secret, invalid && !secret);
    Bad {
        line: None,
        ok: false,
        payload: (!too_long).then(|| String::from_utf8_lossy(bytes)),
        payload_hex: invalid.then(|| bytes.iter().map(|b| format!("{b:02X}")).collect()),
        error: Fault::new(error, bytes),
        diagnosis: None,
        crc: payload.map(crc),
        objects: payload.map(Objects::of),
        summary: payload.map(Summary::of),
    }
}

/// The record of a text that was not kept because it is too long.
pub fn too_long(error: &DecodeError) -> Bad<'static> {
    let error = Fault::new(error, &[]);
    Bad {
        line: None,
        ok: false,
        payload: None,
        payload_hex: None,
        error,
        diagnosis: None,
        crc: None,
        objects: None,
        summary: None,
    }
}

fn crc<'a>(payload: &Payload<'a>) -> Crc<'a> {
    let stated = payload.as_str().get(payload.as_str().len() - 4..).unwrap_or_default();
    Crc { stated, computed: format!("{:04X}", payload.crc().computed) }
}

/// A decode error, as the core serializes it; but a CRC that is the fault stands as it is written.
#[derive(Clone, Debug)]
pub struct Fault {
    error: DecodeError,
    stated: Option<String>,
}

impl Fault {
    /// The fault of a text.
    pub fn new(error: &DecodeError, text: &[u8]) -> Fault {
        let mismatch = matches!(error.kind(), ErrorKind::CrcMismatch { .. });
        let written = text.get(error.offset()..).filter(|_| mismatch);
        let stated = written.map(|crc| String::from_utf8_lossy(crc).into_owned());
        Fault { error: *error, stated }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(stated) = &self.stated else { return self.error.serialize(serializer) };
        let mut fault = serde_json::to_value(self.error).map_err(S::Error::custom)?;
        if let Some(place) = fault.get_mut("stated") {
            *place = stated.as_str().into();
        }
        fault.serialize(serializer)
    }
}

/// The objects of a payload or template; names are those of the payload's scheme, whatever the profile, so that they never change
/// with it.
#[derive(Debug)]
struct Objects<'a>(Vec<Object<'a>>);

impl<'a> Objects<'a> {
    fn of(payload: &Payload<'a>) -> Objects<'a> {
        let profile = names(payload);
        let row = |object: &DataObject<'a>| profile.row_in(payload, object.path());
        Objects(payload.objects().map(|object| Object { object, row: row(&object) }).collect())
    }
}

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

/// One data object as JSON.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    object: DataObject<'a>,
    /// Its row in the tables of QRIS, which depends on the payload: accounts of other schemes have none of QRIS's.
    row: Option<&'static ObjectSpec>,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Object { object, row } = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &object.id().to_string())?;
        if let Some(row) = row {
            map.serialize_entry("name", row.name)?;
        }
        map.serialize_entry("length", &object.length())?;
        map.serialize_entry("offset", &object.offset())?;
        map.serialize_entry("value", object.value())?;
        if let Some(template) = template_in(&object, row) {
            map.serialize_entry("objects", &Inside(template, row))?;
        }
        map.end()
    }
}

/// The profile whose table names the objects of a payload: that of its scheme, or else QRIS's, which has EMVCo's names too.
fn names(payload: &Payload<'_>) -> Profile {
    Scheme::of(payload).map_or(Profile::QRIS, Scheme::profile)
}

struct Inside<'a>(Template<'a>, Option<&'static ObjectSpec>);

impl Serialize for Inside<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        let inner = |object: DataObject<'_>| self.1.and_then(|row| row.row_inside(object.id()));
        self.0
            .objects()
            .try_for_each(|object| seq.serialize_element(&Object { object, row: inner(object) }))?;
        seq.end()
    }
}
