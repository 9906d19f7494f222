//! `/sandbox/v1/pay`: a payer's app and bank, without either.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use qris_snap::codes::Situation;
use qris_snap::dialect::STANDARD;
use qris_snap::json::{self, Object, Value};
use qris_snap::message::ErrorAnswer;
use qris_snap::{Money, Refusal, Service};

use super::key::{self, Key};
use super::reference::{self, Found};
use super::simulate::{self, Payment};
use crate::app::Shared;
use crate::db::{DbError, Tx};
use crate::http::RequestId;
use crate::model::{EventKind, Minor, Transaction, acquirer, transaction};
use crate::notify;
use crate::payment::Offer;

/// Who paid, as it is stored.
const PAYER: &str = "sandbox";

/// POST `{"qrContent" | "referenceNo" | "partnerReferenceNo", "amount"?, "tip"?}`: `{"referenceNo", "status", "paid", "tip", "rrn"}`, or a
/// service-50 code. Amounts are `{"value", "currency"}`, decimal text or whole rupiah.
pub(super) async fn pay(
    _: Key,
    State(app): State<Shared>,
    id: Option<Extension<RequestId>>,
    body: Bytes,
) -> Response {
    let id = id.map(|Extension(RequestId(id))| id);
    let wanted = match read(&body) {
        Ok(wanted) => wanted,
        Err(refusal) => return refused(&refusal),
    };
    let now_ms = app.clock.now_ms();
    let paid: Result<_, DbError> = app
        .store
        .write(move |tx| {
            let found = match &wanted.what {
                What::Reference(number) => transaction::by_reference(tx, number)?,
                What::Qr(content) => transaction::by_qr_content(tx, content)?,
                What::Partner(number) => match reference::of_partner(tx, number, now_ms.div_euclid(1000))? {
                    Found::One(found) => Some(found),
                    Found::Nothing => None,
                    Found::Several(_) => {
                        let log = "several partners have this number: give referenceNo";
                        let refusal = Refusal::new(Service::Payment, Situation::InvalidFormat, log);
                        return Ok(Payment::Refused(refusal.at("partnerReferenceNo")));
                    }
                },
            };
            let Some(found) = found else {
                let log = "no transaction of ours has this QR code or number";
                let refusal = Refusal::new(Service::Payment, Situation::TransactionNotFound, log);
                return Ok(Payment::Refused(refusal));
            };
            pay_code(tx, &found, (wanted.amount, wanted.tip), now_ms, id)
        })
        .await;
    app.outbox.notify_one();
    match paid {
        Ok(Payment::Made(paid)) => match answer(&paid) {
            Ok(answer) => key::json(200, answer.to_bytes()),
            Err(error) => refused(&Refusal::new(Service::Payment, Situation::Internal, error.to_string())),
        },
        Ok(Payment::Unheard(refusal) | Payment::Refused(refusal)) => refused(&refusal),
        Err(error) => refused(&Refusal::new(Service::Payment, Situation::StorageGone, error.to_string())),
    }
}

/// Pays a code as nobody: an amount (none: what the code asks for, with its tip) and a tip.
///
/// # Errors
/// The storage's.
pub(crate) fn pay_code(
    tx: &mut dyn Tx,
    code: &Transaction,
    (amount, tip): (Option<Minor>, Option<Minor>),
    now_ms: i64,
    request_id: Option<String>,
) -> Result<Payment, DbError> {
    if acquirer::code_of(tx, &code.reference_no)?.is_some() {
        let log = "an acquirer made this code: it is paid at the acquirer";
        return Ok(Payment::Refused(Refusal::new(Service::Payment, Situation::NotAllowed, log)));
    }
    let payer = PAYER.to_owned();
    let offer = Offer { amount, tip, payer, rrn: None, key: None, account: None };
    simulate::pay(tx, code, &offer, Service::Payment, now_ms, request_id)
}

/// What a request names.
enum What {
    Reference(String),
    Partner(String),
    Qr(String),
}

struct Wanted {
    what: What,
    amount: Option<Minor>,
    tip: Option<Minor>,
}

fn read(body: &[u8]) -> Result<Wanted, Refusal> {
    let refuse = |situation, place: &str, log: &str| Refusal::new(Service::Payment, situation, log).at(place);
    let Ok(Value::Object(object)) = json::parse(body) else {
        let log = "a JSON object is wanted";
        return Err(Refusal::new(Service::Payment, Situation::BodyNotJson, log));
    };
    let text = |name| object.text(name).map(str::to_owned);
    let what = match (text("referenceNo"), text("qrContent"), text("partnerReferenceNo")) {
        (Some(number), None, None) => What::Reference(number),
        (None, Some(content), None) => What::Qr(content),
        (None, None, Some(number)) => What::Partner(number),
        (None, None, None) => {
            let log = "this, referenceNo or partnerReferenceNo";
            return Err(refuse(Situation::MissingMandatory, "qrContent", log));
        }
        _ => {
            let log = "or qrContent or partnerReferenceNo, one of them";
            return Err(refuse(Situation::InvalidFormat, "referenceNo", log));
        }
    };
    let money = |name: &str| match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let wanted = "{\"value\":\"10000.00\",\"currency\":\"IDR\"} is wanted";
            minor(value).map(Some).ok_or_else(|| refuse(Situation::InvalidFormat, name, wanted))
        }
    };
    Ok(Wanted { what, amount: money("amount")?, tip: money("tip")? })
}

/// Sen, from a SNAP amount, decimal text, or whole rupiah.
pub(crate) fn minor(value: &Value) -> Option<Minor> {
    let text = match value {
        Value::Object(money) => {
            if !matches!(money.text("currency"), None | Some("IDR")) {
                return None;
            }
            money.text("value")?
        }
        Value::Number(number) => number.as_str(),
        other => other.as_str()?,
    };
    let whole = if text.contains('.') { text.to_owned() } else { format!("{text}.00") };
    i64::try_from(Money::parse_value(&whole)?).ok().map(Minor::new)
}

fn answer(paid: &Transaction) -> Result<Object, DbError> {
    let money = |minor: Minor| {
        let money = minor.money()?;
        let members = [("value", money.value()), ("currency", money.currency().as_str().to_owned())];
        Ok::<_, DbError>(Value::Object(members.into_iter().collect()))
    };
    let mut object = Object::new();
    object.insert("referenceNo", paid.reference_no.as_str());
    object.insert("status", notify::status(EventKind::Paid).code());
    object.insert("paid", money(paid.paid_amount)?);
    object.insert("tip", money(paid.paid_tip)?);
    object.insert("rrn", paid.rrn.as_deref().unwrap_or_default());
    Ok(object)
}

fn refused(refusal: &Refusal) -> Response {
    key::json(refusal.http_status(), ErrorAnswer::of(refusal, &STANDARD).write(Service::Payment, &STANDARD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_three_forms_and_never_guessed() {
        let minor = |text: &str| super::minor(&json::parse(text.as_bytes()).unwrap());
        for text in
            [r#"{"value":"10000.00","currency":"IDR"}"#, r#""10000.00""#, r#""10000""#, "10000", "10000.00"]
        {
            assert_eq!(minor(text), Some(Minor::new(1_000_000)), "{text}");
        }
        for text in [
            "-1",
            "1e4",
            "0.5",
            "\"10,000\"",
            "\"\"",
            "[]",
            "true",
            r#"{"value":10000}"#,
            "99999999999999999999",
            r#"{"value":"1.00","currency":"USD"}"#,
            "\"1.000\"",
        ] {
            assert_eq!(minor(text), None, "{text}");
        }
    }
}
