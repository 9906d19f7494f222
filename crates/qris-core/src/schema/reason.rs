//! Why a table is refused, as one line that names the row: `62/12 Queue Number: every row cites its document`. Put together by
//! hand, because what stops a build cannot be formatted.

use crate::id::{Id, Path};

/// A line that is put together while compiling.
pub(super) struct Reason {
    bytes: [u8; 256],
    length: usize,
}

impl Reason {
    pub(super) const fn new() -> Reason {
        Reason { bytes: [0; 256], length: 0 }
    }

    /// The line begins with a row: where it is, and its name.
    pub(super) const fn of(at: Path, id: Id, name: &str) -> Reason {
        let ids = at.join(id);
        let (mut line, mut depth) = (Reason::new(), 0);
        while let Some(id) = ids.id_at(depth) {
            if depth > 0 {
                line = line.text("/");
            }
            line = line.id(id.number());
            depth += 1;
        }
        line.text(" ").text(name)
    }

    pub(super) const fn text(mut self, text: &str) -> Reason {
        let (text, mut i) = (text.as_bytes(), 0);
        while i < text.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = text[i];
            self.length += 1;
            i += 1;
        }
        self
    }

    /// Two digits.
    pub(super) const fn id(self, number: u8) -> Reason {
        match core::str::from_utf8(&[b'0' + number / 10 % 10, b'0' + number % 10]) {
            Ok(digits) => self.text(digits),
            Err(_) => self,
        }
    }

    /// Stops the build; in a test it panics.
    pub(super) const fn stop(self) -> ! {
        let (line, _) = self.bytes.split_at(self.length);
        match core::str::from_utf8(line) {
            Ok(line) => panic!("{}", line),
            Err(_) => panic!("a row of the table is wrong, and its name is too long to be said"),
        }
    }
}
