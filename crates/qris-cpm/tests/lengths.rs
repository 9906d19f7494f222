//! Every length there is room for, in every form, at every level.

use qris_testkit::cpm::generate::length;
use qris_testkit::oracle;

/// An object with a tag, a length in one of the three forms, and as many bytes as are given.
fn object(tag: &[u8], declared: usize, form: usize, given: usize) -> Option<Vec<u8>> {
    let [.., high, low] = declared.to_be_bytes();
    let length = match form {
        0 if declared < 0x80 => vec![low],
        1 if declared <= 0xFF => vec![0x81, low],
        2 => vec![0x82, high, low],
        _ => return None,
    };
    Some([tag, &length, &vec![b'1'; given]].concat())
}

fn wrapped(tag: u8, inside: &[u8]) -> Vec<u8> {
    [&[tag], &*length(inside.len(), 0), inside].concat()
}

#[test]
fn every_length_in_every_form_at_every_level() {
    let mut tried = 0;
    for declared in 0..=300usize {
        for form in 0..3 {
            // As many bytes as it says, one fewer, one more.
            for given in [declared, declared.wrapping_sub(1), declared + 1] {
                let Some(found) = object(&[0x9F, 0x74], declared, form, given.min(301)) else { continue };
                for levels in 0..3 {
                    let inside = [&[][..], &[0x61], &[0x63, 0x61]][levels];
                    let template = inside.iter().fold(found.clone(), |bytes, tag| wrapped(*tag, &bytes));
                    let mut code = b"\x85\x05CPV01".to_vec();
                    code.extend(template);
                    oracle::cpm_bytes(&code);
                    // With something behind it, which a wrong length would eat.
                    code.extend(b"\x62\x00");
                    oracle::cpm_bytes(&code);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 5000, "{tried}");
}

#[test]
fn every_length_of_a_template_around_what_is_there() {
    for declared in 0..=300usize {
        for form in 0..3 {
            let inside = [&wrapped(0x4F, b"12345")[..], &wrapped(0x63, &wrapped(0xC4, &[7; 250]))].concat();
            let Some(mut template) = object(&[0x61], declared, form, 0) else { continue };
            template.extend(inside);
            oracle::cpm_bytes(&[b"\x85\x05CPV01", &*template].concat());
        }
    }
}

/// Every header of two bytes, with nothing, little and much behind it, at the root and in 61.
#[test]
fn every_header_of_two_bytes() {
    let rest: [&[u8]; 3] = [&[], &[0x03, 1, 2], &[0x81, 0x02, 0x5A, 0x00, 0x00]];
    for header in 0..=u16::MAX {
        for rest in rest {
            let object = [&header.to_be_bytes()[..], rest].concat();
            oracle::cpm_bytes(&[b"\x85\x05CPV01", &*object].concat());
            oracle::cpm_bytes(&[b"\x85\x05CPV01", &*wrapped(0x61, &object)].concat());
        }
    }
}
