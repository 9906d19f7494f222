//! All objects of a payload; nested ones come after their template.

use super::object::{DataObject, TemplateObjects};
use super::payload::{Objects, Payload};

/// Every object of a payload in the order of the text: a template, then the objects inside it.
#[derive(Clone, Debug)]
pub struct Walk<'p, 'a> {
    root: Objects<'p, 'a>,
    /// The objects still to come from the open templates, outer and inner.
    outer: Option<TemplateObjects<'a>>,
    inner: Option<TemplateObjects<'a>>,
}

impl<'a> Payload<'a> {
    /// Every object, nested ones included, in the order of the text.
    ///
    /// ```
    /// use qris_core::Payload;
    /// let text = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
    /// let payload = Payload::parse(&text)?;
    /// let paths: Vec<_> = payload.walk().map(|object| object.path().to_string()).collect();
    /// assert_eq!(paths, ["00", "52", "53", "54", "58", "59", "60", "26", "26/00", "63"]);
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn walk(&self) -> Walk<'_, 'a> {
        Walk { root: self.objects(), outer: None, inner: None }
    }
}

impl<'a> Iterator for Walk<'_, 'a> {
    type Item = DataObject<'a>;

    fn next(&mut self) -> Option<DataObject<'a>> {
        if let Some(object) = self.inner.as_mut().and_then(Iterator::next) {
            return Some(object);
        }
        if let Some(object) = self.outer.as_mut().and_then(Iterator::next) {
            self.inner = object.template().map(|template| template.objects());
            return Some(object);
        }
        let object = self.root.next()?;
        self.outer = object.template().map(|template| template.objects());
        self.inner = None;
        Some(object)
    }
}

impl core::iter::FusedIterator for Walk<'_, '_> {}
