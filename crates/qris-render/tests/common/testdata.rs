//! Where the test data is.

use std::path::{Path, PathBuf};

/// A file or folder of the repository's test data.
pub(crate) fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(path)
}
