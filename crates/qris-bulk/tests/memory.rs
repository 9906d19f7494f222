//! What is allocated, counted by the allocator. One test only, so that nothing else is counted.

mod support;

use std::alloc::System;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;

use cap::Cap;
use qris_bulk::{LineSource, ProcessError, Source, Totals, Verdict, process, verdicts};
use qris_core::Profile;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// The same text so many times over, without holding it.
struct Repeated<'a> {
    text: &'a [u8],
    place: usize,
    times: usize,
}

impl Read for Repeated<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.place == self.text.len() {
            self.place = 0;
            self.times -= 1;
        }
        if self.times == 0 {
            return Ok(0);
        }
        let n = (&self.text[self.place..]).read(room)?;
        self.place += n;
        Ok(n)
    }
}

/// Bytes allocated in all, and the most that were held at once beyond what was held before.
fn run(source: impl Source + Send, threads: usize) -> (Totals, usize, usize) {
    let (totals, allocated, held) = measured(source, threads);
    (totals.expect("nothing fails"), allocated, held)
}

fn measured(source: impl Source + Send, threads: usize) -> (Result<Totals, ProcessError>, usize, usize) {
    let (before, held) = (ALLOCATOR.total_allocated(), ALLOCATOR.allocated());
    let threads = NonZeroUsize::new(threads).expect("at least one");
    let totals = process(source, io::sink(), threads, |line, totals: &mut Totals, records| {
        let verdict = Verdict::of(line, Profile::WILD);
        totals.add(verdict.as_ref());
        if let Some(Verdict { line, outcome, .. }) = verdict {
            writeln!(records, "{line} {outcome:?}").expect("a `Vec` takes everything");
        }
    });
    (totals, ALLOCATOR.total_allocated() - before, ALLOCATOR.max_allocated() - held)
}

fn lines(text: &[u8], times: usize) -> LineSource<Repeated<'_>> {
    LineSource::new(Repeated { text, place: 0, times })
}

#[test]
fn memory_is_bounded_and_no_line_costs_any() {
    let good = support::file(1000);
    let before = ALLOCATOR.total_allocated();
    let totals: Totals = verdicts(&good).collect();
    assert_eq!(totals.good(), 1000);
    assert_eq!(ALLOCATOR.total_allocated(), before, "verdicts allocate nothing");

    // One thread, ten times the input: not one byte more.
    let (totals, ten, _) = run(lines(&good, 10), 1);
    assert_eq!(totals.good(), 10_000);
    let (totals, hundred, held) = run(lines(&good, 100), 1);
    assert_eq!(totals.good(), 100_000);
    assert_eq!(ten, hundred, "a line allocates nothing");
    assert!(held < 512 * 1024, "{held} bytes held by one thread");

    // A million lines of a byte, each with a record fifty times as long, and eight threads.
    let (totals, _, held) = run(lines("x\n".repeat(1000).as_bytes(), 1000), 8);
    assert_eq!(totals.bad(), 1_000_000);
    assert!(held < 16 * 1024 * 1024, "{held} bytes held by eight threads");

    // One line of a hundred million bytes.
    let (totals, _, held) = run(lines(&b"0".repeat(100_000), 1000), 2);
    assert!(totals.bad_by_code().eq([("text-too-long", 1)]));
    assert!(held < 16 * 1024 * 1024, "{held} bytes held for one long line");

    // The same through a column of a CSV file, and with a quotation mark that is never closed, in the column
    // and beside it.
    #[cfg(feature = "csv")]
    for (start, text, good) in
        [("payload\n", &good, Some(100_000)), ("payload\n\"", &good, None), ("payload\n1,\"", &good, None)]
    {
        let body = Repeated { text, place: 0, times: 100 };
        let input = start.as_bytes().chain(body);
        let source = qris_bulk::CsvSource::new(input, "payload").expect("the column is there");
        let (totals, _, held) = measured(source, 1);
        assert_eq!(totals.ok().map(|totals| totals.good()), good);
        assert!(held < 16 * 1024 * 1024, "{held} bytes held for a column");
    }
}
