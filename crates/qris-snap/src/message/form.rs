//! A value in the form a dialect has for it.

use crate::dialect::Form;
use crate::json::{Number, Value};

/// As the standard has it.
pub(super) fn inward(value: Value, form: Form) -> Value {
    match (form, &value) {
        (Form::Integer(width), Value::Number(number)) => Value::from(padded(number.as_str(), width)),
        (Form::Words(pairs) | Form::WordsRead(pairs), Value::String(text)) => {
            let code = pairs.iter().find(|(_, word)| word.eq_ignore_ascii_case(text)).map(|(code, _)| *code);
            code.map(Value::from).unwrap_or(value)
        }
        _ => value,
    }
}

fn padded(digits: &str, width: usize) -> String {
    format!("{digits:0>width$}")
}

/// As the dialect has it.
pub(super) fn outward(value: Value, form: Form) -> Value {
    match (form, value.as_str()) {
        (Form::Integer(width), Some(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let digits = text.trim_start_matches('0');
            let digits = if digits.is_empty() { "0" } else { digits };
            // Zeros that would not come back keep it a text.
            let number = Number::new(digits).filter(|_| padded(digits, width) == text);
            number.map(Value::Number).unwrap_or(value)
        }
        (Form::Words(pairs), Some(text)) => {
            let word = pairs.iter().find(|(code, _)| *code == text).map(|(_, word)| *word);
            word.map(Value::from).unwrap_or(value)
        }
        _ => value,
    }
}
