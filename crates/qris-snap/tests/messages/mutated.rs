//! Messages with members replaced by anything.

use super::*;

fn arbitrary_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        "[0-9.:T+A-Z-]{0,30}".prop_map(serde_json::Value::from),
        ".{0,8}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            proptest::collection::btree_map("(value|currency|[a-z]{1,3})", inner, 0..3)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// A full message with some of its members replaced.
fn mutated(kind: Kind, dialect: &Dialect, changes: &[(prop::sample::Index, serde_json::Value)]) -> Vec<u8> {
    let mut object = full(kind, dialect);
    let names: Vec<String> = object.iter().map(|(name, _)| name.to_owned()).collect();
    for (index, value) in changes {
        object.insert(index.get(&names).clone(), parse(value.to_string().as_bytes()).unwrap());
    }
    object.to_bytes()
}

fn accepted_is_stable<M: Message>(dialect: &Dialect, changes: &[(prop::sample::Index, serde_json::Value)]) {
    let body = mutated(M::KIND, dialect, changes);
    match M::read(dialect, &body) {
        Ok(message) => {
            let once = message.write(dialect).expect("what was accepted can be written");
            let twice = M::read(dialect, &once).expect("and read").write(dialect).unwrap();
            assert_eq!(once, twice);
        }
        Err(refusal) => assert!(is_format_or_mandatory(&refusal), "{refusal:?}"),
    }
}

fn is_format_or_mandatory(refusal: &Refusal) -> bool {
    refusal.http_status() == 400 && matches!(refusal.code().case, 1 | 2) && refusal.place().is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_members_are_accepted_or_refused_with_a_place(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), arbitrary_json()), 1..4),
        dialect in 0..4_usize,
    ) {
        each_message!(accepted_is_stable, ALL[dialect], &changes);
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let read = NotifyRequest::read(&FINPAY, &body);
        prop_assert!(read.is_ok() || read.is_err_and(|refusal| refusal.http_status() == 400));
    }

    #[test]
    fn a_stable_notification_has_no_number_that_moves(value in arbitrary_json()) {
        let info = Object::from_iter([("x", parse(value.to_string().as_bytes()).unwrap())]);
        let message = NotifyRequest { additional_info: Some(info), ..NotifyRequest::default() };
        if let Ok(body) = message.stable_body(&FINPAY) {
            let Value::Object(object) = parse(&body).unwrap() else { panic!() };
            prop_assert!(js_stable(&object).is_ok());
            // No float and no name that is an index: serde_json keeps what JavaScript keeps.
            let again = serde_json::from_slice::<serde_json::Value>(&body).unwrap();
            prop_assert_eq!(serde_json::to_vec(&again).unwrap(), body);
        }
    }
}
