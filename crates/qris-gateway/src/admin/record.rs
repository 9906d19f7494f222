//! What is said about a partner, on the way in and on the way out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use qris_snap::dialect::Dialect;
use serde::Serialize;

use crate::model::{NotifySign, Role};

/// Where the partner's public key comes from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// A file the partner sent.
    PublicKey(PathBuf),
    /// A pair made now, in this directory, which is made when missing.
    Generate(PathBuf),
}

/// A partner to be added. What is `None` gets a random or its dialect's value.
#[derive(Debug, Clone)]
pub struct NewPartner {
    /// For people.
    pub name: String,
    /// Names, types and paths of its messages.
    pub dialect: &'static Dialect,
    /// What it may do.
    pub role: Role,
    /// X-CLIENT-KEY.
    pub client_id: Option<String>,
    /// X-PARTNER-ID.
    pub partner_id: Option<String>,
    /// CHANNEL-ID.
    pub channel_id: Option<String>,
    /// Its key.
    pub key: KeySource,
    /// Where notifications go.
    pub notify_url: Option<String>,
    /// How they are signed.
    pub notify_sign: Option<NotifySign>,
    /// Where a token for them is fetched.
    pub notify_token_url: Option<String>,
    /// Headers they carry beside the usual ones.
    pub notify_headers: Vec<(String, String)>,
    /// Path before all of its paths.
    pub mount: String,
    /// Settings of its policy by their names, in the place of its dialect's.
    pub policy: Vec<(String, String)>,
    /// With a first merchant of demo values, when it is of role merchant.
    pub demo: bool,
}

/// Paths of a partner's services.
#[derive(Debug, Clone, Serialize)]
pub struct Paths {
    /// Generate a QR (47).
    pub generate: String,
    /// Query a payment (51).
    pub query: String,
    /// Cancel a payment (77).
    pub cancel: String,
    /// Refund a payment (78).
    pub refund: String,
    /// Decode a QR (48).
    pub decode: String,
    /// Pay what was decoded (50).
    pub payment: String,
    /// Payment notification (52).
    pub notify: String,
}

/// Everything a partner needs to begin, shown once.
#[derive(Debug, Clone, Serialize)]
pub struct PartnerObject {
    /// X-CLIENT-KEY.
    pub client_id: String,
    /// X-PARTNER-ID.
    pub partner_id: String,
    /// CHANNEL-ID.
    pub channel_id: String,
    /// Signs transactions with HMAC; stored sealed, never shown again.
    pub client_secret: String,
    /// Dialect, lower case.
    pub dialect: String,
    /// Role.
    pub role: &'static str,
    /// The private key made for it, PKCS#8 PEM, mode 0600; none when it brought a public key.
    pub private_key_file: Option<String>,
    /// The same in Base64 without PEM lines.
    pub private_key_base64: Option<String>,
    /// The gateway's public key, SPKI PEM: verifies notifications.
    pub gateway_public_key_file: String,
    /// The merchant made with it; none for other roles.
    pub merchant_id: Option<String>,
    /// Path of the token service (73).
    pub token_path: String,
    /// Paths of the other services.
    pub paths: Paths,
}

/// A partner in a list: nothing secret.
#[derive(Debug, Clone, Serialize)]
pub struct PartnerRow {
    /// X-CLIENT-KEY.
    pub client_id: String,
    /// X-PARTNER-ID.
    pub partner_id: String,
    /// CHANNEL-ID.
    pub channel_id: String,
    /// For people.
    pub name: String,
    /// Dialect, lower case.
    pub dialect: String,
    /// Role.
    pub role: &'static str,
    /// Path before all of its paths.
    pub mount: String,
    /// Where notifications go.
    pub notify_url: Option<String>,
    /// How they are signed.
    pub notify_sign: &'static str,
    /// `off`, `conflict`, `replay`.
    pub external_id: &'static str,
    /// ISO 8601, WIB.
    pub created_at: String,
    /// ISO 8601, WIB; none: it may call.
    pub disabled_at: Option<String>,
}

/// A partner in full: nothing secret.
#[derive(Debug, Clone, Serialize)]
pub struct PartnerDetails {
    /// What a list shows.
    #[serde(flatten)]
    pub row: PartnerRow,
    /// Where a token for its notifications is fetched.
    pub notify_token_url: Option<String>,
    /// Names of the headers its notifications carry beside the usual ones.
    pub notify_headers: Vec<String>,
    /// Networks it may ask from; none: it may from everywhere.
    pub allow_ips: Vec<String>,
    /// What was agreed with it, each setting by its name.
    pub policy: BTreeMap<String, String>,
    /// Path of the token service (73).
    pub token_path: String,
    /// Paths of the other services.
    pub paths: Paths,
}

/// What is changed of a partner; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct PartnerChange {
    /// For people.
    pub name: Option<String>,
    /// Names, types and paths of its messages. The policy stays, unless `default_policy` is given too.
    pub dialect: Option<&'static Dialect>,
    /// Whether its policy begins again as its dialect's, before the changes of `policy`.
    pub default_policy: bool,
    /// Path before all of its paths.
    pub mount: Option<String>,
    /// Where notifications go; `Some(None)`: nowhere.
    pub notify_url: Option<Option<String>>,
    /// How they are signed.
    pub notify_sign: Option<NotifySign>,
    /// Where a token for them is fetched; `Some(None)`: nowhere.
    pub notify_token_url: Option<Option<String>>,
    /// Headers they carry beside the usual ones, put beside those there are; an empty value takes one out.
    pub notify_headers: Vec<(String, String)>,
    /// Networks or addresses it may ask from, in the place of those there are; `Some` of none: from everywhere.
    pub allow_ips: Option<Vec<String>>,
    /// Settings of its policy by their names.
    pub policy: Vec<(String, String)>,
}

/// New keys for a partner.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The new public key; none: it stays.
    pub key: Option<KeySource>,
    /// Whether the client secret is replaced too.
    pub secret: bool,
    /// Seconds for which the old ones are taken beside the new.
    pub grace: u32,
}

/// What a rotation made.
#[derive(Debug, Clone, Serialize)]
pub struct RotatedObject {
    /// Whose.
    pub client_id: String,
    /// The new client secret; none when it stays.
    pub client_secret: Option<String>,
    /// The new private key, PKCS#8 PEM; none when none was made.
    pub private_key_file: Option<String>,
    /// The same in Base64 without PEM lines.
    pub private_key_base64: Option<String>,
    /// How long the old ones are taken, seconds.
    pub grace_seconds: u32,
    /// Until when they are, ISO 8601, WIB.
    pub old_valid_until: String,
}
