//! The table and the message types hold each other; the cases a validator returns.

mod cases;
mod dialects;
mod mutated;

use crate::support::{self, each_message};
use proptest::prelude::*;
use qris_snap::dialect::{ALL, BRICK, Change, Dialect, FINNET, FINPAY, Form, STANDARD};
use qris_snap::json::{Object, Value, js_stable, parse};
use qris_snap::message::{
    Answer, CancelRequest, ErrorAnswer, GenerateRequest, GenerateResponse, Kind, Member, Message,
    NotifyRequest, Presence, QueryRequest, RefundRequest, Response, Shape, Spec, TokenRequest, TokenResponse,
    read_answer,
};
use qris_snap::{Money, Refusal, Service};

/// A value that fits a shape.
fn fitting(shape: Shape) -> Value {
    match shape {
        Shape::Text(max) => "X".repeat(max.min(100)).into(),
        Shape::Digits(min, _) | Shape::Numeric(min, _) => "7".repeat(min).into(),
        Shape::Constant(words) => words[0].into(),
        Shape::MoneyIn(currency) => Object::from_iter([("value", "10000.00"), ("currency", currency)]).into(),
        Shape::TextOrInteger(_) => "2004700".into(),
        Shape::Word(words) => words[0].into(),
        Shape::DateTime | Shape::LenientDateTime => "2026-11-21T13:44:30+07:00".into(),
        Shape::Seconds(min) => min.to_string().into(),
        Shape::Money => Object::from_iter([("value", "10000.00"), ("currency", "IDR")]).into(),
        Shape::Open => Object::from_iter([("any", "thing")]).into(),
        Shape::Object(members) => filled(members).into(),
        Shape::Texts(_) => vec![Value::from("OTT")].into(),
        Shape::Objects(members) => vec![filled(members).into()].into(),
        other => panic!("{other:?}"),
    }
}

fn filled(members: &[Member]) -> Object {
    members.iter().map(|member| (member.name, fitting(member.shape))).collect()
}

/// A full message in a dialect's own names and forms, and one member nobody knows.
fn full(kind: Kind, dialect: &Dialect) -> Object {
    let mut object = Object::new();
    for member in Spec::of(kind).members {
        let change =
            dialect.changes.iter().find(|change| change.kind == kind && change.member == member.name);
        let mut value = fitting(change.and_then(|change| change.shape).unwrap_or(member.shape));
        value = match change.map(|change| change.form) {
            Some(Form::Integer(_)) => Value::Number(2_004_700.into()),
            Some(Form::Words(pairs)) => pairs[0].1.into(),
            _ => value,
        };
        if member.name == "latestTransactionStatus" && matches!(value, Value::Number(_)) {
            value = Value::Number(7.into());
        }
        if member.name == "serviceCode" && matches!(value, Value::Number(_)) {
            value = Value::Number(51.into());
        }
        object.insert(change.map_or(member.name, |change| change.wire), value);
    }
    object.insert("unknownMember", parse(br#"{"kept":[1.10,12345678901234567890123,null]}"#).unwrap());
    object
}

fn round_trip<M: Message + std::fmt::Debug>(dialect: &Dialect) {
    let wire = full(M::KIND, dialect);
    let bytes = wire.to_bytes();
    let message =
        M::read(dialect, &bytes).unwrap_or_else(|refusal| panic!("{dialect} {:?} {refusal:?}", M::KIND));
    // Every row of the table is a field of the type: only the unknown member is left over.
    let debug = format!("{message:?}");
    assert!(debug.contains(r#"other: {"unknownMember": {"kept": [number, number, null]}}"#), "{debug}");
    let written = message.write(dialect).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(bytes).unwrap(), "{dialect}");
}

#[test]
fn every_message_of_every_dialect_comes_back_byte_for_byte() {
    for dialect in ALL {
        each_message!(round_trip, dialect);
    }
}

/// Each field of the type is a row of the table too, nested ones as well: a full message leaves none of them empty.
fn fields_are_rows<M: Message>() {
    let message = M::read(&STANDARD, &full(M::KIND, &STANDARD).to_bytes()).unwrap();
    let debug = format!("{message:?}");
    assert!(!debug.contains(": None") && !debug.contains(": \"\""), "a field without a row: {debug}");
    let unknown = debug.matches("other: ").count() - debug.matches("other: {}").count();
    assert_eq!(unknown, 1, "a row without a field: {debug}");
    // What the type writes by itself has the names of the table, and nothing for what is not there.
    let written = serde_json::to_value(&message).unwrap();
    let mut names: Vec<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
    let rows = Spec::of(M::KIND).members.iter().map(|row| row.name);
    let mut wanted: Vec<_> = rows.chain(["unknownMember"]).collect();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    let empty: M = serde_json::from_str("{}").unwrap();
    let written = serde_json::to_string(&empty).unwrap();
    assert!(!written.contains("null"), "{:?} {written}", M::KIND);
}

#[test]
fn every_field_is_a_row() {
    each_message!(fields_are_rows);
}

/// Each row in turn is removed, emptied, nulled, mistyped and made too long.
fn each_row_broken<M: Message>(dialect: &Dialect) {
    let whole = full(M::KIND, dialect);
    for member in Spec::of(M::KIND).members {
        let change = dialect.changes.iter().find(|c| c.kind == M::KIND && c.member == member.name);
        let wire = change.map_or(member.name, |change| change.wire);
        let read = |value: Option<Value>| {
            let mut object = whole.clone();
            match value {
                Some(value) => object.insert(wire, value),
                None => drop(object.remove(wire)),
            }
            M::read(dialect, &object.to_bytes()).map(drop)
        };
        let absent = [read(None), read(Some(Value::Null)), read(Some("".into()))];
        assert_eq!(absent[0], absent[1], "{dialect} {wire}: null is absent");
        assert_eq!(absent[0], absent[2], "{dialect} {wire}: empty is absent");
        if let Err(refusal) = &absent[0] {
            assert_eq!((refusal.code().case, refusal.http_status()), (2, 400), "{dialect} {refusal:?}");
            assert_eq!(refusal.place(), Some(wire), "{dialect} {refusal:?}");
        }
        let refusal = read(Some(Value::Bool(true))).unwrap_err();
        assert_eq!((refusal.code().case, refusal.place()), (1, Some(wire)), "{dialect} {refusal:?}");
        if let Shape::Text(max @ 1..1000) = change.and_then(|change| change.shape).unwrap_or(member.shape) {
            // The limit counts characters, not bytes.
            if !matches!(change.map(|c| c.form), Some(Form::Integer(_) | Form::Words(_))) {
                assert_eq!(read(Some("é".repeat(max).into())), Ok(()), "{dialect} {wire}");
            }
            let refusal = read(Some("X".repeat(max + 1).into())).unwrap_err();
            assert_eq!((refusal.code().case, refusal.place()), (1, Some(wire)), "{dialect} {refusal:?}");
        }
    }
}

#[test]
fn every_row_is_checked_in_every_dialect() {
    for dialect in ALL {
        each_message!(each_row_broken, dialect);
    }
}

fn case<M: Message>(dialect: &Dialect, body: &str) -> String {
    match M::read(dialect, body.as_bytes()) {
        Ok(_) => "ok".to_owned(),
        Err(refusal) => format!("{} {}", refusal.code(), refusal.place().unwrap_or("-")),
    }
}
