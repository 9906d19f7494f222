//! Every member of every request of the documents: absent, of another type, too long.

use qris_snap::Service;
use qris_snap::dialect::{Change, Dialect, Requests};
use qris_snap::message::{Kind, Member, Presence, Shape, Side, Spec};
use serde_json::{Value, json};

use crate::common::client::{Client, unique};
use crate::{DOCUMENTS, role, sample, sandbox};

/// A member as a document has it: its path on the wire, whether it is there, and what it holds.
pub(crate) struct Row {
    pub(crate) path: Vec<&'static str>,
    pub(crate) presence: Presence,
    pub(crate) shape: Shape,
    /// Its type is another on the wire (`Form`).
    pub(crate) formed: bool,
    /// It has a value when it is absent.
    pub(crate) default: bool,
}

/// Every member of a message, those of documented objects inside it too.
pub(crate) fn rows(dialect: &Dialect, kind: Kind) -> Vec<Row> {
    let mut rows = Vec::new();
    for member in Spec::of(kind).members {
        let change = dialect.changes.iter().find(|it| it.kind == kind && it.member == member.name);
        let standard = match dialect.requests {
            Requests::NothingMandatory if kind.side == Side::Request => Presence::Optional,
            _ => member.presence,
        };
        let shape = change.and_then(|it| it.shape).unwrap_or(member.shape);
        let wire = change.map_or(member.name, |it| it.wire);
        rows.push(Row {
            path: vec![wire],
            presence: change.and_then(|it| it.presence).unwrap_or(standard),
            shape,
            formed: change.is_some_and(|it| it.form != Change::of(kind, "").form),
            default: change.is_some_and(|it| it.default.is_some()),
        });
        if matches!(shape, Shape::Money | Shape::MoneyIn(_)) {
            let currency = match shape {
                Shape::MoneyIn(currency) => Shape::Constant(if currency == "IDR" { &["IDR"] } else { &[] }),
                _ => Shape::Text(3),
            };
            let inner = [
                ("value", Shape::Text(19), false),
                ("currency", currency, dialect.default_currency.is_some()),
            ];
            rows.extend(inner.map(|(name, shape, default)| Row {
                path: vec![wire, name],
                presence: Presence::Mandatory,
                shape,
                // More than a length is asked of both.
                formed: true,
                default,
            }));
        }
        let inner: &[Member] = if let Shape::Object(inner) = shape { inner } else { &[] };
        rows.extend(inner.iter().map(|inner| Row {
            path: vec![wire, inner.name],
            presence: inner.presence,
            shape: inner.shape,
            formed: false,
            default: false,
        }));
    }
    rows
}

fn pointer(path: &[&str]) -> String {
    path.iter().map(|name| format!("/{name}")).collect()
}

/// The most characters of a text; none: another shape, or no limit.
fn longest(shape: Shape) -> Option<usize> {
    match shape {
        Shape::Text(most) | Shape::Digits(_, most) | Shape::Numeric(_, most) | Shape::TextOrInteger(most) => {
            Some(most).filter(|most| *most < 10_000)
        }
        _ => None,
    }
}

struct Asked<'a> {
    client: &'a Client,
    gateway: &'a crate::common::Gateway,
    service: Service,
    whole: Value,
}

impl Asked<'_> {
    /// The answer when a member is this, or is not there; the member is put in where the sample has none.
    async fn with(&self, path: &[&str], value: Option<Value>) -> (String, String) {
        let mut body = self.whole.clone();
        let (last, above) = path.split_last().unwrap();
        let mut at = body.as_object_mut().unwrap();
        for name in above {
            let money = || json!({"value": "10000.00", "currency": "IDR"});
            at = at.entry(*name).or_insert_with(money).as_object_mut().unwrap();
        }
        match value {
            Some(value) => drop(at.insert((*last).to_owned(), value)),
            None => drop(at.remove(*last)),
        }
        let told = self.client.call(self.service, &body).external_id(unique()).send(self.gateway).await;
        (told.code.clone(), told.json()["responseMessage"].as_str().unwrap_or_default().to_owned())
    }
}

#[tokio::test]
async fn each_member_of_the_documents_is_what_its_row_says() {
    let gateway = sandbox().await;
    for (document, dialect) in &DOCUMENTS {
        for service in dialect.services {
            let client = gateway.client(dialect.name, role(*service)).await;
            let whole = sample(dialect, *service);
            let asked = Asked { client: &client, gateway: &gateway, service: *service, whole };
            let in_group = |name: &str| {
                dialect
                    .one_of
                    .iter()
                    .any(|(kind, group)| *kind == Kind::request(*service) && group.contains(&name))
            };
            for row in rows(dialect, Kind::request(*service)) {
                let (path, name) = (&row.path, row.path.join("."));
                let what = format!("{document} {service} {name}");
                let missing = format!("400{}02", service.code());
                let wrong = format!("400{}01", service.code());
                for value in [None, Some(Value::Null), Some(json!(""))] {
                    let (code, message) = asked.with(path, value).await;
                    let demanded = row.presence == Presence::Mandatory && !row.default;
                    assert_eq!(
                        code == missing && message.ends_with(&name),
                        demanded,
                        "{what}: {code} {message}"
                    );
                    let elsewhere = in_group(path[0]) || matches!(row.presence, Presence::When(..));
                    assert!(demanded || !code.starts_with("400") || elsewhere, "{what}: {code} {message}");
                }
                let (code, message) = asked.with(path, Some(json!(true))).await;
                assert_eq!(
                    (code.as_str(), message.ends_with(&name)),
                    (wrong.as_str(), true),
                    "{what}: {message}"
                );
                if let Some(most) = longest(row.shape).filter(|_| !row.formed) {
                    let (code, message) = asked.with(path, Some("7".repeat(most).into())).await;
                    assert!(
                        !(code == wrong && message.ends_with(&name)),
                        "{what} of {most}: {code} {message}"
                    );
                    let (code, message) = asked.with(path, Some("7".repeat(most + 1).into())).await;
                    assert_eq!(
                        (code.as_str(), message.ends_with(&name)),
                        (wrong.as_str(), true),
                        "{what} of {most} + 1"
                    );
                }
            }
            assert!(asked.whole.pointer(&pointer(&["nothing"])).is_none());
        }
    }
}
