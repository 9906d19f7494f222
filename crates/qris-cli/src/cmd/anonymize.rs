//! `qris anonymize`: a payload that can be shown around.

use crate::anonymize::anonymize;
use crate::input::{Source, UnitName};
use crate::output::{Failure, Outcome, Verdict, print_line};

/// Replace names and numbers by fictitious ones of the same shape
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  qris anonymize payload.qr --seed 7")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Another seed gives other names and numbers; the same seed gives the same ones.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// What lengths count.
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitName::Characters)]
    length_unit: UnitName,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let bytes = args.source.read()?;
    let text = super::decode::text_of(&bytes);
    let sealed = text.and_then(|text| args.length_unit.parse(text)?.verify_crc());
    let sealed = sealed.map_err(|error| crate::diagnosis::refused(&bytes, &error))?;
    let fictitious = anonymize(&sealed, args.seed).map_err(|error| Failure::Refused(error.to_string()))?;
    print_line(&fictitious)?;
    Ok(Verdict::Good)
}
