//! Which rows of a list are meant, and where a page of it begins.

use crate::db::{Param, Value};

/// Which rows are meant; `None` is every one.
#[derive(Debug, Clone)]
pub struct Filter<S> {
    /// Where they stand.
    pub state: Option<S>,
    /// Whom they concern: a client id.
    pub client_id: Option<String>,
    /// Written then or later, Unix seconds.
    pub since: Option<i64>,
    /// Written before then, Unix seconds.
    pub until: Option<i64>,
    /// Those that follow this one, the last of a page: when it was written, and its id.
    pub after: Option<(i64, String)>,
}

impl<S> Default for Filter<S> {
    fn default() -> Self {
        Filter { state: None, client_id: None, since: None, until: None, after: None }
    }
}

impl<S> Filter<S> {
    /// Partner, span of time, and the place to go on from: the values of five parameters.
    pub(super) fn values(&self) -> [Value<'_>; 5] {
        let (time, id) = self.after.as_ref().map_or((i64::MIN, ""), |(time, id)| (*time, id));
        [
            self.client_id.as_deref().unwrap_or("").value(),
            Value::Int(self.since.unwrap_or(i64::MIN)),
            Value::Int(self.until.unwrap_or(i64::MAX)),
            Value::Int(time),
            id.value(),
        ]
    }
}
