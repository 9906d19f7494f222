//! What is read sixty-four bytes at a time, where one sixteenth could hide another.

use qris_snap::minify;

/// Backslashes as far apart as the lanes of a block: each must be seen.
#[test]
fn two_escapes_at_the_same_place_of_two_lanes() {
    for gap in 3..64 {
        for at in 1..64 {
            // Blanks between the two escaped quotes are in the string, those behind it are not.
            let string = format!("\"{}\\\"{}\\\" \"", "x".repeat(at - 1), " ".repeat(gap - 2));
            let body = format!("{string} , 1 ");
            let kept = minify(body.as_bytes());
            assert_eq!(String::from_utf8(kept), Ok(format!("{string},1")), "{at} {gap}");
        }
    }
}
