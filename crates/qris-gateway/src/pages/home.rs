//! The first page: what is here. In the sandbox three doors: inspect a code, try the API, operate.

use askama::Template;
use axum::extract::State as Held;

use super::frame::{Frame, Here};
use super::visitor::Visitor;
use super::{Answer, html};
use crate::app::{App, Shared};

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    inspector: bool,
    /// Where the operator's pages are. Named in the sandbox alone: the public is not told of them.
    operator: Option<String>,
}

/// `GET /`.
pub(super) async fn page(Held(app): Held<Shared>, visitor: Visitor) -> Answer {
    Ok(html(&Page {
        frame: Frame::public(&app, &visitor, Here::Home),
        inspector: app.config.has_inspector(),
        operator: operator(&app),
    }))
}

fn operator(app: &App) -> Option<String> {
    let address =
        app.config.admin_listen.filter(|address| address.port() != 0 && !address.ip().is_unspecified());
    let there = app.config.operator_password_hash.is_some() && app.sandbox_key.is_some();
    address.filter(|_| there).map(|address| format!("http://{address}/operator"))
}
