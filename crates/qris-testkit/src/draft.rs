//! A payload as a tree that can be taken apart and put together: what generators make, and what models of edits
//! work on.

use crate::mutate;
use crate::naive::{LengthUnit, NaiveObject, NaivePayload};

/// A data object: its ID, and text or further objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The ID, 0 to 99.
    pub id: u8,
    /// What its value is.
    pub body: Body,
}

/// The value of an [`Object`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Text.
    Text(String),
    /// A template.
    Objects(Vec<Object>),
}

/// A payload without its CRC object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The root objects in order.
    pub objects: Vec<Object>,
}

impl Object {
    /// An object with a text for its value.
    #[must_use]
    pub fn text(id: u8, value: impl Into<String>) -> Self {
        Self { id, body: Body::Text(value.into()) }
    }

    /// A template.
    #[must_use]
    pub fn template(id: u8, objects: Vec<Self>) -> Self {
        Self { id, body: Body::Objects(objects) }
    }

    /// How long the whole object is, ID and length included, in characters.
    #[must_use]
    pub fn characters(&self) -> usize {
        4 + match &self.body {
            Body::Text(text) => text.chars().count(),
            Body::Objects(objects) => objects.iter().map(Self::characters).sum(),
        }
    }

    /// The value; `None` when an object inside is longer than 99 units.
    #[must_use]
    pub fn value(&self, unit: LengthUnit) -> Option<String> {
        match &self.body {
            Body::Text(text) => Some(text.clone()),
            Body::Objects(objects) => write(objects, unit),
        }
    }
}

fn write(objects: &[Object], unit: LengthUnit) -> Option<String> {
    let mut text = String::new();
    for object in objects {
        let value = object.value(unit)?;
        let length = unit.count(&value);
        if length > 99 {
            return None;
        }
        text.push_str(&format!("{:02}{length:02}{value}", object.id));
    }
    Some(text)
}

impl Draft {
    /// The tree of a payload that was read, without its CRC.
    #[must_use]
    pub fn of(payload: &NaivePayload) -> Self {
        fn object(read: &NaiveObject) -> Object {
            let body = match &read.objects {
                Some(objects) if !objects.is_empty() => Body::Objects(objects.iter().map(object).collect()),
                _ => Body::Text(read.value.clone()),
            };
            Object { id: read.id, body }
        }
        Self { objects: payload.objects.iter().filter(|read| read.id != 63).map(object).collect() }
    }

    /// The objects written and sealed; `None` when one of them is longer than 99 units.
    ///
    /// ```
    /// use qris_testkit::draft::{Draft, Object};
    /// use qris_testkit::naive::LengthUnit;
    ///
    /// let draft = Draft { objects: vec![Object::text(0, "01")] };
    /// assert_eq!(draft.sealed(LengthUnit::Characters).as_deref(), Some("0002016304AAE6"));
    /// ```
    #[must_use]
    pub fn sealed(&self, unit: LengthUnit) -> Option<String> {
        let body = write(&self.objects, unit)?;
        String::from_utf8(mutate::seal(body.as_bytes())).ok()
    }
}
