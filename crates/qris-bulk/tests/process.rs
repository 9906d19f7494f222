//! The driver against a plain loop, and what it does when something fails.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use crate::support::{self, Trickle};
use proptest::prelude::*;
use qris_bulk::{Line, LineSource, MAX_LINE, ProcessError, Tally, Totals, Verdict, process, verdicts};
use qris_core::Profile;

fn threads(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).expect("at least one")
}

fn record(verdict: &Verdict) -> String {
    format!("{verdict:?}\n")
}

fn judge_and_count(line: &Line<'_>, totals: &mut Totals, records: &mut Vec<u8>) {
    let verdict = Verdict::of(line, Profile::WILD);
    totals.add(verdict.as_ref());
    if let Some(verdict) = verdict {
        records.extend_from_slice(record(&verdict).as_bytes());
    }
}

/// Files of good, altered, cut, blank, over-long and arbitrary lines.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let good = any::<u64>().prop_map(|n| support::payload(n).into_bytes());
    let altered = (any::<u64>(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(n, place, byte)| {
        let mut text = support::payload(n).into_bytes();
        let place = place.index(text.len());
        text[place] = byte;
        text
    });
    let cut = (any::<u64>(), any::<prop::sample::Index>()).prop_map(|(n, place)| {
        let mut text = support::payload(n).into_bytes();
        text.truncate(place.index(text.len()));
        text
    });
    let line = prop_oneof![
        8 => good,
        4 => altered,
        4 => cut,
        4 => "[ \t\r]{0,5}".prop_map(String::into_bytes),
        4 => prop::collection::vec(any::<u8>(), 0..60),
        1 => (MAX_LINE - 1000..MAX_LINE + 1000).prop_map(|n| vec![b'0'; n]),
    ];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.join(&b'\n'))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn same_records_in_the_same_order(
        file in files(),
        chunk in prop_oneof![1..600usize, 600..70_000usize],
        most in prop_oneof![50..600usize, Just(usize::MAX)],
        n in 1..6usize,
    ) {
        let expected: String = verdicts(&file).map(|verdict| record(&verdict)).collect();
        let source = LineSource::with_chunk_bytes(Trickle::new(&file, most), chunk);
        let mut records = Vec::new();
        let totals = process(source, &mut records, threads(n), judge_and_count).expect("nothing fails");
        prop_assert_eq!(String::from_utf8(records).expect("text"), expected);

        let mut counted: Totals = verdicts(&file).collect();
        let blank = qris_bulk::Lines::new(&file).filter(Line::is_blank).count();
        (0..blank).for_each(|_| counted.add_blank());
        prop_assert_eq!(totals, counted);
        prop_assert_eq!(totals.bad(), totals.bad_by_code().map(|(_, count)| count).sum::<u64>());
    }
}

/// Numbers of lines in the order in which they were merged.
#[derive(Default)]
struct Numbers(Vec<u64>);

impl Tally for Numbers {
    fn merge(&mut self, mut later: Numbers) {
        self.0.append(&mut later.0);
    }
}

#[test]
fn tallies_are_merged_in_order() {
    let file = "line\n".repeat(10_000);
    let source = LineSource::with_chunk_bytes(file.as_bytes(), 100);
    let numbers = process(source, io::sink(), threads(4), |line, numbers: &mut Numbers, _| {
        numbers.0.push(line.number);
    });
    assert!(numbers.expect("nothing fails").0.into_iter().eq(1..=10_000));
}

/// Takes so many bytes, then the pipe is broken.
struct Closing(usize);

impl Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_broken_pipe_ends_an_endless_input() {
    for n in [1, 2, 4] {
        let worked = AtomicUsize::new(0);
        let result = process(
            LineSource::new(io::repeat(b'\n')),
            Closing(100_000),
            threads(n),
            |_, (): &mut (), out| {
                worked.fetch_add(1, Ordering::Relaxed);
                out.push(b'x');
            },
        );
        assert!(result.expect_err("the pipe is broken").is_broken_pipe());
        let most = 100_000 + (n + 1) * qris_bulk::CHUNK_LINES;
        assert!(worked.into_inner() <= most, "it stopped promptly with {n} threads");
    }
}

#[test]
fn a_flush_that_fails_is_told() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    let result = process(LineSource::new(&b"line"[..]), Full, threads(2), judge_and_count);
    assert!(matches!(result, Err(ProcessError::Write(error)) if error.kind() == io::ErrorKind::StorageFull));
}

#[test]
fn what_was_read_before_a_failure_is_written() {
    struct Torn<'a>(&'a [u8]);
    impl io::Read for Torn<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            match self.0.read(room)? {
                0 => Err(io::Error::other("the disk is gone")),
                n => Ok(n),
            }
        }
    }
    let file = "line\n".repeat(5000) + "half a li";
    for n in [1, 3] {
        let mut out = Vec::new();
        let source = LineSource::with_chunk_bytes(Torn(file.as_bytes()), 333);
        let result = process(source, &mut out, threads(n), |_, (): &mut (), out| out.push(b'x'));
        let error = result.expect_err("reading fails");
        assert!(!error.is_broken_pipe());
        assert_eq!(error.to_string(), "reading failed after line 5000: the disk is gone");
        assert_eq!(out.len(), 5000);
    }
}

#[test]
fn a_panic_in_the_work_is_passed_on_and_nobody_waits() {
    for n in [1, 2, 4] {
        let file = "line\n".repeat(10_000);
        let (told, done) = mpsc::channel();
        std::thread::spawn(move || {
            let source = LineSource::with_chunk_bytes(file.as_bytes(), 100);
            let result = std::panic::catch_unwind(|| {
                process(source, io::sink(), threads(n), |line, (): &mut (), _| {
                    assert!(line.number != 5000, "this line is too much");
                })
            });
            told.send(result.is_err())
        });
        assert_eq!(done.recv_timeout(Duration::from_secs(20)), Ok(true), "{n} threads");
    }
}

#[test]
fn a_live_stream_is_answered_line_by_line() {
    /// Gives a line only when the one before has been answered.
    struct Asking(mpsc::Receiver<()>, u8);
    impl io::Read for Asking {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            if self.1 == 0 || self.0.recv_timeout(Duration::from_secs(20)).is_err() {
                return Ok(0);
            }
            self.1 -= 1;
            room[..5].copy_from_slice(b"line\n");
            Ok(5)
        }
    }
    struct Answering(mpsc::Sender<()>, usize);
    impl Write for Answering {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1 += bytes.len();
            let _ = self.0.send(());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for n in [1, 3] {
        let (answer, answered) = mpsc::channel();
        answer.send(()).expect("it is received below");
        let mut output = Answering(answer, 0);
        let source = LineSource::new(Asking(answered, 10));
        process(source, &mut output, threads(n), |_, (): &mut (), out| out.push(b'x'))
            .expect("nothing fails");
        assert_eq!(output.1, 10);
    }
}

#[test]
fn so_many_threads_as_there_are_lines_and_more() {
    let mut out = Vec::new();
    let totals = process(LineSource::new(&b"one\ntwo"[..]), &mut out, threads(usize::MAX), judge_and_count);
    assert_eq!(totals.expect("nothing fails").lines(), 2);
}

#[test]
fn a_buffer_that_grew_for_one_chunk_is_given_back() {
    let file = "line\n".repeat(10);
    let source = LineSource::with_chunk_bytes(Trickle::new(file.as_bytes(), 5), 5);
    let written = process(source, io::sink(), threads(1), |line, numbers: &mut Numbers, records| {
        if line.number > 1 {
            assert!(records.capacity() <= 2_000_000, "{} bytes at line {}", records.capacity(), line.number);
        } else {
            records.resize(10_000_000, b'x');
        }
        numbers.0.push(line.number);
    });
    assert_eq!(written.expect("nothing fails").0.len(), 10);
}
