//! What may have been signed in place of the path.

use super::Slip;
use super::body::Ways;

/// How many leading segments may have been left out.
const MAX_SEGMENTS: usize = 8;
/// What clients put before a path whose server does not see it.
const PREFIXES: [&str; 8] = ["/api", "/snap", "/openapi", "/open-api", "/rest", "/gateway", "/v1", "/v1.0"];
/// Longest path that is looked at, in bytes.
const MAX_PATH: usize = 2048;

/// The texts that may stand for the path, without the right one.
pub(super) fn paths(sent: &str, host: Option<&str>, prefixes: &[&str]) -> Ways {
    let mut found: Ways = Vec::new();
    let mut add = |slip: Slip, text: String| {
        if text != sent && !found.iter().any(|(_, known)| *known == text) {
            found.push((vec![slip], text));
        }
    };
    if sent.len() > MAX_PATH {
        return found;
    }
    let (bare, query) = sent.split_once('?').map_or((sent, None), |(path, query)| (path, Some(query)));
    let with_query = |path: &str| query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    if let Some(query) = query {
        add(Slip::WithoutQuery, bare.to_owned());
        let mut parameters: Vec<&str> = query.split('&').collect();
        parameters.sort_unstable();
        add(Slip::SortedQuery, format!("{bare}?{}", parameters.join("&")));
    }
    let segments = bare.char_indices().filter(|(at, c)| *at > 0 && *c == '/').map(|(at, _)| at);
    for (prefix, rest) in segments.take(MAX_SEGMENTS).filter_map(|at| bare.split_at_checked(at)) {
        if rest.len() > 1 {
            add(Slip::PrefixMissing(prefix.to_owned()), with_query(rest));
        }
    }
    for prefix in prefixes.iter().chain(&PREFIXES) {
        add(Slip::PrefixAdded((*prefix).to_owned()), format!("{}{sent}", prefix.trim_end_matches('/')));
    }
    if let Some(host) = host {
        for origin in [format!("https://{host}"), format!("http://{host}"), host.to_owned()] {
            add(Slip::WithHost(origin.clone()), format!("{origin}{sent}"));
        }
    }
    match bare.strip_suffix('/') {
        Some(shorter) => add(Slip::SlashDropped, with_query(shorter)),
        None => add(Slip::SlashAdded, with_query(&format!("{bare}/"))),
    }
    if let Some(rest) = sent.strip_prefix('/') {
        add(Slip::WithoutSlash, rest.to_owned());
    }
    found
}
