//! What may have been signed in place of the path.

use super::Slip;
use super::ways::{self, Slips, Ways};
use crate::dialect::ALL;
use crate::service::Service;

/// How many leading segments may have been left out.
const MAX_SEGMENTS: usize = 8;
/// What clients put before a path whose server does not see it.
const PREFIXES: [&str; 22] = [
    "/api",
    "/snap",
    "/v1",
    "/v1.0",
    "/openapi",
    "/open-api",
    "/rest",
    "/gateway",
    "/api/v1",
    "/api/v1.0",
    "/snap/v1",
    "/snap/v1.0",
    "/api/snap",
    "/snap/api",
    "/bi-snap",
    "/snap-bi",
    "/sandbox",
    "/public",
    "/apis",
    "/qris",
    "/oauth",
    "/payment",
];
/// Longest path that is looked at, in bytes.
const MAX_PATH: usize = 2048;
/// Most prefixes that were agreed on and are looked at.
const MAX_AGREED: usize = 16;

/// The texts that may stand for the path, the right one first. `unsigned` is a query that is sent and not signed.
pub(super) fn paths(sent: &str, unsigned: &str, host: &str, prefixes: &[&str]) -> Ways {
    let mut found = ways::right(sent);
    if sent.len() > MAX_PATH || host.len() > MAX_PATH || unsigned.len() > MAX_PATH {
        return found;
    }
    let mut add = |slips: Slips, text: String| ways::add(&mut found, slips, text);
    let (bare, query) = sent.split_once('?').map_or((sent, None), |(path, query)| (path, Some(query)));
    let with_query = |path: &str| query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    if let Some(query) = query {
        add(Slip::WithoutQuery.into(), bare.to_owned());
        let mut parameters: Vec<&str> = query.split('&').collect();
        parameters.sort_unstable();
        add(Slip::SortedQuery.into(), format!("{bare}?{}", parameters.join("&")));
        parameters.sort_by_key(|parameter| parameter.split('=').next());
        add(Slip::SortedQuery.into(), format!("{bare}?{}", parameters.join("&")));
    }
    if !unsigned.is_empty() {
        add(Slip::WithQuery.into(), format!("{sent}?{unsigned}"));
    }
    let prefixes: Vec<&str> = prefixes
        .iter()
        .take(MAX_AGREED)
        .chain(&PREFIXES)
        .map(|prefix| prefix.trim_end_matches('/'))
        .collect();
    let cut = |at: usize| bare.split_at_checked(at).filter(|(_, rest)| rest.len() > 1);
    let ends = bare.char_indices().filter(|(at, c)| *at > 0 && *c == '/').map(|(at, _)| at);
    let cuts: Vec<(&str, &str)> = ends.take(MAX_SEGMENTS).filter_map(cut).collect();
    for (prefix, rest) in &cuts {
        add(Slip::PrefixMissing((*prefix).to_owned()).into(), with_query(rest));
    }
    for prefix in &prefixes {
        add(Slip::PrefixAdded((*prefix).to_owned()).into(), format!("{prefix}{sent}"));
    }
    if !host.is_empty() {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        for host in [host, name] {
            for origin in
                [format!("https://{host}"), format!("http://{host}"), host.to_owned(), format!("//{host}")]
            {
                add(Slip::WithHost(origin.clone()).into(), format!("{origin}{sent}"));
                if query.is_some() {
                    add(
                        Slips::of([Slip::WithHost(origin.clone()), Slip::WithoutQuery]),
                        format!("{origin}{bare}"),
                    );
                }
            }
        }
    }
    match bare.strip_suffix('/') {
        Some(shorter) => add(Slip::SlashDropped.into(), with_query(shorter)),
        None => add(Slip::SlashAdded.into(), with_query(&format!("{bare}/"))),
    }
    if query.is_some() {
        // `?` and its query, then the slash.
        add(Slip::SlashAdded.into(), format!("{sent}/"));
    }
    if let Some(rest) = sent.strip_prefix('/') {
        add(Slip::WithoutSlash.into(), rest.to_owned());
    }
    let known = Service::all().filter_map(|service| bare.strip_suffix(service.path()));
    if let Some(before) = known.max_by_key(|before| before.len()) {
        for service in Service::all() {
            add(Slip::OtherPath(service.path()).into(), with_query(&format!("{before}{}", service.path())));
        }
    }
    // Two at once in the path itself.
    for (missing, rest) in &cuts {
        let missing = Slip::PrefixMissing((*missing).to_owned());
        add(Slips::of([missing.clone(), Slip::WithoutQuery]), (*rest).to_owned());
        add(Slips::of([missing.clone(), Slip::SlashAdded]), with_query(&format!("{rest}/")));
        if let Some(rest) = rest.strip_prefix('/') {
            add(Slips::of([missing.clone(), Slip::WithoutSlash]), with_query(rest));
        }
        for prefix in &prefixes {
            let added = Slip::PrefixAdded((*prefix).to_owned());
            add(Slips::of([missing.clone(), added]), format!("{prefix}{}", with_query(rest)));
        }
    }
    if query.is_some() {
        for prefix in &prefixes {
            let added = Slip::PrefixAdded((*prefix).to_owned());
            add(Slips::of([added, Slip::WithoutQuery]), format!("{prefix}{bare}"));
        }
    }
    add(Slips::of([Slip::SlashAdded, Slip::WithoutQuery]), format!("{bare}/"));
    if let Some(rest) = bare.strip_prefix('/') {
        add(Slips::of([Slip::WithoutSlash, Slip::WithoutQuery]), rest.to_owned());
        add(Slips::of([Slip::WithoutSlash, Slip::SlashAdded]), with_query(&format!("{rest}/")));
    }
    found
}

/// Where token requests are sent, by any dialect.
pub(super) fn of_tokens() -> impl Iterator<Item = String> {
    ALL.into_iter()
        .flat_map(|dialect| [Service::TokenB2b, Service::TokenB2b2c].map(|service| dialect.path(service)))
}
