//! The ordered parallel driver: any source in, any writer out, bounded memory.
//!
//! There are no queues. Each thread reads a chunk (one at a time, under the lock of the input), works on it
//! alone, waits for its turn, and writes what came of it (under the lock of the output). So there are never
//! more chunks than threads, the order is that of the input, and a slow writer slows the reader down. One
//! thread does the same without ever waiting.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{panic, thread};

use crate::line::Line;
use crate::source::{Chunk, Source};
use crate::totals::Tally;

/// More threads than these are not used: memory grows with each, and reading is done by one at a time.
pub const MAX_THREADS: usize = 64;

/// A buffer that had to grow beyond this for one chunk is given back, in bytes.
const KEPT_BYTES: usize = 1024 * 1024;

/// Why the input was not worked through to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The input could not be read. What was written is complete up to and with line `after`.
    #[error("reading failed after line {after}: {source}")]
    Read {
        /// The last line that was read, 0 when none was.
        after: u64,
        /// What the source said.
        source: io::Error,
    },
    /// The output could not be written.
    #[error("writing failed: {0}")]
    Write(#[source] io::Error),
}

impl ProcessError {
    /// Whether the reader of the output has gone away, as `head` does: for a command this is a quiet end.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, ProcessError::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Works through all lines of a source with some threads and writes what comes of them in the order of the
/// input.
///
/// `work` is called for every line, blank and over-long ones too. It appends to a buffer whatever shall be
/// written about the line, often nothing, and counts in a [`Tally`] (`()` if nothing is to be counted).
///
/// A thread holds one chunk and what is to be written about it, and nothing else: with
/// [`crate::CHUNK_BYTES`] and records no longer than their lines, less than 512 KiB a thread, however long the input.
/// `threads` is what to use at most, this one included; see also [`MAX_THREADS`]. When the system gives fewer,
/// fewer do the work.
///
/// # Errors
/// [`ProcessError::Write`] as soon as a write fails; nothing is read or written after that, but a read that
/// another thread has begun is waited for. [`ProcessError::Read`] when reading fails, after everything that
/// was read before is written.
///
/// # Panics
/// Only when `work`, the source, the writer or the tally does; the other threads stop first.
///
/// ```
/// use std::io::Write as _;
/// use std::num::NonZeroUsize;
/// use qris_bulk::{LineSource, Totals, Verdict, process};
/// use qris_core::Profile;
///
/// let file = "000201520400005303360540410005802ID5901A6001B26080004ID.A63041858\n\n0002\n";
/// let mut out = Vec::new();
/// let two = NonZeroUsize::new(2).unwrap();
/// let totals = process(LineSource::new(file.as_bytes()), &mut out, two, |line, totals: &mut Totals, record| {
///     let verdict = Verdict::of(line, &Profile::WILD);
///     totals.add(verdict.as_ref());
///     if let Some(Verdict { line, outcome, .. }) = verdict {
///         let said = outcome.error_kind().map_or("good", |kind| kind.code());
///         let _ = writeln!(record, "{line} {said}"); // Writing to a `Vec` cannot fail.
///     }
/// })?;
/// assert_eq!(out, b"1 good\n3 overrun\n");
/// assert_eq!((totals.lines(), totals.good()), (3, 1));
/// # Ok::<(), qris_bulk::ProcessError>(())
/// ```
pub fn process<S, W, T, F>(source: S, output: W, threads: NonZeroUsize, work: F) -> Result<T, ProcessError>
where
    S: Source + Send,
    W: Write + Send,
    T: Tally,
    F: Fn(&Line<'_>, &mut T, &mut Vec<u8>) + Sync,
{
    let shared = Shared {
        input: Mutex::new(Input { source, next: 0, last_line: 0, ended: false, failed: None }),
        turn: Mutex::new(Turn { next: 0, output, tally: T::default(), failed: None }),
        moved: Condvar::new(),
        stopped: AtomicBool::new(false),
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads.get().min(MAX_THREADS))
            .map_while(|_| {
                let named = thread::Builder::new().name("qris-bulk".into());
                named.spawn_scoped(scope, || shared.run(&work)).ok()
            })
            .collect();
        shared.run(&work);
        for other in others {
            if let Err(panicked) = other.join() {
                panic::resume_unwind(panicked);
            }
        }
    });

    let input = into_inner(shared.input);
    let mut turn = into_inner(shared.turn);
    match (turn.failed, input.failed) {
        (Some(error), _) => Err(ProcessError::Write(error)),
        (None, Some(source)) => {
            // What is written already is all there will be; that it could not be flushed is the lesser news.
            let _ = turn.output.flush();
            Err(ProcessError::Read { after: input.last_line, source })
        }
        (None, None) => match turn.output.flush() {
            Ok(()) => Ok(turn.tally),
            Err(error) => Err(ProcessError::Write(error)),
        },
    }
}

/// What the threads share. Never are both locks held at once.
struct Shared<S, W, T> {
    input: Mutex<Input<S>>,
    turn: Mutex<Turn<W, T>>,
    /// Told when `turn.next` has grown, and when all is to stop.
    moved: Condvar,
    stopped: AtomicBool,
}

struct Input<S> {
    source: S,
    /// The place of the next chunk in the order.
    next: u64,
    last_line: u64,
    ended: bool,
    failed: Option<io::Error>,
}

struct Turn<W, T> {
    /// The place of the chunk that is to be written next.
    next: u64,
    output: W,
    tally: T,
    failed: Option<io::Error>,
}

impl<S: Source, W: Write, T: Tally> Shared<S, W, T> {
    /// What each thread does.
    fn run(&self, work: &impl Fn(&Line<'_>, &mut T, &mut Vec<u8>)) {
        let _guard = StopOnPanic(self);
        let mut chunk = Chunk::default();
        let mut records = Vec::new();
        while let Some(place) = self.read(&mut chunk) {
            let mut tally = T::default();
            for line in chunk.lines() {
                work(&line, &mut tally, &mut records);
            }
            if !self.write(place, &records, tally) {
                return;
            }
            records.clear();
            records.shrink_to(KEPT_BYTES);
        }
    }

    /// Reads the next chunk and says which place it has; `None` when there is nothing more to do.
    fn read(&self, chunk: &mut Chunk) -> Option<u64> {
        let mut input = lock(&self.input);
        if input.ended || self.stopped.load(Ordering::Acquire) {
            return None;
        }
        // Should the source panic, nobody asks it again.
        input.ended = true;
        match input.source.fill(chunk) {
            Ok(true) => {
                input.ended = false;
                input.last_line = chunk.last_number().unwrap_or(input.last_line);
                let place = input.next;
                input.next = place.saturating_add(1);
                Some(place)
            }
            Ok(false) => None,
            Err(error) => {
                input.failed = Some(error);
                None
            }
        }
    }

    /// Waits for the turn of this place and writes. Says whether to go on.
    fn write(&self, place: u64, records: &[u8], tally: T) -> bool {
        let mut turn = lock(&self.turn);
        while turn.next != place && !self.stopped.load(Ordering::Acquire) {
            turn = self.moved.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        if self.stopped.load(Ordering::Acquire) {
            return false;
        }
        if let Err(error) = turn.output.write_all(records) {
            turn.failed = Some(error);
            drop(turn);
            self.stop();
            return false;
        }
        turn.tally.merge(tally);
        turn.next = turn.next.saturating_add(1);
        drop(turn);
        self.moved.notify_all();
        true
    }
}

impl<S, W, T> Shared<S, W, T> {
    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        // With the lock, no thread is between looking at `stopped` and beginning to wait.
        drop(lock(&self.turn));
        self.moved.notify_all();
    }
}

/// A thread that panics never takes its turn, so the others must not wait for it.
struct StopOnPanic<'a, S, W, T>(&'a Shared<S, W, T>);

impl<S, W, T> Drop for StopOnPanic<'_, S, W, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

/// A lock is poisoned only by a panic, and that is passed on when the threads are joined.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
