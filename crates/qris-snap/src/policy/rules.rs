//! The single rules of a policy.

use serde::{Deserialize, Serialize};

use crate::headers::HeaderSet;

/// Which of the two transaction signatures a partner uses. Token requests are always RSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum SignatureMode {
    /// HMAC-SHA512 with the client secret, over a string with the token in it.
    #[default]
    Symmetric,
    /// RSA-SHA256, over a string without the token, whether or not a token is sent.
    AsymmetricNoToken,
}

/// Whether requests carry an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum TokenRule {
    /// Yes, as often as it lives.
    #[default]
    Required,
    /// Yes, and each token once.
    SingleUse,
    /// None is sent.
    None,
}

/// How notifications (52) are signed, where another way was agreed for them: many acquirers take HMAC and sign with RSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum NotificationSignature {
    /// As other requests are.
    #[default]
    AsRequests,
    /// [`SignatureMode::Symmetric`].
    Symmetric,
    /// [`SignatureMode::AsymmetricNoToken`].
    AsymmetricNoToken,
}

/// Whether notifications (52) carry an access token, where something else was agreed for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum NotificationToken {
    /// As other requests do.
    #[default]
    AsRequests,
    /// One is sent.
    Required,
    /// None is sent.
    None,
}

/// Whether requests carry a customer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum CustomerTokenRule {
    /// One is sent.
    Required,
    /// If they like.
    #[default]
    Optional,
}

/// Whether the signed path has the query in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum QueryInPath {
    /// Yes: the standard.
    #[default]
    Include,
    /// No: two providers.
    Exclude,
}

/// Which bytes of the body may have been hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum BodyRule {
    /// The minified ones: the standard.
    MinifiedOnly,
    /// The minified ones or, failing that, those received: at least one client hashes unminified JSON.
    #[default]
    MinifiedOrRaw,
    /// As [`MinifiedOrRaw`](Self::MinifiedOrRaw) and, failing those, the minified ones with the escapes of PHP's
    /// `json_encode` undone or applied: `\/` for slashes, `\u00e9` for letters beyond ASCII, each or both. Two PHP
    /// libraries sign the one text and send the other. At most four more hashes; none of it changes what JSON means.
    #[serde(alias = "accept-php-escapes")]
    AcceptPhpEscapes,
}

/// Where the answer of 47 has the code as a picture. `qrImage` is optional in the standard, and in no answer of the
/// documents; drawing it is a good part of the work of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum PictureRule {
    /// Behind `qrUrl`, drawn when somebody looks at it.
    #[default]
    AtUrl,
    /// In `qrImage` too: PNG in Base64.
    InAnswer,
}

/// Which shapes X-TIMESTAMP may have. It is always signed as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum TimestampShapes {
    /// `yyyy-MM-ddTHH:mm:ss+hh:mm`, 25 characters: the standard.
    Standard,
    /// RFC 3339: a fraction, `Z` and `-00:00` too, as live clients send.
    #[default]
    Rfc3339,
}

/// The rule for X-TIMESTAMP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TimestampRule {
    /// How many seconds a timestamp may lie before or after our clock; `None` is any. The standard names no
    /// window.
    pub window_seconds: Option<u32>,
    /// Accepted shapes.
    pub shapes: TimestampShapes,
}

/// Which characters X-EXTERNAL-ID may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Charset {
    /// Digits: the standard's table.
    Numeric,
    /// ASCII letters and digits: the standard's change log.
    Alphanumeric,
    /// Visible ASCII: what live clients send.
    #[default]
    VisibleAscii,
}

/// What happens when an X-EXTERNAL-ID comes again on the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Uniqueness {
    /// Nothing: it is a constant for this partner.
    Off,
    /// A conflict (409xx00).
    #[default]
    Conflict,
    /// The stored answer when the body is the same, 409xx00 when it is another.
    ReplayStored,
}

/// Within what an X-EXTERNAL-ID is unique, beside the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Scope {
    /// All requests of a partner.
    #[default]
    Partner,
    /// Requests of a partner for one service: for clients whose ids have a resolution of one second.
    PartnerAndService,
}

/// The rule for X-EXTERNAL-ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExternalIdRule {
    /// Characters.
    pub charset: Charset,
    /// Most characters.
    pub max_length: usize,
    /// What a repetition does.
    pub uniqueness: Uniqueness,
    /// Within what it is unique.
    pub scope: Scope,
    /// For how many days it is unique: 1, the standard's, is the day of X-TIMESTAMP in western Indonesian time; with
    /// more, that day and so many less one before and after it. 0 is 1; at most [`MAX_DAYS`] are looked at.
    pub days: u16,
}

/// Most days within which an X-EXTERNAL-ID is looked for.
pub const MAX_DAYS: u16 = 366;

/// How a member that the standard writes as digits in quotes is written in our answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum NumberForm {
    /// As the dialect writes it.
    #[default]
    Dialect,
    /// In quotes: `"900"`.
    Text,
    /// As a JSON integer: `900`.
    Integer,
}

/// Which answers to a notification of ours mean that the receiver has it. HTTP 2xx it must be in any case, or 409 with a
/// `responseCode` of 409.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Acknowledgement {
    /// A JSON object with a `responseCode` of success or conflict, in whatever letter case the member is named.
    #[default]
    Code,
    /// The same, or the body `OK` in either case.
    CodeOrOk,
    /// Any body, unless it has a `responseCode`, which then decides.
    AnyBody,
}

/// Which header names the partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Identity {
    /// X-PARTNER-ID: the standard.
    #[default]
    PartnerId,
    /// X-CLIENT-KEY, with the token; X-PARTNER-ID then is the provider's own value.
    ClientKey,
}

/// The mandatory headers, by class of service. `Authorization` and `Authorization-Customer` follow
/// [`Policy::token`](super::Policy::token) and
/// [`Policy::customer_token`](super::Policy::customer_token) and need not be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HeaderRules {
    /// For 73 and 74.
    pub token: HeaderSet,
    /// For what partners ask.
    pub transaction: HeaderSet,
    /// For 52.
    pub notification: HeaderSet,
}
