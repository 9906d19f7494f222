//! The core against the naive decoder, which shares no code with it.

use proptest::prelude::*;
use qris_testkit::oracle::{decode_any, decode_vs_naive, payload_from, value_parsers};
use qris_testkit::rng::SplitMix64;
use qris_testkit::{mutate, vectors};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn generated_and_mutated_payloads(seed in proptest::collection::vec(any::<u8>(), 0..400)) {
        let payload = payload_from(&seed);
        decode_vs_naive(&payload);
        decode_any(&payload);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        decode_vs_naive(&bytes);
        decode_any(&bytes);
        value_parsers(&bytes);
    }

    #[test]
    fn digits_and_text(text in "000201[0-9é中😀A-F ]{0,120}") {
        let sealed = mutate::seal(text.as_bytes());
        decode_vs_naive(text.as_bytes());
        decode_vs_naive(&sealed);
        decode_any(&sealed);
    }

    #[test]
    fn values(text in "[0-9.,eE+\\- ID]{0,21}") {
        value_parsers(text.as_bytes());
    }
}

#[test]
fn values_of_every_vector_and_amounts_of_few_characters() {
    for file in vectors::valid().unwrap() {
        let text = String::from_utf8(file.bytes).unwrap();
        for object in qris_core::Payload::parse(&text).unwrap().walk() {
            value_parsers(object.value().as_bytes());
        }
    }
    let alphabet = ["0", "1", "9", ".", ",", "-", "e", " ", "x", "٣"];
    let mut texts = vec![String::new()];
    for _ in 0..4 {
        texts = texts.iter().flat_map(|text| alphabet.iter().map(move |c| format!("{text}{c}"))).collect();
        texts.iter().for_each(|text| value_parsers(text.as_bytes()));
    }
    assert_eq!(texts.len(), 10_000);
}

#[test]
fn mutated_vectors() {
    let seeds = vectors::valid().unwrap();
    let mut rng = SplitMix64::new(20_261_121);
    for round in 0..4_000 {
        let seed = &seeds[round % seeds.len()];
        let edits = rng.between(1, 4);
        let mutated = mutate::mutations(&seed.bytes, &mut rng, edits);
        let mutated = if rng.one_in(8) { mutated } else { mutate::reseal(&mutated) };
        decode_vs_naive(&mutated);
        if round % 4 == 0 {
            decode_any(&mutated);
        }
    }
}

/// The largest payloads there are: every object at its longest, and as many objects as fit. Both are read, judged,
/// printed and compared in a time that only linear work can keep on a slow machine.
#[test]
fn the_largest_payloads() {
    let begin = std::time::Instant::now();
    for value in ["😀".repeat(99), format!("{}xxx", "0000".repeat(24)), "0000".repeat(24)] {
        let mut payload = "000201".to_owned();
        for id in (1..=99).filter(|id| *id != 63) {
            payload.push_str(&mutate::object(id, &value));
        }
        let sealed = mutate::seal(payload.as_bytes());
        assert!(sealed.len() > 9_000);
        decode_vs_naive(&sealed);
        decode_any(&sealed);
        let text = String::from_utf8(sealed).unwrap();
        let payload = qris_core::Payload::parse(&text).unwrap();
        assert_eq!(qris_core::edit::changes(&payload, &payload).count(), 0);
    }
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
}
