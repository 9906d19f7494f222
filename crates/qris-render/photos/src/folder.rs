//! Photos in a folder, as the example `photos` writes them.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// A picture of a folder and what is in it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The kind's name.
    pub kind: String,
    /// The name of the file.
    pub name: String,
    /// The file.
    pub file: Vec<u8>,
    /// The payload of each code.
    pub payloads: Vec<String>,
}

/// The photos that the `payloads.tsv` of a folder names: kind, file and payload on each line.
///
/// # Errors
/// When the list or a file cannot be read, or a line has no three columns.
pub fn read(folder: &Path) -> io::Result<Vec<Stored>> {
    let list = fs::read_to_string(folder.join("payloads.tsv"))?;
    let mut payloads: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for line in list.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let &[kind, name, payload] = columns.as_slice() else {
            return Err(io::Error::other(format!("no kind, file and payload: {line}")));
        };
        payloads.entry((kind, name)).or_default().push(payload.to_owned());
    }
    let stored = |((kind, name), payloads): ((&str, &str), Vec<String>)| {
        let file = fs::read(folder.join(name))?;
        Ok(Stored { kind: kind.to_owned(), name: name.to_owned(), file, payloads })
    };
    payloads.into_iter().map(stored).collect()
}
