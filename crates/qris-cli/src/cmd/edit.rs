//! `qris edit`: static to dynamic and back, or any object.

use qris_core::display::Safe;
use qris_core::edit::{Change, changes, reseal};
use qris_core::{Currency, Edit, Initiation, MAX_BYTES, Path, Payload, Sealed, Tip, keys};

use super::edit_bulk::{self, BulkArgs};
use crate::fit::{FITTED, fit};
use crate::input::{Source, UnitName};
use crate::making::Judging;
use crate::output::{Failure, Outcome, say};
#[cfg(not(feature = "render"))]
use crate::output::{Verdict, print_line};
use crate::{amount, diagnosis};

/// Edit a payload; what is not named stays byte for byte
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris edit payload.qr --amount 15000 --reference INV-1     static to dynamic
  qris edit payload.qr --static                             dynamic to static
  qris edit payload.qr --set 62/07=A02 --remove 54 --diff
  qris edit photo.jpg --amount 15000 -o code.png
  qris edit payload.qr --bulk bills.csv --column amount=total
Pictures of all rows: … | qris render --bulk - --out-dir codes
A new object goes before the first one with a larger ID. A payload with a
wrong CRC is refused, unless --reseal says that you answer for it.
Amounts are digits and at most one point: 15000, 15000.50.
An error in what you change exits 1 and writes nothing: correct it, or let it
pass with --allow CODE. What you leave alone may break rules as it did before.")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Set the amount, 54, and make the payload dynamic (01 = 12).
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Option<String>,
    #[command(flatten)]
    tip: TipArgs,
    /// Set the reference label, 62-05.
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Set the terminal label, 62-07.
    #[arg(long, value_name = "TEXT")]
    terminal: Option<String>,
    /// Set any object, such as 62/05=INV-1. May be given several times.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<(Path, String)>,
    /// Remove any object, such as 54 or 62/05. May be given several times.
    #[arg(long, value_name = "PATH")]
    remove: Vec<Path>,
    /// Make the payload static: 01 = 11, and no amount, tip or fee (54–57).
    #[arg(long = "static", conflicts_with_all = ["amount", "tip_fixed", "tip_percent", "tip_prompt"])]
    pub(super) make_static: bool,
    /// Leave 01 as it is when setting an amount.
    #[arg(long, conflicts_with = "make_static")]
    pub(super) keep_initiation: bool,
    /// Seal a payload whose CRC is wrong. Only for whoever issues it: it hides that something was altered.
    #[arg(long)]
    reseal: bool,
    /// Write name and city in ASCII, and cut at a word what is too long (25 and 15 characters), given here or there
    /// already. Says what was done.
    #[arg(long)]
    pub(super) fit_name: bool,
    #[command(flatten)]
    pub(super) judging: Judging,
    #[command(flatten)]
    bulk: BulkArgs,
    /// Say on standard error what changed.
    #[arg(long, conflicts_with = "bulk")]
    diff: bool,
    #[cfg(feature = "render")]
    #[command(flatten)]
    output: super::render::Output,
    /// What lengths count.
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitName::Characters)]
    length_unit: UnitName,
}

/// A tip, one of three kinds.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(crate) struct TipArgs {
    /// A fixed fee: 55 = 02 and 56.
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    tip_fixed: Option<String>,
    /// A percentage fee: 55 = 03 and 57.
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true)]
    tip_percent: Option<String>,
    /// Let the payer enter a tip: 55 = 01.
    #[arg(long)]
    tip_prompt: bool,
}

impl TipArgs {
    /// The kind of tip with its value: prompt, fixed or percentage.
    pub(crate) fn kind(&self) -> Option<(&'static str, Option<String>, Option<String>)> {
        match (&self.tip_fixed, &self.tip_percent, self.tip_prompt) {
            (Some(fee), _, _) => Some(("fixed", Some(fee.clone()), None)),
            (_, Some(percent), _) => Some(("percentage", None, Some(percent.clone()))),
            (_, _, true) => Some(("prompt", None, None)),
            _ => None,
        }
    }

    fn tip(&self, currency: Currency) -> Result<Option<Tip>, Failure> {
        if let Some(fee) = &self.tip_fixed {
            return Ok(Some(Tip::Fixed(amount::read("--tip-fixed", fee, currency)?)));
        }
        if let Some(percent) = &self.tip_percent {
            let share = amount::read_percentage("--tip-percent", percent)?;
            return Ok(Some(Tip::Percentage(share)));
        }
        Ok(self.tip_prompt.then_some(Tip::Prompt))
    }
}

/// `62/05=INV-1` as a path and a value.
pub(crate) fn assignment(text: &str) -> Result<(Path, String), String> {
    let (path, value) = text.split_once('=').ok_or("write PATH=VALUE, such as 62/05=INV-1")?;
    let path = path.parse().map_err(|error| format!("{error}"))?;
    Ok((path, value.to_owned()))
}

pub(crate) fn run(args: &Args) -> Outcome {
    if args.source.payload.is_none() && args.bulk.bulk.as_deref().is_some_and(|file| file == "-") {
        return Err(Failure::Usage(
            "--bulk - reads the rows from standard input: give the payload or its file".into(),
        ));
    }
    args.one_wish_each()?;
    let bytes = args.source.read()?;
    let refused = |error: qris_core::DecodeError| diagnosis::refused(&bytes, &error);
    let text = super::decode::text_of(&bytes).map_err(refused)?;
    let payload = args.length_unit.parse(text).map_err(refused)?;
    let mut resealed = vec![0; MAX_BYTES + 8];
    let sealed = match payload.clone().verify_crc() {
        Ok(sealed) => sealed,
        Err(error) if args.reseal => {
            say("warning", &format!("{}; sealed anew because --reseal says so", error.kind()));
            let again = reseal(&payload, &mut resealed).map_err(|e| Failure::Refused(e.to_string()))?;
            Payload::parse_with(again, payload.unit()).and_then(Payload::verify_crc).map_err(refused)?
        }
        Err(error) => return Err(refused(error)),
    };
    if let Some(file) = &args.bulk.bulk {
        return edit_bulk::run(args, &args.bulk, file, &sealed);
    }
    let fitted = args.fitted(&sealed)?;
    let edit = args.edit(&sealed, &fitted)?;
    let edited = edit.to_string(&sealed).map_err(|error| Failure::Refused(error.to_string()))?;
    let after = Payload::parse_with(&edited, payload.unit()).map_err(refused)?;
    if args.diff {
        let all: Vec<_> = changes(&payload, &after).collect();
        all.iter().for_each(tell);
        if all.is_empty() {
            say("unchanged", "every object is as it was");
        }
    }
    warn(&payload, &after);
    args.judging.pass(&edit.review(&payload, &after, &args.judging.profile(&payload)), &after)?;
    #[cfg(feature = "render")]
    return args.output.write(&after);
    #[cfg(not(feature = "render"))]
    print_line(after.as_str()).map(|()| Verdict::Good)
}

impl Args {
    /// What options and columns set or remove, each as often as they do.
    fn named(&self) -> Vec<Path> {
        let tip: &[&[u8]] = match (&self.tip.tip_fixed, &self.tip.tip_percent, self.tip.tip_prompt) {
            (Some(_), _, _) => &[&[55], &[56]],
            (_, Some(_), _) => &[&[55], &[57]],
            (_, _, true) => &[&[55]],
            _ => &[],
        };
        let mut named: Vec<Path> = tip.iter().map(|path| Path::of(path)).collect();
        let labels = [
            (&self.amount, Path::of(&[54])),
            (&self.reference, Path::of(&[62, 5])),
            (&self.terminal, Path::of(&[62, 7])),
        ];
        named.extend(labels.into_iter().filter(|(given, _)| given.is_some()).map(|(_, path)| path));
        named.extend(self.set.iter().map(|(path, _)| *path));
        named.extend(&self.remove);
        named.extend(self.bulk.named());
        named
    }

    /// Refuses two wishes for one object: one of them would be lost without a word.
    fn one_wish_each(&self) -> Result<(), Failure> {
        let mut named = self.named();
        named.sort_unstable();
        match named.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Failure::Usage(format!(
                "{} is set or removed twice, by options or by columns: give one of them",
                pair[0]
            ))),
            None => Ok(()),
        }
    }

    /// Name and city as they fit, where they do not as they are given or stand there.
    pub(super) fn fitted(&self, source: &Sealed<'_>) -> Result<Vec<(Path, String)>, Failure> {
        let mut fitted = Vec::new();
        for path in FITTED.into_iter().filter(|path| self.fit_name && !self.remove.contains(path)) {
            let given =
                self.set.iter().rev().find(|(given, _)| *given == path).map(|(_, text)| text.as_str());
            if let Some(text) = given.or_else(|| source.find(path).map(|object| object.value())) {
                fitted.extend(fit(path, text)?.map(|text| (path, text)));
            }
        }
        Ok(fitted)
    }

    pub(super) fn edit<'a>(
        &'a self,
        source: &Sealed<'_>,
        fitted: &'a [(Path, String)],
    ) -> Result<Edit<'a>, Failure> {
        let currency = source.read(keys::CURRENCY).unwrap_or(Currency::IDR);
        let mut edit = Edit::new();
        if self.make_static {
            edit.make_static();
        }
        if let Some(amount) = &self.amount {
            edit.amount(amount::read("--amount", amount, currency)?);
        }
        if self.keep_initiation {
            edit.keep_initiation();
        }
        if let Some(tip) = self.tip.tip(currency)? {
            edit.tip(tip);
        }
        if let Some(label) = &self.reference {
            edit.reference_label(label);
        }
        if let Some(label) = &self.terminal {
            edit.terminal_label(label);
        }
        self.remove.iter().for_each(|path| {
            edit.remove(*path);
        });
        for (path, value) in self.set.iter().chain(fitted) {
            edit.set(*path, value.as_str());
        }
        Ok(edit)
    }
}

fn tell(change: &Change<'_>) {
    let shown = |value: Option<&str>| value.map_or("(absent)".to_owned(), |text| format!("{}", Safe(text)));
    say("changed", &format!("{}: {} -> {}", change.path, shown(change.before), shown(change.after)));
}

/// Warns of a static code with an amount, which no rule forbids.
fn warn(before: &Payload<'_>, after: &Payload<'_>) {
    let dynamic = |payload: &Payload<'_>| payload.read(keys::INITIATION) == Some(Initiation::Dynamic);
    if dynamic(before) && !dynamic(after) && after.read(keys::AMOUNT).is_some() {
        say("warning", "the payload is static and still has an amount");
    }
}
