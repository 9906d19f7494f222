//! CRCs without their zeros, and of others.

use qris_core::checksum;
use qris_core::diagnose::Cause;

use super::{is, payload, whole, with_crc};

/// Bit by bit, from the parameters of the catalogue of CRCs; written anew, so that it does not copy what it judges.
fn crc(bytes: &[u8], poly: u16, init: u16, reflected: bool, xor: u16) -> u16 {
    let mut crc = init;
    for byte in bytes {
        let byte = if reflected { byte.reverse_bits() } else { *byte };
        for bit in (0..8).rev() {
            let top = crc >> 15 ^ u16::from(byte >> bit & 1);
            crc = crc << 1 ^ if top == 1 { poly } else { 0 };
        }
    }
    (if reflected { crc.reverse_bits() } else { crc }) ^ xor
}

#[test]
fn zeros_of_the_crc_are_written_out() {
    let mut found = [0; 4];
    for number in 0..200_000 {
        let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", &format!("{number:06}"));
        let digits = text[text.len() - 4..].trim_start_matches('0').to_owned();
        if digits.len() == 4 || digits.is_empty() || found[digits.len()] > 3 {
            continue;
        }
        found[digits.len()] += 1;
        let body = &text[..text.len() - 4];
        is(&format!("{body}{digits}"), &text, &[Cause::CrcZerosDropped]);
        let header = format!("{}630{}{digits}", &text[..text.len() - 8], digits.len());
        is(&header, &text, &[Cause::CrcZerosDropped]);
    }
    assert_eq!(found[1..], [4, 4, 4], "each number of digits was met");
}

#[test]
fn crcs_of_others_are_named() {
    type Crc = fn(&[u8]) -> u16;
    let kinds: [(Cause, Crc); 6] = [
        (Cause::CrcArc, |bytes| crc(bytes, 0x8005, 0, true, 0)),
        (Cause::CrcXmodem, |bytes| crc(bytes, 0x1021, 0, false, 0)),
        (Cause::CrcKermit, |bytes| crc(bytes, 0x1021, 0, true, 0)),
        (Cause::CrcModbus, |bytes| crc(bytes, 0x8005, 0xFFFF, true, 0)),
        (Cause::CrcX25, |bytes| crc(bytes, 0x1021, 0xFFFF, true, 0xFFFF)),
        (Cause::CrcAugmented, |bytes| crc(bytes, 0x1021, 0x1D0F, false, 0)),
    ];
    assert_eq!(crc(b"123456789", 0x1021, 0xFFFF, false, 0), 0x29B1);
    assert_eq!(crc(b"123456789", 0x8005, 0, true, 0), 0xBB3D);
    for text in whole() {
        let covered = &text.as_bytes()[..text.len() - 4];
        let bare = &covered[..covered.len() - 4];
        for (cause, of) in kinds {
            // Of one the other order of bytes is common.
            let swapped = (cause == Cause::CrcKermit).then(|| of(covered).swap_bytes());
            for wrong in [of(covered), of(bare)].into_iter().chain(swapped) {
                is(&with_crc(&text, wrong), &text, &[cause]);
                is(
                    &with_crc(&text, wrong).replace(&format!("{wrong:04X}"), &format!("{wrong:04x}")),
                    &text,
                    &[cause],
                );
            }
        }
        is(&with_crc(&text, checksum(bare)), &text, &[Cause::CrcWithoutHeader]);
        is(&with_crc(&text, checksum(covered).swap_bytes()), &text, &[Cause::CrcBytesSwapped]);
        for end in ["\n", "\r\n"] {
            let broken = [covered, end.as_bytes()].concat();
            is(&with_crc(&text, checksum(&broken)), &text, &[Cause::CrcOverLineBreak]);
        }
    }
}

#[test]
fn a_crc_and_a_unit_of_others_are_named_together() {
    let right = payload("KOPI KAFÉ", "JAKARTA", "A01");
    let wrong = right.replace("5909KOPI", "5910KOPI");
    let covered = &wrong.as_bytes()[..wrong.len() - 4];
    let text = with_crc(&wrong, crc(covered, 0x1021, 0, false, 0));
    is(&text, &right, &[Cause::CrcXmodem, Cause::LengthsInBytes]);
    let text = with_crc(&wrong, checksum(&covered[..covered.len() - 4]));
    is(&text, &right, &[Cause::CrcWithoutHeader, Cause::LengthsInBytes]);
}

#[test]
fn two_faults_of_one_program_are_named_together() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let mut tried = 0;
    for number in 0..4_000 {
        let text = text
            .replace("A01", &format!("B{:02}", number % 100))
            .replace("10110", &format!("{:05}", 10_110 + number));
        let covered = &text.as_bytes()[..text.len() - 4];
        let whole = with_crc(&text, checksum(covered));
        let xmodem = format!("{:X}", crc(covered, 0x1021, 0, false, 0));
        if xmodem.len() == 3 {
            let damaged = format!("{}{xmodem}", &whole[..whole.len() - 4]);
            is(&damaged, &whole, &[Cause::CrcZerosDropped, Cause::CrcXmodem]);
            tried += 1;
        }
        if whole[whole.len() - 4..].starts_with('0') && tried < 20 {
            let digits = whole[whole.len() - 4..].trim_start_matches('0');
            let stripped = format!("{}{digits}", &whole[..whole.len() - 4]).replace(' ', "");
            if digits.len() == 3 {
                is(&stripped, &whole, &[Cause::CrcZerosDropped, Cause::BlanksStripped]);
            }
        }
        if tried > 30 {
            break;
        }
    }
    assert!(tried > 30);
}
