//! Payloads for the tests and the tools that render many of them.

use super::testdata::testdata;

/// Name and text of every vector that decodes, in the order of their names.
pub(crate) fn vectors() -> Vec<(String, String)> {
    let folder = testdata("mpm/valid");
    let mut vectors: Vec<(String, String)> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        // Beside each payload lies its tree.
        .filter(|path| path.extension().is_some_and(|end| end == "qr"))
        .map(|path| {
            (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    vectors.sort();
    assert!(vectors.len() > 30, "the vectors are missing");
    vectors
}

/// `count` payloads of varied length and content, the same on every run; every fifth has a name that is not ASCII.
pub(crate) fn generated(count: usize) -> Vec<String> {
    let mut random = Random(0x5EED);
    (0..count).map(|i| payload(&mut random, i % 5 == 0)).collect()
}

fn payload(random: &mut Random, beyond_ascii: bool) -> String {
    const ASCII: &[&str] =
        &["Warung", "Toko", "Kedai", "Bu", "Sari", "& Co", "24/7", "JAYA", "(Cabang)", "No.", "@home"];
    const OTHER: &[&str] =
        &["Café", "Añil", "最佳运输", "カフェ", "Ünal", "Кофе", "ร้าน", "🍜", "naïve", "Ελ"];
    let mut name = String::new();
    while name.chars().count() < 4 + random.below(18) {
        let words = if beyond_ascii { OTHER } else { ASCII };
        name.push_str(words[random.below(words.len())]);
        name.push(' ');
    }
    let name: String = name.trim().chars().take(25).collect();
    let digits = |random: &mut Random, count: usize| -> String {
        (0..count).map(|_| char::from(b'0' + random.below(10) as u8)).collect()
    };
    let length = 1 + random.below(40);
    let label = digits(random, length);
    let mut text = object(0, "01") + &object(1, if random.below(2) == 0 { "11" } else { "12" });
    for id in 26..=26 + random.below(3) as u8 {
        let account = object(0, "ID.CO.EXAMPLE.WWW") + &object(1, &format!("936000{}", digits(random, 12)));
        text += &object(id, &(account + &object(2, &digits(random, 15)) + &object(3, "UMI")));
    }
    let repository =
        object(0, "ID.CO.QRIS.WWW") + &object(2, &format!("ID{}", digits(random, 13))) + &object(3, "UMI");
    text += &object(51, &repository);
    text += &(object(52, &digits(random, 4)) + &object(53, "360"));
    if random.below(2) == 0 {
        text += &object(54, &format!("{}", 1 + random.below(5_000_000)));
    }
    text += &(object(58, "ID") + &object(59, &name) + &object(60, "JAKARTA PUSAT") + &object(61, "10340"));
    text += &object(62, &(object(1, &label) + &object(7, "A01")));
    text += "6304";
    let checksum = qris_core::checksum(text.as_bytes());
    format!("{text}{checksum:04X}")
}

/// Length counts characters.
fn object(id: u8, value: &str) -> String {
    format!("{id:02}{:02}{value}", value.chars().count())
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}
