//! Interleaved timing: every variant once a round, the minimum of the rounds counts. On a shared machine one
//! variant measured after the other drifts by half; minima of interleaved rounds agree within a few per cent.
//!
//! The clock is the processor time of this thread: a job of some milliseconds would otherwise be charged for
//! whoever else was let in, and look slower than a short one beside it.

use std::hint::black_box;
use std::time::Duration;

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often every job is timed.
    pub rounds: usize,
    /// The least one timing takes; short jobs are repeated until they do.
    pub least: Duration,
    /// The most all timings of one job may take together; a job that needs more sits rounds out.
    pub most: Duration,
}

impl Effort {
    /// For numbers that are published.
    pub const FULL: Effort =
        Effort { rounds: 150, least: Duration::from_micros(300), most: Duration::from_secs(3) };
    /// To see that everything runs.
    pub const QUICK: Effort =
        Effort { rounds: 3, least: Duration::from_micros(20), most: Duration::from_millis(10) };
}

/// A run that takes longer than this fills the caches with its own before much of it is over.
const LONG: Duration = Duration::from_millis(5);

/// The time this thread has had a processor for.
#[cfg(unix)]
fn clock() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// The time that has gone by: where the other is not to be had.
#[cfg(not(unix))]
fn clock() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// A job to be timed: what to run, and how many operations one run is.
pub struct Job<'j> {
    run: Box<dyn Fn() -> usize + 'j>,
    operations: usize,
}

/// How a job is timed.
struct Plan {
    /// How often it runs in one timing.
    repeats: usize,
    /// It is timed in every so many-th round.
    every: usize,
    /// Once untimed before: the job before has filled caches and branch predictor with its own.
    warm: bool,
}

impl<'j> Job<'j> {
    /// A job of `operations` operations.
    pub fn new(operations: usize, run: impl Fn() -> usize + 'j) -> Job<'j> {
        Job { run: Box::new(run), operations }
    }

    fn time(&self, repeats: usize, warm: bool) -> Duration {
        if warm {
            black_box((self.run)());
        }
        let start = clock();
        for _ in 0..repeats {
            black_box((self.run)());
        }
        clock().saturating_sub(start)
    }

    fn plan(&self, effort: Effort) -> Plan {
        let mut repeats = 1;
        let mut took = self.time(repeats, false);
        let warm = took < LONG;
        while took < effort.least {
            repeats *= 2;
            took = self.time(repeats, warm);
        }
        let all = took.as_nanos() * effort.rounds as u128;
        let every = all.div_ceil(effort.most.as_nanos().max(1)).max(1);
        Plan { repeats, every: usize::try_from(every).unwrap_or(usize::MAX), warm }
    }
}

/// Nanoseconds for one operation of each job.
pub fn nanoseconds(jobs: &[Job<'_>], effort: Effort) -> Vec<f64> {
    let plans: Vec<Plan> = jobs.iter().map(|job| job.plan(effort)).collect();
    let mut least = vec![Duration::MAX; jobs.len()];
    for round in 0..effort.rounds {
        for (place, (job, plan)) in jobs.iter().zip(&plans).enumerate() {
            if round % plan.every == 0 {
                least[place] = least[place].min(job.time(plan.repeats, plan.warm));
            }
        }
    }
    let each = |((job, plan), time): ((&Job<'_>, &Plan), &Duration)| {
        time.as_secs_f64() * 1e9 / (plan.repeats * job.operations) as f64
    };
    jobs.iter().zip(&plans).zip(&least).map(each).collect()
}
