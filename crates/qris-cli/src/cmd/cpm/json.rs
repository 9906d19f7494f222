//! The JSON of codes, both ways.

use qris_cpm::display::{Shown, value};
use qris_cpm::{CpmPayload, DecodeError, Finding, Object, Profile, Tag, check, schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::read::hex;
use crate::output::Failure;

/// A code and what was found in it. Masked, it has neither the text of the code nor the bytes of secrets.
pub(super) fn good(code: &CpmPayload, profile: Profile, shown: Shown) -> Value {
    let secrets = shown == Shown::Secrets;
    let findings: Vec<Value> = check::findings(code, profile).iter().map(finding).collect();
    let objects: Vec<Written> = code.objects().map(|object| Written::of(&object, shown)).collect();
    let mut record = json!({
        "ok": true,
        "profile": profile.name(),
        "conformant": check::conforms(code, profile),
        "masked": !secrets,
        "objects": objects,
        "findings": findings,
    });
    if secrets {
        record["payload"] = code.to_owned_text().into();
    }
    record
}

/// What is no code.
pub(super) fn bad(error: &DecodeError) -> Value {
    let unit = if error.kind().is_of_the_text() { "character" } else { "byte" };
    json!({
        "ok": false,
        "error": {
            "code": error.kind().code(),
            "offset": error.offset(),
            "unit": unit,
            "path": error.path().to_string(),
            "message": error.kind().to_string(),
        },
    })
}

pub(super) fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code().name(),
        "severity": finding.severity().name(),
        "path": finding.path().to_string(),
        "offset": finding.span().start,
        "message": finding.message().to_string(),
        "cites": finding.cites(),
    })
}

/// An object as it is written and read again: `hex` is its value, `value` how people read it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Written {
    tag: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(default)]
    length: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    objects: Option<Vec<Written>>,
}

impl Written {
    fn of(object: &Object<'_>, shown: Shown) -> Written {
        let row = schema::row(object.path());
        let objects =
            object.objects().map(|inside| inside.map(|object| Written::of(&object, shown)).collect());
        let text = value(object, shown);
        let bytes = || object.value().iter().map(|byte| format!("{byte:02X}")).collect();
        Written {
            tag: object.tag().to_string(),
            name: row.map(|row| row.name.to_owned()),
            key: row.map(|row| row.key.to_owned()),
            length: object.length(),
            value: objects.is_none().then(|| text.to_string()),
            hex: (objects.is_none() && !text.is_masked()).then(bytes),
            objects,
        }
    }
}

/// An object of a template 61 or 62 that is to be made.
#[derive(Debug)]
pub(super) struct Part {
    /// Which 61; `None` is 62.
    pub(super) application: Option<usize>,
    /// In its transparent template.
    pub(super) is_transparent: bool,
    pub(super) tag: Tag,
    pub(super) value: Vec<u8>,
}

/// What a record has, as parts to be built.
pub(super) fn parts(text: &str) -> Result<Vec<Part>, Failure> {
    #[derive(Deserialize)]
    struct Record {
        #[serde(default)]
        masked: bool,
        objects: Vec<Written>,
    }
    let record: Record = serde_json::from_str(text).map_err(|error| {
        // What serde says may quote a value.
        let (line, column) = (error.line(), error.column());
        refused(format!("line {line}, column {column} is not as `qris cpm decode --format json` writes it"))
    })?;
    if record.masked {
        return Err(refused("its values are masked: decode the code with --show-secrets".to_owned()));
    }
    let mut parts = Vec::new();
    let mut applications = 0;
    for object in record.objects {
        let tag = tag(&object.tag)?;
        let application = match tag {
            Tag::FORMAT_INDICATOR => continue,
            Tag::APPLICATION => {
                applications += 1;
                Some(applications - 1)
            }
            Tag::COMMON => None,
            other => return Err(refused(format!("{other} cannot be written beside 61 and 62"))),
        };
        let transparent =
            if application.is_some() { Tag::APPLICATION_TRANSPARENT } else { Tag::COMMON_TRANSPARENT };
        for inner in object.objects.unwrap_or_default() {
            match (self::tag(&inner.tag)?, inner.objects) {
                (tag, Some(objects)) if tag == transparent => {
                    for object in objects {
                        let (tag, value) = (self::tag(&object.tag)?, bytes(object)?);
                        parts.push(Part { application, is_transparent: true, tag, value });
                    }
                }
                (tag, objects) => {
                    let value = bytes(Written { objects, ..inner })?;
                    parts.push(Part { application, is_transparent: false, tag, value });
                }
            }
        }
    }
    for (place, part) in parts.iter().enumerate() {
        let same = |other: &Part| {
            (other.application, other.is_transparent, other.tag)
                == (part.application, part.is_transparent, part.tag)
        };
        if parts.iter().take(place).any(same) {
            return Err(refused(format!("{} stands twice in its template, and is written once", part.tag)));
        }
    }
    Ok(parts)
}

fn refused(what: String) -> Failure {
    Failure::Refused(format!("the JSON cannot be made into a code: {what}"))
}

fn tag(text: &str) -> Result<Tag, Failure> {
    text.parse().map_err(|error| refused(format!("{error}")))
}

/// The value of an object: its bytes, or those of the objects in it.
fn bytes(object: Written) -> Result<Vec<u8>, Failure> {
    let tag = tag(&object.tag)?;
    if let Some(objects) = object.objects {
        let mut value = Vec::new();
        for object in objects {
            let tag = self::tag(&object.tag)?;
            let inner = bytes(object)?;
            let number = tag.number().to_be_bytes();
            value.extend(&number[4 - tag.width()..]);
            value.extend(length(inner.len()));
            value.extend(inner);
        }
        return Ok(value);
    }
    let bytes = object.hex.as_deref().and_then(|text| hex(text.as_bytes()));
    bytes.ok_or_else(|| refused(format!("{tag} has no value in hex digits, in a member called hex")))
}

/// A length of BER, as short as it can be.
fn length(length: usize) -> Vec<u8> {
    let [.., high, low] = length.to_be_bytes();
    match length {
        0..=0x7F => vec![low],
        0x80..=0xFF => vec![0x81, low],
        _ => vec![0x82, high, low],
    }
}
