//! Interleaved timing: every variant once a round, the minimum of the rounds counts. On a shared machine one
//! variant measured after the other drifts by half; minima of interleaved rounds agree within a few per cent.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often every job is timed.
    pub rounds: usize,
    /// The least one timing takes; short jobs are repeated until they do.
    pub least: Duration,
}

impl Effort {
    /// For numbers that are published.
    pub const FULL: Effort = Effort { rounds: 150, least: Duration::from_micros(300) };
    /// To see that everything runs.
    pub const QUICK: Effort = Effort { rounds: 3, least: Duration::from_micros(20) };
}

/// A job to be timed: what to run, and how many operations one run is.
pub struct Job<'j> {
    run: Box<dyn Fn() -> usize + 'j>,
    operations: usize,
}

impl<'j> Job<'j> {
    /// A job of `operations` operations.
    pub fn new(operations: usize, run: impl Fn() -> usize + 'j) -> Job<'j> {
        Job { run: Box::new(run), operations }
    }

    /// One job that goes through all inputs.
    pub fn over<T>(inputs: &'j [T], run: impl Fn(&T) -> usize + 'j) -> Job<'j> {
        Job::new(inputs.len(), move || inputs.iter().map(|input| run(black_box(input))).sum())
    }

    fn time(&self, repeats: usize) -> Duration {
        // Once untimed: the job before has filled caches and branch predictor with its own.
        black_box((self.run)());
        let start = Instant::now();
        for _ in 0..repeats {
            black_box((self.run)());
        }
        start.elapsed()
    }

    fn repeats(&self, least: Duration) -> usize {
        let mut repeats = 1;
        while self.time(repeats) < least {
            repeats *= 2;
        }
        repeats
    }
}

/// Nanoseconds for one operation of each job.
pub fn nanoseconds(jobs: &[Job<'_>], effort: Effort) -> Vec<f64> {
    let repeats: Vec<usize> = jobs.iter().map(|job| job.repeats(effort.least)).collect();
    let mut least = vec![Duration::MAX; jobs.len()];
    for _ in 0..effort.rounds {
        for (place, job) in jobs.iter().enumerate() {
            least[place] = least[place].min(job.time(repeats[place]));
        }
    }
    let each = |(place, time): (usize, &Duration)| {
        time.as_secs_f64() * 1e9 / (repeats[place] * jobs[place].operations) as f64
    };
    least.iter().enumerate().map(each).collect()
}
