//! `qris snap explain`.

use std::fmt::Display;
use std::io::Write;

use clap::Args as ClapArgs;
use qris_core::display::Safe;
use qris_snap::codes::{ReceivedCode, Situation};
use qris_snap::dialect::{ALL, Dialect, STANDARD};
use qris_snap::{Refusal, Service};

use crate::output::{Failure, Outcome, Verdict, results};

/// Explain a response code, and say what to do next
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris snap explain 4014700
  qris snap explain 4035214 --dialect finnet
Exit status: 0 the code is in the table, 1 it is not, 2 usage.")]
pub(super) struct ExplainArgs {
    /// The response code, of whatever form it was received in; blanks and quotes around it do not matter.
    pub(super) code: String,
    /// Whose words: standard, finpay, brick or finnet.
    #[arg(long, value_name = "NAME")]
    pub(super) dialect: Option<String>,
}

pub(super) fn explain(args: &ExplainArgs) -> Outcome {
    let standard = STANDARD;
    let dialect = match &args.dialect {
        None => &standard,
        Some(name) => Dialect::named(name.trim()).ok_or_else(|| {
            let known: Vec<String> = ALL.iter().map(|dialect| dialect.name.to_lowercase()).collect();
            Failure::Usage(format!("--dialect {name}: one of {} is wanted", known.join(", ")))
        })?,
    };
    let code = ReceivedCode::new(
        args.code.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')),
    );
    let mut out = results();
    writeln!(out, "{}", Safe(code.as_str()))?;
    let line = |out: &mut dyn Write, name: &str, value: &dyn Display| writeln!(out, "  {name:<12}{value}");
    if let Some(http) = code.http() {
        line(&mut out, "HTTP", &http)?;
    }
    let service = code.service().and_then(|digits| digits.parse().ok()).and_then(Service::from_code);
    match (service, code.service()) {
        (Some(service), _) => {
            line(&mut out, "service", &service)?;
            if args.dialect.is_some() {
                line(&mut out, "path", &dialect.path(service))?;
            }
        }
        (None, Some("00")) => line(&mut out, "service", &"00, none was recognised")?,
        (None, Some(digits)) => {
            line(&mut out, "service", &format!("{}, not one of QRIS MPM", Safe(digits)))?;
        }
        (None, None) => {}
    }
    let Some(row) = code.row() else {
        line(&mut out, "message", &"not in the standard's table: HTTP status, service, case; seven digits")?;
        out.flush()?;
        return Ok(Verdict::Bad);
    };
    // The one code whose words are not those of its row.
    let no_path = (code.service(), row.http, row.case) == (Some("00"), 404, 0);
    let own = Refusal::new(None, Situation::UnknownPath, "").caller_message();
    let message = if no_path { own.as_str() } else { dialect.template(row.http, row.case) };
    line(&mut out, "message", &message)?;
    if !no_path && message != row.message {
        line(&mut out, "standard", &row.message)?;
    }
    line(&mut out, "category", &format!("{:?}", row.category))?;
    let reasons: Vec<String> = Situation::all()
        .filter(|situation| core::ptr::eq(situation.case(), row))
        .filter(|situation| {
            row.http != 404 || row.case != 0 || no_path == (*situation == Situation::UnknownPath)
        })
        .map(|situation| situation.description().to_owned())
        .collect();
    if !reasons.is_empty() {
        line(&mut out, "sent when", &reasons.join("; "))?;
    }
    let advice = if no_path { "Check the path, letter by letter, and its prefix." } else { row.advice() };
    line(&mut out, "what to do", &advice)?;
    out.flush()?;
    Ok(Verdict::Good)
}
