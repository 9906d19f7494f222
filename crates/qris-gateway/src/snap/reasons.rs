//! What the sandbox says of a refusal, beside the code: which check refused, on what, and what to do.

use qris_snap::Refusal;
use qris_snap::codes::Situation;
use qris_snap::json::{Object, Value};

/// `reason`, `at` and `advice` of `additionalInfo.debug`. Neither has a secret or a token in it.
pub fn debug(refusal: &Refusal) -> Object {
    let mut object = Object::new();
    object.insert("reason", refusal.log());
    if let Some(place) = refusal.place() {
        object.insert("at", place);
    }
    let advice = match refusal.situation() {
        Situation::UnknownPath => "Send the request to the path that is named here.",
        Situation::WrongContentType => "Send Content-Type: application/json.",
        Situation::TooLarge => "Send a smaller body, or fewer and shorter headers.",
        Situation::StaleTimestamp => {
            "Set the clock, and label the time with its own offset: X-TIMESTAMP is held against our clock."
        }
        Situation::UnknownPartner => {
            "Check X-PARTNER-ID, or X-CLIENT-KEY of token requests, and from where the partner may ask."
        }
        Situation::BadSignature => "Read the diagnosis; sign the string that is named here.",
        situation => situation.case().advice(),
    };
    object.insert("advice", advice);
    object
}

/// `additionalInfo` with that.
pub(super) fn additional_info(refusal: &Refusal) -> Value {
    Value::from(Object::from_iter([("debug", debug(refusal))]))
}
