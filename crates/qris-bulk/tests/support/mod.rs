//! Payloads for tests and examples, fictitious and all different.
#![allow(dead_code)] // Each test uses a part of it.

use std::fmt::Write;

/// A dynamic payload of about 250 bytes with a right CRC; `n` makes it different from others.
pub(crate) fn payload(n: u64) -> String {
    let mut text = String::from("000201010212");
    let account = [
        ("00", "ID.CO.CONTOH.WWW".to_owned()),
        ("01", format!("93600999{:010}", n % 10_000_000_000)),
        ("02", format!("CTH{:012}", n % 1_000_000_000_000)),
        ("03", "UMI".to_owned()),
    ];
    let national = [
        ("00", "ID.CO.QRIS.WWW".to_owned()),
        ("02", format!("ID10{:011}", n % 100_000_000_000)),
        ("03", "UMI".to_owned()),
    ];
    let additional = [
        ("01", format!("INV{:09}", n % 1_000_000_000)),
        ("05", format!("REF{:016X}", n)),
        ("07", "KASIR01".to_owned()),
    ];
    object(&mut text, "26", &template(&account));
    object(&mut text, "51", &template(&national));
    object(&mut text, "52", "5812");
    object(&mut text, "53", "360");
    object(&mut text, "54", &(n % 1_000_000 + 1000).to_string());
    object(&mut text, "58", "ID");
    object(&mut text, "59", &format!("WARUNG CONTOH {}", n % 1000));
    object(&mut text, "60", ["JAKARTA", "BANDUNG", "SURABAYA", "DENPASAR"][(n % 4) as usize]);
    object(&mut text, "61", "10110");
    object(&mut text, "62", &template(&additional));
    seal(text)
}

fn seal(mut text: String) -> String {
    text.push_str("6304");
    let crc = qris_core::checksum(text.as_bytes());
    write!(text, "{crc:04X}").expect("a string takes everything");
    text
}

fn object(text: &mut String, id: &str, value: &str) {
    write!(text, "{id}{:02}{value}", value.len()).expect("a string takes everything");
}

fn template(objects: &[(&str, String)]) -> String {
    let mut text = String::new();
    objects.iter().for_each(|(id, value)| object(&mut text, id, value));
    text
}

/// So many payloads, one a line.
pub(crate) fn file(lines: u64) -> Vec<u8> {
    let mut file = Vec::new();
    for n in 0..lines {
        file.extend_from_slice(payload(n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).as_bytes());
        file.push(b'\n');
    }
    file
}

/// Gives at most as many bytes a read as told, and now and then says it was interrupted.
pub(crate) struct Trickle<'a> {
    rest: &'a [u8],
    most: usize,
    reads: usize,
}

impl<'a> Trickle<'a> {
    pub(crate) fn new(bytes: &'a [u8], most: usize) -> Trickle<'a> {
        Trickle { rest: bytes, most, reads: 0 }
    }
}

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        self.reads += 1;
        if self.reads % 3 == 0 {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let n = room.len().min(self.most).min(self.rest.len());
        let (now, later) = self.rest.split_at(n);
        room[..n].copy_from_slice(now);
        self.rest = later;
        Ok(n)
    }
}
