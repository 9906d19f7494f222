//! What one makes oneself: judged by the letter, and refused for more than a code of others is.

use core::ops::ControlFlow;

use super::content::has_blank_at_end;
use super::finding::{Detail, Finding};
use super::visit_from;
use crate::rules::Code;
use crate::schema::{Content, Profile, Severity, template_in};
use crate::wire::Payload;

/// As [`visit`](super::visit), for a payload one makes oneself. It is judged by the letter
/// ([`Profile::for_making`]); what is common in circulation and nobody has to make
/// ([`Rule::is_never_made`](crate::rules::Rule::is_never_made)) is an error; and blanks at the ends are found in every text,
/// not in names alone: those findings come last.
///
/// ```
/// use core::ops::ControlFlow;
/// use qris_core::{Payload, Profile, check};
/// let text = String::from("000201520400005303360540410005802ID5902A 6001B26080004ID.A6304B002");
/// let payload = Payload::parse(&text)?;
/// let mut shown = Vec::new();
/// let _ = check::visit_made(&payload, &Profile::EMVCO, |finding| {
///     shown.push(format!("{finding:#}"));
///     ControlFlow::Continue(())
/// });
/// assert_eq!(shown, [
///     "error[blank-at-end] 59 Merchant Name: the text begins or ends with a blank, or is nothing else \
///      (observed at acquirers)"
/// ]);
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
pub fn visit_made<F>(payload: &Payload<'_>, profile: &Profile, found: F) -> ControlFlow<()>
where
    F: FnMut(Finding) -> ControlFlow<()>,
{
    visit_made_from(Severity::Note, payload, profile, found)
}

fn visit_made_from<F>(
    least: Severity,
    payload: &Payload<'_>,
    profile: &Profile,
    mut found: F,
) -> ControlFlow<()>
where
    F: FnMut(Finding) -> ControlFlow<()>,
{
    let profile = profile.for_making();
    visit_from(least, payload, &profile, |finding| found(finding.when_made()))?;
    for (object, row) in payload.walk_in(&profile) {
        let is_judged = row.is_some_and(|row| matches!(row.content, Content::Name));
        if !is_judged && template_in(&object, row).is_none() && has_blank_at_end(object.value()) {
            let (path, span) = (object.path(), object.span());
            found(Finding::new(Code::BlankAtEnd, Severity::Error, path, span, row, Detail::None))?;
        }
    }
    ControlFlow::Continue(())
}

/// The first error in a payload that its maker answers for, which is asked of each error in turn.
pub(crate) fn first_fault(
    payload: &Payload<'_>,
    profile: &Profile,
    mut is_answered_for: impl FnMut(&Finding) -> bool,
) -> Option<Finding> {
    let mut first = None;
    // Rules that are raised to errors are warnings at least.
    let _ = visit_made_from(Severity::Warning, payload, profile, |finding| {
        if finding.severity() != Severity::Error || !is_answered_for(&finding) {
            return ControlFlow::Continue(());
        }
        first = Some(finding);
        ControlFlow::Break(())
    });
    first
}
