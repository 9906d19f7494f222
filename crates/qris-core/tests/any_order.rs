//! Setters can be called in any order, and a later call replaces an earlier one.

use qris_core::{Builder, Edit, Id, Initiation, Path, Payload, Profile};

const TEXT: &str = "00020101021126690017ID.CO.EXAMPLE.WWW01189360091400000000010215TESTMID000000010303UMI\
                    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID\
                    5913WARUNG CONTOH6013JAKARTA PUSAT61051011062070703A0163046D40";

/// Every place of the payload that holds a value of its own, with that value.
fn values() -> Vec<(Path, &'static str)> {
    let payload = Payload::parse(TEXT).unwrap();
    let leaves = payload.walk().filter(|object| object.template().is_none() && object.id() != Id::CRC);
    leaves.map(|object| (object.path(), object.value())).collect()
}

#[test]
fn a_builder_does_not_care() {
    let values = values();
    // Every step that has no divisor in common with the number of values visits each of them once.
    for step in (1..values.len()).filter(|step| (2..=*step).all(|d| step % d > 0 || values.len() % d > 0)) {
        let mut builder = Builder::new();
        for (path, _) in &values {
            builder.set(*path, "replaced");
        }
        for n in 0..values.len() {
            let (path, value) = values[n * step % values.len()];
            builder.set(path, value);
        }
        let mut buffer = [0; 512];
        assert_eq!(builder.write_to(&mut buffer), Ok(TEXT), "step {step}");
    }
}

#[test]
fn what_is_withdrawn_was_never_set() {
    let sealed = Payload::parse(TEXT).unwrap().verify_crc().unwrap();
    let (mut with, mut without) = ([0; 512], [0; 512]);
    let mut edit = Edit::new();
    edit.amount("15000".parse().unwrap()).reference_label("R").keep_initiation();
    let mut plain = Edit::new();
    plain.set(Path::root(Id::AMOUNT), "15000").reference_label("R");
    assert_eq!(edit.write_to(&sealed, &mut with), plain.write_to(&sealed, &mut without));
    let kept = edit.build(&sealed, &mut with, &Profile::QRIS).unwrap();
    assert_eq!(kept.initiation(), Some(Initiation::Static));
}
