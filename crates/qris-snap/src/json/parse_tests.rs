use proptest::prelude::*;

use super::*;

fn kind(body: &[u8]) -> JsonErrorKind {
    parse(body).unwrap_err().kind
}

#[test]
fn each_fault_has_its_kind() {
    use JsonErrorKind::*;
    let deep = [b'['; MAX_DEPTH + 1];
    let cases: &[(&[u8], JsonErrorKind)] = &[
        (b"", Truncated),
        (b"{", Truncated),
        (b"{\"a\"", Truncated),
        (b"\"abc", Truncated),
        (b"\"\\", Truncated),
        (b"{a:1}", Unexpected),
        (b"{\"a\":1,}", Unexpected),
        (b"[1 2]", Unexpected),
        (b"tru", Unexpected),
        (b"01", BadNumber),
        (b"1.", BadNumber),
        (b"-", BadNumber),
        (b"1e+", BadNumber),
        (b"\"\n\"", ControlCharacter),
        (b"\"\\x\"", BadEscape),
        (b"\"\\u12g4\"", BadEscape),
        (b"\"\\ud800\"", LoneSurrogate),
        (b"\"\\ud800\\u0041\"", LoneSurrogate),
        (b"\"\\udc00\"", LoneSurrogate),
        (b"\"\xff\"", NotUtf8),
        (b"1 1", Trailing),
        (&deep, TooDeep),
    ];
    for (body, wanted) in cases {
        assert_eq!(kind(body), *wanted, "{}", String::from_utf8_lossy(body));
    }
    assert_eq!(kind(&vec![b' '; MAX_BODY + 1]), TooLarge);
}

#[test]
fn duplicates_are_found_at_any_depth_and_number() {
    let error = parse(br#"{"a":{"b":[0,{"c":1,"c":2}]}}"#).unwrap_err();
    assert_eq!((error.kind, error.path.as_str()), (JsonErrorKind::Duplicate, "a.b.1.c"));
    let many: String = (0..1000).map(|n| format!("\"m{}\":1,", n % 999)).collect();
    let error = parse(format!("{{{}}}", many.trim_end_matches(',')).as_bytes()).unwrap_err();
    assert_eq!((error.kind, error.path.as_str()), (JsonErrorKind::Duplicate, "m0"));
    // Escapes hide nothing.
    assert_eq!(kind(br#"{"a":1,"\u0061":2}"#), JsonErrorKind::Duplicate);
}

#[test]
fn numbers_and_order_come_back_as_written() {
    let body = br#"{"b":1.10,"a":123456789012345678901234567890,"n":-0.0e-5,"z":[1E400,null,true]}"#;
    assert_eq!(parse(body).unwrap().to_bytes(), body);
}

#[test]
fn a_hostile_body_takes_linear_time() {
    let started = std::time::Instant::now();
    let names: String = (0..25_000).map(|n| format!("\"{n}\":1,")).collect();
    assert!(parse(format!("{{{}}}", names.trim_end_matches(',')).as_bytes()).is_ok());
    let long = vec![b'['; MAX_BODY];
    assert_eq!(kind(&long), JsonErrorKind::TooDeep);
    // Quadratic would be minutes in a debug build.
    assert!(started.elapsed().as_secs() < 10);
}

fn arbitrary_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            proptest::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn writes_what_serde_json_writes(value in arbitrary_value()) {
        let compact = serde_json::to_vec(&value).unwrap();
        let pretty = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(parse(&compact).unwrap().to_bytes(), compact.clone());
        prop_assert_eq!(parse(&pretty).unwrap().to_bytes(), compact);
    }

    #[test]
    fn accepts_what_serde_json_accepts(body in r#"[\[\]{}:,"\\ eE+.0-9a-z\-]{0,24}"#) {
        let theirs = serde_json::from_str::<serde_json::Value>(&body);
        let ours = parse(body.as_bytes());
        let stricter = ours.as_ref().is_err_and(|error| error.kind == JsonErrorKind::Duplicate);
        // A number beyond a double is text to us.
        let wider = theirs.as_ref().is_err_and(|error| error.to_string().contains("out of range"));
        prop_assert!(stricter || wider || ours.is_ok() == theirs.is_ok(), "{} {:?}", body, ours);
    }

    #[test]
    fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(parse(&body).is_ok() || parse(&body).is_err());
    }
}
