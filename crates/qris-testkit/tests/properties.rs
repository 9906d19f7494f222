//! What holds for every input.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use qris_testkit::naive::{self, LengthUnit, MAX_BYTES};
use qris_testkit::rng::SplitMix64;
use qris_testkit::{mutate, vectors};

/// Root objects after 00: any IDs but 00 and 63, any order, any values.
fn objects() -> impl Strategy<Value = Vec<(u8, String)>> {
    btree_map((1_u8..100).prop_filter("63 is the CRC", |id| *id != 63), "[ -~éñ中最😀\u{301}]{0,99}", 0..12)
        .prop_map(|objects| objects.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}

fn written(objects: &[(u8, String)], unit: LengthUnit) -> Option<Vec<u8>> {
    let mut body = "000201".to_owned();
    for (id, value) in objects {
        let length = unit.count(value);
        if length > 99 {
            return None;
        }
        body.push_str(&format!("{id:02}{length:02}{value}"));
    }
    Some(mutate::seal(body.as_bytes()))
}

proptest! {
    #[test]
    fn what_is_written_is_read_in_every_unit(objects in objects()) {
        for unit in LengthUnit::ALL {
            let Some(payload) = written(&objects, unit) else { continue };
            let decoded = naive::decode(&payload, unit).unwrap();
            let read: Vec<(u8, String)> = decoded.objects[1..decoded.objects.len() - 1]
                .iter()
                .map(|object| (object.id, object.value.clone()))
                .collect();
            prop_assert_eq!(&read, &objects);
        }
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in vec(any::<u8>(), 0..300)) {
        for unit in LengthUnit::ALL {
            if let Err(error) = naive::decode(&bytes, unit) {
                prop_assert!(error.offset <= bytes.len());
                prop_assert!(error.character <= error.offset);
            }
        }
        let _ = naive::detect(&bytes);
    }

    #[test]
    fn digits_get_an_answer(text in "[0-9é]{0,80}") {
        let sealed = mutate::seal(format!("000201{text}").as_bytes());
        for unit in LengthUnit::ALL {
            match naive::decode(&sealed, unit) {
                Ok(payload) => prop_assert!(payload.crc_holds()),
                Err(error) => prop_assert!(error.offset <= sealed.len() && error.code != "crc-mismatch"),
            }
        }
    }

    #[test]
    fn one_flipped_bit_is_noticed(objects in objects(), seed in any::<u64>()) {
        let Some(payload) = written(&objects, LengthUnit::Characters) else { return Ok(()) };
        let flipped = mutate::flip_bit(&payload, &mut SplitMix64::new(seed));
        // Only the letter case of the CRC is free.
        if !flipped.eq_ignore_ascii_case(&payload) || flipped[..flipped.len() - 4] != payload[..payload.len() - 4] {
            prop_assert!(naive::decode(&flipped, LengthUnit::Characters).is_err());
        }
    }
}

#[test]
fn mutated_vectors_are_refused_or_decode_with_their_crc() {
    let seeds = vectors::valid().unwrap();
    let mut rng = SplitMix64::new(20_261_121);
    let (mut good, mut bad) = (0, 0);
    for round in 0..6_000 {
        let seed = &seeds[round % seeds.len()];
        let edits = 1 + rng.below(4);
        let mutated = mutate::reseal(&mutate::mutations(&seed.bytes, &mut rng, edits));
        assert!(mutated.len() < MAX_BYTES);
        for unit in LengthUnit::ALL {
            match naive::decode(&mutated, unit) {
                Ok(payload) => {
                    assert!(payload.crc_holds());
                    assert_eq!(payload.objects.first().map(|object| object.id), Some(0));
                    assert_eq!(payload.objects.last().map(|object| object.id), Some(63));
                    good += 1;
                }
                Err(_) => bad += 1,
            }
        }
    }
    assert!(good > 1_000 && bad > 1_000, "{good} decoded, {bad} refused");
}
