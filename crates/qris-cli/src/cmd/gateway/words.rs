//! The words of the command line, and what they mean.

use clap::ValueEnum;
use qris_gateway::model::{NotifySign, Role};
use qris_snap::dialect::Dialect;

use crate::output::Failure;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum DialectName {
    Standard,
    Finpay,
    Brick,
    Finnet,
}

impl DialectName {
    pub(super) fn dialect(self) -> Result<&'static Dialect, Failure> {
        let name = match self {
            DialectName::Standard => "standard",
            DialectName::Finpay => "finpay",
            DialectName::Brick => "brick",
            DialectName::Finnet => "finnet",
        };
        Dialect::named(name).ok_or_else(|| Failure::Usage(format!("no dialect {name}")))
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RoleName {
    Merchant,
    Issuer,
    Upstream,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SignName {
    Rsa,
    Hmac,
    None,
}

impl SignName {
    pub(super) fn sign(self) -> NotifySign {
        match self {
            SignName::Rsa => NotifySign::Rsa,
            SignName::Hmac => NotifySign::Hmac,
            SignName::None => NotifySign::None,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ExternalIdName {
    Off,
    Conflict,
    Replay,
}

impl RoleName {
    pub(super) fn role(self) -> Role {
        match self {
            RoleName::Merchant => Role::Merchant,
            RoleName::Issuer => Role::Issuer,
            RoleName::Upstream => Role::Upstream,
        }
    }
}

impl ExternalIdName {
    /// As a setting of a policy.
    pub(super) fn setting(self) -> &'static str {
        match self {
            ExternalIdName::Off => "off",
            ExternalIdName::Conflict => "conflict",
            ExternalIdName::Replay => "replayStored",
        }
    }
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is wanted")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
