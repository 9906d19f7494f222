//! `qris gateway exception`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use qris_gateway::admin::{ExceptionObject, NoteObject, Span, WantedExceptions};

use super::args::Common;
use super::{SHOWN_ID, age, at_work, print_json, print_table};
use crate::output::{Outcome, Verdict, say};

/// Most characters of a message in a table.
const SHOWN_BODY: usize = 300;

#[derive(Debug, Subcommand)]
pub(super) enum ExceptionCommand {
    /// List exceptions
    List(ListExceptions),
    /// Show an exception, its history and the message
    Show(ShowException),
    /// Say that nothing more is to be done
    Close(CloseException),
    /// Bind an exception to a transaction
    #[command(
        override_usage = "qris gateway exception assign [OPTIONS] \\\n           --reference-no <NUMBER> --by <NAME> <ID>"
    )]
    Assign(AssignException),
    /// Write down that money was given back outside of the gateway
    #[command(
        override_usage = "qris gateway exception refund [OPTIONS] \\\n           --amount <RUPIAH> --reason <TEXT> --by <NAME> <ID>"
    )]
    Refund(RefundException),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StateName {
    Open,
    Closed,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ListExceptions {
    #[command(flatten)]
    common: Common,
    /// Only those of this state.
    #[arg(long)]
    state: Option<StateName>,
    /// Only those that concern this partner, or that it told of: client id or partner id.
    #[arg(long, value_name = "ID")]
    partner: Option<String>,
    /// Only those of this day or moment and later: 2026-11-21, 2026-11-21T13:00:00+07:00.
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only those of this day and earlier, or before this moment.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// At most so many, oldest first.
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    limit: u32,
    /// Only those after this one, the last one of the page before.
    #[arg(long, value_name = "ID")]
    after: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ShowException {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    which: Which,
}

/// An exception.
#[derive(Debug, ClapArgs)]
struct Which {
    /// Its id, or the first eight characters and more.
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CloseException {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    which: Which,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who does it.
    #[arg(long, value_name = "NAME")]
    by: String,
}

#[derive(Debug, ClapArgs)]
pub(super) struct AssignException {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    which: Which,
    /// referenceNo of the transaction it belongs to.
    #[arg(long, value_name = "NUMBER")]
    reference_no: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who does it.
    #[arg(long, value_name = "NAME")]
    by: String,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RefundException {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    which: Which,
    /// How much was given back, in rupiah: 15000.00.
    #[arg(long, value_name = "RUPIAH")]
    amount: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who does it.
    #[arg(long, value_name = "NAME")]
    by: String,
}

pub(super) fn run(command: ExceptionCommand) -> Outcome {
    match command {
        ExceptionCommand::List(args) => list(args),
        ExceptionCommand::Show(ShowException { common, which }) => {
            let found =
                at_work(common.place(false), async |opened| opened.office().exception(&which.id).await)?;
            print(common.json, &found)
        }
        ExceptionCommand::Close(CloseException { common, which, reason, by }) => {
            let found = at_work(common.place(false), async |opened| {
                opened.office().close_exception(&which.id, &by, &reason).await
            })?;
            print(common.json, &found)
        }
        ExceptionCommand::Assign(AssignException { common, which, reference_no, reason, by }) => {
            let found = at_work(common.place(false), async |opened| {
                opened.office().assign_exception(&which.id, &reference_no, &by, reason.as_deref()).await
            })?;
            print(common.json, &found)
        }
        ExceptionCommand::Refund(RefundException { common, which, amount, reason, by }) => {
            let found = at_work(common.place(false), async |opened| {
                opened.office().refund_exception(&which.id, &amount, &by, &reason).await
            })?;
            print(common.json, &found)
        }
    }
}

fn list(args: ListExceptions) -> Outcome {
    let common = args.common;
    let span = Span::read(args.since.as_deref(), args.until.as_deref())?;
    let closed = args.state.map(|state| state == StateName::Closed);
    let wanted = WantedExceptions { closed, partner: args.partner, span, after: args.after };
    let found =
        at_work(common.place(false), async |opened| opened.office().exceptions(wanted, args.limit).await)?;
    if common.json {
        return print_json(&found);
    }
    let rows = found.iter().map(|it| {
        let id = it.id.chars().take(SHOWN_ID).collect();
        let reference = it.reference_no.clone().unwrap_or_else(|| "-".to_owned());
        let amount = it.amount.clone().unwrap_or_else(|| "-".to_owned());
        [id, it.state.to_owned(), it.kind.clone(), reference, amount, age(it.age)]
    });
    let rows: Vec<_> = rows.collect();
    print_table(&["ID", "STATE", "KIND", "REFERENCE", "AMOUNT", "AGE"], &rows)?;
    if let Some(last) = found.last().filter(|_| found.len() == args.limit as usize) {
        say("more", &format!("--after {}", last.id));
    }
    Ok(Verdict::Good)
}

fn print(json: bool, found: &ExceptionObject) -> Outcome {
    if json {
        return print_json(found);
    }
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let row = |name: &str, text: String| [name.to_owned(), text];
    let mut rows = vec![
        row("id", found.id.clone()),
        row("state", found.state.to_owned()),
        row("kind", found.kind.clone()),
        row("partner", found.partner.clone()),
        row("told by", or_dash(&found.told_by)),
        row("reference", or_dash(&found.reference_no)),
        row("amount", or_dash(&found.amount)),
        row("given back", found.refunded.clone()),
        row("detail", found.detail.clone()),
        row("created", found.created_at.clone()),
    ];
    rows.extend(found.history.iter().map(|note| row(note.action, told(note))));
    let body = found.body.as_deref().unwrap_or_default();
    rows.push(row("message", body.chars().take(SHOWN_BODY).collect()));
    print_table(&[], &rows)
}

fn told(note: &NoteObject) -> String {
    let what = note.amount.as_ref().or(note.reference_no.as_ref()).map(|what| format!("{what} "));
    let why = if note.reason.is_empty() { String::new() } else { format!(": {}", note.reason) };
    format!("{}by {}, {}{why}", what.unwrap_or_default(), note.by, note.at)
}
