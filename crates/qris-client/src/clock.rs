//! The time, from whoever knows it.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// Milliseconds since 1970-01-01T00:00:00Z, by the system's clock or another one.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Clock {
        Clock::new(|| {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
    }

    /// Another clock: one that a sandbox moves, or a test.
    ///
    /// ```
    /// let clock = qris_client::Clock::new(|| 1_795_243_470_000);
    /// assert_eq!(clock.now_ms(), 1_795_243_470_000);
    /// ```
    pub fn new(now_ms: impl Fn() -> i64 + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now_ms))
    }

    /// Now, in milliseconds.
    pub fn now_ms(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now_ms())
    }
}
