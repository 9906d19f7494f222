//! Streams of events that are open: each costs a connection and a look into the storage a second. When there are too many,
//! the oldest gives its place to the next, and its page goes on by asking now and then.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Open streams, of all pages and of each.
#[derive(Debug, Clone)]
pub(super) struct Streams {
    most: usize,
    most_of_a_page: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    /// From the oldest to the youngest: the page, and what tells the stream to end.
    streams: BTreeMap<u64, (String, Arc<Notify>)>,
}

impl Open {
    fn shed(&mut self, oldest: Option<u64>) {
        if let Some((_, shed)) = oldest.and_then(|id| self.streams.remove(&id)) {
            shed.notify_one();
        }
    }
}

impl Streams {
    pub(super) fn new(most: usize, most_of_a_page: usize) -> Streams {
        Streams { most, most_of_a_page, open: Arc::default() }
    }

    /// A place for one more stream of a page, given back when it is dropped. The oldest of the page, or of all, makes
    /// room where there is none.
    pub(super) fn open(&self, page_id: &str) -> Place {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_page: Vec<u64> =
            open.streams.iter().filter(|(_, (page, _))| page == page_id).map(|(id, _)| *id).collect();
        if of_page.len() >= self.most_of_a_page {
            open.shed(of_page.first().copied());
        }
        if open.streams.len() >= self.most {
            let oldest = open.streams.keys().next().copied();
            open.shed(oldest);
        }
        let (id, shed) = (open.next, Arc::new(Notify::new()));
        open.next += 1;
        open.streams.insert(id, (page_id.to_owned(), Arc::clone(&shed)));
        Place { id, shed, open: Arc::clone(&self.open) }
    }
}

/// An open stream's place.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    shed: Arc<Notify>,
    open: Arc<Mutex<Open>>,
}

impl Place {
    /// Done when the stream has to end.
    pub(super) async fn is_shed(&self) {
        self.shed.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).streams.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn is_shed(place: &Place) -> bool {
        place.is_shed().now_or_never().is_some()
    }

    #[test]
    fn the_oldest_make_room() {
        let streams = Streams::new(3, 2);
        let places = ["a", "a", "a"].map(|page| streams.open(page));
        assert_eq!(places.each_ref().map(is_shed), [true, false, false], "two of a page");
        let more = ["b", "c"].map(|page| streams.open(page));
        assert_eq!(places.each_ref().map(is_shed), [false, true, false], "three in all");
        drop(places);
        let last = ["d", "e"].map(|page| streams.open(page));
        assert_eq!(more.iter().chain(&last).map(is_shed).collect::<Vec<_>>(), [true, false, false, false]);
    }

    #[test]
    fn nothing_is_remembered_of_closed_streams() {
        let streams = Streams::new(10, 10);
        (0..100).for_each(|n| drop(streams.open(&n.to_string())));
        assert!(streams.open.lock().unwrap().streams.is_empty());
    }
}
