//! In the sandbox: the response code a request asks for, `"additionalInfo": {"simulate": "4035204"}`, so that a client's
//! handling of every row of the table can be tried.

use qris_snap::codes::{Case, ResponseCode, Situation};
use qris_snap::dialect::Dialect;
use qris_snap::json::{self, Value};
use qris_snap::message::ErrorAnswer;
use qris_snap::{Refusal, Service};

use super::work::{Call, Done};

/// What is simulated.
#[derive(Debug)]
pub(super) enum Simulated {
    /// Nothing is done, and this is answered.
    Refused(Done),
    /// All is done, and the caller hears that it is in progress (202): it has to ask what became of it.
    InProgress,
}

/// Whether a value of `simulate` is a response code.
pub(super) fn is_code(text: &str) -> bool {
    text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a request asks for: nothing outside of the sandbox, nor for words, which are the service's matter.
///
/// # Errors
/// 400xx01 for a code that is not in the table or another service's.
pub(super) fn wanted(call: &Call) -> Result<Option<Simulated>, Refusal> {
    if !call.app.config.sandbox {
        return Ok(None);
    }
    let Ok(Value::Object(body)) = json::parse(&call.body) else { return Ok(None) };
    let info = body.get("additionalInfo").and_then(Value::as_object);
    let Some(text) = info.and_then(|info| info.text("simulate")).filter(|text| is_code(text)) else {
        return Ok(None);
    };
    let number = |range: std::ops::Range<usize>| {
        text.get(range).and_then(|part| part.parse::<u16>().ok()).unwrap_or_default()
    };
    let (http, service, case) = (number(0..3), number(3..5), number(5..7));
    let row = u8::try_from(case).ok().and_then(|case| Case::find(http, case));
    match row {
        Some(row) if service == u16::from(call.service.code()) && row.http != 200 => {
            Ok(Some(match row.http {
                202 => Simulated::InProgress,
                _ => Simulated::Refused(done(call.service, call.partner.dialect, row)),
            }))
        }
        _ => {
            let log = format!("a code of service {:02} is wanted, other than success", call.service.code());
            Err(call.refuse(Situation::InvalidFormat, log).at("additionalInfo.simulate"))
        }
    }
}

/// The answer of a row, in the dialect's words.
pub(super) fn done(service: Service, dialect: &Dialect, row: &Case) -> Done {
    let code = ResponseCode::new(row.http, Some(service), row.case);
    let message = dialect.template(row.http, row.case);
    let message = message.replace("{field}", "simulated").replace("{reason}", "[simulated]");
    let answer =
        ErrorAnswer { response_code: code.to_string(), response_message: message, ..ErrorAnswer::default() };
    Done { http: row.http, code: code.to_string(), body: answer.write(service, dialect) }
}
