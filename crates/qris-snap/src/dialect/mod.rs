//! Dialects: how providers differ from the standard, as data.
//!
//! A [`Dialect`] is a plain struct of tables. Reading and writing a message walks the standard's
//! [`Spec`](crate::message::Spec) and this struct side by side; there is no branch on a provider's name anywhere.
//! To add a provider, write another `Dialect { .., ..STANDARD }`.

mod brick;
mod finnet;
mod finpay;
mod standard;

use core::fmt;

pub use brick::BRICK;
pub use finnet::FINNET;
pub use finpay::FINPAY;
pub use standard::STANDARD;

use crate::codes::{Case, ResponseCode};
use crate::message::{Kind, Presence, Shape};
use crate::policy::{Policy, SignatureMode};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::status::Status;

/// How one provider's SNAP differs from the standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Its name.
    pub name: &'static str,
    /// What stands before `qr/qr-mpm-generate`: begins and ends with `/`.
    pub base_path: &'static str,
    /// Whole paths of services that are elsewhere. The first of a service is where it is; further ones are also
    /// answered.
    pub paths: &'static [(Service, &'static str)],
    /// The services its document describes.
    pub services: &'static [Service],
    /// How members differ.
    pub changes: &'static [Change],
    /// Groups of which at least one member must be there, beside the standard's.
    pub one_of: &'static [(Kind, &'static [&'static str])],
    /// Whether requests must have what the standard calls mandatory. Members of [`Self::changes`] with a presence
    /// of their own, and [`Self::one_of`], hold in any case.
    pub requests: Requests,
    /// The currency of an amount that names none.
    pub default_currency: Option<&'static str>,
    /// How `validityPeriod` is meant.
    pub validity: Validity,
    /// Code of success, for services whose own is not used.
    pub success: &'static [(Service, ResponseCode)],
    /// Messages with other words: HTTP, case, template.
    pub messages: &'static [(u16, u8, &'static str)],
    /// Messages that we write with these members and no others, since the document has no others.
    pub closed: &'static [(Kind, &'static [&'static str])],
    /// Members that are mandatory for a partner that is connected host to host
    /// ([`Policy::host_to_host`]), as paths: `additionalInfo.merchantLocation`.
    pub host_to_host: &'static [(Kind, &'static [&'static str])],
    /// What a notification without a status says, where the document has none in it.
    pub untold_status: Option<Status>,
    /// How notifications to a new partner are signed: the document wants a token with them, or it does not.
    pub notification: SignatureMode,
    /// What to agree with a new partner of this dialect.
    pub policy: Policy,
}

/// Which mandatory members of a request are demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Requests {
    /// The standard's.
    Standard,
    /// None: the document marks nothing as required.
    NothingMandatory,
}

/// How `validityPeriod` is written, and its bounds in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// How it is written.
    pub form: ValidityForm,
    /// When it is absent.
    pub default: u64,
    /// Longer ones are shortened to this.
    pub max: u64,
    /// Shorter ones are refused.
    pub min: u64,
}

/// How `validityPeriod` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidityForm {
    /// The date-time at which the QR expires.
    DateTime,
    /// Seconds from now, as quoted digits.
    Seconds,
}

/// How a member of a message differs. Start from [`Change::of`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The message.
    pub kind: Kind,
    /// The standard's name of the member.
    pub member: &'static str,
    /// Its name on the wire.
    pub wire: &'static str,
    /// Further names that are read. The standard's own name always is.
    pub aliases: &'static [&'static str],
    /// Its presence, when another.
    pub presence: Option<Presence>,
    /// Its shape, when another.
    pub shape: Option<Shape>,
    /// How its value is written.
    pub form: Form,
    /// Its value when it is absent.
    pub default: Option<&'static str>,
}

/// How a text of the standard is written on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// As text.
    AsIs,
    /// As a JSON integer; read back with leading zeros up to this many digits.
    Integer(usize),
    /// As another word: pairs of the standard's and the provider's. The first that fits is taken in either
    /// direction; a word in no pair stays.
    Words(&'static [(&'static str, &'static str)]),
    /// As text; other words are read as well, in pairs as above.
    WordsRead(&'static [(&'static str, &'static str)]),
}

impl Change {
    /// A change of nothing yet.
    pub const fn of(kind: Kind, member: &'static str) -> Change {
        Change {
            kind,
            member,
            wire: member,
            aliases: &[],
            presence: None,
            shape: None,
            form: Form::AsIs,
            default: None,
        }
    }

    /// Another name on the wire.
    #[must_use]
    pub const fn named(self, wire: &'static str) -> Change {
        Change { wire, ..self }
    }

    /// Further names that are read.
    #[must_use]
    pub const fn also(self, aliases: &'static [&'static str]) -> Change {
        Change { aliases, ..self }
    }

    /// Another presence.
    #[must_use]
    pub const fn presence(self, presence: Presence) -> Change {
        Change { presence: Some(presence), ..self }
    }

    /// Another shape.
    #[must_use]
    pub const fn shape(self, shape: Shape) -> Change {
        Change { shape: Some(shape), ..self }
    }

    /// Another form on the wire.
    #[must_use]
    pub const fn form(self, form: Form) -> Change {
        Change { form, ..self }
    }

    /// A value for when it is absent.
    #[must_use]
    pub const fn default(self, value: &'static str) -> Change {
        Change { default: Some(value), ..self }
    }
}

/// The dialects this crate brings.
pub static ALL: [&Dialect; 4] = [&STANDARD_STATIC, &FINPAY_STATIC, &BRICK_STATIC, &FINNET_STATIC];

static STANDARD_STATIC: Dialect = STANDARD;
static FINPAY_STATIC: Dialect = FINPAY;
static BRICK_STATIC: Dialect = BRICK;
static FINNET_STATIC: Dialect = FINNET;

impl Dialect {
    /// The dialect of a name, letter case aside.
    ///
    /// ```
    /// use qris_snap::dialect::Dialect;
    /// assert_eq!(Dialect::named("brick").map(|dialect| dialect.name), Some("Brick"));
    /// ```
    pub fn named(name: &str) -> Option<&'static Dialect> {
        ALL.into_iter().find(|dialect| dialect.name.eq_ignore_ascii_case(name))
    }

    /// The path of a service.
    ///
    /// ```
    /// use qris_snap::{Service, dialect::FINPAY};
    /// assert_eq!(FINPAY.path(Service::Query), "/pg/payment/card/v1.0/qr/qr-mpm-query");
    /// assert_eq!(FINPAY.path(Service::TokenB2b), "/snap/oauth/v1.0/access-token/b2b");
    /// ```
    pub fn path(&self, service: Service) -> String {
        match self.paths.iter().find(|(other, _)| *other == service) {
            Some((_, path)) => (*path).to_owned(),
            None => format!("{}{}", self.base_path, service.path()),
        }
    }

    /// The service at a path, without query.
    pub fn service_at(&self, path: &str) -> Option<Service> {
        let elsewhere = self.paths.iter().find(|(_, known)| *known == path).map(|(service, _)| *service);
        elsewhere.or_else(|| {
            let rest = path.strip_prefix(self.base_path)?;
            Service::all().find(|service| service.path() == rest)
        })
    }

    /// The code of success of a service.
    pub fn success_code(&self, service: Service) -> ResponseCode {
        let own = self.success.iter().find(|(other, _)| *other == service).map(|(_, code)| *code);
        own.unwrap_or(ResponseCode::new(200, Some(service), 0))
    }

    /// The message of success.
    pub fn success_message(&self) -> &'static str {
        self.template(200, 0)
    }

    /// The template of a case's message in this dialect.
    pub fn template(&self, http: u16, case: u8) -> &'static str {
        let own = self.messages.iter().find(|row| (row.0, row.1) == (http, case)).map(|row| row.2);
        own.or_else(|| Case::find(http, case).map(|row| row.message)).unwrap_or("")
    }

    /// What a refused caller is told in this dialect.
    pub fn message(&self, refusal: &Refusal) -> String {
        let case = refusal.situation().case();
        refusal.fill(self.template(case.http, case.case))
    }

    /// The members of a message that we write, when its document lists fewer than the standard.
    pub fn closed(&self, kind: Kind) -> Option<&'static [&'static str]> {
        self.closed.iter().find(|(closed, _)| *closed == kind).map(|(_, members)| *members)
    }

    pub(crate) fn change(&self, kind: Kind, member: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.kind == kind && change.member == member)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests;
