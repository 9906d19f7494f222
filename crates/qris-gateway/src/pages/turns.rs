//! Work that takes a core for a while: so much of it at once, away from the threads that answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::Problem;

/// How long a turn is waited for.
const WAIT: Duration = Duration::from_secs(5);

/// Turns of one kind of work.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Semaphore>);

impl Turns {
    pub(super) fn new(at_once: usize) -> Turns {
        Turns(Arc::new(Semaphore::new(at_once)))
    }

    /// Works in turn. The turn lasts as long as the work, also when whoever asked for it has gone away.
    ///
    /// # Errors
    /// [`Problem::Busy`] when no turn comes.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = timeout(WAIT, Arc::clone(&self.0).acquire_owned()).await;
        let turn = turn.map_err(|_| Problem::Busy)?.map_err(|_| Problem::Busy)?;
        let work = move || {
            let _turn = turn;
            work()
        };
        spawn_blocking(work).await.map_err(|_| Problem::Busy)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_turn_lasts_as_long_as_its_work() {
        let turns = Turns::new(1);
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (end, ends) = mpsc::channel::<()>();
        let asked = tokio::spawn({
            let turns = turns.clone();
            let work = move || {
                begun.send(()).unwrap();
                ends.recv().unwrap();
            };
            async move { turns.work(work).await.is_ok() }
        });
        begins.await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(turns.0.available_permits(), 0, "whoever asked has hung up, the work goes on");
        end.send(()).unwrap();
        assert_eq!(turns.work(|| 7).await, Ok(7), "the next one's turn comes");
    }
}
