//! Will a JavaScript receiver that parses a body and prints it again get the same bytes?
//!
//! Two widely used receivers hash the re-printed body instead of the received one. What we send must therefore be
//! a fixed point of `JSON.stringify(JSON.parse(body))`. Our writer is compact, writes raw UTF-8 and escapes as
//! JavaScript does; what is left are numbers, names that look like array indexes (JavaScript sorts those to the
//! front), and lone surrogates, which a Rust string cannot hold.

use core::fmt;

use super::{Object, Value};

/// The largest integer JavaScript prints exactly in every case.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Why a body would change in JavaScript's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unstable {
    /// Path of the member: `additionalInfo.rate`.
    pub path: String,
    /// What to do about it.
    pub reason: &'static str,
}

impl fmt::Display for Unstable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} would change in JavaScript: {}", self.path, self.reason)
    }
}

impl core::error::Error for Unstable {}

/// Checks that the compact text of `object` is a fixed point of JavaScript's parse and stringify.
///
/// # Errors
/// The first member that is not.
///
/// ```
/// use qris_snap::json::{Object, Value, js_stable, parse};
/// let object: Object = [("amount", "10000.00")].into_iter().collect();
/// assert!(js_stable(&object).is_ok());
/// let Value::Object(object) = parse(br#"{"rate":1.0}"#).unwrap() else { unreachable!() };
/// assert_eq!(js_stable(&object).unwrap_err().path, "rate");
/// ```
pub fn js_stable(object: &Object) -> Result<(), Unstable> {
    for (name, value) in object.iter() {
        if is_array_index(name) {
            let reason = "a name that is a number moves to the front: put letters into it";
            return Err(Unstable { path: name.to_owned(), reason });
        }
        value_is_stable(value).map_err(|below| below.under(name))?;
    }
    Ok(())
}

fn value_is_stable(value: &Value) -> Result<(), Unstable> {
    match value {
        Value::Number(number) if !is_plain_integer(number.as_str()) => Err(Unstable {
            path: String::new(),
            reason: "only integers up to 2^53 - 1 keep their text: send it as a string",
        }),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            value_is_stable(item).map_err(|below| below.under(&index.to_string()))
        }),
        Value::Object(object) => js_stable(object),
        _ => Ok(()),
    }
}

impl Unstable {
    fn under(mut self, name: &str) -> Self {
        self.path = if self.path.is_empty() { name.to_owned() } else { format!("{name}.{}", self.path) };
        self
    }
}

/// An integer in its shortest form; `-0` is printed as `0`.
fn is_plain_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    text != "-0"
        && digits.parse::<u64>().is_ok_and(|value| value <= MAX_SAFE_INTEGER && value.to_string() == digits)
}

/// An integer below 2^32 - 1 in its shortest form (ECMAScript, array index).
fn is_array_index(name: &str) -> bool {
    name.parse::<u32>().is_ok_and(|index| index < u32::MAX && index.to_string() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn fault(body: &str) -> Option<String> {
        match parse(body.as_bytes()).unwrap() {
            Value::Object(object) => js_stable(&object).err().map(|fault| fault.path),
            _ => panic!("an object is wanted"),
        }
    }

    #[test]
    fn numbers_and_index_names_are_found() {
        assert_eq!(fault(r#"{"a":1,"b":-5,"c":9007199254740991,"d":"1.0"}"#), None);
        assert_eq!(fault(r#"{"01":1,"-1":1,"4294967295":1}"#), None);
        for number in ["1.0", "1e2", "-0", "9007199254740992", "0.1"] {
            assert_eq!(fault(&format!(r#"{{"a":{{"b":[0,{number}]}}}}"#)), Some("a.b.1".into()), "{number}");
        }
        assert_eq!(fault(r#"{"a":{"12":0}}"#), Some("a.12".into()));
    }
}
