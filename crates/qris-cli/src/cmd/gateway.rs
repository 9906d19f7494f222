//! stub
use crate::output::{Outcome, Verdict};
/// Manage partners
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}
pub(crate) fn run(_args: Args) -> Outcome {
    Ok(Verdict::Good)
}
