//! What goes into a statement and comes out of it.

use super::DbError;

/// A parameter or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// BIGINT: times in seconds, money in minor units, numbers.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BLOB, BYTEA.
    Blob(Vec<u8>),
}

/// The one rule for text: U+0000, which PostgreSQL cannot hold, is stored and looked for as U+FFFD, on both back ends.
impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Int(number.into())
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value::Int(yes.into())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Blob(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Value::Blob(bytes.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer, read column by column from the left.
#[derive(Debug, Clone)]
pub struct Row(std::vec::IntoIter<Value>, usize);

impl Row {
    /// A row of these columns.
    pub fn new(columns: Vec<Value>) -> Row {
        Row(columns.into_iter(), 0)
    }

    /// The next column, whatever it holds.
    ///
    /// # Errors
    /// [`DbError::Broken`] when there is none.
    pub fn value(&mut self) -> Result<Value, DbError> {
        self.1 += 1;
        self.0.next().ok_or_else(|| DbError::Broken(format!("a row ends before column {}", self.1)))
    }

    fn wrong<T>(&self, wanted: &str, value: &Value) -> Result<T, DbError> {
        let found = match value {
            Value::Null => "NULL",
            Value::Int(_) => "a number",
            Value::Text(_) => "text",
            Value::Blob(_) => "bytes",
        };
        Err(DbError::Broken(format!("column {} holds {found}, {wanted} is wanted", self.1)))
    }

    /// The next column, text.
    ///
    /// # Errors
    /// [`DbError::Broken`] when it holds something else; so do the others.
    pub fn text(&mut self) -> Result<String, DbError> {
        match self.value()? {
            Value::Text(text) => Ok(text),
            other => self.wrong("text", &other),
        }
    }

    /// The next column, text or NULL.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn maybe_text(&mut self) -> Result<Option<String>, DbError> {
        match self.value()? {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            other => self.wrong("text", &other),
        }
    }

    /// The next column, a number.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn int(&mut self) -> Result<i64, DbError> {
        match self.value()? {
            Value::Int(number) => Ok(number),
            other => self.wrong("a number", &other),
        }
    }

    /// The next column, a number or NULL.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn maybe_int(&mut self) -> Result<Option<i64>, DbError> {
        match self.value()? {
            Value::Int(number) => Ok(Some(number)),
            Value::Null => Ok(None),
            other => self.wrong("a number", &other),
        }
    }

    /// The next column, 0 or 1.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn flag(&mut self) -> Result<bool, DbError> {
        Ok(self.int()? != 0)
    }

    /// The next column, bytes.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn blob(&mut self) -> Result<Vec<u8>, DbError> {
        match self.value()? {
            Value::Blob(bytes) => Ok(bytes),
            other => self.wrong("bytes", &other),
        }
    }

    /// The next column, bytes or NULL.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn maybe_blob(&mut self) -> Result<Option<Vec<u8>>, DbError> {
        match self.value()? {
            Value::Blob(bytes) => Ok(Some(bytes)),
            Value::Null => Ok(None),
            other => self.wrong("bytes", &other),
        }
    }
}
