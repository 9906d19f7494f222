//! `qris snap verify`.

use std::ffi::{OsStr, OsString};
use std::io::Write;

use clap::{Args as ClapArgs, ValueEnum};
use qris_core::display::Safe;
use qris_snap::Service;
use qris_snap::diagnose::{Diagnosis, Keys, Parts, Signed, diagnose, right, timestamp_fault};
use qris_snap::policy::SignatureMode;
use qris_snap::sign::Token;

use super::capture::{self, Captured};
use super::{
    BODY_LIMIT, PartArgs, bearer, missing, read_limited, read_public, read_secret, read_token, shown,
};
use crate::output::{Failure, Outcome, Verdict, results};

/// Verify a signature and say what is wrong with it
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris snap verify --request captured.txt --secret-file secret
  qris snap verify --method POST --path /v1.0/qr/qr-mpm-query \\
      --token-file token --body body.json \\
      --timestamp 2026-11-21T10:00:00+07:00 --secret-file secret \\
      --signature FSlidRHe…
  qris snap verify --client-id C1 --timestamp 2026-11-21T10:00:00+07:00 \\
      --public-key key.pub --signature …
A token request may be given with --method, --path and --body too, for those who
signed it as a service.
Exit status: 0 the signature holds, 1 it does not, 2 usage. When it does not
hold, the slips that clients are known to make are tried, one and two at a time,
and the one that explains it is named. The strings that are shown contain the
token; the signature that would be right is never shown.")]
pub(super) struct VerifyArgs {
    /// A captured request: a curl command, raw HTTP or an HAR file; its headers have the rest.
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["client_id", "method", "path", "body", "timestamp", "string_to_sign"])]
    request: Option<OsString>,
    /// The number of the request in an HAR file, from 1.
    #[arg(long, value_name = "N", requires = "request")]
    entry: Option<usize>,
    /// The string to sign, byte for byte, in a file or - for standard input.
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["client_id", "method", "path", "token_file", "body", "timestamp", "prefix"])]
    string_to_sign: Option<OsString>,
    #[command(flatten)]
    parts: PartArgs,
    /// The host that was called, with its port: perhaps it was signed.
    #[arg(long)]
    host: Option<String>,
    /// Another token of the same client, in a file: perhaps that one was signed.
    #[arg(long, value_name = "FILE")]
    other_token_file: Vec<OsString>,
    /// A prefix of the path that was agreed on, as in the partner's policy: perhaps it was signed and is not sent.
    #[arg(long, value_name = "PREFIX")]
    prefix: Vec<String>,
    /// A public key: SPKI or PKCS#1 as PEM, DER or bare Base64, or ssh-rsa.
    #[arg(long, value_name = "FILE", required_unless_present = "secret_file")]
    public_key: Option<OsString>,
    /// A file with the client secret; one newline at its end is dropped.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<OsString>,
    /// How services are signed; by default with the secret when it is given.
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// The signature, Base64 or hexadecimal; a captured request has its own.
    #[arg(long, required_unless_present = "request")]
    signature: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Mode {
    /// HMAC-SHA512 with the client secret; the token is in the string.
    Symmetric,
    /// SHA256withRSA with the private key; the token is not.
    Asymmetric,
}

pub(super) fn verify(args: &VerifyArgs) -> Outcome {
    let public = args.public_key.as_ref().map(|path| read_public(path)).transpose()?;
    let secret = args.secret_file.as_ref().map(|path| read_secret(path)).transpose()?;
    let keys = Keys { secret: secret.as_ref(), public: public.as_ref() };
    let mode = match (args.mode, &secret) {
        (Some(Mode::Symmetric), _) | (None, Some(_)) => SignatureMode::Symmetric,
        (Some(Mode::Asymmetric), _) | (None, None) => SignatureMode::AsymmetricNoToken,
    };
    let others =
        args.other_token_file.iter().map(|path| bare_token(path)).collect::<Result<Vec<Token>, Failure>>()?;
    let given = args.signature.as_deref().unwrap_or("");
    if let Some(path) = &args.string_to_sign {
        let text = read_limited(path, BODY_LIMIT)?;
        return say(&Signed::Text(&text), keys, mode, given.trim());
    }
    if let Some(path) = &args.request {
        let captured =
            Captured::read(&read_limited(path, BODY_LIMIT)?, args.entry).map_err(Failure::Usage)?;
        return captured_request(&captured, args, keys, mode, &others);
    }
    let parts = &args.parts;
    let timestamp = parts.timestamp.as_deref().ok_or_else(|| missing("--timestamp"))?;
    let token = parts.token_file.as_ref().map(|path| bare_token(path)).transpose()?.unwrap_or_default();
    let body = parts.body.as_ref().map(|path| read_limited(path, BODY_LIMIT)).transpose()?;
    // Of a whole URL the path is signed.
    let url = parts.path.as_deref().unwrap_or("");
    let prefixes: Vec<&str> = args.prefix.iter().map(String::as_str).collect();
    let asked = Parts {
        method: parts.method.as_deref().unwrap_or(""),
        path: capture::target(url),
        host: args.host.as_deref().or_else(|| capture::host(url)).unwrap_or(""),
        client: parts.client_id.as_deref().unwrap_or(""),
        token: Some(&token),
        other_tokens: &others,
        body: body.as_deref().unwrap_or_default(),
        timestamp,
        prefixes: &prefixes,
        ..Parts::default()
    };
    if parts.client_id.is_some() && (parts.path.is_none() || is_token_path(asked.path)) {
        return say(&Signed::TokenRequest(asked), keys, mode, given.trim());
    }
    if parts.method.is_none() || parts.path.is_none() || body.is_none() {
        return Err(missing("--method, --path or --body"));
    }
    say(&Signed::Service(asked), keys, mode, given.trim())
}

/// A token without the `Bearer ` it is sent behind: whoever signed that too is told so.
fn bare(value: &str) -> Token {
    Token::new(bearer(value).unwrap_or(value).trim())
}

fn bare_token(path: &OsStr) -> Result<Token, Failure> {
    read_token(path).map(|token| if bearer(token.expose()).is_some() { bare(token.expose()) } else { token })
}

/// Wherever a provider has its token services.
fn is_token_path(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or("").trim_end_matches('/');
    Service::all().any(|service| service.is_token() && path.ends_with(service.path()))
}

/// What would have been tried as well.
fn not_given<'a>(signed: &Signed<'_>, keys: Keys<'_>) -> impl Iterator<Item = &'a str> {
    let service = if let Signed::Service(parts) = signed { Some(parts) } else { None };
    let hints = [
        (keys.secret.is_none(), "with --secret-file, signatures by the client secret are tried too"),
        (keys.public.is_none(), "with --public-key, signatures by the private key are tried too"),
        (
            service.is_some_and(|parts| parts.host.is_empty()),
            "with --host, paths with the host before them are tried too",
        ),
        (
            service.is_some_and(|parts| parts.other_tokens.is_empty()),
            "with --other-token-file, other tokens of the client are tried too",
        ),
    ];
    hints.into_iter().filter(|(missing, _)| *missing).map(|(_, hint)| hint)
}

fn captured_request(
    captured: &Captured,
    args: &VerifyArgs,
    keys: Keys<'_>,
    mode: SignatureMode,
    others: &[Token],
) -> Outcome {
    let header = |name: &str| captured.header(name).unwrap_or("");
    let missing = |name: &str| Failure::Usage(format!("the captured request has no {name}"));
    let signature = match &args.signature {
        Some(signature) => signature,
        None => captured.header("x-signature").ok_or_else(|| missing("X-SIGNATURE"))?,
    };
    let timestamp = captured.header("x-timestamp").ok_or_else(|| missing("X-TIMESTAMP"))?;
    let token = match &args.parts.token_file {
        Some(path) => bare_token(path)?,
        None => bare(header("authorization")),
    };
    // The customer's may have been taken for the partner's.
    let mut others = others.to_vec();
    if let Some(value) = captured.header("authorization-customer") {
        others.push(bare(value));
    }
    let prefixes: Vec<&str> = args.prefix.iter().map(String::as_str).collect();
    let client =
        if header("x-client-key").is_empty() { header("x-partner-id") } else { header("x-client-key") };
    let parts = Parts {
        method: &captured.method,
        path: captured.target(),
        host: args.host.as_deref().unwrap_or(captured.host()),
        client,
        token: Some(&token),
        other_tokens: &others,
        body: &captured.body,
        timestamp,
        prefixes: &prefixes,
        ..Parts::default()
    };
    // Whoever has no token yet, and says who he is, asks for one.
    let asks = captured.header("authorization").is_none()
        && captured.header("x-client-key").is_some()
        && captured.header("x-partner-id").is_none();
    let is_token = is_token_path(parts.path) || asks;
    let signed = if is_token { Signed::TokenRequest(parts) } else { Signed::Service(parts) };
    say(&signed, keys, mode, signature)
}

fn say(signed: &Signed<'_>, keys: Keys<'_>, mode: SignatureMode, signature: &str) -> Outcome {
    let diagnosis = diagnose(signed, keys, mode, signature);
    let mut out = results();
    let holds = matches!(diagnosis, Diagnosis::Holds(_));
    if !holds {
        writeln!(out, "the signature does not hold")?;
    }
    match &diagnosis {
        Diagnosis::Slips { slips, signed } => {
            for slip in slips {
                writeln!(out, "cause: {} ({})", Safe(&slip.to_string()), slip.code())?;
            }
            writeln!(out, "string that was signed: {}", Safe(&shown(signed)))?;
        }
        Diagnosis::Holds(_) => writeln!(out, "{diagnosis}")?,
        other => writeln!(out, "cause: {other}")?,
    }
    writeln!(out, "string to sign: {}", Safe(&shown(&right(signed, mode))))?;
    if matches!(diagnosis, Diagnosis::Unknown | Diagnosis::GivenUp) {
        for hint in not_given(signed, keys) {
            writeln!(out, "hint: {hint}")?;
        }
    }
    if let Signed::Service(parts) | Signed::TokenRequest(parts) = signed
        && let Some(fault) = timestamp_fault(parts.timestamp)
    {
        writeln!(out, "note: X-TIMESTAMP {} is refused whatever was signed: {fault}", Safe(parts.timestamp))?;
    }
    out.flush()?;
    Ok(if holds { Verdict::Good } else { Verdict::Bad })
}
