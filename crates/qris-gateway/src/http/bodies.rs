//! The memory of request bodies: so many bytes of all, and of each address, are held at once.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use futures_util::StreamExt;

use super::shares::{Share, Shares, Total};
use crate::config::BODY_PARTS;

/// What a request's body holds. It is given back with the last clone.
#[derive(Debug, Clone)]
pub(super) struct Held(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    share: Mutex<Share>,
    refused: AtomicBool,
}

impl Held {
    pub(super) fn new(shares: &Arc<Shares>, address: Option<IpAddr>) -> Held {
        Held(Arc::new(Inner { share: Mutex::new(shares.of(address)), refused: AtomicBool::new(false) }))
    }

    /// The body, which breaks off when there is no room for more of it.
    pub(super) fn meter(&self, body: Body, bytes: usize) -> Body {
        if body.is_end_stream() {
            return body;
        }
        let held = self.clone();
        let total = Total { all: bytes, of_one: bytes / BODY_PARTS };
        Body::from_stream(body.into_data_stream().map(move |chunk| held.take(chunk?, total)))
    }

    fn take(&self, chunk: Bytes, total: Total) -> Result<Bytes, axum::Error> {
        let mut share = self.0.share.lock().unwrap_or_else(PoisonError::into_inner);
        if share.take(chunk.len(), total) {
            return Ok(chunk);
        }
        self.0.refused.store(true, Ordering::Relaxed);
        Err(axum::Error::new("no room for this body"))
    }

    /// Whether there was no room.
    pub(super) fn refused(&self) -> bool {
        self.0.refused.load(Ordering::Relaxed)
    }
}
