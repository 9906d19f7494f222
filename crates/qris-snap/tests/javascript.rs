//! Notification bodies are a fixed point of JavaScript's parse and stringify.

use crate::support;
use std::io::Write;
use std::process::{Command, Stdio};

use qris_snap::dialect::{ALL, Dialect, FINNET, FINPAY, STANDARD};
use qris_snap::json::{Object, Value, js_stable, parse};
use qris_snap::message::{Message, NotifyRequest, StableBodyError};

/// What Node makes of bodies, one a line; `None` where Node is not installed.
fn stringify_parse(bodies: &[Vec<u8>]) -> Option<Vec<String>> {
    let script = "require('fs').readFileSync(0,'utf8').split('\\n').filter(Boolean)\
                  .forEach(b=>console.log(JSON.stringify(JSON.parse(b))))";
    let child =
        Command::new("node").args(["-e", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        eprintln!("node is not installed: nothing to compare with");
        return None;
    };
    child.stdin.take().unwrap().write_all(&bodies.join(&b'\n')).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

fn object(json: &str) -> Object {
    match parse(json.as_bytes()).unwrap() {
        Value::Object(object) => object,
        other => panic!("{other:?}"),
    }
}

fn notification(dialect: &Dialect, info: Object) -> Result<Vec<u8>, StableBodyError> {
    let folder = dialect.name.to_lowercase();
    let body = support::bytes(&format!("samples/{folder}/52-request.json"));
    let mut message = NotifyRequest::read(dialect, &body).unwrap();
    message.additional_info.get_or_insert_default();
    message.other = info;
    message.stable_body(dialect)
}

#[test]
fn node_prints_what_we_send() {
    let awkward = [
        r#"{"name":"Warung Éçà – 東京 🍜","slash":"a/b","quote":"\"\\","control":"\u0000\u001f\b\t\n\f\r\u007f"}"#,
        "{\"separators\":\"\u{2028}\u{2029}\",\"bom\":\"\u{feff}\",\"private\":\"\u{e000}\u{10ffff}\"}",
        r#"{"comma":", ","colon":": ","both":"\", \": "}"#,
        r#"{"n":0,"m":-7,"big":9007199254740991,"__proto__":{"a":1},"constructor":"x","":"empty name"}"#,
        r#"{"nested":{"list":[[],{},[null,true,false,"x"]]},"01":"not an index","4294967295":"nor this","-1":"nor this"}"#,
    ];
    let mut bodies = Vec::new();
    for dialect in [&STANDARD, &FINPAY, &FINNET] {
        bodies.push(notification(dialect, Object::new()).unwrap());
        for json in awkward {
            bodies.push(notification(dialect, object(json)).unwrap());
        }
    }
    let Some(printed) = stringify_parse(&bodies) else { return };
    assert_eq!(printed.len(), bodies.len());
    for (printed, body) in printed.iter().zip(&bodies) {
        assert_eq!(printed.as_bytes(), body.as_slice());
    }
}

#[test]
fn what_node_would_change_is_refused_first() {
    let unstable = [
        r#"{"b":"x","1":"y"}"#,
        r#"{"n":1.0}"#,
        r#"{"n":1e3}"#,
        r#"{"n":-0}"#,
        r#"{"n":12345678901234567890}"#,
        r#"{"n":0.10}"#,
    ];
    for json in unstable {
        let fault = notification(&STANDARD, object(json)).unwrap_err();
        assert!(matches!(fault, StableBodyError::Unstable(_)), "{json}: {fault}");
    }
    let bodies: Vec<Vec<u8>> = unstable.iter().map(|json| object(json).to_bytes()).collect();
    let Some(printed) = stringify_parse(&bodies) else { return };
    for (printed, body) in printed.iter().zip(&bodies) {
        assert_ne!(printed.as_bytes(), body.as_slice(), "the refusal has a reason");
    }
}

#[test]
fn what_we_send_elsewhere_is_stable_too() {
    for dialect in ALL {
        let mut message = NotifyRequest::default();
        message.other.insert("x", "y");
        if let Ok(wire) = message.to_wire(dialect) {
            assert_eq!(js_stable(&wire), Ok(()));
        }
    }
}
