//! `qris snap`: sign, verify, minify and explain, for people in front of a 401.

#[cfg(feature = "call")]
mod call;
mod capture;
mod explain;
mod verify;

use std::ffi::{OsStr, OsString};
use std::io::Write;

use clap::{Args as ClapArgs, Subcommand};
use qris_snap::diagnose::timestamp_fault;
use qris_snap::sign::{PrivateKey, PublicKey, Secret, SigningKey, StringToSign, Token};
use qris_snap::{BodyHash, DateTime, minify};

#[cfg(all(feature = "call", feature = "serve"))]
pub(crate) use call::page_of_a_new_code;
use explain::ExplainArgs;
use verify::VerifyArgs;

use crate::input::read_bytes;
use crate::output::{Failure, Outcome, Verdict, print_line, raw_results, say};

/// The largest body, in bytes. Hashing knows no limit; a terminal session should.
const BODY_LIMIT: u64 = 64 * 1024 * 1024;
/// The largest key, secret or token file, in bytes.
const KEY_LIMIT: u64 = 64 * 1024;

/// Sign, verify and minify SNAP requests, explain response codes
#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "call")]
    Call(Box<call::CallArgs>),
    Sign(Box<SignArgs>),
    Verify(Box<VerifyArgs>),
    Minify(MinifyArgs),
    Explain(ExplainArgs),
}

/// Sign a request and print the signature in Base64
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris snap sign --client-id C1 --timestamp 2026-11-21T10:00:00+07:00 \\
      --private-key key.pem
  qris snap sign --method POST --path /v1.0/qr/qr-mpm-query --token-file token \\
      --body body.json --timestamp 2026-11-21T10:00:00+07:00 \\
      --secret-file secret
A secret signs a string with the token in it (symmetric), a private key one
without (asymmetric).")]
struct SignArgs {
    #[command(flatten)]
    parts: PartArgs,
    #[command(flatten)]
    key: SignKeyArgs,
    /// Show the string to sign and the hash on standard error. It contains the token.
    #[arg(long, short)]
    verbose: bool,
}

/// Print the bytes of a body that are hashed, nothing added
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  qris snap minify < body.json | sha256sum")]
struct MinifyArgs {}

/// The parts of a request.
#[derive(Debug, ClapArgs)]
struct PartArgs {
    /// The client id: for a token request.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The HTTP method.
    #[arg(long)]
    method: Option<String>,
    /// The path with its query, as it was requested.
    #[arg(long)]
    path: Option<String>,
    /// A file with the access token, without Bearer; one newline at its end is dropped.
    #[arg(long, value_name = "FILE")]
    token_file: Option<OsString>,
    /// The body, byte for byte, in a file or - for standard input.
    #[arg(long, value_name = "FILE|-")]
    body: Option<OsString>,
    /// X-TIMESTAMP as it was sent.
    #[arg(long, value_name = "TIME")]
    timestamp: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
struct SignKeyArgs {
    /// A private key: PKCS#8 or PKCS#1, as PEM, DER or bare Base64.
    #[arg(long, value_name = "FILE")]
    private_key: Option<OsString>,
    /// A file with the client secret; one newline at its end is dropped.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<OsString>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    match &args.command {
        #[cfg(feature = "call")]
        Command::Call(args) => call::call(args),
        Command::Sign(args) => sign(args),
        Command::Verify(args) => verify::verify(args),
        Command::Minify(_) => print_minified(),
        Command::Explain(args) => explain::explain(args),
    }
}

/// What was, or is to be, signed.
enum Request {
    Token { client: String, timestamp: String },
    Service { method: String, path: String, token: Token, body: Vec<u8>, timestamp: String },
}

impl PartArgs {
    fn read(&self) -> Result<Request, Failure> {
        let timestamp = self.timestamp.clone().ok_or_else(|| missing("--timestamp"))?;
        if let Some(client) = &self.client_id {
            let Self { method, path, token_file, body, .. } = self;
            if method.is_some() || path.is_some() || token_file.is_some() || body.is_some() {
                let alone = "a token request is signed over client id and timestamp: leave out";
                return Err(Failure::Usage(format!("{alone} --method, --path, --token-file and --body")));
            }
            return Ok(Request::Token { client: client.clone(), timestamp });
        }
        let token = match &self.token_file {
            Some(path) => read_token(path)?,
            None => Token::default(),
        };
        Ok(Request::Service {
            method: self.method.clone().ok_or_else(|| missing("--method"))?,
            path: self.path.clone().ok_or_else(|| missing("--path"))?,
            token,
            body: read_limited(self.body.as_ref().ok_or_else(|| missing("--body"))?, BODY_LIMIT)?,
            timestamp,
        })
    }
}

fn sign(args: &SignArgs) -> Outcome {
    let (private, secret) = match (&args.key.private_key, &args.key.secret_file) {
        (Some(path), _) => (Some(read_private(path)?), None),
        (None, Some(path)) => (None, Some(read_secret(path)?)),
        (None, None) => return Err(Failure::Usage("--private-key or --secret-file is wanted".into())),
    };
    let key = match (&private, &secret) {
        (Some(key), _) => SigningKey::Private(key),
        (None, Some(secret)) => SigningKey::Secret(secret),
        (None, None) => return Err(Failure::Usage("no key".into())),
    };
    let request = args.parts.read()?;
    check(&request)?;
    let text = match request {
        Request::Token { client, timestamp } => {
            if secret.is_some() {
                say("note", "token requests are signed with a private key; this is an HMAC");
            }
            StringToSign::token(&client, &timestamp)
        }
        Request::Service { method, path, token, body, timestamp } => {
            let hash = BodyHash::minified(&body);
            if args.verbose {
                say("hash", &hash.to_string());
            }
            if private.is_some() {
                if args.parts.token_file.is_some() {
                    say("note", "a private key signs without the token: --token-file is not used");
                }
                StringToSign::asymmetric(&method, &path, &hash, &timestamp)
            } else {
                StringToSign::symmetric(&method, &path, token.expose(), &hash, &timestamp)
            }
        }
    };
    if args.verbose {
        say("string to sign", &shown(&text));
    }
    let signature = key.sign(&text).map_err(|error| Failure::Refused(error.to_string()))?;
    print_line(&signature)?;
    Ok(Verdict::Good)
}

/// What would be signed well and be refused by whoever verifies.
fn check(request: &Request) -> Result<(), Failure> {
    let (Request::Token { timestamp, .. } | Request::Service { timestamp, .. }) = request;
    if DateTime::parse(timestamp).is_none() {
        let fault = timestamp_fault(timestamp).unwrap_or("it is too long");
        return Err(Failure::Usage(format!(
            "--timestamp {timestamp}: {fault} (a whole one, with an offset: 2026-11-21T10:00:00+07:00)"
        )));
    }
    let Request::Service { method, path, token, .. } = request else { return Ok(()) };
    if !path.starts_with('/') || path.starts_with("//") {
        return Err(Failure::Usage(format!("--path {path}: it begins with /, without scheme and host")));
    }
    if bearer(token.expose()).is_some() {
        return Err(Failure::Usage("the token begins with \"Bearer \": the token alone is signed".into()));
    }
    if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
        say("note", &format!("the method is signed in upper case: {}", method.to_ascii_uppercase()));
    }
    Ok(())
}

fn missing(what: &str) -> Failure {
    let known = "a token request has --client-id and --timestamp; others have --method, --path, --body and --timestamp";
    Failure::Usage(format!("{what} is missing: {known}"))
}

/// What stands behind `Bearer `.
fn bearer(value: &str) -> Option<&str> {
    let value = value.trim_start();
    let scheme = value.get(..7).filter(|begin| begin.eq_ignore_ascii_case("bearer "))?;
    value.strip_prefix(scheme)
}

fn shown(text: &StringToSign) -> String {
    String::from_utf8_lossy(text.expose()).into_owned()
}

fn print_minified() -> Outcome {
    let body = read_limited(OsStr::new("-"), BODY_LIMIT)?;
    let mut out = raw_results();
    out.write_all(&minify(&body))?;
    out.flush()?;
    Ok(Verdict::Good)
}

/// As [`read_bytes`], with what is too large a fault of the command line and not of a signature.
fn read_limited(path: &OsStr, limit: u64) -> Result<Vec<u8>, Failure> {
    read_bytes(path, limit).map_err(|failure| match failure {
        Failure::Refused(message) => Failure::Usage(message),
        other => other,
    })
}

fn read_secret(path: &OsStr) -> Result<Secret, Failure> {
    let secret = Secret::from_file_bytes(&read_limited(path, KEY_LIMIT)?);
    if secret.expose().is_empty() {
        return Err(Failure::Usage(format!("{} is empty: a secret is wanted", path.display())));
    }
    Ok(secret)
}

fn read_token(path: &OsStr) -> Result<Token, Failure> {
    let bytes = Secret::from_file_bytes(&read_limited(path, KEY_LIMIT)?);
    let text = std::str::from_utf8(bytes.expose());
    text.map(Token::new).map_err(|_| Failure::Usage(format!("{} is not UTF-8 text", path.display())))
}

fn read_private(path: &OsStr) -> Result<PrivateKey, Failure> {
    PrivateKey::read(&read_limited(path, KEY_LIMIT)?)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

fn read_public(path: &OsStr) -> Result<PublicKey, Failure> {
    PublicKey::read(&read_limited(path, KEY_LIMIT)?)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

/// What `qris snap explain` says of a code.
pub(crate) fn explain_code(code: &str) -> Outcome {
    explain::explain(&ExplainArgs { code: code.to_owned(), dialect: None })
}
