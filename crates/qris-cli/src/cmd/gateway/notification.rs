//! `qris gateway notification`.

use clap::Args as ClapArgs;
use qris_gateway::admin::{NotificationObject, Span, Wanted};

use super::args::Common;
use super::{SHOWN_ID, age, at_work, print_json, print_table};
use crate::output::{Outcome, Verdict, say};

#[derive(Debug, ClapArgs)]
pub(super) struct ListNotifications {
    #[command(flatten)]
    common: Common,
    /// Only those of this state: dead, pending, delivered.
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    #[command(flatten)]
    about: About,
    /// At most so many, oldest first.
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    limit: u32,
    /// Only those after this one, the last one of the page before.
    #[arg(long, value_name = "ID")]
    after: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RetryNotifications {
    #[command(flatten)]
    common: Common,
    /// Ids of dead ones, or their first eight characters and more.
    #[arg(value_name = "ID", required_unless_present_any = ["all", "partner"],
        conflicts_with_all = ["all", "partner", "since", "until"])]
    ids: Vec<String>,
    /// All dead ones.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    about: About,
}

/// Whose, and from when.
#[derive(Debug, ClapArgs)]
struct About {
    /// Only those of this partner: client id or partner id.
    #[arg(long, value_name = "ID")]
    partner: Option<String>,
    /// Only those of this day or moment and later: 2026-11-21, 2026-11-21T13:00:00+07:00.
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only those of this day and earlier, or before this moment.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

impl About {
    fn wanted(self, state: Option<String>, after: Option<String>) -> Result<Wanted, crate::output::Failure> {
        let span = Span::read(self.since.as_deref(), self.until.as_deref())?;
        Ok(Wanted { state, partner: self.partner, span, after })
    }
}

pub(super) fn list(args: ListNotifications) -> Outcome {
    let common = args.common;
    let wanted = args.about.wanted(args.state, args.after)?;
    let found =
        at_work(common.place(false), async |opened| opened.office().notifications(wanted, args.limit).await)?;
    if common.json {
        return print_json(&found);
    }
    let rows: Vec<_> = found.iter().map(row).collect();
    print_table(&["ID", "PARTNER", "REFERENCE", "KIND", "STATE", "TRIES", "AGE"], &rows)?;
    if let Some(last) = found.last().filter(|_| found.len() == args.limit as usize) {
        say("more", &format!("--after {}", last.id));
    }
    Ok(Verdict::Good)
}

fn row(it: &NotificationObject) -> [String; 7] {
    let id = it.id.chars().take(SHOWN_ID).collect();
    let (kind, state) = (it.kind.to_owned(), it.state.to_owned());
    let (client, reference) = (it.client_id.clone(), it.reference_no.clone());
    [id, client, reference, kind, state, it.attempts.to_string(), age(it.age)]
}

pub(super) fn retry(args: RetryNotifications) -> Outcome {
    let common = args.common;
    let wanted = args.about.wanted(None, None)?;
    let count = at_work(common.place(false), async |opened| match args.ids.is_empty() {
        true => opened.office().retry_dead(wanted).await,
        false => opened.office().retry_notifications(args.ids).await,
    })?;
    if common.json {
        return print_json(&serde_json::json!({ "retried": count }));
    }
    say("retried", &count.to_string());
    Ok(Verdict::Good)
}
