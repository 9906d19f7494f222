//! The operator's pages: partners and their merchants.

use askama::Template;
use axum::extract::{Path, State as Held};

use super::frame::{Frame, Here};
use super::operator::log_in;
use super::show;
use super::visitor::Visitor;
use super::{Answer, Problem, html};
use crate::app::Shared;
use crate::db::DbError;
use crate::model::{Merchant, merchant, partner};

#[derive(Template)]
#[template(path = "partners.html")]
struct Partners {
    frame: Frame,
    rows: Vec<PartnerRow>,
}

struct PartnerRow {
    name: String,
    client_id: String,
    dialect: &'static str,
    role: &'static str,
    merchants: usize,
    disabled: bool,
}

/// `GET /operator/partners`.
pub(super) async fn list(Held(app): Held<Shared>, visitor: Visitor) -> Answer {
    let session = log_in(&app, &visitor).await?;
    let unit = |tx: &mut dyn crate::db::Tx| {
        let mut rows = Vec::new();
        for found in partner::all(tx)? {
            let merchants = merchant::of_partner(tx, &found.client_id)?.len();
            rows.push(PartnerRow {
                name: found.name,
                client_id: found.client_id,
                dialect: found.dialect.name,
                role: found.role.as_str(),
                merchants,
                disabled: found.disabled_at.is_some(),
            });
        }
        Ok::<_, DbError>(rows)
    };
    let rows = app.store.read(unit).await?;
    Ok(html(&Partners { frame: Frame::of_session(&app, &visitor, &session, Here::Partners), rows }))
}

#[derive(Template)]
#[template(path = "partner.html")]
struct PartnerPage {
    frame: Frame,
    name: String,
    client_id: String,
    disabled: bool,
    facts: Vec<(&'static str, String)>,
    merchants: Vec<Merchant>,
}

/// `GET /operator/partners/{client_id}`.
pub(super) async fn one(Held(app): Held<Shared>, visitor: Visitor, Path(client_id): Path<String>) -> Answer {
    let session = log_in(&app, &visitor).await?;
    let unit = move |tx: &mut dyn crate::db::Tx| {
        let Some(found) = partner::by_client_id(tx, &client_id)? else { return Ok::<_, DbError>(None) };
        Ok(Some((found, merchant::of_partner(tx, &client_id)?)))
    };
    let (found, merchants) = app.store.read(unit).await?.ok_or(Problem::NotFound)?;
    let words = visitor.lang.words();
    let rows = [
        (words.client_id, Some(found.client_id.clone())),
        (words.partner_id, Some(found.partner_id)),
        (words.channel_id, Some(found.channel_id)),
        (words.dialect, Some(found.dialect.name.to_owned())),
        (words.role, Some(found.role.as_str().to_owned())),
        (words.mount, (!found.mount.is_empty()).then_some(found.mount)),
        (words.notify_url, found.notify_url),
        (words.notify_sign, Some(found.notify_sign.as_str().to_owned())),
        (words.notify_token_url, found.notify_token_url),
        (words.created_at, Some(show::moment(found.created_at).text)),
        (words.disabled_at, found.disabled_at.map(|at| show::moment(at).text)),
    ];
    Ok(html(&PartnerPage {
        frame: Frame::of_session(&app, &visitor, &session, Here::Partners),
        name: found.name,
        client_id: found.client_id,
        disabled: found.disabled_at.is_some(),
        facts: rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        merchants,
    }))
}
