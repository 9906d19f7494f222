//! The parser: strict JSON (RFC 8259) over UTF-8, linear time, bounded depth and size.
//!
//! By hand, because `serde_json` keeps the digits of a number only as `RawValue`, which reads each level of a body again:
//! a full-size body sixty levels deep takes nine to thirty times as long, and the kind of a fault is in its text only.

use core::fmt;
use std::collections::HashSet;

use zeroize::Zeroizing;

use super::{Number, Object, Value};

/// The longest body that is read, in bytes: 256 KiB, room for a QR picture in Base64.
pub const MAX_BODY: usize = 256 * 1024;

/// The deepest nesting that is read. The standard's own messages need three.
pub const MAX_DEPTH: usize = 64;

/// Up to this many members are compared with each other; above it a hash set keeps the time linear.
const FEW_MEMBERS: usize = 16;

/// Why a body is no acceptable JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// Byte offset into the body.
    pub offset: usize,
    /// Path of the member, for [`JsonErrorKind::Duplicate`]; empty otherwise.
    pub path: String,
}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// Longer than [`MAX_BODY`].
    TooLarge,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Not UTF-8.
    NotUtf8,
    /// Ends too early.
    Truncated,
    /// Something else is expected here.
    Unexpected,
    /// A number by no grammar of JSON's.
    BadNumber,
    /// A control character in a string.
    ControlCharacter,
    /// An escape JSON does not have.
    BadEscape,
    /// Half of a surrogate pair: no character.
    LoneSurrogate,
    /// The same member twice.
    Duplicate,
    /// Something after the value.
    Trailing,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            JsonErrorKind::TooLarge => "the body is longer than 256 KiB",
            JsonErrorKind::TooDeep => "the body is nested deeper than 64 levels",
            JsonErrorKind::NotUtf8 => "the body is not UTF-8",
            JsonErrorKind::Truncated => "the JSON ends too early",
            JsonErrorKind::Unexpected => "this is not JSON",
            JsonErrorKind::BadNumber => "this is not a JSON number",
            JsonErrorKind::ControlCharacter => "a control character must be escaped",
            JsonErrorKind::BadEscape => "JSON has no such escape",
            JsonErrorKind::LoneSurrogate => "half a surrogate pair is no character",
            JsonErrorKind::Duplicate => "the same member occurs twice",
            JsonErrorKind::Trailing => "something follows the JSON",
        };
        write!(f, "{what}, at byte {}", self.offset)
    }
}

impl fmt::Debug for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonError({:?} at {}, path {:?})", self.kind, self.offset, self.path)
    }
}

impl core::error::Error for JsonError {}

/// Reads one JSON value that fills the body, whitespace around it aside.
///
/// # Errors
/// See [`JsonErrorKind`].
pub fn parse(body: &[u8]) -> Result<Value, JsonError> {
    let error = |kind, offset| JsonError { kind, offset, path: String::new() };
    if body.len() > MAX_BODY {
        return Err(error(JsonErrorKind::TooLarge, MAX_BODY));
    }
    let text =
        core::str::from_utf8(body).map_err(|fault| error(JsonErrorKind::NotUtf8, fault.valid_up_to()))?;
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.skip_whitespace();
    if parser.at < text.len() { Err(parser.error(JsonErrorKind::Trailing)) } else { Ok(value) }
}

/// Whether the text is a number by JSON's grammar.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

/// A name that two members have. A caller decides how many there are: more than a few are looked up, not compared.
pub(super) fn occurs_twice(members: &[(String, Value)]) -> Option<&str> {
    let mut names = members.iter().map(|(name, _)| name.as_str()).enumerate();
    if members.len() <= FEW_MEMBERS {
        return names
            .find(|(at, name)| members.iter().take(*at).any(|(known, _)| known == name))
            .map(|it| it.1);
    }
    let mut seen = HashSet::with_capacity(members.len());
    names.find(|(_, name)| !seen.insert(*name)).map(|(_, name)| name)
}

impl<'a> Parser<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.skip_whitespace();
        match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => Err(self.error(JsonErrorKind::TooDeep)),
            Some(b'{') => self.object(depth + 1).map(Value::Object),
            Some(b'[') => self.array(depth + 1).map(Value::Array),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err(self.error(JsonErrorKind::Unexpected)),
            None => Err(self.error(JsonErrorKind::Truncated)),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Object, JsonError> {
        self.at += 1;
        let mut members: Vec<(String, Value)> = Vec::new();
        if self.ends_with(b'}') {
            return Ok(Object::from_members(members));
        }
        loop {
            self.skip_whitespace();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected());
            }
            let start = self.at;
            let name = core::mem::take(&mut *self.string()?);
            if members.len() < FEW_MEMBERS && members.iter().any(|(known, _)| *known == name) {
                return Err(JsonError { kind: JsonErrorKind::Duplicate, offset: start, path: name });
            }
            self.skip_whitespace();
            self.expect(b':')?;
            let value = self.value(depth).map_err(|error| error.below(&name))?;
            members.push((name, value));
            if self.ends_with(b'}') {
                break;
            }
            self.expect(b',')?;
        }
        let many = members.len() > FEW_MEMBERS;
        if let Some(name) = many.then(|| occurs_twice(&members)).flatten() {
            return Err(JsonError { kind: JsonErrorKind::Duplicate, offset: self.at, path: name.to_owned() });
        }
        Ok(Object::from_members(members))
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value>, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.ends_with(b']') {
            return Ok(items);
        }
        loop {
            let index = items.len();
            items.push(self.value(depth).map_err(|error| error.below(&index.to_string()))?);
            if self.ends_with(b']') {
                return Ok(items);
            }
            self.expect(b',')?;
        }
    }

    fn string(&mut self) -> Result<Zeroizing<String>, JsonError> {
        self.at += 1;
        let mut out = Zeroizing::new(String::new());
        loop {
            let rest = self.rest();
            let special = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
            let Some((plain, _)) = special.and_then(|at| rest.split_at_checked(at)) else {
                self.at = self.text.len();
                return Err(self.error(JsonErrorKind::Truncated));
            };
            out.push_str(plain);
            self.at += plain.len();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    let character = self.escape()?;
                    out.push(character);
                }
                _ => return Err(self.error(JsonErrorKind::ControlCharacter)),
            }
        }
    }

    /// The character an escape stands for; the backslash is behind us.
    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        let simple = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let first = self.hex4()?;
                let code = match first {
                    0xd800..=0xdbff => {
                        let low = self.rest().starts_with("\\u").then(|| {
                            self.at += 2;
                            self.hex4()
                        });
                        match low.transpose()? {
                            Some(low @ 0xdc00..=0xdfff) => {
                                0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00)
                            }
                            _ => first,
                        }
                    }
                    other => other,
                };
                return char::from_u32(code).ok_or_else(|| JsonError {
                    kind: JsonErrorKind::LoneSurrogate,
                    offset: start - 1,
                    path: String::new(),
                });
            }
            Some(_) => return Err(self.error(JsonErrorKind::BadEscape)),
            None => return Err(self.error(JsonErrorKind::Truncated)),
        };
        self.at += 1;
        Ok(simple)
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let digits = self.rest().get(..4).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|text| u32::from_str_radix(text, 16).ok());
        let code = code.ok_or_else(|| self.error(JsonErrorKind::BadEscape))?;
        self.at += 4;
        Ok(code)
    }

    fn number(&mut self) -> Result<Number, JsonError> {
        let rest = self.rest();
        let end =
            rest.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
        let number = Number::new(text).ok_or_else(|| self.error(JsonErrorKind::BadNumber))?;
        self.at += text.len();
        Ok(number)
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, JsonError> {
        if !self.rest().starts_with(word) {
            return Err(self.error(JsonErrorKind::Unexpected));
        }
        self.at += word.len();
        Ok(value)
    }

    /// Steps over `end`, with whitespace before it, if that is next.
    fn ends_with(&mut self, end: u8) -> bool {
        self.skip_whitespace();
        let found = self.peek() == Some(end);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: u8) -> Result<(), JsonError> {
        if self.peek() != Some(wanted) {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    fn skip_whitespace(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        // `at` only ever moves past whole characters.
        self.text.get(self.at..).unwrap_or("")
    }

    fn unexpected(&self) -> JsonError {
        self.error(if self.at < self.text.len() {
            JsonErrorKind::Unexpected
        } else {
            JsonErrorKind::Truncated
        })
    }

    fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError { kind, offset: self.at, path: String::new() }
    }
}

impl JsonError {
    /// The same error seen from the member above.
    fn below(mut self, name: &str) -> Self {
        if self.kind == JsonErrorKind::Duplicate {
            self.path = format!("{name}.{}", self.path);
        }
        self
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
