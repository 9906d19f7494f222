//! `qris cpm encode`: a code from values, or from the JSON that `decode` writes.

use std::ffi::OsString;
use std::ops::ControlFlow;
#[cfg(feature = "render")]
use std::path::PathBuf;

use qris_core::Severity;
use qris_cpm::{Builder, Code, CpmPayload, Finding, Path, Tag, check, rules};

use super::json::{Part, parts};
use super::read::hex;
use super::{ProfileName, shown};
use crate::cmd::explain::near;
use crate::input::read_text;
use crate::output::{Failure, Outcome, Verdict, print_line, say};
use crate::words;

/// The largest JSON that is read.
const JSON_LIMIT: u64 = 256 * 1024;

/// Make a code that a payer shows
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris cpm encode --pan 9360091400000000019 --issuer-data ORDER-0001
  qris cpm encode --pan 9360091400000000019 --issuer-data ORDER-0001 \\
      --name 'NAMA CONTOH' --language iden --set 61/C4=00FF
  qris cpm decode --show-secrets --format json code.txt | \\
      qris cpm encode --json -
The AID and the label are those of QRIS unless others are given. Lengths are as
short as they can be, objects in the order of EMVCo's table. What stands on a
command line is seen by others on the machine: --json - takes secrets from
standard input. An error in what is made exits 1 and writes nothing: correct it,
or let it pass with --allow CODE.")]
pub(super) struct Args {
    /// The JSON that `qris cpm decode --show-secrets --format json` writes, or - for standard input. Other options
    /// go into its first application.
    #[arg(long, value_name = "FILE|-")]
    json: Option<OsString>,
    /// The PAN (5A): 8 to 19 digits.
    #[arg(long, value_name = "DIGITS")]
    pan: Option<String>,
    /// Track 2 (57): the PAN, D, the expiry date and more digits.
    #[arg(long, value_name = "DIGITS")]
    track_2: Option<String>,
    /// The issuer's QRIS data (9F74 in 63) as text: 8 to 64 characters.
    #[arg(long, value_name = "TEXT")]
    issuer_data: Option<String>,
    /// The same as hex digits.
    #[arg(long, value_name = "HEX", value_parser = bytes, conflicts_with = "issuer_data")]
    issuer_data_hex: Option<Bytes>,
    /// The payer's name (5F20).
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// The languages the payer prefers (5F2D), such as id or iden.
    #[arg(long, value_name = "LETTERS")]
    language: Option<String>,
    /// The issuer's URL (5F50).
    #[arg(long, value_name = "TEXT")]
    issuer_url: Option<String>,
    /// The version of the application (9F08): four hex digits.
    #[arg(long, value_name = "HEX", value_parser = bytes)]
    app_version: Option<Bytes>,
    /// The token requestor (9F19): 11 digits.
    #[arg(long, value_name = "DIGITS")]
    token_requestor: Option<String>,
    /// The payment account reference (9F24): 29 letters and digits.
    #[arg(long, value_name = "TEXT")]
    account_reference: Option<String>,
    /// The last four digits of the PAN (9F25).
    #[arg(long, value_name = "DIGITS")]
    last_four: Option<String>,
    /// The AID (4F) of another scheme, in hex digits.
    #[arg(long, value_name = "HEX", value_parser = bytes)]
    aid: Option<Bytes>,
    /// The application label (50) of another scheme.
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Any object, such as 61/C4=00FF, 61/63/9F7A=… or 62/64/9F26=…, in hex digits. May be given several times.
    #[arg(long, value_name = "PATH=HEX", value_parser = assignment)]
    set: Vec<Assignment>,
    /// What to judge by.
    #[arg(long, value_enum, default_value_t = ProfileName::Qris)]
    profile: ProfileName,
    /// Let an error in what is made pass, such as too-short. May be given several times.
    #[arg(long, value_name = "CODE", value_parser = code)]
    allow: Vec<Code>,
    /// Write the code to a file: drawn when the name ends in .png, .svg or .webp, else as text.
    #[cfg(feature = "render")]
    #[arg(long, short, value_name = "FILE|-")]
    output: Option<PathBuf>,
    /// Replace a file that exists.
    #[cfg(feature = "render")]
    #[arg(long, requires = "output")]
    force: bool,
}

/// Bytes given as hex digits.
type Bytes = std::sync::Arc<[u8]>;

fn bytes(text: &str) -> Result<Bytes, String> {
    let bytes = hex(text.as_bytes()).ok_or("write two hex digits for each byte")?;
    Ok(bytes.into())
}

/// An object by its path.
#[derive(Clone, Debug)]
struct Assignment {
    path: Path,
    value: Bytes,
}

fn assignment(text: &str) -> Result<Assignment, String> {
    let (path, value) = text.split_once('=').ok_or("write PATH=HEX, such as 61/C4=00FF")?;
    let path: Path = path.parse().map_err(|error| format!("{error}"))?;
    let tags: Vec<Tag> = path.tags().collect();
    match tags[..] {
        [Tag::APPLICATION | Tag::COMMON, _]
        | [Tag::APPLICATION, Tag::APPLICATION_TRANSPARENT, _]
        | [Tag::COMMON, Tag::COMMON_TRANSPARENT, _] => Ok(Assignment { path, value: bytes(value)? }),
        _ => Err("an object is set in 61 or 62, or in 61/63 or 62/64".to_owned()),
    }
}

/// The code of a finding; near ones are named when it is none.
fn code(text: &str) -> Result<Code, String> {
    let name = text.trim().to_ascii_lowercase();
    Code::named(&name).ok_or_else(|| {
        let near = near(&name, rules::RULES.iter().map(|rule| rule.name));
        let near = if near.is_empty() { String::new() } else { format!("; near it are {}", near.join(", ")) };
        format!("there is no finding of that code{near}")
    })
}

pub(super) fn run(args: &Args) -> Outcome {
    let json = match &args.json {
        Some(file) => parts(&read_text(file, JSON_LIMIT)?)?,
        None => Vec::new(),
    };
    let code = args.builder(&json).build_unchecked();
    let code = code.map_err(|error| Failure::Refused(error.to_string()))?;
    args.pass(&code)?;
    #[cfg(feature = "render")]
    if let Some(path) = &args.output {
        return super::render::write_code(&code, path, args.force);
    }
    print_line(&code.to_owned_text())?;
    Ok(Verdict::Good)
}

impl Args {
    fn builder<'a>(&'a self, json: &'a [Part]) -> Builder<'a> {
        let mut builder = if self.json.is_some() { Builder::new() } else { Builder::qris() };
        put(&mut builder, json, Some(0));
        let values: [(Tag, Option<&[u8]>); 9] = [
            (Tag::AID, self.aid.as_deref()),
            (Tag::LABEL, self.label.as_deref().map(str::as_bytes)),
            (Tag::HOLDER_NAME, self.name.as_deref().map(str::as_bytes)),
            (Tag::LANGUAGE, self.language.as_deref().map(str::as_bytes)),
            (Tag::ISSUER_URL, self.issuer_url.as_deref().map(str::as_bytes)),
            (Tag::VERSION, self.app_version.as_deref()),
            (Tag::ACCOUNT_REFERENCE, self.account_reference.as_deref().map(str::as_bytes)),
            (Tag::ISSUER_QRIS_DATA, self.issuer_data.as_deref().map(str::as_bytes)),
            (Tag::ISSUER_QRIS_DATA, self.issuer_data_hex.as_deref()),
        ];
        for (tag, value) in values {
            match value {
                Some(value) if tag == Tag::ISSUER_QRIS_DATA => builder.issuer_data(value),
                Some(value) => builder.set(tag, value),
                None => &mut builder,
            };
        }
        if let Some(pan) = &self.pan {
            builder.pan(pan);
        }
        if let Some(track) = &self.track_2 {
            builder.track_2(track);
        }
        if let Some(digits) = &self.token_requestor {
            builder.token_requestor(digits);
        }
        if let Some(digits) = &self.last_four {
            builder.last_four(digits);
        }
        self.set_in(&mut builder, Tag::APPLICATION);
        let applications = json.iter().filter_map(|part| part.application).max().unwrap_or(0);
        for application in 1..=applications {
            builder.application();
            put(&mut builder, json, Some(application));
        }
        builder.common();
        put(&mut builder, json, None);
        self.set_in(&mut builder, Tag::COMMON);
        builder
    }

    /// What --set puts into one of the templates.
    fn set_in<'a>(&'a self, builder: &mut Builder<'a>, template: Tag) {
        for Assignment { path, value } in &self.set {
            let tags: Vec<Tag> = path.tags().collect();
            match tags[..] {
                [first, tag] if first == template => builder.set(tag, value),
                [first, _, tag] if first == template => builder.set_transparent(tag, value),
                _ => builder,
            };
        }
    }

    /// Says everything that was found, and refuses the code when there is an error in it that was not let pass.
    fn pass(&self, code: &CpmPayload) -> Result<(), Failure> {
        let mut findings: Vec<Finding> = Vec::new();
        let _ = check::visit_made(code, self.profile.profile(), |finding| {
            findings.push(finding);
            ControlFlow::Continue(())
        });
        let mut codes: Vec<&str> = Vec::new();
        let mut faults = 0;
        for finding in &findings {
            let is_error = finding.severity() == Severity::Error;
            if is_error && self.allow.contains(&finding.code()) {
                say("allowed", &format!("{finding:#}"));
                continue;
            }
            let _ = std::io::Write::write_fmt(
                &mut anstream::stderr(),
                format_args!("{}\n", shown::line(finding)),
            );
            if is_error {
                faults += 1;
                codes.push(finding.code().name());
            }
        }
        codes.sort_unstable();
        codes.dedup();
        if faults == 0 {
            return Ok(());
        }
        let flags: Vec<String> = codes.iter().map(|code| format!("--allow {code}")).collect();
        Err(Failure::Refused(format!(
            "{} in what was made: nothing is written. Correct it, or let it pass with {}",
            words::count(faults, "error"),
            flags.join(" ")
        )))
    }
}

/// What the JSON has of one template.
fn put<'a>(builder: &mut Builder<'a>, json: &'a [Part], application: Option<usize>) {
    for part in json.iter().filter(|part| part.application == application) {
        if part.is_transparent {
            builder.set_transparent(part.tag, &part.value);
        } else {
            builder.set(part.tag, &part.value);
        }
    }
}
