//! How many streams of events are open: each costs a connection and a look into the storage a second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts open streams, of all pages and of each.
#[derive(Debug, Clone)]
pub(super) struct Streams {
    most: usize,
    most_of_a_page: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    of_page: HashMap<String, usize>,
}

impl Streams {
    pub(super) fn new(most: usize, most_of_a_page: usize) -> Streams {
        Streams { most, most_of_a_page, open: Arc::default() }
    }

    /// A place for one more stream of a page, given back when it is dropped; none when there are too many.
    pub(super) fn open(&self, page_id: &str) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_page = open.of_page.get(page_id).copied().unwrap_or(0);
        if open.all >= self.most || of_page >= self.most_of_a_page {
            return None;
        }
        open.all += 1;
        open.of_page.insert(page_id.to_owned(), of_page + 1);
        Some(Place { page_id: page_id.to_owned(), open: Arc::clone(&self.open) })
    }
}

/// An open stream's place.
#[derive(Debug)]
pub(super) struct Place {
    page_id: String,
    open: Arc<Mutex<Open>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(left) = open.of_page.get_mut(&self.page_id) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                open.of_page.remove(&self.page_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_and_given_back() {
        let streams = Streams::new(3, 2);
        let first = streams.open("a").unwrap();
        let _second = streams.open("a").unwrap();
        assert!(streams.open("a").is_none(), "two of a page");
        let _third = streams.open("b").unwrap();
        assert!(streams.open("c").is_none(), "three in all");
        drop(first);
        assert!(streams.open("a").is_some());
    }

    #[test]
    fn nothing_is_remembered_of_closed_streams() {
        let streams = Streams::new(10, 10);
        (0..100).for_each(|n| drop(streams.open(&n.to_string())));
        let open = streams.open.lock().unwrap();
        assert_eq!((open.all, open.of_page.len()), (0, 0));
    }
}
