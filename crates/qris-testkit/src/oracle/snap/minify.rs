//! The bytes of a body that are hashed.

use qris_snap::{BodyHash, minify, minify_to};
use sha2::{Digest, Sha256};

use crate::model;

/// The bytes, and text of the characters that matter made out of them: minified as the model says, in runs that lie in
/// the body one behind the other and are no more than there is to leave out; the hash is that of other code over the
/// model's bytes; minified again nothing changes; and what the usual JSON reader reads it reads afterwards as well.
///
/// # Panics
/// When it is not so.
pub fn minify_vs_model(bytes: &[u8]) {
    minified(bytes);
    minified(&special(bytes));
}

fn minified(body: &[u8]) {
    let expected = model::minify(body);
    assert_eq!(minify(body), expected, "{:?}", String::from_utf8_lossy(body));
    let mut runs = Vec::new();
    minify_to(body, |run| runs.push(run.as_ptr_range()));
    assert!(runs.iter().all(|run| run.start < run.end && body.as_ptr_range().end >= run.end));
    // Between two runs something was left out: none is cut in two.
    assert!(runs.windows(2).all(|pair| pair[0].end < pair[1].start));
    let hash = BodyHash::minified(body);
    assert_eq!(hash.as_bytes()[..], Sha256::digest(&expected)[..]);
    assert_eq!(hash, BodyHash::raw(&expected));
    let hex: String = hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash.to_string(), hex);
    assert_eq!(minify(&expected), expected);
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(body) {
        let again = serde_json::from_slice::<serde_json::Value>(&expected);
        assert!(again.is_ok_and(|again| again == value), "{:?}", String::from_utf8_lossy(body));
    }
}

/// Quotes, backslashes and blanks, in runs that reach over the blocks that are looked at together.
fn special(bytes: &[u8]) -> Vec<u8> {
    let run = |byte: &u8| {
        let character = b"\"\\ a\n\"\\\t"[usize::from(byte % 8)];
        let length = [1, 1, 2, 61][usize::from(byte >> 6)];
        std::iter::repeat_n(character, length)
    };
    bytes.iter().take(400).flat_map(run).collect()
}
