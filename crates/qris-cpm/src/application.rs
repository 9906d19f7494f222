//! One way to pay that a code offers, with what holds for all of them.

use crate::digits::{Digits, Pan};
use crate::payload::CpmPayload;
use crate::tag::Tag;
use crate::tlv::Object;

/// An application template (61) together with the common data template (62): an object is looked for in the one, then in the
/// other. Values that are not what they should be are `None`; [`Application::get`] has them as they are.
#[derive(Clone, Copy, Debug)]
pub struct Application<'p> {
    code: &'p CpmPayload,
    template: Object<'p>,
}

impl<'p> Application<'p> {
    pub(crate) const fn new(code: &'p CpmPayload, template: Object<'p>) -> Application<'p> {
        Application { code, template }
    }

    /// The template itself.
    pub const fn template(&self) -> Object<'p> {
        self.template
    }

    /// The first object with a tag in 61, or else in 62.
    pub fn get(&self, tag: Tag) -> Option<Object<'p>> {
        let common = self.code.objects().filter(|object| object.tag() == Tag::COMMON);
        let templates = core::iter::once(self.template).chain(common);
        templates.filter_map(|template| template.objects()).flatten().find(|object| object.tag() == tag)
    }

    /// The first object with a tag in 63, or else in 64.
    pub fn transparent(&self, tag: Tag) -> Option<Object<'p>> {
        let templates = [Tag::APPLICATION_TRANSPARENT, Tag::COMMON_TRANSPARENT];
        let inside = templates.into_iter().filter_map(|template| self.get(template)?.objects()).flatten();
        inside.into_iter().find(|object| object.tag() == tag)
    }

    fn text(&self, tag: Tag) -> Option<&'p str> {
        let value = self.get(tag)?.value();
        core::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| matches!(byte, 0x20..=0x7E)))
    }

    fn digits(&self, tag: Tag, count: usize) -> Option<Digits> {
        let value = self.get(tag)?.value();
        if value.len() == count { Digits::of_text(value) } else { None }
            .or_else(|| Digits::numeric(value, count))
    }

    /// The AID (4F): which application. In 61 only.
    pub fn aid(&self) -> Option<&'p [u8]> {
        let aid = self.template.objects()?.find(|object| object.tag() == Tag::AID)?;
        Some(aid.value())
    }

    /// The application label (50).
    pub fn label(&self) -> Option<&'p str> {
        self.text(Tag::LABEL)
    }

    /// The payer's PAN: of 5A, or else of 57. A code whose two differ breaks a rule.
    pub fn pan(&self) -> Option<Pan> {
        let read = |tag| self.get(tag).and_then(|object| Pan::of(&object));
        read(Tag::PAN).or_else(|| read(Tag::TRACK_2))
    }

    /// The cardholder's name (5F20).
    pub fn holder_name(&self) -> Option<&'p str> {
        self.text(Tag::HOLDER_NAME)
    }

    /// The languages the payer prefers (5F2D): two letters each, such as `iden`.
    pub fn language(&self) -> Option<&'p str> {
        self.text(Tag::LANGUAGE)
    }

    /// Where the issuer is found (5F50); often a domain without a scheme, or an e-mail address.
    pub fn issuer_url(&self) -> Option<&'p str> {
        self.text(Tag::ISSUER_URL)
    }

    /// The version of the application (9F08).
    pub fn version(&self) -> Option<[u8; 2]> {
        self.get(Tag::VERSION)?.value().try_into().ok()
    }

    /// The token requestor (9F19): eleven digits.
    pub fn token_requestor(&self) -> Option<Digits> {
        self.digits(Tag::TOKEN_REQUESTOR, 11)
    }

    /// The payment account reference (9F24).
    pub fn account_reference(&self) -> Option<&'p str> {
        self.text(Tag::ACCOUNT_REFERENCE)
    }

    /// The last four digits of the PAN (9F25), packed or as text.
    pub fn last_four(&self) -> Option<Digits> {
        self.digits(Tag::LAST_FOUR, 4)
    }

    /// The issuer's QRIS data (9F74 in 63): what the issuer knows the payment by. A secret.
    pub fn issuer_data(&self) -> Option<&'p [u8]> {
        self.transparent(Tag::ISSUER_QRIS_DATA).map(|object| object.value())
    }
}
