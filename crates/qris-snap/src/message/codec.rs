//! Between the wire of a dialect and the standard's form: names, types, presence, lengths. Everything here reads
//! tables; nothing asks which provider it is.

use super::form;
use crate::codes::Situation;
use crate::datetime::{DateTime, STANDARD_LENGTH};
use crate::dialect::{Change, Dialect, Form, Requests};
use crate::json::{self, JsonErrorKind, Object, Value};
use crate::message::spec::{Kind, Member, Presence, Shape, Side, Spec};
use crate::money::{Currency, Money};
use crate::refusal::Refusal;

/// One row with the dialect's change laid over it.
struct Row<'a> {
    member: &'a Member,
    change: Option<&'a Change>,
    shape: Shape,
    presence: Presence,
}

impl<'a> Row<'a> {
    fn new(member: &'a Member, kind: Kind, dialect: &'a Dialect) -> Self {
        let change = dialect.change(kind, member.name);
        let lenient = dialect.requests == Requests::NothingMandatory && kind.side == Side::Request;
        let standard = if lenient { Presence::Optional } else { member.presence };
        Row {
            member,
            change,
            shape: change.and_then(|change| change.shape).unwrap_or(member.shape),
            presence: change.and_then(|change| change.presence).unwrap_or(standard),
        }
    }

    fn wire(&self) -> &'static str {
        self.change.map_or(self.member.name, |change| change.wire)
    }

    fn form(&self) -> Form {
        self.change.map_or(Form::AsIs, |change| change.form)
    }

    /// Takes the member out of a received object, under whichever of its names it has. Blank ones are dropped;
    /// two names with different values are refused.
    fn take(&self, wire: &mut Object, at: &Place<'_>) -> Result<Option<Value>, Refusal> {
        let aliases = self.change.map_or(&[][..], |change| change.aliases);
        let names = [self.wire()].into_iter().chain(aliases.iter().copied()).chain([self.member.name]);
        let mut taken: Option<Value> = None;
        for name in names {
            let Some(value) = wire.remove(name).filter(|value| !value.is_blank()) else { continue };
            match &taken {
                None => taken = Some(value),
                Some(first) if *first == value => {}
                Some(_) => {
                    let log = format!("two names of {} with different values", self.member.name);
                    return Err(at.below(name).refuse(Situation::InvalidFormat, log));
                }
            }
        }
        Ok(taken)
    }
}

/// Where in a message we are, for refusals.
struct Place<'a> {
    kind: Kind,
    path: Option<(&'a Place<'a>, String)>,
}

impl Place<'_> {
    fn root(kind: Kind) -> Place<'static> {
        Place { kind, path: None }
    }

    fn below(&self, name: impl ToString) -> Place<'_> {
        Place { kind: self.kind, path: Some((self, name.to_string())) }
    }

    fn path(&self) -> String {
        match &self.path {
            None => String::new(),
            Some((above, name)) => match above.path().as_str() {
                "" => name.clone(),
                above => format!("{above}.{name}"),
            },
        }
    }

    fn refuse(&self, situation: Situation, log: impl Into<String>) -> Refusal {
        Refusal::new(self.kind.service, situation, log).at(&self.path())
    }

    fn format(&self, wanted: impl Into<String>) -> Refusal {
        self.refuse(Situation::InvalidFormat, wanted)
    }
}

/// A body as an object.
pub(crate) fn parse_object(kind: Kind, body: &[u8]) -> Result<Object, Refusal> {
    let refuse = |situation, log: String| Refusal::new(kind.service, situation, log);
    match json::parse(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(refuse(Situation::BodyNotJson, "the body is JSON, but no object".to_owned())),
        Err(error) => Err(match error.kind {
            JsonErrorKind::Duplicate => refuse(Situation::InvalidFormat, error.to_string()).at(&error.path),
            JsonErrorKind::TooLarge => refuse(Situation::TooLarge, error.to_string()),
            _ => refuse(Situation::BodyNotJson, error.to_string()),
        }),
    }
}

/// From the wire to the standard's form, checked.
pub(crate) fn inward(kind: Kind, dialect: &Dialect, mut wire: Object) -> Result<Object, Refusal> {
    let spec = Spec::of(kind);
    let root = Place::root(kind);
    let mut standard = Vec::new();
    for member in spec.members {
        let row = Row::new(member, kind, dialect);
        let at = root.below(row.wire());
        let mut value = row.take(&mut wire, &root)?.map(|value| form::inward(value, row.form()));
        if value.is_none() {
            value = row.change.and_then(|change| change.default).map(Value::from);
        }
        if let Some(value) = value {
            standard.push((member.name.to_owned(), shaped(value, row.shape, &at, dialect)?));
        }
    }
    let standard = Object::from_members(standard);
    check_presence(spec, dialect, &standard)?;
    // Every name of the standard was taken out above, so what is left clashes with none. A caller decides how many they
    // are: no search for each.
    let mut members = standard.into_members();
    members.extend(wire.into_members());
    Ok(Object::from_members(members))
}

/// From the wire to the standard's form for an answer that must be read whatever it lacks: what is not as it should be
/// is told beside it, and a member of a type that no message could hold is left out.
pub(crate) fn lenient(kind: Kind, dialect: &Dialect, mut wire: Object) -> (Object, Vec<String>) {
    let spec = Spec::of(kind);
    let root = Place::root(kind);
    let (mut standard, mut oddities) = (Vec::new(), Vec::new());
    for member in spec.members {
        let row = Row::new(member, kind, dialect);
        let taken = row.take(&mut wire, &root);
        let value = taken.and_then(|value| {
            let Some(value) = value.map(|value| form::inward(value, row.form())) else { return Ok(None) };
            let checked = shaped(value.clone(), row.shape, &root.below(row.wire()), dialect);
            checked.map(Some).or_else(|refusal| match bent(value, row.shape) {
                Some(value) => {
                    oddities.push(refusal.log());
                    Ok(Some(value))
                }
                None => Err(refusal),
            })
        });
        match value {
            Ok(value) => standard.extend(value.map(|value| (member.name.to_owned(), value))),
            Err(refusal) => oddities.push(refusal.log()),
        }
    }
    let standard = Object::from_members(standard);
    if let Err(refusal) = check_presence(spec, dialect, &standard) {
        oddities.push(refusal.log());
    }
    let mut members = standard.into_members();
    members.extend(
        wire.into_members().into_iter().filter(|(name, _)| spec.members.iter().all(|row| row.name != name)),
    );
    (Object::from_members(members), oddities)
}

/// What can be kept of a value that is not of its shape: text of any length, digits that lost their quotes, a date-time
/// that is too long.
fn bent(value: Value, shape: Shape) -> Option<Value> {
    use Shape::{Constant, DateTime as At, Digits, LenientDateTime, Numeric, Text, TextOrInteger, Word};
    match (shape, &value) {
        (At | LenientDateTime, Value::String(text)) => {
            DateTime::parse_lenient(text).is_some().then_some(value)
        }
        (Text(_) | Digits(..) | Numeric(..) | TextOrInteger(_) | Word(_) | Constant(_), _) => match &value {
            Value::Number(number) => Some(Value::from(number.as_str())),
            Value::String(_) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// From the standard's form to the wire, checked the same way.
pub(crate) fn outward(kind: Kind, dialect: &Dialect, mut standard: Object) -> Result<Object, Refusal> {
    let spec = Spec::of(kind);
    let root = Place::root(kind);
    let blank: Vec<String> =
        standard.iter().filter(|(_, value)| value.is_blank()).map(|(name, _)| name.to_owned()).collect();
    for name in blank.iter().filter(|name| spec.members.iter().any(|row| row.name == name.as_str())) {
        standard.remove(name);
    }
    check_presence(spec, dialect, &standard)?;
    let mut wire = Vec::new();
    for member in spec.members {
        let row = Row::new(member, kind, dialect);
        if let Some(value) = standard.remove(member.name) {
            let value = shaped(value, row.shape, &root.below(row.wire()), dialect)?;
            wire.push((row.wire().to_owned(), form::outward(value, row.form())));
        }
    }
    let mut wire = Object::from_members(wire);
    for (name, value) in standard.into_members() {
        if wire.get(&name).is_none() {
            wire.insert(name, value);
        }
    }
    Ok(wire)
}

fn check_presence(spec: &Spec, dialect: &Dialect, standard: &Object) -> Result<(), Refusal> {
    let root = Place::root(spec.kind);
    for member in spec.members {
        let row = Row::new(member, spec.kind, dialect);
        let wanted = match row.presence {
            Presence::Mandatory => true,
            Presence::When(other, value) => {
                standard.text(other).is_some_and(|text| text.eq_ignore_ascii_case(value))
            }
            Presence::Optional | Presence::Conditional => false,
        };
        if wanted && standard.get(member.name).is_none() {
            return Err(root.below(row.wire()).refuse(Situation::MissingMandatory, "absent, null or empty"));
        }
    }
    let own = dialect.one_of.iter().filter(|(kind, _)| *kind == spec.kind).map(|(_, group)| *group);
    for group in spec.one_of.iter().copied().chain(own) {
        if group.iter().all(|name| standard.get(name).is_none()) {
            let first = group.first().copied().unwrap_or_default();
            let log = format!("at least one of {} is wanted", group.join(", "));
            return Err(root.below(first).refuse(Situation::MissingMandatory, log));
        }
    }
    Ok(())
}

/// Checks a value and brings it into the form the message types expect.
fn shaped(value: Value, shape: Shape, at: &Place<'_>, dialect: &Dialect) -> Result<Value, Refusal> {
    match shape {
        Shape::Text(max) => {
            let length = text(&value, at)?.chars().count();
            if length > max {
                return Err(at.format(format!("{length} characters, at most {max}")));
            }
        }
        Shape::Digits(min, max) => {
            let text = text(&value, at)?;
            if !(min..=max).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(at.format(format!("{min} to {max} digits in quotes are wanted")));
            }
        }
        Shape::Numeric(min, max) => {
            let value = integer(&value).map(Value::from).unwrap_or(value);
            return shaped(value, Shape::Digits(min, max), at, dialect);
        }
        Shape::Constant(words) => {
            let text = text(&value, at)?;
            if !words.contains(&text) {
                return Err(at.format(format!("one of {} is wanted", words.join(", "))));
            }
        }
        Shape::TextOrInteger(max) => {
            if matches!(value, Value::Number(_)) && integer(&value).is_none() {
                return Err(at.format("text or an integer is wanted"));
            }
            let value = integer(&value).map(Value::from).unwrap_or(value);
            return shaped(value, Shape::Text(max), at, dialect);
        }
        Shape::Word(words) => {
            let text = text(&value, at)?;
            if !words.iter().any(|word| word.eq_ignore_ascii_case(text)) {
                return Err(at.format(format!("one of {} is wanted", words.join(", "))));
            }
        }
        Shape::DateTime => {
            let text = text(&value, at)?;
            if text.len() > STANDARD_LENGTH || DateTime::parse(text).is_none() {
                return Err(at.format("a date-time with an offset, at most 25 characters, is wanted"));
            }
        }
        Shape::LenientDateTime => {
            if DateTime::parse_lenient(text(&value, at)?).is_none() {
                return Err(at.format("a date-time is wanted"));
            }
        }
        Shape::Seconds(min) => {
            let text = text(&value, at)?;
            if seconds(text).is_none_or(|seconds| seconds < min) {
                return Err(at.format(format!("seconds in quotes, at least {min}, are wanted")));
            }
        }
        Shape::Money => return money(value, at, dialect),
        Shape::MoneyIn(currency) => {
            let value = money(value, at, dialect)?;
            if value.as_object().and_then(|money| money.text("currency")) != Some(currency) {
                return Err(at.below("currency").format(format!("{currency} is wanted")));
            }
            return Ok(value);
        }
        Shape::Open => {
            value.as_object().ok_or_else(|| at.format("an object is wanted"))?;
        }
        Shape::Object(members) => {
            let Value::Object(object) = value else { return Err(at.format("an object is wanted")) };
            return nested(object, members, at, dialect).map(Value::Object);
        }
        Shape::Texts(max) => {
            let Value::Array(items) = &value else { return Err(at.format("an array of texts is wanted")) };
            for (index, item) in items.iter().enumerate() {
                let at = at.below(index);
                let length = text(item, &at)?.chars().count();
                if !(1..=max).contains(&length) {
                    return Err(at.format(format!("{length} characters, from 1 to {max} are wanted")));
                }
            }
        }
        Shape::Objects(members) => {
            let Value::Array(items) = value else { return Err(at.format("an array of objects is wanted")) };
            let mut checked = Vec::with_capacity(items.len());
            for (index, item) in items.into_iter().enumerate() {
                let at = at.below(index);
                let Value::Object(object) = item else { return Err(at.format("an object is wanted")) };
                checked.push(Value::Object(nested(object, members, &at, dialect)?));
            }
            return Ok(Value::Array(checked));
        }
    }
    Ok(value)
}

fn nested(
    mut object: Object,
    members: &[Member],
    at: &Place<'_>,
    dialect: &Dialect,
) -> Result<Object, Refusal> {
    for member in members {
        let at = at.below(member.name);
        match object.get(member.name).filter(|value| !value.is_blank()) {
            Some(value) => {
                let value = shaped(value.clone(), member.shape, &at, dialect)?;
                object.insert(member.name, value);
            }
            None if member.presence == Presence::Mandatory => {
                return Err(at.refuse(Situation::MissingMandatory, "absent, null or empty"));
            }
            None => {
                object.remove(member.name);
            }
        }
    }
    Ok(object)
}

fn money(value: Value, at: &Place<'_>, dialect: &Dialect) -> Result<Value, Refusal> {
    let Value::Object(mut object) = value else { return Err(at.format("an object is wanted")) };
    for (name, default) in [("value", None), ("currency", dialect.default_currency)] {
        if object.get(name).is_none_or(Value::is_blank) {
            let default = default
                .ok_or_else(|| at.below(name).refuse(Situation::MissingMandatory, "absent, null or empty"))?;
            object.insert(name, default);
        }
    }
    if object.text("value").and_then(Money::parse_value).is_none() {
        return Err(at
            .below("value")
            .format("1 to 16 digits, a point and two digits, in quotes, are wanted"));
    }
    if object.text("currency").and_then(Currency::new).is_none() {
        return Err(at.below("currency").format("three upper-case letters of ISO 4217 are wanted"));
    }
    Ok(Value::Object(object))
}

/// The digits of a JSON integer.
fn integer(value: &Value) -> Option<&str> {
    match value {
        Value::Number(number) => {
            Some(number.as_str()).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        }
        _ => None,
    }
}

fn text<'a>(value: &'a Value, at: &Place<'_>) -> Result<&'a str, Refusal> {
    value.as_str().ok_or_else(|| at.format("text in quotes is wanted"))
}

/// Digits as a number; one too large for 64 bits is as large as can be.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use crate::dialect::STANDARD;
    use crate::message::{GenerateRequest, Message};

    /// The quickest of three.
    fn time_of(members: usize) -> Duration {
        let others: String = (0..members).map(|number| format!(",\"k{number}\":1")).collect();
        let body = format!("{{\"partnerReferenceNo\":\"1\",\"merchantId\":\"2\"{others}}}");
        let once = || {
            let began = Instant::now();
            let read = GenerateRequest::read(&STANDARD, body.as_bytes()).unwrap();
            assert_eq!(read.other.len(), members);
            began.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap()
    }

    #[test]
    fn many_unknown_members_take_linear_time() {
        let (few, many) = (time_of(2_000), time_of(20_000));
        assert!(many < few * 40, "ten times the members: {few:?}, {many:?}");
    }
}
