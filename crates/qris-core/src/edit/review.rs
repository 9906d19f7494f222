//! Who answers for what is wrong with an edited payload: the edit for what it names and what it brings about, and nobody
//! here for what was there before and was left alone.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;
#[cfg(feature = "alloc")]
use core::ops::ControlFlow;

use super::Edit;
use crate::check::{self, Finding};
use crate::id::Path;
use crate::rules::Code;
use crate::schema::Profile;
#[cfg(feature = "alloc")]
use crate::schema::Severity;
use crate::wire::Payload;

impl Edit<'_> {
    /// Whether the edit sets or removes the object, or the template around it. [`Edit::amount`] names 01 as well,
    /// [`Edit::tip`] 55 to 57, [`Edit::make_static`] 01 and 54 to 57.
    ///
    /// ```
    /// use qris_core::{Edit, Path};
    /// let mut edit = Edit::new();
    /// edit.remove(Path::of(&[62])).set(Path::of(&[59]), "WARUNG CONTOH");
    /// assert!(edit.names(Path::of(&[62, 7])) && edit.names(Path::of(&[59])));
    /// assert!(!edit.names(Path::of(&[60])));
    /// ```
    pub fn names(&self, path: Path) -> bool {
        self.items.iter().any(|item| path.starts_with(item.path))
    }

    /// What is wrong with a result of this edit, and who answers for it; see [`review`].
    #[cfg(feature = "alloc")]
    pub fn review(&self, source: &Payload<'_>, edited: &Payload<'_>, profile: &Profile) -> Review {
        review(source, edited, profile, |path| self.names(path))
    }
}

/// What is wrong with an edited payload, all of it.
#[cfg(feature = "alloc")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Review {
    /// What the edit answers for, judged by the letter ([`check::visit_made`]).
    pub made: Vec<Finding>,
    /// What was there before and was left alone, judged by the profile.
    pub kept: Vec<Finding>,
}

#[cfg(feature = "alloc")]
impl Review {
    /// Of a payload that is made and not edited.
    pub fn of_new(payload: &Payload<'_>, profile: &Profile) -> Review {
        let mut made = Vec::new();
        let _ = check::visit_made(payload, profile, |finding| {
            made.push(finding);
            ControlFlow::Continue(())
        });
        Review { made, kept: Vec::new() }
    }

    /// The errors in what was made: for them [`Edit::build`] and [`crate::Builder::build`] refuse it.
    pub fn faults(&self) -> impl Iterator<Item = &Finding> {
        self.made.iter().filter(|finding| finding.severity() == Severity::Error)
    }
}

/// What is wrong with a payload that was made of another one, and who answers for it. `named` tells which objects were
/// changed by name. Findings about them are of what was made, and so is every finding the source has not: removing 55
/// makes the fee in 56 a finding.
///
/// ```
/// use qris_core::{Code, Edit, Path, Profile, Sealed};
/// let text = "000201520400005303360540410005502025602505802ID5901A6001B26080004ID.A63041D42";
/// let source = Sealed::parse(text)?;
/// let mut edit = Edit::new();
/// edit.remove(Path::of(&[55]));
/// let edited = edit.to_string(&source)?;
/// let edited = Sealed::parse(&edited).unwrap();
/// let review = edit.review(&source, &edited, &Profile::WILD);
/// let faults: Vec<_> = review.faults().map(|finding| (finding.code(), finding.path())).collect();
/// assert_eq!(faults, [(Code::FeeUnexpected, Path::of(&[56]))]);
/// assert_eq!(review.kept[0].to_string(), "26/01 Merchant PAN is missing (QRIS 4.7.5.4)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "alloc")]
pub fn review(
    source: &Payload<'_>,
    edited: &Payload<'_>,
    profile: &Profile,
    named: impl Fn(Path) -> bool,
) -> Review {
    let about = |finding: &Finding| (finding.code(), finding.path());
    let mut before: Vec<_> = check::findings(source, &profile.for_making()).map(|old| about(&old)).collect();
    before.sort_unstable();
    let is_kept = |finding: &Finding| {
        !named(finding.path())
            && (is_unchanged_text(finding) || before.binary_search(&about(finding)).is_ok())
    };
    let Review { mut made, .. } = Review::of_new(edited, profile);
    made.retain(|finding| !is_kept(finding));
    Review { made, kept: check::findings(edited, profile).filter(is_kept).collect() }
}

/// The first error the edit answers for, as [`review`] tells; without memory.
pub(super) fn first_fault(
    source: &Payload<'_>,
    edited: &Payload<'_>,
    profile: &Profile,
    named: impl Fn(Path) -> bool,
) -> Option<Finding> {
    // What was left alone is found in the order it was found in before, so both are gone through once.
    let mut before = check::findings(source, &profile.for_making());
    check::first_fault(edited, profile, |finding| {
        let is_same = |old: Finding| (old.code(), old.path()) == (finding.code(), finding.path());
        named(finding.path()) || !(is_unchanged_text(finding) || before.any(is_same))
    })
}

/// A finding about the text of one object alone, whatever else is in the payload: it changes only by name.
fn is_unchanged_text(finding: &Finding) -> bool {
    finding.code() == Code::BlankAtEnd
}
