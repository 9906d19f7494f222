//! What one makes is judged before it is written: everything is shown, and an error in it is a refusal unless it is let
//! pass by its code.

use qris_core::edit::Review;
use qris_core::{Code, Finding, Payload, Profile, Scheme, Severity, keys, rules};

use crate::amount;
use crate::cmd::explain::near;
use crate::input::ProfileName;
use crate::output::{Failure, say, say_finding};
use crate::words;

/// How strictly a command judges what it makes.
#[derive(Debug, clap::Args)]
pub(crate) struct Judging {
    /// Let an error in what is made pass, such as too-long. May be given several times.
    #[arg(long, value_name = "CODE", value_parser = finding_code)]
    pub(crate) allow: Vec<Code>,
    /// What was there before and is left alone is judged by this; what is made, by the letter of its scheme, or of EMVCo
    /// with emvco. auto is the scheme of the payload that is edited, or the one a payload is made for: QRIS unless said.
    #[arg(long, value_enum, default_value_t = ProfileName::AUTO)]
    profile: ProfileName,
}

/// The code of a finding; near ones are named when it is none.
fn finding_code(text: &str) -> Result<Code, String> {
    let name = text.trim().to_ascii_lowercase();
    name.parse().map_err(|_| {
        let near = near(&name, rules::RULES.iter().map(|rule| rule.name));
        let near = if near.is_empty() { String::new() } else { format!("near it are {}; ", near.join(", ")) };
        format!("there is no finding of that code; {near}`qris explain` lists them")
    })
}

impl Judging {
    pub(crate) fn profile(&self, payload: &Payload<'_>) -> Profile {
        self.profile.of(payload)
    }

    /// The profile for a payload made from values: the one asked for, or that of the scheme it is made for.
    pub(crate) fn profile_of_made(&self, scheme: &'static Scheme) -> Profile {
        self.profile.named().unwrap_or_else(|| scheme.profile())
    }

    /// Says everything that was found in a payload, and refuses it when there is an error in what was made.
    pub(crate) fn pass(&self, review: &Review, payload: &Payload<'_>) -> Result<(), Failure> {
        for finding in &review.made {
            if self.lets_pass(finding) {
                say("allowed", &format!("{finding:#}"));
                continue;
            }
            say_finding(finding);
            if let Some(help) = help(finding, payload) {
                say("help", &help);
            }
        }
        for finding in &review.kept {
            say("left as it was", &format!("{finding:#}"));
        }
        match self.refusal(review) {
            None => Ok(()),
            Some(refusal) => Err(Failure::Refused(refusal)),
        }
    }

    /// Whether it is an error that was let pass by name.
    fn lets_pass(&self, finding: &Finding) -> bool {
        finding.severity() == Severity::Error && self.allow.contains(&finding.code())
    }

    /// Why nothing is written, in a sentence.
    fn refusal(&self, review: &Review) -> Option<String> {
        let faults: Vec<&Finding> = review.faults().filter(|finding| !self.lets_pass(finding)).collect();
        let mut codes: Vec<&str> = faults.iter().map(|finding| finding.code().name()).collect();
        codes.sort_unstable();
        codes.dedup();
        let flags: Vec<String> = codes.iter().map(|code| format!("--allow {code}")).collect();
        (!faults.is_empty()).then(|| {
            format!(
                "{} in what was made: nothing is written. Correct it, or let it pass with {}",
                words::count(faults.len(), "error"),
                flags.join(" ")
            )
        })
    }

    /// Why the payload of one row of many is not written, in one line; `None` when it is.
    pub(crate) fn refusal_of_row(&self, review: &Review, payload: &Payload<'_>) -> Option<String> {
        let fault = review.faults().find(|finding| !self.lets_pass(finding))?;
        let help = help(fault, payload).map(|help| format!(". {help}")).unwrap_or_default();
        Some(format!("{fault:#}{help}"))
    }
}

/// What to write in the place of an amount or a percentage that is none.
fn help(finding: &Finding, payload: &Payload<'_>) -> Option<String> {
    let value = || payload.find(finding.path()).map(|object| object.value());
    match finding.code() {
        Code::BadAmount | Code::AmountDecimals => amount::hint(value()?, payload.read(keys::CURRENCY)?),
        Code::BadPercentage => amount::percentage_hint(value()?),
        _ => None,
    }
}
