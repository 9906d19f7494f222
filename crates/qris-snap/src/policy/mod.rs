//! What is agreed with one partner: data, stored beside the partner, never code.
//!
//! Signature mode, token and header rules are settled when a partner is registered; nothing is negotiated in a
//! request. [`Policy::default`] is the standard with the leniencies live clients need; each
//! [`Dialect`](crate::dialect::Dialect) brings its own.

mod paths;
mod rules;

use std::borrow::Cow;

pub use paths::Paths;
pub use rules::{
    Acknowledgement, BodyRule, Charset, CustomerTokenRule, ExternalIdRule, HeaderRules, Identity, MAX_DAYS,
    NotificationSignature, NotificationToken, NumberForm, PictureRule, QueryInPath, Scope, SignatureMode,
    TimestampRule, TimestampShapes, TokenRule, Uniqueness,
};

use serde::{Deserialize, Serialize};

use crate::codes::Situation;
use crate::datetime::{DateTime, wib_day};
use crate::diagnose::timestamp_fault;
use crate::headers::{HeaderName, HeaderSet};
use crate::json::{self, Value};
use crate::refusal::Refusal;
use crate::service::{HeaderClass, Service};
use crate::sign::Encodings;

/// Everything agreed with a partner about how requests are sent and checked.
///
/// ```
/// use qris_snap::policy::{Policy, SignatureMode};
/// let policy = Policy { signature: SignatureMode::AsymmetricNoToken, ..Policy::default() };
/// let stored = serde_json::to_string(&policy).unwrap();
/// assert_eq!(serde_json::from_str::<Policy>(&stored).unwrap(), policy);
/// assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::default());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Policy {
    /// Signature of transactions and notifications.
    pub signature: SignatureMode,
    /// Access token.
    pub token: TokenRule,
    /// Customer token.
    pub customer_token: CustomerTokenRule,
    /// Header that names the partner.
    pub identity: Identity,
    /// Query in the signed path.
    pub query: QueryInPath,
    /// Prefixes of the path that a client may leave out when it signs (`/snap`): at most
    /// [`MAX_PREFIXES`] are tried.
    pub prefixes: Cow<'static, [Cow<'static, str>]>,
    /// Bytes of the body that may have been hashed.
    pub body: BodyRule,
    /// Encodings of a signature.
    pub encodings: Encodings,
    /// X-TIMESTAMP.
    pub timestamp: TimestampRule,
    /// X-EXTERNAL-ID.
    pub external_id: ExternalIdRule,
    /// Most characters of CHANNEL-ID; `None` is any. The standard says 5, live clients send more.
    pub channel_id_max: Option<usize>,
    /// Mandatory headers.
    pub headers: HeaderRules,
    /// Picture of the code in the answer of 47.
    pub picture: PictureRule,
    /// Signature of notifications, where it is another.
    pub notification_signature: NotificationSignature,
    /// Access token of notifications, where that is otherwise.
    pub notification_token: NotificationToken,
    /// Whether the partner is connected host to host: then what a document calls mandatory for those is demanded
    /// ([`Dialect::host_to_host`](crate::dialect::Dialect::host_to_host)).
    pub host_to_host: bool,
    /// Services that are elsewhere than the dialect has them. Of a partner that is told of payments, 52 is the path that
    /// is signed in what it is told, whatever the path of its URL.
    pub paths: Paths,
    /// `responseCode` in our answers.
    pub response_code: NumberForm,
    /// `expiresIn` in our answers to token requests.
    pub expires_in: NumberForm,
    /// Which answers acknowledge a notification of ours.
    pub acknowledgement: Acknowledgement,
}

/// How many of [`Policy::prefixes`] are tried, so that a request costs a bounded number of verifications.
pub const MAX_PREFIXES: usize = 8;

/// Headers of a token request that the standard demands.
pub const TOKEN_HEADERS: HeaderSet = HeaderSet::of(&[
    HeaderName::ContentType,
    HeaderName::Timestamp,
    HeaderName::ClientKey,
    HeaderName::Signature,
]);

/// Headers of a transaction that the standard demands.
pub const TRANSACTION_HEADERS: HeaderSet = HeaderSet::of(&[
    HeaderName::ContentType,
    HeaderName::Timestamp,
    HeaderName::Signature,
    HeaderName::PartnerId,
    HeaderName::ExternalId,
    HeaderName::ChannelId,
]);

impl HeaderRules {
    /// The standard's.
    pub const STANDARD: HeaderRules = HeaderRules {
        token: TOKEN_HEADERS,
        transaction: TRANSACTION_HEADERS,
        notification: TRANSACTION_HEADERS,
    };
}

impl Policy {
    /// The standard, with the leniencies live clients need: any RFC 3339 timestamp within 300 s, visible ASCII in
    /// X-EXTERNAL-ID, any length of CHANNEL-ID, the raw body tried after the minified one.
    pub const STANDARD: Policy = Policy {
        signature: SignatureMode::Symmetric,
        token: TokenRule::Required,
        customer_token: CustomerTokenRule::Optional,
        identity: Identity::PartnerId,
        query: QueryInPath::Include,
        prefixes: Cow::Borrowed(&[]),
        body: BodyRule::MinifiedOrRaw,
        encodings: Encodings::Base64,
        timestamp: TimestampRule { window_seconds: Some(300), shapes: TimestampShapes::Rfc3339 },
        external_id: ExternalIdRule {
            charset: Charset::VisibleAscii,
            max_length: 36,
            uniqueness: Uniqueness::Conflict,
            scope: Scope::Partner,
            days: 1,
        },
        channel_id_max: None,
        headers: HeaderRules::STANDARD,
        picture: PictureRule::AtUrl,
        notification_signature: NotificationSignature::AsRequests,
        notification_token: NotificationToken::AsRequests,
        host_to_host: false,
        paths: Paths::NONE,
        response_code: NumberForm::Dialect,
        expires_in: NumberForm::Dialect,
        acknowledgement: Acknowledgement::Code,
    };

    /// How requests for this service are signed; token requests are always RSA.
    ///
    /// ```
    /// use qris_snap::Service;
    /// use qris_snap::policy::{NotificationSignature, Policy, SignatureMode};
    /// let notification_signature = NotificationSignature::AsymmetricNoToken;
    /// let policy = Policy { notification_signature, ..Policy::default() };
    /// assert_eq!(policy.signature_of(Service::Query), SignatureMode::Symmetric);
    /// assert_eq!(policy.signature_of(Service::Notify), SignatureMode::AsymmetricNoToken);
    /// ```
    pub fn signature_of(&self, service: Service) -> SignatureMode {
        match (service, self.notification_signature) {
            (Service::Notify, NotificationSignature::Symmetric) => SignatureMode::Symmetric,
            (Service::Notify, NotificationSignature::AsymmetricNoToken) => SignatureMode::AsymmetricNoToken,
            _ => self.signature,
        }
    }

    /// Whether requests for this service carry an access token; token requests never do.
    pub fn token_of(&self, service: Service) -> TokenRule {
        match (service, self.notification_token) {
            _ if service.is_token() => TokenRule::None,
            (Service::Notify, NotificationToken::Required) => TokenRule::Required,
            (Service::Notify, NotificationToken::None) => TokenRule::None,
            _ => self.token,
        }
    }

    /// The headers a request for this service must have, tokens aside.
    pub fn mandatory_headers(&self, service: Service) -> HeaderSet {
        match service.header_class() {
            HeaderClass::Token => self.headers.token,
            HeaderClass::Transaction => self.headers.transaction,
            HeaderClass::Notification => self.headers.notification,
        }
    }

    /// Reads X-TIMESTAMP and holds it against the clock. `now` is in seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// 400xx01 for a shape the policy does not accept, 401xx00 outside the window.
    pub fn check_timestamp(&self, service: Service, text: &str, now: i64) -> Result<DateTime, Refusal> {
        let parsed = match self.timestamp.shapes {
            TimestampShapes::Standard => DateTime::parse_standard(text),
            TimestampShapes::Rfc3339 => DateTime::parse(text),
        };
        let time = parsed.ok_or_else(|| {
            let fault = timestamp_fault(text).unwrap_or(match self.timestamp.shapes {
                TimestampShapes::Standard => {
                    "it has a fraction, Z or no seconds: yyyy-MM-ddTHH:mm:ss+07:00 is wanted"
                }
                TimestampShapes::Rfc3339 => "it is too long",
            });
            let log = format!("timestamp {text:?} has no accepted shape: {fault}");
            Refusal::new(service, Situation::InvalidFormat, log).at(HeaderName::Timestamp.as_str())
        })?;
        let skew = now.saturating_sub(time.unix());
        match self.timestamp.window_seconds {
            Some(window) if skew.unsigned_abs() > u64::from(window) => Err(Refusal::new(
                service,
                Situation::StaleTimestamp,
                format!(
                    "timestamp {time} is {skew} s behind our clock, {window} s are accepted{}",
                    hours_off(skew, window)
                ),
            )
            .at(HeaderName::Timestamp.as_str())),
            _ => Ok(time),
        }
    }

    /// The key under which an X-EXTERNAL-ID is remembered, or `None` when repetition is allowed. Record it only
    /// after the signature held: otherwise anybody could use up a partner's ids.
    pub fn external_id_key(
        &self,
        partner: &str,
        service: Service,
        id: &str,
        now: i64,
    ) -> Option<ExternalIdKey> {
        (self.external_id.uniqueness != Uniqueness::Off).then(|| ExternalIdKey {
            partner: partner.to_owned(),
            service: (self.external_id.scope == Scope::PartnerAndService).then_some(service.code()),
            day: wib_day(now),
            days: self.external_id.days.clamp(1, MAX_DAYS),
            id: id.to_owned(),
        })
    }

    /// The body of an answer with its `responseCode` and `expiresIn` in the partner's forms. A body that is no JSON
    /// object, and a value that is no number, stay as they are.
    ///
    /// ```
    /// use qris_snap::policy::{NumberForm, Policy};
    /// let policy = Policy { expires_in: NumberForm::Integer, ..Policy::default() };
    /// let body = br#"{"responseCode":"2007300","expiresIn":"900"}"#.to_vec();
    /// assert_eq!(policy.formed(body), br#"{"responseCode":"2007300","expiresIn":900}"#);
    /// ```
    pub fn formed(&self, body: Vec<u8>) -> Vec<u8> {
        let rules = [("responseCode", self.response_code), ("expiresIn", self.expires_in)];
        if rules.iter().all(|(_, form)| *form == NumberForm::Dialect) {
            return body;
        }
        let Ok(Value::Object(mut object)) = json::parse(&body) else { return body };
        for (name, form) in rules {
            let formed = match (form, object.get(name)) {
                (NumberForm::Text, Some(Value::Number(number))) => Some(Value::from(number.as_str())),
                (NumberForm::Integer, Some(Value::String(text))) => text.parse::<u64>().ok().map(Value::from),
                _ => None,
            };
            if let Some(formed) = formed {
                object.insert(name, formed);
            }
        }
        object.to_bytes()
    }
}

/// What whole hours between a timestamp and our clock mean.
fn hours_off(skew: i64, window: u32) -> String {
    // Half an hour on, the remainder tells how far from a whole hour it is.
    let (hours, rest) =
        (skew.saturating_add(1800).div_euclid(3600), skew.saturating_add(1800).rem_euclid(3600));
    match hours {
        0 => String::new(),
        _ if rest.saturating_sub(1800).unsigned_abs() > u64::from(window.min(600)) => String::new(),
        7 | -7 => format!("; that is {hours} h: UTC was labelled WIB, or the reverse"),
        1 | 2 | 8 | 9 | -1 | -2 | -8 | -9 => {
            format!("; that is {hours} h: the time of one zone was labelled with the offset of another")
        }
        _ => String::new(),
    }
}

/// What an X-EXTERNAL-ID is unique by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalIdKey {
    /// The partner.
    pub partner: String,
    /// The service code, with [`Scope::PartnerAndService`].
    pub service: Option<u8>,
    /// The day in western Indonesian time, in days since 1970-01-01.
    pub day: i64,
    /// How many days it must be unique for, from 1 to [`MAX_DAYS`].
    pub days: u16,
    /// The id.
    pub id: String,
}

impl Default for Policy {
    fn default() -> Self {
        Policy::STANDARD
    }
}

impl Default for TimestampRule {
    fn default() -> Self {
        Policy::STANDARD.timestamp
    }
}

impl Default for ExternalIdRule {
    fn default() -> Self {
        Policy::STANDARD.external_id
    }
}

impl Default for HeaderRules {
    fn default() -> Self {
        HeaderRules::STANDARD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_243_470; // 2026-11-21T13:44:30+07:00

    #[test]
    fn the_window_is_inclusive_and_two_sided() {
        let policy = Policy::default();
        let check =
            |text: &str| policy.check_timestamp(Service::Query, text, NOW).map_err(|r| r.code().to_string());
        assert!(check("2026-11-21T13:44:30+07:00").is_ok());
        assert!(check("2026-11-21T13:39:30+07:00").is_ok());
        assert!(check("2026-11-21T13:49:30.9+07:00").is_ok());
        assert_eq!(check("2026-11-21T13:39:29+07:00").unwrap_err(), "4015100");
        assert_eq!(check("2026-11-21T13:49:31+07:00").unwrap_err(), "4015100");
        assert_eq!(check("2026-11-21T13:44:30").unwrap_err(), "4005101");
        assert_eq!(check("yesterday").unwrap_err(), "4005101");
    }

    #[test]
    fn the_log_says_what_a_timestamp_suffers_from() {
        let log =
            |text: &str| Policy::default().check_timestamp(Service::Query, text, NOW).unwrap_err().log();
        assert!(log("2026-11-21T06:44:31+07:00").contains("that is 7 h: UTC was labelled WIB"));
        assert!(log("2026-11-21T13:44:30Z").contains("that is -7 h: UTC was labelled WIB"));
        assert!(log("2026-11-21T14:45:00+07:00").contains("that is -1 h: the time of one zone"));
        assert!(log("2026-11-21T13:14:30+07:00").ends_with("300 s are accepted"));
        assert!(log("2026-11-20T25:44:30+07:00").contains("an hour of 24 or more"));
        assert!(log("2026-11-21").contains("no time"));
    }

    #[test]
    fn strict_shapes_and_no_window_are_policies() {
        let timestamp = TimestampRule { window_seconds: None, shapes: TimestampShapes::Standard };
        let policy = Policy { timestamp, ..Policy::default() };
        assert!(policy.check_timestamp(Service::Query, "2000-01-01T00:00:00+07:00", NOW).is_ok());
        assert!(policy.check_timestamp(Service::Query, "2026-11-21T06:44:30Z", NOW).is_err());
        assert!(policy.check_timestamp(Service::Query, "2026-11-21T06:44:30.02Z", NOW).is_err());
    }

    #[test]
    fn an_external_id_is_unique_by_partner_and_day_and_perhaps_service() {
        let mut policy = Policy::default();
        let key = |policy: &Policy, service, now| policy.external_id_key("P1", service, "7", now);
        assert_eq!(key(&policy, Service::Query, NOW), key(&policy, Service::Refund, NOW));
        assert_ne!(key(&policy, Service::Query, NOW), key(&policy, Service::Query, NOW + 86_400));
        policy.external_id.scope = Scope::PartnerAndService;
        assert_ne!(key(&policy, Service::Query, NOW), key(&policy, Service::Refund, NOW));
        for (days, kept) in [(0, 1), (1, 1), (90, 90), (u16::MAX, MAX_DAYS)] {
            policy.external_id.days = days;
            assert_eq!(key(&policy, Service::Query, NOW).map(|key| key.days), Some(kept));
        }
        policy.external_id.uniqueness = Uniqueness::Off;
        assert_eq!(key(&policy, Service::Query, NOW), None);
    }

    #[test]
    fn numbers_are_formed_in_either_direction_and_nothing_else_is() {
        use NumberForm::{Dialect, Integer, Text};
        let formed = |response_code, expires_in, body: &str| {
            let policy = Policy { response_code, expires_in, ..Policy::default() };
            String::from_utf8(policy.formed(body.as_bytes().to_vec())).unwrap()
        };
        let text = r#"{"responseCode":"2007300","expiresIn":"900","other":{"n":1.0}}"#;
        let both = r#"{"responseCode":2007300,"expiresIn":900,"other":{"n":1.0}}"#;
        assert_eq!(formed(Integer, Integer, text), both);
        assert_eq!(formed(Text, Text, both), text);
        assert_eq!(formed(Dialect, Dialect, text), text);
        let one = r#"{"responseCode":"2007300","expiresIn":900,"other":{"n":1.0}}"#;
        assert_eq!(formed(Dialect, Integer, text), one);
        for body in ["", "[1]", r#"{"responseCode":"200Q500","expiresIn":null}"#, r#"{"expiresIn":{}}"#] {
            assert_eq!(formed(Integer, Text, body), body);
        }
    }

    #[test]
    fn what_was_stored_before_a_setting_was_there_reads_on() {
        let old = r#"{"signature":"asymmetricNoToken","externalId":{"maxLength":32},"prefixes":["/snap"]}"#;
        let policy: Policy = serde_json::from_str(old).unwrap();
        assert_eq!((policy.external_id.days, policy.external_id.max_length), (1, 32));
        assert_eq!((policy.paths, policy.acknowledgement), (Paths::NONE, Acknowledgement::Code));
        assert!(serde_json::from_str::<Policy>(r#"{"paths":{"99":"/x"}}"#).is_err());
    }
}
