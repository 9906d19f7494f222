//! Answers: success or refusal, told apart by HTTP status and response code.

use serde::{Deserialize, Serialize};

use crate::codes::{Outcome, ReceivedCode};
use crate::dialect::{Dialect, Form};
use crate::json::{Object, Value};
use crate::message::codec::parse_object;
use crate::message::{Kind, Message, Response};
use crate::refusal::Refusal;
use crate::service::Service;

/// What a service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer<M> {
    /// It worked, or is in progress (202).
    Success(M),
    /// It was refused.
    Refused(ErrorAnswer),
}

/// The body of a refusal: code and message, whatever else the provider adds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorAnswer {
    /// Response code.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// Further members, kept.
    #[serde(flatten)]
    pub other: Object,
}

impl ErrorAnswer {
    /// The answer to a refused request, in the words of a dialect.
    pub fn of(refusal: &Refusal, dialect: &Dialect) -> ErrorAnswer {
        ErrorAnswer {
            response_code: refusal.code().to_string(),
            response_message: dialect.message(refusal),
            other: Object::new(),
        }
    }

    /// The compact body. `service` decides whether the code is written as an integer; without one it is text.
    pub fn write(&self, service: impl Into<Option<Service>>, dialect: &Dialect) -> Vec<u8> {
        let integer = service.into().is_some_and(|service| {
            let change = dialect.change(Kind::response(service), "responseCode");
            change.is_some_and(|change| matches!(change.form, Form::Integer(_)))
        });
        let number = self.response_code.parse::<u64>().ok().filter(|_| integer);
        let mut object = Object::new();
        object.insert("responseCode", number.map_or_else(|| self.response_code.as_str().into(), Value::from));
        object.insert("responseMessage", self.response_message.as_str());
        let written = |name: &str| matches!(name, "responseCode" | "responseMessage");
        for (name, value) in self.other.iter().filter(|(name, _)| !written(name)) {
            object.insert(name, value.clone());
        }
        object.to_bytes()
    }
}

/// Reads an answer. A refusal is read leniently: it only needs to be a JSON object, and what it lacks is empty.
///
/// # Errors
/// When the body is no JSON object, or reports success and is not what success looks like.
pub fn read_answer<M: Response>(
    dialect: &Dialect,
    http_status: u16,
    body: &[u8],
) -> Result<Answer<M>, Refusal> {
    let mut object = parse_object(M::KIND, body)?;
    let code = ReceivedCode::new(code_text(object.get("responseCode")));
    if code.outcome(http_status) != Outcome::Failure {
        return <M as Message>::from_wire(dialect, object).map(Answer::Success);
    }
    object.remove("responseCode");
    let message = object.remove("responseMessage");
    Ok(Answer::Refused(ErrorAnswer {
        response_code: code.as_str().to_owned(),
        response_message: message.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        other: object,
    }))
}

fn code_text(value: Option<&Value>) -> &str {
    match value {
        Some(Value::Number(number)) => number.as_str(),
        Some(value) => value.as_str().unwrap_or_default(),
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::STANDARD;

    #[test]
    fn unknown_members_are_kept_whatever_they_begin_with() {
        let mut answer = ErrorAnswer { response_code: "4044701".to_owned(), ..ErrorAnswer::default() };
        answer.response_message = "Transaction Not Found".to_owned();
        answer.other.insert("responseTime", "2026-11-21T10:00:00+07:00");
        answer.other.insert("responseCode", "2004700");
        let body = answer.write(Service::Generate, &STANDARD);
        let wanted = r#"{"responseCode":"4044701","responseMessage":"Transaction Not Found","responseTime":"2026-11-21T10:00:00+07:00"}"#;
        assert_eq!(String::from_utf8(body).unwrap(), wanted);
    }
}
