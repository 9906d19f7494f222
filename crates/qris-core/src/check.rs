//! The check: a payload against a profile. One engine, two ways to use it: [`visit`] calls a function for
//! each finding, [`Findings`] is an iterator.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod content;
mod finding;
mod made;
mod object;
mod whole;

use core::ops::ControlFlow;

pub(crate) use content::is_guid;
use finding::Batch;
pub use finding::{Finding, Message};
pub(crate) use made::first_fault;
pub use made::visit_made;
pub(crate) use whole::unreadable;

use crate::id::Id;
use crate::schema::{Profile, QRIS_SCHEME, Reading, Scheme, SchemeRules, Severity, TemplateSpec};
use crate::value::Currency;
use crate::wire::{DataObject, Objects, Payload, is_plain};

/// Calls `found` for each finding: first whether it is a payload of the profile's scheme at all, then those about objects, in
/// order, then those about the whole payload. Stops when `found` returns [`ControlFlow::Break`].
///
/// ```
/// use core::ops::ControlFlow;
/// use qris_core::{Payload, Profile, Severity, check};
/// let payload = Payload::parse("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858")?;
/// let mut errors = 0;
/// let _ = check::visit(&payload, &Profile::WILD, |finding| {
///     errors += usize::from(finding.severity() == Severity::Error);
///     ControlFlow::Continue(())
/// });
/// assert_eq!(errors, 0);
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
pub fn visit<F>(payload: &Payload<'_>, profile: &Profile, found: F) -> ControlFlow<()>
where
    F: FnMut(Finding) -> ControlFlow<()>,
{
    visit_from(Severity::Note, payload, profile, found)
}

/// As [`visit`], for findings of at least the severity `least`; less serious ones may be among them.
fn visit_from<F>(least: Severity, payload: &Payload<'_>, profile: &Profile, mut found: F) -> ControlFlow<()>
where
    F: FnMut(Finding) -> ControlFlow<()>,
{
    let judge = Judge::new(payload, profile, least);
    judge.whose(&mut found)?;
    let mut next = 0;
    while let Some(object) = payload.object_at(next) {
        next = object.span().end;
        judge.root_object(object, &mut found)?;
    }
    judge.whole(&mut Batch::new(), &mut found)
}

/// Whether there is no finding of severity error.
pub fn conforms(payload: &Payload<'_>, profile: &Profile) -> bool {
    first_error(payload, profile).is_none()
}

/// The first finding of severity error.
pub fn first_error(payload: &Payload<'_>, profile: &Profile) -> Option<Finding> {
    let mut first = None;
    let _ = visit_from(Severity::Error, payload, profile, |finding| {
        if finding.severity() != Severity::Error {
            return ControlFlow::Continue(());
        }
        first = Some(finding);
        ControlFlow::Break(())
    });
    first
}

/// All findings, as an iterator.
///
/// ```
/// use qris_core::{Payload, Profile, check};
/// let text = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
/// let payload = Payload::parse(&text)?;
/// let shown: Vec<_> = check::findings(&payload, &Profile::WILD).map(|finding| format!("{finding:#}")).collect();
/// assert_eq!(shown[0], "warning[missing] 26/01 Merchant PAN is missing (QRIS 4.7.5.4)");
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
pub fn findings<'p, 'a>(payload: &'p Payload<'a>, profile: &Profile) -> Findings<'p, 'a> {
    let judge = Judge::new(payload, profile, Severity::Note);
    let mut objects = payload.objects();
    let stage = if judge.is_foreign() { Stage::Scheme } else { Stage::of(objects.next()) };
    Findings { judge, objects, stage, given: 0, batch: Batch::new(), next: 0, work: Batch::new() }
}

/// The findings of [`findings`], in the order of [`visit`].
#[derive(Debug)]
pub struct Findings<'p, 'a> {
    judge: Judge<'p, 'a>,
    objects: Objects<'p, 'a>,
    stage: Stage<'a>,
    /// How many findings of this stage were returned already.
    given: usize,
    /// Has room for all findings of most templates, so that few are judged a second time.
    batch: Batch<32>,
    next: usize,
    /// Where the rules about the whole payload collect their findings.
    work: Batch,
}

/// What is being judged.
#[derive(Debug)]
enum Stage<'a> {
    Scheme,
    Object(DataObject<'a>),
    Whole,
    Over,
}

impl<'a> Stage<'a> {
    fn of(object: Option<DataObject<'a>>) -> Stage<'a> {
        object.map_or(Stage::Whole, Stage::Object)
    }
}

impl Iterator for Findings<'_, '_> {
    type Item = Finding;

    fn next(&mut self) -> Option<Finding> {
        loop {
            if let Some(finding) = self.batch.get(self.next) {
                self.next = self.next.saturating_add(1);
                self.given = self.given.saturating_add(1);
                return Some(finding);
            }
            // When the batch is used up, its object is done, unless the batch was full: then the object is judged
            // again, and the findings already returned are skipped. One object has a bounded number of findings, so
            // this stays linear.
            if self.next > 0 && !self.batch.is_full() {
                self.advance();
            }
            self.batch.clear();
            self.next = 0;
            let (mut skip, batch, work) = (self.given, &mut self.batch, &mut self.work);
            let mut keep = |finding| {
                if skip > 0 {
                    skip = skip.saturating_sub(1);
                    return ControlFlow::Continue(());
                }
                batch.put(finding);
                if batch.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let _ = match &self.stage {
                Stage::Scheme => self.judge.foreign().map_or(ControlFlow::Continue(()), &mut keep),
                Stage::Object(object) => self.judge.root_object(*object, &mut keep),
                Stage::Whole => self.judge.whole(work, &mut keep),
                Stage::Over => return None,
            };
            if self.batch.get(0).is_none() {
                self.advance();
            }
        }
    }
}

impl Findings<'_, '_> {
    fn advance(&mut self) {
        self.stage = match self.stage {
            Stage::Scheme | Stage::Object(_) => Stage::of(self.objects.next()),
            Stage::Whole | Stage::Over => Stage::Over,
        };
        self.given = 0;
        self.next = 0;
        self.batch.clear();
    }
}

impl core::iter::FusedIterator for Findings<'_, '_> {}

/// A payload and everything judging needs to know about it as a whole.
#[derive(Debug)]
pub(crate) struct Judge<'p, 'a> {
    payload: &'p Payload<'a>,
    root: &'static TemplateSpec,
    reading: Reading,
    scheme: Option<&'static Scheme>,
    rules: SchemeRules,
    /// Less serious findings need not be looked for.
    least: Severity,
    /// Whether 58 is ID and the table is that of QRIS or EMVCo: then accounts are QRIS's but for those that begin like another
    /// scheme's, and other rows need not be looked up.
    is_indonesian: bool,
    /// The currency of amounts; `Currency::NONE`, a number no currency has, when 53 is missing or malformed.
    currency: Currency,
    /// Whether the payload is printable ASCII without `|`: then no value needs its characters checked one by one.
    plain: bool,
}

impl<'p, 'a> Judge<'p, 'a> {
    fn new(payload: &'p Payload<'a>, profile: &Profile, least: Severity) -> Judge<'p, 'a> {
        let currency = payload.value_of(Id::CURRENCY).and_then(|text| text.parse().ok());
        Judge {
            payload,
            root: profile.root,
            reading: profile.reading,
            scheme: profile.scheme,
            rules: profile.rules,
            least,
            is_indonesian: profile.root.by_guid.is_empty() && QRIS_SCHEME.is_at_home(payload),
            currency: currency.unwrap_or(Currency::NONE),
            plain: payload.is_ascii() && is_plain(payload.as_str()),
        }
    }

    /// Whether findings of this severity are looked for.
    #[inline]
    fn is_reported(&self, severity: Option<Severity>) -> bool {
        severity >= Some(self.least)
    }
}
