//! Texts with several payloads that differ.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::around::wholes;
use crate::id::{Id, Path};
use crate::wire::Payload;

/// Several payloads in one text, each with its right CRC, and not all the same: which one is meant, nobody can tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Several {
    payloads: Vec<String>,
    differ: Vec<Path>,
}

impl Several {
    /// The different payloads, in the order of the text; at least two.
    pub fn payloads(&self) -> &[String] {
        &self.payloads
    }

    /// Where they differ: the objects that one of them has and the first has not, or has with another value. Templates and the CRC
    /// are not named.
    pub fn differ(&self) -> &[Path] {
        &self.differ
    }
}

/// Without the payloads, as they hold account numbers.
impl fmt::Debug for Several {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.payloads.len();
        f.debug_struct("Several").field("payloads", &count).field("differ", &self.differ).finish()
    }
}

/// The sentence "there are 2 different payloads in it; they differ in 59, 60".
impl fmt::Display for Several {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there are {} different payloads in it; they differ in ", self.payloads.len())?;
        for (index, path) in self.differ.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{path}")?;
        }
        Ok(())
    }
}

/// The different payloads of a text; none when there are not two.
pub(super) fn several(text: &str) -> Option<Several> {
    let mut payloads: Vec<&str> = Vec::new();
    for (_, payload) in wholes(text)? {
        if !payloads.contains(&payload) {
            payloads.push(payload);
        }
    }
    let [first, others @ ..] = payloads.as_slice() else { return None };
    let first = objects(first);
    let mut differ: Vec<Path> = Vec::new();
    for other in others {
        let other = objects(other);
        let only = |one: &[(Path, String)], two: &[(Path, String)]| -> Vec<Path> {
            one.iter().filter(|object| !two.contains(object)).map(|(path, _)| *path).collect()
        };
        differ.extend(only(&first, &other));
        differ.extend(only(&other, &first));
    }
    differ.sort_by_cached_key(ToString::to_string);
    differ.dedup();
    // The same objects in another order are the same payload to whoever pays.
    (!differ.is_empty())
        .then(|| Several { payloads: payloads.iter().map(|one| String::from(*one)).collect(), differ })
}

fn objects(text: &str) -> Vec<(Path, String)> {
    let Ok(payload) = Payload::parse(text) else { return Vec::new() };
    let values = payload.walk().filter(|object| object.template().is_none() && object.id() != Id::CRC);
    values.map(|object| (object.path(), String::from(object.value()))).collect()
}
