//! The path that somebody may have meant who asked for one that leads nowhere.

use std::sync::LazyLock;

use qris_snap::Service;
use qris_snap::dialect::ALL;
use strsim::damerau_levenshtein;

use crate::snap::paths::path_of;

/// Longest path that is compared, in bytes.
const MAX_PATH: usize = 200;

/// Every path of every dialect, the standard's first.
static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut all: Vec<String> = Vec::new();
    for dialect in ALL {
        let elsewhere = dialect.paths.iter().map(|(_, path)| (*path).to_owned());
        for path in Service::all().map(|service| dialect.path(service)).chain(elsewhere) {
            if !all.contains(&path) {
                all.push(path);
            }
        }
    }
    all
});

/// The known path that is nearest, when one is near: letter case, slashes and what stands before it aside, at most a third
/// of it differs.
pub(super) fn nearest(target: &str) -> Option<&'static str> {
    let asked = path_of(target);
    if asked.len() > MAX_PATH {
        return None;
    }
    let words: Vec<String> =
        asked.split('/').filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let distance = |known: &str| {
        // As many segments as it has, from the end; or all that are there.
        let count = known.split('/').filter(|word| !word.is_empty()).count();
        let ends = words.get(words.len().saturating_sub(count)..).unwrap_or_default();
        let known = known.trim_matches('/').to_lowercase();
        damerau_levenshtein(&ends.join("/"), &known).min(damerau_levenshtein(&words.join("/"), &known))
    };
    let nearest = PATHS.iter().map(|known| (distance(known), known)).min_by_key(|(distance, _)| *distance);
    nearest.filter(|(distance, known)| distance * 3 <= known.len()).map(|(_, known)| known.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_found() {
        for (asked, meant) in [
            ("/v1.0/qr/qr-mpm-generate/", Some("/v1.0/qr/qr-mpm-generate")),
            ("/v1.0/qr/qr-mpm-generat?a=1", Some("/v1.0/qr/qr-mpm-generate")),
            ("/V1.0/QR/qr-mpm-Query", Some("/v1.0/qr/qr-mpm-query")),
            ("/v1.0//qr/qr-mpm-refund", Some("/v1.0/qr/qr-mpm-refund")),
            ("/v1/qr/qr-mpm-cancel", Some("/v1.0/qr/qr-mpm-cancel")),
            ("/mine/v1.0/qr/qr-mpm-notfy", Some("/v1.0/qr/qr-mpm-notify")),
            ("http://h/v1.0/qr/mpm-query", Some("/v1.0/qr/qr-mpm-query")),
            ("/qr/qr-mpm-generate", Some("/v1.0/qr/qr-mpm-generate")),
            ("/v1.0/acces-token/b2b", Some("/v1.0/access-token/b2b")),
            ("/snap/oauth/v1.0/access-token/b2b/", Some("/snap/oauth/v1.0/access-token/b2b")),
            ("/", None),
            ("", None),
            ("/favicon.ico", None),
        ] {
            assert_eq!(nearest(asked), meant, "{asked}");
        }
        assert_eq!(nearest(&"/qr".repeat(1000)), None);
    }
}
