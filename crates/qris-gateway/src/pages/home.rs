//! The first page: what is here.

use askama::Template;
use axum::extract::State as Held;

use super::frame::{Frame, Here};
use super::visitor::Visitor;
use super::{Answer, html};
use crate::app::Shared;

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    inspector: bool,
}

/// `GET /`.
pub(super) async fn page(Held(app): Held<Shared>, visitor: Visitor) -> Answer {
    Ok(html(&Page {
        frame: Frame::public(&app, &visitor, Here::Home),
        inspector: app.config.has_inspector(),
    }))
}
