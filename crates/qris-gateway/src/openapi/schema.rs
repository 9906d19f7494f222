//! Messages as JSON schemas, read from the standard's tables with the dialect's changes laid over them.

use qris_snap::dialect::{Change, Dialect, Form, Requests};
use qris_snap::message::{Kind, Member, Presence, Shape, Side, Spec, UNLIMITED};
use serde_json::{Map, Value, json};

pub(super) fn message(dialect: &Dialect, kind: Kind) -> Value {
    let spec = Spec::of(kind);
    let lenient = dialect.requests == Requests::NothingMandatory && kind.side == Side::Request;
    let change = |name: &str| dialect.changes.iter().find(|it| it.kind == kind && it.member == name);
    let wire = |name: &'static str| change(name).map_or(name, |change| change.wire);
    let mut properties = Map::new();
    let mut required = Vec::new();
    for member in spec.members {
        let change = change(member.name);
        let standard = if lenient { Presence::Optional } else { member.presence };
        let presence = change.and_then(|change| change.presence).unwrap_or(standard);
        let shape = change.and_then(|change| change.shape).unwrap_or(member.shape);
        let form = change.map_or(Form::AsIs, |change| change.form);
        let mut schema = formed(shape, form, kind.side, presence == Presence::Mandatory);
        describe(&mut schema, presence, change);
        if presence == Presence::Mandatory && change.is_none_or(|change| change.default.is_none()) {
            required.push(wire(member.name));
        }
        properties.insert(wire(member.name).to_owned(), schema);
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    let own = dialect.one_of.iter().filter(|(of, _)| *of == kind).map(|(_, group)| *group);
    let groups: Vec<Value> = spec
        .one_of
        .iter()
        .copied()
        .chain(own)
        .map(|group| {
            let any: Vec<Value> = group.iter().map(|name| json!({ "required": [wire(name)] })).collect();
            json!({ "anyOf": any })
        })
        .collect();
    if let Value::Object(object) = &mut schema {
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        if !groups.is_empty() {
            object.insert("allOf".to_owned(), Value::Array(groups));
        }
    }
    schema
}

/// What a schema cannot say by itself, for a reader.
fn describe(schema: &mut Value, presence: Presence, change: Option<&Change>) {
    let mut words = Vec::new();
    if let Presence::When(member, value) = presence {
        words.push(format!("Mandatory when {member} is {value}."));
    }
    let aliases = change.map_or(&[][..], |change| change.aliases);
    if !aliases.is_empty() {
        words.push(format!("Also read as {}.", aliases.join(", ")));
    }
    if let Some(change) = change.filter(|change| change.wire != change.member) {
        words.push(format!("The standard's {}.", change.member));
    }
    if let (Value::Object(object), false) = (schema, words.is_empty()) {
        object.insert("description".to_owned(), words.join(" ").into());
    }
}

fn formed(shape: Shape, form: Form, side: Side, mandatory: bool) -> Value {
    match (form, side) {
        (Form::Integer(_), Side::Response) => json!({ "type": "integer", "minimum": 0 }),
        (Form::Integer(_), _) => {
            json!({ "type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+$" })
        }
        (Form::Words(_) | Form::WordsRead(_), _) => json!({ "type": "string" }),
        _ => shaped(shape, mandatory),
    }
}

fn shaped(shape: Shape, mandatory: bool) -> Value {
    let text = |max: usize| {
        let mut schema = json!({ "type": "string" });
        if let Value::Object(object) = &mut schema {
            // A mandatory text that is empty counts as absent.
            if mandatory {
                object.insert("minLength".to_owned(), 1.into());
            }
            if max != UNLIMITED {
                object.insert("maxLength".to_owned(), max.into());
            }
        }
        schema
    };
    match shape {
        Shape::Text(max) => text(max),
        Shape::Digits(min, max) => json!({ "type": "string", "pattern": format!("^[0-9]{{{min},{max}}}$") }),
        Shape::Numeric(min, max) => {
            json!({ "type": ["string", "integer"], "pattern": format!("^[0-9]{{{min},{max}}}$"), "minimum": 0 })
        }
        Shape::TextOrInteger(max) => {
            json!({ "type": ["string", "integer"], "minLength": 1, "maxLength": max })
        }
        Shape::Word(words) | Shape::Constant(words) => json!({ "type": "string", "enum": words }),
        Shape::DateTime => json!({ "type": "string", "format": "date-time", "maxLength": 25 }),
        Shape::LenientDateTime => json!({ "type": "string", "maxLength": 35 }),
        Shape::Seconds(min) => json!({
            "type": "string", "pattern": "^[0-9]{1,9}$", "description": format!("Seconds, {min} or more.")
        }),
        Shape::Money | Shape::MoneyIn(_) => json!({ "$ref": "#/components/schemas/Money" }),
        Shape::Object(members) => object(members),
        Shape::Texts(max) => json!({ "type": "array", "items": { "type": "string", "maxLength": max } }),
        Shape::Objects(members) => json!({ "type": "array", "items": object(members) }),
        _ => json!({ "type": "object" }),
    }
}

fn object(members: &[Member]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for member in members {
        let mandatory = member.presence == Presence::Mandatory;
        properties.insert(member.name.to_owned(), shaped(member.shape, mandatory));
        if mandatory {
            required.push(member.name);
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if let (Value::Object(object), false) = (&mut schema, required.is_empty()) {
        object.insert("required".to_owned(), json!(required));
    }
    schema
}

pub(super) fn money() -> Value {
    json!({
        "type": "object",
        "description": "Rupiah as text with two decimals.",
        "properties": {
            "value": { "type": "string", "pattern": "^[0-9]{1,16}\\.[0-9]{2}$", "examples": ["15000.00"] },
            "currency": { "type": "string", "pattern": "^[A-Z]{3}$", "examples": ["IDR"] },
        },
        "required": ["value", "currency"],
    })
}

pub(super) fn refusal() -> Value {
    json!({
        "type": "object",
        "description": "HTTP status, service and case in one code, and words for a person.",
        "properties": {
            "responseCode": { "type": ["string", "integer"] },
            "responseMessage": { "type": "string", "maxLength": 150 },
            "additionalInfo": {
                "type": "object",
                "description": "In the sandbox `debug`: which check refused, on what, and what to do; of signatures what is wrong with them.",
            },
        },
        "required": ["responseCode", "responseMessage"],
    })
}
