//! `qris snap call`: one request to a gateway or an acquirer, with its tokens, and what it answers.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use qris_client::{Client, Error, Options, Told};
use qris_snap::Service;
use qris_snap::client::{Caller, CustomerGrant, Notice};
use qris_snap::codes::{ReceivedCode, Situation};
use qris_snap::dialect::Dialect;
use qris_snap::headers::HeaderName;
use qris_snap::json::Object;
use qris_snap::message::{
    ApplyOttRequest, CancelRequest, DecodeRequest, GenerateRequest, Message, NotifyRequest, PaymentRequest,
    QueryRequest, RefundRequest, StatusRequest,
};
use qris_snap::policy::{Policy, SignatureMode};
use qris_snap::sign::{PrivateKey, Secret, Token};
use serde::Deserialize;

use super::{BODY_LIMIT, KEY_LIMIT};
use crate::input::read_bytes;
use crate::output::{Failure, Outcome, Verdict, print_line};

/// Send a request, with the tokens it needs, and print the answer
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris snap call generate --to http://127.0.0.1:8080 --partner shop.json \\
      --body order.json
  qris snap call notify --to http://127.0.0.1:8080 --partner acquirer.json \\
      --auth-code CODE --body paid.json
The partner's file is what `qris gateway partner add … --json` prints. Tokens
are fetched (73, 74); a lost answer to generate, cancel and refund is asked
about before anything is sent again. The answer is in the standard's names.
Exit status: 0 done, 1 refused, 2 not sent or not known.")]
pub(super) struct CallArgs {
    /// What is asked for: its name or its code.
    #[arg(value_name = "SERVICE", value_parser = service)]
    service: Service,
    /// Scheme, host and port of who is asked.
    #[arg(long, value_name = "URL", value_parser = address)]
    to: String,
    /// Who asks: a file as `qris gateway partner add … --json` prints it.
    #[arg(long, value_name = "FILE")]
    partner: PathBuf,
    /// The body, in the dialect's names, in a file or - for standard input. [default: {}]
    #[arg(long, value_name = "FILE|-")]
    body: Option<OsString>,
    /// Authorisation code of a customer: service 74 gives a customer token for it, once.
    // Codes of others may begin with a hyphen.
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    auth_code: Option<String>,
    /// What was agreed with the partner, when that is more than its dialect: a profile (FILE or its name) or single
    /// settings; repeatable.
    #[cfg(feature = "serve")]
    #[arg(long, value_name = "FILE|NAME=VALUE")]
    policy: Vec<String>,
    /// A header that is sent too, such as X-EXTERNAL-ID where the provider's console gives one out; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = header)]
    header: Vec<(HeaderName, String)>,
}

/// The names of the services, as this command has them.
const SERVICES: [(&str, Service); 9] = [
    ("generate", Service::Generate),
    ("query", Service::Query),
    ("cancel", Service::Cancel),
    ("refund", Service::Refund),
    ("notify", Service::Notify),
    ("status", Service::Status),
    ("decode", Service::Decode),
    ("payment", Service::Payment),
    ("apply-ott", Service::ApplyOtt),
];

fn service(text: &str) -> Result<Service, String> {
    let wanted = |(name, service): &&(&str, Service)| *name == text || service.code().to_string() == text;
    let found = SERVICES.iter().find(wanted).map(|(_, service)| *service);
    let names: Vec<&str> = SERVICES.iter().map(|(name, _)| *name).collect();
    found.ok_or_else(|| format!("one of {} is wanted, or its code", names.join(", ")))
}

fn address(text: &str) -> Result<String, String> {
    if !text.contains("://") {
        return Err(format!("it begins with http:// or https://, as in https://{text}"));
    }
    Ok(text.to_owned())
}

fn header(text: &str) -> Result<(HeaderName, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is wanted")?;
    let known = HeaderName::from_wire(name).ok_or_else(|| format!("{name:?} is no header of SNAP"))?;
    Ok((known, value.to_owned()))
}

/// What of a partner's file is needed.
#[derive(Deserialize)]
struct PartnerFile {
    client_id: String,
    partner_id: String,
    channel_id: String,
    client_secret: String,
    dialect: String,
    private_key_base64: Option<String>,
    private_key_file: Option<PathBuf>,
    token_path: String,
}

/// What a device would say, where a dialect wants it said.
const DEVICE: [(HeaderName, &str); 5] = [
    (HeaderName::Origin, "localhost"),
    (HeaderName::IpAddress, "127.0.0.1"),
    (HeaderName::DeviceId, "qris-snap-call"),
    (HeaderName::Latitude, "-06.1754"),
    (HeaderName::Longitude, "+106.8272"),
];

fn client(args: &CallArgs) -> Result<(Client, &'static Dialect), Failure> {
    let unreadable = |why: String| Failure::Usage(format!("{}: {why}", args.partner.display()));
    let bytes = read_bytes(args.partner.as_os_str(), KEY_LIMIT)?;
    let partner: PartnerFile = serde_json::from_slice(&bytes)
        // Where it is wrong, and not what stands there: that may be a secret.
        .map_err(|error| {
            let (line, column) = (error.line(), error.column());
            unreadable(format!("no partner of `partner add --json` (line {line}, column {column})"))
        })?;
    let dialect = Dialect::named(&partner.dialect);
    let dialect = dialect.ok_or_else(|| unreadable(format!("{:?} is no dialect", partner.dialect)))?;
    let key = match (&partner.private_key_base64, &partner.private_key_file) {
        (Some(key), _) => key.clone().into_bytes(),
        (None, Some(file)) => read_bytes(file.as_os_str(), KEY_LIMIT)?,
        (None, None) => return Err(unreadable("it has no private key: the partner keeps it".to_owned())),
    };
    let key = PrivateKey::read(&key).map_err(|error| unreadable(format!("its private key: {error}")))?;
    let policy = policy(args, dialect)?;
    let mut builder = Caller::builder(dialect)
        .policy(policy.clone())
        .client_id(partner.client_id)
        .private_key(key)
        .header(HeaderName::PartnerId, partner.partner_id)
        .header(HeaderName::ChannelId, partner.channel_id)
        .mount(mount(&partner.token_path, dialect, &policy))
        .services(&[args.service]);
    if policy.signature == SignatureMode::Symmetric {
        builder = builder.secret(Secret::new(partner.client_secret));
    }
    for (name, value) in DEVICE {
        if policy.mandatory_headers(args.service).contains(name) {
            builder = builder.header(name, value);
        }
    }
    for (name, value) in &args.header {
        builder = builder.header(*name, value.as_str());
    }
    let caller = builder.build().map_err(|error| Failure::Usage(error.to_string()))?;
    let client = Client::new(caller, Options::new(&args.to));
    client.map(|client| (client, dialect)).map_err(|error| Failure::Usage(error.to_string()))
}

/// What stands before the partner's paths.
fn mount(token_path: &str, dialect: &Dialect, policy: &Policy) -> String {
    let own = policy.paths.get(Service::TokenB2b);
    let path = own.map_or_else(|| dialect.path(Service::TokenB2b), str::to_owned);
    token_path.strip_suffix(&path).unwrap_or_default().to_owned()
}

/// What was agreed, over what the dialect says.
#[cfg(feature = "serve")]
fn policy(args: &CallArgs, dialect: &'static Dialect) -> Result<Policy, Failure> {
    crate::cmd::gateway::Agreed::of(&args.policy)?.over(dialect)
}

/// What the dialect says.
#[cfg(not(feature = "serve"))]
fn policy(_: &CallArgs, dialect: &'static Dialect) -> Result<Policy, Failure> {
    Ok(dialect.policy.clone())
}

pub(super) fn call(args: &CallArgs) -> Outcome {
    if args.partner.as_os_str() == "-" && args.body.as_deref().is_some_and(|body| body == "-") {
        return Err(Failure::Usage("--partner and --body cannot both be standard input".to_owned()));
    }
    let (client, dialect) = client(args)?;
    let body = match &args.body {
        Some(body) => read_bytes(body, BODY_LIMIT)?,
        None => b"{}".to_vec(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Io("the runtime".to_owned(), error))?;
    let sent = runtime.block_on(async {
        let client = match &args.auth_code {
            Some(code) => client.authorize(CustomerGrant::Code(Token::new(code.as_str()))).await?,
            None => client,
        };
        send(&client, args.service, dialect, &body).await
    });
    match sent {
        Ok(answer) => {
            print_line(&answer)?;
            Ok(Verdict::Good)
        }
        Err(Error::Refused(refused)) => {
            print_line(&answered(refused.code(), refused.message(), refused.other()))?;
            Ok(Verdict::Bad)
        }
        Err(Error::Request(refusal)) if refusal.situation() == Situation::CustomerTokenMissing => {
            let text =
                format!("{} wants a customer's token with this request: give --auth-code", dialect.name);
            Err(Failure::Usage(text))
        }
        Err(Error::Request(refusal)) => Err(Failure::Usage(format!(
            "the body does not fit the dialect {}: {}",
            dialect.name,
            refusal.log()
        ))),
        Err(error) => {
            // It may say why.
            match (&error, error.refused()) {
                (Error::Unknown(unknown), _) => {
                    if let Some(Notice { code, message, other, .. }) = unknown.answer() {
                        print_line(&answered(code, message, other))?;
                    }
                }
                (_, Some(refused)) => {
                    print_line(&answered(refused.code(), refused.message(), refused.other()))?;
                }
                _ => {}
            }
            Err(Failure::Io(args.to.clone(), std::io::Error::other(error.to_string())))
        }
    }
}

/// Has a code made by a gateway that trusts this partner's file: the address of its payment page.
#[cfg(feature = "serve")]
pub(crate) async fn page_of_a_new_code(to: &str, partner: &std::path::Path, body: &[u8]) -> Option<String> {
    let args = CallArgs {
        service: Service::Generate,
        to: to.to_owned(),
        partner: partner.to_owned(),
        body: None,
        auth_code: None,
        policy: Vec::new(),
        header: Vec::new(),
    };
    let (client, dialect) = client(&args).ok()?;
    match client.generate(&GenerateRequest::read(dialect, body).ok()?).await {
        Ok(Told::Answered(made)) => made.qr_url,
        _ => None,
    }
}

/// An answer without a message of its own, as it came.
fn answered(code: &ReceivedCode, message: &str, other: &Object) -> String {
    let mut answer = serde_json::json!({ "responseCode": code.as_str(), "responseMessage": message });
    if let Ok(serde_json::Value::Object(other)) = serde_json::to_value(other) {
        answer.as_object_mut().into_iter().for_each(|answer| answer.extend(other.clone()));
    }
    answer.to_string()
}

async fn send(
    client: &Client,
    service: Service,
    dialect: &'static Dialect,
    body: &[u8],
) -> Result<String, Error> {
    match service {
        Service::Generate => told(client.generate(&GenerateRequest::read(dialect, body)?).await?),
        Service::Cancel => told(client.cancel(&CancelRequest::read(dialect, body)?).await?),
        Service::Refund => told(client.refund(&RefundRequest::read(dialect, body)?).await?),
        Service::Notify => told(client.notify(&NotifyRequest::read(dialect, body)?).await?),
        Service::Decode => told(client.decode(&DecodeRequest::read(dialect, body)?).await?),
        Service::Payment => told(client.payment(&PaymentRequest::read(dialect, body)?).await?),
        Service::ApplyOtt => told(client.apply_ott(&ApplyOttRequest::read(dialect, body)?).await?),
        Service::Status => Ok(text(&client.status(&StatusRequest::read(dialect, body)?).await?)),
        _ => Ok(text(&client.query(&QueryRequest::read(dialect, body)?).await?)),
    }
}

fn text(answer: &impl serde::Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

fn told<A: serde::Serialize>(told: Told<A>) -> Result<String, Error> {
    Ok(match told {
        Told::Answered(answer) => text(&answer),
        Told::Found(found) => text(&found),
        Told::InProgress(notice) => {
            let (code, message) = (notice.code.as_str(), &notice.message);
            serde_json::json!({ "responseCode": code, "responseMessage": message }).to_string()
        }
        _ => String::new(),
    })
}
