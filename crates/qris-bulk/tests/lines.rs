//! Lines in memory and lines of a reader, against the plainest way to split a text.

use crate::support::Trickle;
use proptest::prelude::*;
use qris_bulk::{Line, LineSource, Lines, MAX_LINE, Source};

/// What a line should be, with bytes of its own.
type Owned = (u64, u64, u64, Option<Vec<u8>>);

fn owned(line: &Line<'_>) -> Owned {
    (line.number, line.offset, line.len, line.bytes.map(<[u8]>::to_vec))
}

/// The plain way, without a byte in common with the crate.
fn plain(text: &[u8]) -> Vec<Owned> {
    let mut pieces: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if pieces.last().is_some_and(|last| last.is_empty()) {
        pieces.pop();
    }
    let mut offset = 0;
    let mut lines = Vec::new();
    for (n, piece) in pieces.into_iter().enumerate() {
        let line = piece.strip_suffix(b"\r").unwrap_or(piece);
        let bytes = match line.len() {
            0..=MAX_LINE => Some(line.to_vec()),
            _ if line.trim_ascii().is_empty() => Some(Vec::new()),
            _ => None,
        };
        lines.push((n as u64 + 1, offset, line.len() as u64, bytes));
        offset += piece.len() as u64 + 1;
    }
    lines
}

fn read(text: &[u8], most: usize, chunk: usize) -> Vec<Owned> {
    let mut source = LineSource::with_chunk_bytes(Trickle::new(text, most), chunk).lines();
    let mut lines = Vec::new();
    while let Some(line) = source.next_line().expect("it only says it was interrupted") {
        lines.push(owned(&line));
    }
    assert!(source.next_line().expect("the end is no error").is_none(), "the end stays the end");
    lines
}

/// Texts of short, blank and very long lines, and of any bytes.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let around = MAX_LINE - 3..MAX_LINE + 4;
    let line = prop_oneof![
        6 => prop::collection::vec(any::<u8>(), 0..40),
        4 => "[ \t\r]{0,4}[0-9A-Z]{0,20}[ \t\r]{0,3}".prop_map(String::into_bytes),
        1 => around.clone().prop_map(|n| vec![b'7'; n]),
        1 => around.prop_map(|n| vec![b' '; n]),
        1 => (MAX_LINE..4 * MAX_LINE).prop_map(|n| vec![b'\r'; n]),
    ];
    let line_end = prop_oneof![Just(&b"\n"[..]), Just(&b"\r\n"[..]), Just(&b"\n\n"[..])];
    let lines = prop::collection::vec((line, line_end), 0..12);
    (lines, any::<bool>()).prop_map(|(lines, ended)| {
        let mut text: Vec<u8> = lines.into_iter().flat_map(|(line, end)| [&line[..], end].concat()).collect();
        if !ended {
            text.pop();
        }
        text
    })
}

fn sizes() -> impl Strategy<Value = usize> {
    prop_oneof![1..70usize, 1000..100_000usize]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_way_gives_the_same_lines(text in texts(), most in sizes(), chunk in sizes()) {
        // A reader that gives a byte at a time makes long texts slow, not different.
        let most = most.max(text.len() / 5000);
        let expected = plain(&text);
        prop_assert_eq!(Lines::new(&text).map(|line| owned(&line)).collect::<Vec<_>>(), expected.clone());
        prop_assert_eq!(read(&text, most, chunk), expected);
    }

    #[test]
    fn a_line_in_memory_is_where_it_says(text in texts()) {
        for line in Lines::new(&text) {
            if let Some(bytes) = line.bytes.filter(|bytes| !bytes.is_empty()) {
                let start = line.offset as usize;
                prop_assert_eq!(bytes.as_ptr(), text[start..].as_ptr());
                prop_assert_eq!(bytes, &text[start..start + line.len as usize]);
            }
        }
    }
}

#[test]
fn the_limit_is_the_same_with_each_line_end() {
    for (len, kept) in [(MAX_LINE, true), (MAX_LINE + 1, false)] {
        for end in ["", "\n", "\r", "\r\n"] {
            let text = "7".repeat(len) + end;
            for lines in [plain(text.as_bytes()), read(text.as_bytes(), 9999, 1 << 16)] {
                let [(1, 0, n, bytes)] = &lines[..] else { panic!("one line, not {}", lines.len()) };
                assert_eq!((*n, bytes.is_some()), (len as u64, kept), "{len} and {end:?}");
            }
        }
    }
}

#[test]
fn what_follows_a_very_long_line_is_read() {
    let text = ["x".repeat(1_000_000), "after".to_owned()].join("\r\n");
    let lines = read(text.as_bytes(), usize::MAX, 1 << 16);
    assert_eq!(lines, [(1, 0, 1_000_000, None), (2, 1_000_002, 5, Some(b"after".to_vec()))]);
}

#[test]
fn a_reader_that_fails_can_be_asked_again() {
    /// Fails before each read that gives something.
    struct Flaky<'a>(Trickle<'a>, bool);
    impl std::io::Read for Flaky<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(std::io::ErrorKind::WouldBlock.into()) } else { self.0.read(room) }
        }
    }
    let text = ["one", &"x".repeat(3 * MAX_LINE), "", "four"].join("\n");
    let mut source =
        LineSource::with_chunk_bytes(Flaky(Trickle::new(text.as_bytes(), 5000), false), 100).lines();
    let mut lines = Vec::new();
    let mut failed = 0;
    loop {
        match source.next_line() {
            Ok(Some(line)) => lines.push(owned(&line)),
            Ok(None) => break,
            Err(_) => failed += 1,
        }
    }
    assert_eq!(lines, plain(text.as_bytes()));
    assert!(failed > 20);
}

#[test]
fn a_reader_that_lies_about_its_bytes_does_no_harm() {
    /// Claims more than there was room for, so many times; then ends.
    struct Liar(usize);
    impl std::io::Read for Liar {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            self.0 = self.0.saturating_sub(1);
            Ok(if self.0 > 0 { usize::MAX } else { 0 })
        }
    }
    let mut source = LineSource::with_chunk_bytes(Liar(3), 50).lines();
    let line = source.next_line().expect("no error").map(|line| owned(&line));
    assert_eq!(line, Some((1, 0, 100, Some(vec![0; 100]))));
}
