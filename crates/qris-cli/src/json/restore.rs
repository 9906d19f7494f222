//! From JSON back to a payload: what `encode --json` reads.

use std::collections::BTreeSet;
use std::fmt;

use qris_core::edit::{Review, changes, review};
use qris_core::wire::Writer;
use qris_core::{
    Amount, Builder, Currency, Id, Initiation, LengthUnit, MAX_BYTES, Path, Payload, Profile, WriteError,
    check,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::summary::{AdditionalSummary, PROPRIETARY, Summary};

/// A payload made from JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The payload, sealed.
    pub payload: String,
    /// What its lengths count.
    pub unit: LengthUnit,
    /// What the person should know.
    pub warnings: Vec<String>,
    /// The payload the record was written of, when it frames: what differs from it was changed.
    pub before: Option<String>,
}

impl Restored {
    /// What is wrong with it, and who answers for it: whoever wrote the JSON for all of it, or for what differs from the
    /// payload the record was written of.
    pub fn review(&self, profile: &Profile) -> Review {
        let read = |text| Payload::parse_with(text, self.unit).ok();
        let Some(made) = read(&self.payload) else { return Review::default() };
        let Some(before) = self.before.as_deref().and_then(read) else {
            return Review::of_new(&made, profile);
        };
        let changed: BTreeSet<Path> = changes(&before, &made).map(|change| change.path).collect();
        // Objects nest three levels deep.
        let around = |path: Path| std::iter::successors(Some(path), |path| path.parent());
        review(&before, &made, profile, |path| around(path).any(|path| changed.contains(&path)))
    }
}

/// Why JSON gives no payload, as a sentence that names the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl From<WriteError> for Refusal {
    fn from(error: WriteError) -> Refusal {
        Refusal(error.to_string())
    }
}

/// A record as `decode` writes it, or as much of one as a person wrote. What is derived is ignored; a
/// member that no record has is refused, because it is probably misspelt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record<'a> {
    objects: Option<Vec<Object>>,
    #[serde(borrow)]
    summary: Option<Summary<'a>>,
    length_unit: Option<String>,
    #[serde(rename = "line")]
    _line: Option<IgnoredAny>,
    #[serde(rename = "ok")]
    _ok: Option<IgnoredAny>,
    payload: Option<Value>,
    #[serde(rename = "characters")]
    _characters: Option<IgnoredAny>,
    #[serde(rename = "bytes")]
    _bytes: Option<IgnoredAny>,
    #[serde(rename = "crc")]
    _crc: Option<IgnoredAny>,
    #[serde(rename = "scheme")]
    _scheme: Option<IgnoredAny>,
    #[serde(rename = "kind")]
    _kind: Option<IgnoredAny>,
    #[serde(rename = "conformant")]
    _conformant: Option<IgnoredAny>,
    #[serde(rename = "findings")]
    _findings: Option<IgnoredAny>,
    #[serde(rename = "error")]
    _error: Option<IgnoredAny>,
    #[serde(rename = "diagnosis")]
    _diagnosis: Option<IgnoredAny>,
    #[serde(rename = "undone")]
    _undone: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    id: String,
    value: Option<String>,
    objects: Option<Vec<Object>>,
    #[serde(rename = "name")]
    _name: Option<IgnoredAny>,
    #[serde(rename = "length")]
    _length: Option<IgnoredAny>,
    #[serde(rename = "offset")]
    _offset: Option<IgnoredAny>,
}

/// Makes a payload from JSON: from `objects` when they are there, otherwise from `summary`. A summary that disagrees with
/// the objects is refused. What was made is judged by the letter of the profile; what is as in the `payload` of the record,
/// if it has one, was left alone: the record of a payload that breaks rules gives it back.
///
/// # Errors
/// A sentence that names the member at fault, or the first rule that is broken.
pub fn from_json(json: &str, profile: &Profile) -> Result<Restored, Refusal> {
    let restored = restored::<Refusal>(json, |_, _| Ok(None))?;
    match restored.review(profile).faults().next() {
        Some(fault) => Err(Refusal(format!("the payload would not conform: {fault:#}"))),
        None => Ok(restored),
    }
}

/// Why JSON is no record. Of the members of a record, those that a payload is made of are named.
fn unreadable(error: &serde_json::Error) -> String {
    let said = error.to_string();
    match said.split_once(", expected one of `objects`, `summary`") {
        Some((unknown, _)) => format!(
            "the JSON: {unknown} at line {} column {}: a record has `objects` or `summary`, as `qris decode --format json` \
             prints them",
            error.line(),
            error.column()
        ),
        None => format!("the JSON: {said}"),
    }
}

/// The same without judging it, and with other values in the place of those that `instead` gives another for.
pub(crate) fn restored<E: From<Refusal>>(
    json: &str,
    instead: impl Fn(Path, &str) -> Result<Option<String>, E>,
) -> Result<Restored, E> {
    let mut record: Record<'_> = serde_json::from_str(json).map_err(|e| Refusal(unreadable(&e)))?;
    for object in record.objects.iter_mut().flatten() {
        if let (Ok(id), Some(value)) = (object.id.parse(), &mut object.value) {
            *value = instead(Path::root(id), value)?.unwrap_or_else(|| std::mem::take(value));
        }
    }
    if let Some(summary) = &mut record.summary {
        replace(summary, &instead)?;
    }
    Ok(of_record(&record)?)
}

/// Other values in the place of the name and the city of a summary.
pub(crate) fn replace<E>(
    summary: &mut Summary<'_>,
    instead: impl Fn(Path, &str) -> Result<Option<String>, E>,
) -> Result<(), E> {
    let members =
        [(Id::MERCHANT_NAME, &mut summary.merchant_name), (Id::MERCHANT_CITY, &mut summary.merchant_city)];
    for (id, member) in members {
        if let Some(other) =
            member.as_deref().map(|text| instead(Path::root(id), text)).transpose()?.flatten()
        {
            *member = Some(other.into());
        }
    }
    Ok(())
}

fn of_record(record: &Record<'_>) -> Result<Restored, Refusal> {
    let unit = match record.length_unit.as_deref() {
        None => LengthUnit::Characters,
        Some(name) => name.parse().map_err(|e| Refusal(format!("length_unit: {e}")))?,
    };
    let before = || record.payload.as_ref().and_then(Value::as_str).map(str::to_owned);
    match (&record.objects, &record.summary) {
        (Some(objects), summary) => {
            let restored = Restored { before: before(), ..from_objects(objects, unit)? };
            if let Some(given) = summary {
                agrees(given, &restored.payload, unit, "its objects")?;
            }
            Ok(restored)
        }
        (None, Some(summary)) if unit == LengthUnit::Characters => {
            Ok(Restored { before: before(), ..from_summary(summary, &[])? })
        }
        (None, Some(_)) => {
            Err(Refusal("length_unit: a payload made from a summary counts characters".into()))
        }
        (None, None) => Err(Refusal("the JSON has neither objects nor summary".into())),
    }
}

/// Objects only have to frame; their order is kept.
fn from_objects(objects: &[Object], unit: LengthUnit) -> Result<Restored, Refusal> {
    let mut buffer = vec![0; MAX_BYTES + 8];
    let mut writer = Writer::with_unit(&mut buffer, unit);
    let mut stated = "";
    for object in objects {
        if object.id == "63" {
            stated = object.value.as_deref().unwrap_or_default();
        } else {
            put(&mut writer, object, Path::PAYLOAD)?;
        }
    }
    let text = writer.seal_like(stated)?;
    let payload = Payload::parse_with(text, unit)
        .and_then(Payload::verify_crc)
        .map_err(|error| Refusal(format!("the objects make no payload: {error}")))?;
    let computed = payload.value_of(Id::CRC).unwrap_or_default();
    let mut warnings = Vec::new();
    if !stated.is_empty() && stated != computed {
        warnings.push(format!("the CRC is computed anew: {computed} in place of {stated}"));
    }
    Ok(Restored { payload: text.to_owned(), unit, warnings, before: None })
}

fn put(writer: &mut Writer<'_>, object: &Object, at: Path) -> Result<(), Refusal> {
    let id: Id =
        object.id.parse().map_err(|error| Refusal(format!("objects: id {:?}: {error}", object.id)))?;
    let too_deep = || Refusal(format!("objects: nothing nests below {at}"));
    let path = at.child(id).ok_or_else(too_deep)?;
    match (&object.objects, &object.value) {
        (Some(inside), _) => {
            writer.open(id)?;
            inside.iter().try_for_each(|inner| put(writer, inner, path))?;
            Ok(writer.close()?)
        }
        (None, Some(value)) => Ok(writer.object(id, value)?),
        (None, None) => Err(Refusal(format!("objects: {path} has neither value nor objects"))),
    }
}

/// A summary, in the order of the table, with objects given by path besides. Whether it conforms is not asked. 00 is `01`, and unless said
/// otherwise 53 is `360`, 58 is `ID`, and 51-00 is `ID.CO.QRIS.WWW`.
pub(crate) fn from_summary(summary: &Summary<'_>, besides: &[(Path, String)]) -> Result<Restored, Refusal> {
    let mut builder = Builder::new();
    let currency = summary.currency.as_deref().unwrap_or("360");
    let amount = amount_text(summary, currency)?;
    fill(&mut builder, summary, currency, amount.as_deref())?;
    for (path, value) in besides {
        builder.set(*path, value.as_str());
    }
    let (payload, unit) = (builder.to_string()?, LengthUnit::Characters);
    // What is wrong with a value is said by whoever judges it, in better words than that it does not read back.
    let reads_back = Payload::parse(&payload).is_ok_and(|payload| check::conforms(&payload, &Profile::WILD));
    if besides.is_empty() && reads_back {
        agrees(summary, &payload, unit, "the payload it gives")?;
    }
    Ok(Restored { payload, unit, warnings: Vec::new(), before: None })
}

/// The text of 54: as given, or written from minor units.
fn amount_text(summary: &Summary<'_>, currency: &str) -> Result<Option<String>, Refusal> {
    let Some(amount) = &summary.amount else { return Ok(None) };
    if let Some(text) = &amount.text {
        return Ok(Some(text.clone().into_owned()));
    }
    let currency: Currency = currency.parse().map_err(|e| Refusal(format!("summary.currency: {e}")))?;
    let minor = amount.minor.ok_or_else(|| Refusal("summary.amount has neither text nor minor".into()))?;
    let written =
        Amount::from_minor(minor, currency).map_err(|e| Refusal(format!("summary.amount.minor: {e}")))?;
    Ok(Some(written.as_str().to_owned()))
}

fn fill<'a>(
    builder: &mut Builder<'a>,
    summary: &'a Summary<'_>,
    currency: &'a str,
    amount: Option<&'a str>,
) -> Result<(), Refusal> {
    let mut set = |path: &str, value: Option<&'a str>| {
        if let (Some(value), Ok(path)) = (value, path.parse()) {
            builder.set(path, value);
        }
    };
    set("01", initiation(summary)?);
    set("53", Some(currency));
    set("54", amount);
    set("58", Some(summary.country.as_deref().unwrap_or("ID")));
    for (path, value) in [
        ("52", &summary.mcc),
        ("59", &summary.merchant_name),
        ("60", &summary.merchant_city),
        ("61", &summary.postal_code),
        ("65", &summary.country_of_origin),
        ("62/08", &summary.purpose),
    ] {
        set(path, value.as_deref());
    }
    if let Some(tip) = &summary.tip {
        let indicator = match &*tip.kind {
            "prompt" => "01",
            "fixed" => "02",
            "percentage" => "03",
            other => {
                return Err(Refusal(format!(
                    "summary.tip.kind is {other:?}; it is prompt, fixed or percentage"
                )));
            }
        };
        set("55", Some(indicator));
        set("56", tip.fixed.as_deref());
        set("57", tip.percent.as_deref());
    }
    for network in &summary.networks {
        account_id("summary.networks", &network.id, 2, 25)?;
        set(&network.id, Some(&network.value));
    }
    for account in &summary.accounts {
        account_id("summary.accounts", &account.id, 26, 50)?;
        let members = [&account.guid, &account.mpan, &account.merchant_id, &account.criteria, &account.bic];
        for (sub, value) in members.into_iter().enumerate() {
            set(&format!("{}/{sub:02}", account.id), value.as_deref());
        }
    }
    if let Some(transfer) = &summary.transfer {
        let members = [
            &transfer.guid,
            &transfer.customer_pan,
            &transfer.beneficiary_id,
            &transfer.criteria,
            &transfer.bic,
        ];
        for (sub, value) in members.into_iter().enumerate() {
            set(&format!("40/{sub:02}"), value.as_deref());
        }
    }
    if summary.national.is_some() || summary.nmid.is_some() {
        let national = summary.national.as_ref();
        let member =
            |get: fn(&'a super::summary::NationalSummary<'_>) -> Option<&'a str>| national.and_then(get);
        set("51/00", member(|n| n.guid.as_deref()).or(Some("ID.CO.QRIS.WWW")));
        set("51/02", member(|n| n.nmid.as_deref()).or(summary.nmid.as_deref()));
        set("51/03", member(|n| n.criteria.as_deref()));
        set("51/04", member(|n| n.printed_version.as_deref()));
    }
    if let Some(language) = &summary.language {
        set("64/00", language.language.as_deref());
        set("64/01", language.merchant_name.as_deref());
        set("64/02", language.merchant_city.as_deref());
    }
    if let Some(additional) = &summary.additional {
        for (sub, value) in labels(additional) {
            set(&format!("62/{sub:02}"), value);
        }
        if let Some(proprietary) = &additional.proprietary {
            set(&format!("62/{PROPRIETARY}/00"), proprietary.guid.as_deref());
            set(&format!("62/{PROPRIETARY}/01"), proprietary.data.as_deref());
        }
    }
    Ok(())
}

/// The texts of 62 with their IDs.
fn labels<'a>(additional: &'a AdditionalSummary<'_>) -> [(u8, Option<&'a str>); 11] {
    [
        (1, &additional.bill_number),
        (2, &additional.mobile_number),
        (3, &additional.store_label),
        (4, &additional.loyalty_number),
        (5, &additional.reference_label),
        (6, &additional.customer_label),
        (7, &additional.terminal_label),
        (8, &additional.purpose),
        (9, &additional.consumer_data_request),
        (10, &additional.merchant_tax_id),
        (11, &additional.merchant_channel),
    ]
    .map(|(id, label)| (id, label.as_deref()))
}

/// `static` and `dynamic`, or the two digits themselves.
fn initiation(summary: &Summary<'_>) -> Result<Option<&'static str>, Refusal> {
    let Some(given) = summary.initiation.as_deref() else { return Ok(None) };
    let known = [Initiation::Static, Initiation::Dynamic];
    match known.into_iter().find(|i| i.name() == given || i.as_str() == given) {
        Some(initiation) => Ok(Some(initiation.as_str())),
        None => Err(Refusal(format!("summary.initiation is {given:?}; it is static or dynamic"))),
    }
}

fn account_id(member: &str, id: &str, first: u8, last: u8) -> Result<(), Refusal> {
    match id.parse::<Id>() {
        Ok(parsed) if (first..=last).contains(&parsed.number()) => Ok(()),
        _ => Err(Refusal(format!("{member}: id {id:?} is not {first:02} to {last:02}"))),
    }
}

/// Refuses a summary that says anything else than the payload, naming the first such member.
fn agrees(given: &Summary<'_>, payload: &str, unit: LengthUnit, with: &str) -> Result<(), Refusal> {
    let payload = Payload::parse_with(payload, unit).map_err(|error| Refusal(error.to_string()))?;
    let mut given = given.clone();
    if let Some(text) = initiation(&given)? {
        given.initiation = text.parse().ok().map(|i: Initiation| i.name().into());
    }
    // A summary is written in the order of the table; that of the payload may be another.
    let mut computed = Summary::of(&payload);
    for summary in [&mut given, &mut computed] {
        summary.accounts.sort_by(|a, b| a.id.cmp(&b.id));
        summary.networks.sort_by(|a, b| a.id.cmp(&b.id));
    }
    let json = |summary: &Summary<'_>| serde_json::to_value(summary).map_err(|e| Refusal(e.to_string()));
    match disagreement(&json(&given)?, &json(&computed)?, "summary") {
        None => Ok(()),
        Some(member) => Err(Refusal(format!("{member} disagrees with {with}"))),
    }
}

/// The path of the first member of `given` that is not the same in `computed`.
fn disagreement(given: &Value, computed: &Value, at: &str) -> Option<String> {
    match (given, computed) {
        (Value::Object(given), Value::Object(computed)) => given.iter().find_map(|(name, value)| {
            disagreement(value, computed.get(name).unwrap_or(&Value::Null), &format!("{at}.{name}"))
        }),
        (Value::Array(given), Value::Array(computed)) if given.len() == computed.len() => {
            let mut pairs = given.iter().zip(computed).enumerate();
            pairs.find_map(|(n, (a, b))| disagreement(a, b, &format!("{at}[{n}]")))
        }
        (given, computed) => (given != computed).then(|| at.to_owned()),
    }
}
