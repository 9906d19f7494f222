//! The log of a partner's recent requests in the sandbox, and why some of them were refused.

use askama::Template;
use axum::extract::{Path, State as Held};
use serde_json::{Map, Value};

use super::frame::{Frame, Here};
use super::session::{self, Realm};
use super::show::{self, Moment};
use super::visitor::Visitor;
use super::words::Words;
use super::{Answer, Problem, html};
use crate::app::Shared;
use crate::db::DbError;
use crate::model::{RequestLog, audit, partner};

/// Members of `additionalInfo.debug` that are sentences.
const SENTENCES: [&str; 5] = ["diagnosis", "reason", "at", "path", "advice"];

#[derive(Template)]
#[template(path = "requests.html")]
struct Partners {
    frame: Frame,
    /// Client id and name.
    rows: Vec<(String, String)>,
}

/// `GET /requests`.
pub(super) async fn partners(Held(app): Held<Shared>, visitor: Visitor) -> Answer {
    let session = session::required(&app, &visitor, Realm::Sandbox).await?;
    let found = app.store.read(|tx| partner::all(tx)).await?;
    Ok(html(&Partners {
        frame: Frame::of_session(&app, &visitor, &session, Here::Requests),
        rows: found.into_iter().map(|found| (found.client_id, found.name)).collect(),
    }))
}

#[derive(Template)]
#[template(path = "requests_of.html")]
struct OfPartner {
    frame: Frame,
    name: String,
    client_id: String,
    rows: Vec<RequestRow>,
}

struct RequestRow {
    at: Moment,
    method: String,
    path: String,
    http: u16,
    refused: bool,
    code: String,
    /// Why it was refused and what to do, in the order in which one wants to know.
    told: Vec<(&'static str, String)>,
    /// What else the sandbox found out.
    debug: Vec<(String, String)>,
}

/// `GET /requests/of/{client_id}`.
pub(super) async fn of_partner(
    Held(app): Held<Shared>,
    visitor: Visitor,
    Path(client_id): Path<String>,
) -> Answer {
    let session = session::required(&app, &visitor, Realm::Sandbox).await?;
    let unit = move |tx: &mut dyn crate::db::Tx| {
        let Some(found) = partner::by_client_id(tx, &client_id)? else { return Ok::<_, DbError>(None) };
        Ok(Some((found, audit::requests(tx, &client_id)?)))
    };
    let (found, rows) = app.store.read(unit).await?.ok_or(Problem::NotFound)?;
    Ok(html(&OfPartner {
        frame: Frame::of_session(&app, &visitor, &session, Here::Requests),
        name: found.name,
        client_id: found.client_id,
        rows: rows.into_iter().map(|found| row(found, visitor.lang.words())).collect(),
    }))
}

fn row(request: RequestLog, words: &'static Words) -> RequestRow {
    let members = members(&request.debug);
    RequestRow {
        at: show::moment(request.at_ms.div_euclid(1000)),
        method: request.method,
        path: request.path,
        http: request.http,
        refused: request.http >= 400,
        code: request.code,
        told: told(&members, words),
        debug: members.into_iter().filter(|(name, _)| !SENTENCES.contains(&name.as_str())).collect(),
    }
}

/// The sentences, in this order, whatever the refusal; the strings and hashes of a signature are for who looks closer.
fn told(members: &[(String, String)], words: &'static Words) -> Vec<(&'static str, String)> {
    let labels = [words.told_diagnosis, words.reason, words.told_at, words.told_path, words.told_advice];
    let find = |(name, label): (&str, &'static str)| {
        members.iter().find(|(found, _)| found == name).map(|(_, text)| (label, text.clone()))
    };
    SENTENCES.into_iter().zip(labels).filter_map(find).collect()
}

/// The members of a JSON object, for people: texts as they are, the rest as JSON.
fn members(text: &str) -> Vec<(String, String)> {
    match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(object) => object.into_iter().map(|(name, value)| (name, text_of(value))).collect(),
        Err(_) if text.trim().is_empty() => Vec::new(),
        Err(_) => vec![(String::new(), text.to_owned())],
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => serde_json::to_string_pretty(&other).unwrap_or_default(),
    }
}

/// JSON over several lines; what is none, as it is.
pub(super) fn pretty(text: &str) -> String {
    serde_json::from_str::<Value>(text)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_shown_member_by_member() {
        let debug = r#"{"stringToSign":"POST:/x\n","bodyHash":{"ours":"ab","theirs":"cd"},"n":3}"#;
        let rows = members(debug);
        assert_eq!(rows[0], ("stringToSign".into(), "POST:/x\n".into()));
        assert_eq!(rows[1].1, "{\n  \"ours\": \"ab\",\n  \"theirs\": \"cd\"\n}");
        assert_eq!(rows[2].1, "3");
        assert_eq!(members("{}"), Vec::new());
        assert_eq!(members("no JSON"), vec![(String::new(), "no JSON".into())]);
    }
}
