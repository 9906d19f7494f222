//! `qris gateway migrate`.

use clap::Args as ClapArgs;
use qris_gateway::admin::migrate;
use qris_gateway::db::schema::{Plan, Step};

use super::args::Common;
use super::{config, print_json, print_table};
use crate::cmd::serve::runtime;
use crate::output::{Outcome, Verdict, say};

#[derive(Debug, ClapArgs)]
#[command(after_help = "All steps are one transaction. Gateways of an older program may serve meanwhile
where the plan says so; before a way back the newer ones must have ended. `qris
serve` and the other commands bring a database to their own schema; this one and
`qris serve` make one where there is none.
Exit status: 0 done or planned, 1 the way back would throw something away, 2
usage or the database.")]
pub(super) struct Migrate {
    #[command(flatten)]
    common: Common,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    plan: bool,
    /// The schema to go to, forward or back; this program's when absent.
    #[arg(long, value_name = "N")]
    to: Option<usize>,
    /// Go back even when that throws away what the older schema has no place for.
    #[arg(long)]
    discard: bool,
}

pub(super) fn run(args: Migrate) -> Outcome {
    let config = config(args.common.place(false))?;
    let made = runtime()?.block_on(migrate(&config, args.to, args.plan, args.discard))?;
    if args.common.json {
        return print_json(&made);
    }
    if args.plan {
        return print_plan(&made);
    }
    for loss in made.losses() {
        say("thrown away", &format!("{} {}", loss.rows, loss.what));
    }
    say("migrated", &format!("{} from schema {} to {}", config.database.public(), made.from, made.to));
    Ok(Verdict::Good)
}

fn print_plan(plan: &Plan) -> Outcome {
    if plan.steps.is_empty() {
        say("nothing to do", &format!("the database has schema {}", plan.to));
        return Ok(Verdict::Good);
    }
    let rows: Vec<_> = plan.steps.iter().map(row).collect();
    print_table(&["STEP", "ROWS", "MEANWHILE", "WHAT"], &rows)
}

fn row(step: &Step) -> [String; 4] {
    let Step { number, does, back, older_programs_go_on, rows, loses } = step;
    let meanwhile = match (back, older_programs_go_on) {
        (true, _) => "stop newer programs first",
        (false, true) => "older programs go on",
        (false, false) => "stop older programs first",
    };
    let lost = loses.iter().map(|loss| format!("; THROWS AWAY {} {}", loss.rows, loss.what));
    let what: String = std::iter::once((*does).to_owned()).chain(lost).collect();
    [format!("{} {number}", if *back { "back" } else { "to" }), rows.to_string(), meanwhile.to_owned(), what]
}
