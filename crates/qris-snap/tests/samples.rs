//! The sample messages of the three documents and of the standard: read and reproduced.

use std::fs;

use crate::support::{each_message, testdata};
use qris_snap::dialect::{ALL, Dialect};
use qris_snap::message::{Kind, Message, Side};
use qris_snap::{Service, minify};

struct Sample {
    name: String,
    dialect: &'static Dialect,
    kind: Kind,
    body: Vec<u8>,
}

fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for dialect in ALL {
        let folder = testdata("samples").join(dialect.name.to_lowercase());
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let mut parts = stem.split('-');
            let service = Service::from_code(parts.next().unwrap().parse().unwrap()).unwrap();
            let kind = match parts.next().unwrap() {
                "request" => Kind::request(service),
                "response" => Kind::response(service),
                other => panic!("{other}"),
            };
            let name = format!("{dialect}/{stem}");
            samples.push(Sample { name, dialect, kind, body: fs::read(&path).unwrap() });
        }
    }
    samples
}

fn reproduce<M: Message>(seen: &mut usize) {
    for sample in samples().iter().filter(|sample| sample.kind == M::KIND) {
        let message =
            M::read(sample.dialect, &sample.body).unwrap_or_else(|r| panic!("{}: {r:?}", sample.name));
        let written = message.write(sample.dialect).unwrap_or_else(|r| panic!("{}: {r:?}", sample.name));
        let (ours, theirs) =
            (String::from_utf8(written).unwrap(), String::from_utf8(minify(&sample.body)).unwrap());
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(json(&ours), json(&theirs), "{}", sample.name);
        let twice = M::read(sample.dialect, ours.as_bytes()).unwrap().write(sample.dialect).unwrap();
        assert_eq!(String::from_utf8(twice).unwrap(), ours, "{}", sample.name);
        *seen += 1;
    }
}

#[test]
fn every_sample_is_read_and_reproduced() {
    let mut seen = 0;
    each_message!(reproduce, &mut seen);
    assert_eq!(seen, samples().len());
    assert!(seen > 40);
}

#[test]
fn every_documented_service_has_its_samples() {
    for dialect in ALL {
        for service in dialect.services {
            for side in [Side::Request, Side::Response] {
                let found = samples()
                    .iter()
                    .any(|s| s.dialect.name == dialect.name && s.kind == Kind { service: *service, side });
                assert!(found, "{dialect} {service} {side:?}");
            }
        }
    }
}

fn truncated<M: Message>() {
    for sample in samples().iter().filter(|sample| sample.kind == M::KIND) {
        let compact = minify(&sample.body);
        for end in 0..compact.len() {
            let refusal = M::read(sample.dialect, &compact[..end]).unwrap_err();
            assert_eq!(refusal.http_status(), 400, "{} cut at {end}", sample.name);
            assert_eq!(refusal.code().case, 0, "{} cut at {end}", sample.name);
        }
    }
}

#[test]
fn a_truncated_sample_is_a_bad_request() {
    each_message!(truncated);
}
