//! Style, scripts and icon, compiled into the program.

use std::sync::OnceLock;

use aws_lc_rs::digest;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::{Answer, Problem};

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const ASSETS: [Asset; 4] = [
    Asset {
        name: "pages.css",
        kind: "text/css; charset=utf-8",
        text: include_str!("../../assets/pages.css"),
    },
    Asset {
        name: "pay.js",
        kind: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/pay.js"),
    },
    Asset {
        name: "inspect.js",
        kind: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/inspect.js"),
    },
    Asset { name: "icon.svg", kind: "image/svg+xml", text: include_str!("../../assets/icon.svg") },
];

/// The beginning of a hash of all assets, for their addresses.
pub(super) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut hash = digest::Context::new(&digest::SHA256);
        ASSETS.iter().for_each(|asset| hash.update(asset.text.as_bytes()));
        hash.finish().as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    })
}

/// `GET /assets/{name}`.
pub(super) async fn asset(Path(name): Path<String>) -> Answer {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(Problem::NotFound)?;
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok::<Response, _>((headers, asset.text).into_response())
}
