//! The check: a payload against a profile. One engine, two ways to use it: [`visit`] calls a function for
//! each finding, [`Findings`] is an iterator.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod content;
mod finding;
mod whole;

use core::ops::ControlFlow;

pub(crate) use content::is_bidi_control;
pub use finding::Finding;
use finding::{Batch, Detail};

use crate::id::IdSet;
use crate::rules::Code;
use crate::schema::{Content, Format, Grades, ObjectSpec, Profile, Reading, Severity, TemplateSpec};
use crate::value::Currency;
use crate::wire::{DataObject, Objects, Payload, Template, count};

/// Calls `found` for each finding, objects in order first, then what concerns the whole payload. Stops when
/// `found` breaks.
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

/// The same for the findings that are at least so serious; there may be lesser ones among them.
fn visit_from<F>(least: Severity, payload: &Payload<'_>, profile: &Profile, mut found: F) -> ControlFlow<()>
where
    F: FnMut(Finding) -> ControlFlow<()>,
{
    let judge = Judge::new(payload, profile, least);
    let mut batch = Batch::new();
    for object in payload.objects() {
        judge.root_object(&object, &mut batch, &mut found)?;
    }
    judge.whole(&mut batch, &mut found)
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
pub fn findings<'p, 'a>(payload: &'p Payload<'a>, profile: &Profile) -> Findings<'p, 'a> {
    let mut objects = payload.objects();
    let stage = Stage::of(objects.next());
    Findings {
        judge: Judge::new(payload, profile, Severity::Note),
        objects,
        stage,
        given: 0,
        batch: Batch::new(),
        next: 0,
        work: Batch::new(),
    }
}

/// The findings of [`findings`], in the order of [`visit`].
#[derive(Debug)]
pub struct Findings<'p, 'a> {
    judge: Judge<'p, 'a>,
    objects: Objects<'p, 'a>,
    stage: Stage<'a>,
    /// How many of its findings were given already.
    given: usize,
    /// Room for what most templates give, so that few are judged a second time.
    batch: Batch<32>,
    next: usize,
    /// The findings of the object that is being judged.
    work: Batch,
}

/// What is being judged.
#[derive(Debug)]
enum Stage<'a> {
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
            // A drained batch ends its object, unless it was full: then the object is judged again and what
            // was given is skipped. One object has a bounded number of findings, so this stays linear.
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
                Stage::Object(object) => self.judge.root_object(object, work, &mut keep),
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
            Stage::Object(_) => Stage::of(self.objects.next()),
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
struct Judge<'p, 'a> {
    payload: &'p Payload<'a>,
    root: &'static TemplateSpec,
    reading: Reading,
    /// What is less serious need not be looked for.
    least: Severity,
    /// What amounts are read in; a number no currency has when 53 is missing or malformed.
    currency: Currency,
    /// Printable ASCII and no `|` anywhere: no value needs its characters looked at one by one.
    plain: bool,
}

impl<'p, 'a> Judge<'p, 'a> {
    fn new(payload: &'p Payload<'a>, profile: &Profile, least: Severity) -> Judge<'p, 'a> {
        use crate::id::Id;
        let currency = payload.value_of(Id::CURRENCY).and_then(|text| text.parse().ok());
        Judge {
            payload,
            root: profile.root,
            reading: profile.reading,
            least,
            currency: currency.unwrap_or(Currency::NONE),
            plain: payload.is_ascii() && is_plain(payload.as_str()),
        }
    }

    #[inline]
    fn root_object<F>(&self, object: &DataObject<'a>, batch: &mut Batch, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        batch.clear();
        let row = self.root.row(object.id());
        match self.root_template(object, row) {
            Some((template, spec)) => self.template_object(object, template, row, spec, batch, found),
            None => {
                self.alone(object, row, batch);
                batch.give(found)
            }
        }
    }

    /// The template to be looked into and its table, when the root object is one that frames.
    #[inline]
    fn root_template(
        &self,
        object: &DataObject<'a>,
        row: Option<&'static ObjectSpec>,
    ) -> Option<(Template<'a>, &'static TemplateSpec)> {
        let Content::Template(spec) = row?.content else { return None };
        self.payload.framed(object).filter(|_| !object.value().is_empty()).map(|template| (template, spec))
    }

    /// An object with none inside: a value, or a template that is empty or does not frame.
    #[inline]
    fn alone(&self, object: &DataObject<'a>, row: Option<&'static ObjectSpec>, batch: &mut Batch) {
        self.judge(object, row, batch);
        if let Some(row) = row.filter(|row| row.is_template() && !object.value().is_empty()) {
            self.aspect(Code::NotATemplate, row.framing, object, row, Detail::None, batch);
        }
    }

    /// A template that frames: itself, and what is inside. It calls itself for templates in templates; framing ends
    /// that at the third level.
    fn template_object<F>(
        &self,
        object: &DataObject<'a>,
        template: Template<'a>,
        row: Option<&'static ObjectSpec>,
        spec: &'static TemplateSpec,
        batch: &mut Batch,
        found: &mut F,
    ) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        if let Some(row) = row {
            self.judge_length(object, row, batch);
            self.judge_reserved(object, row, batch);
        }
        batch.give(found)?;

        let mut seen = IdSet::EMPTY;
        for inner in template.objects() {
            batch.clear();
            let inner_row = spec.row(inner.id());
            if !seen.insert(inner.id().number()) {
                self.put(Code::Repeated, Some(Severity::Error), &inner, inner_row, Detail::None, batch);
                batch.give(found)?;
                batch.clear();
            }
            let below = match inner_row {
                Some(&ObjectSpec { content: Content::Template(below), .. }) if !inner.value().is_empty() => {
                    inner.template().map(|template| (template, below))
                }
                _ => None,
            };
            match below {
                Some((template, below)) => {
                    self.template_object(&inner, template, inner_row, below, batch, found)?;
                }
                None => {
                    self.alone(&inner, inner_row, batch);
                    batch.give(found)?;
                }
            }
        }

        let mut missing = spec.mandatory().without(seen);
        batch.clear();
        while let Some(row) = missing.pop().and_then(crate::id::Id::new).and_then(|id| spec.row(id)) {
            if let Some(severity) = row.missing.get(self.reading) {
                let path = object.path().child(row.first);
                batch.put(Finding::new(
                    Code::Missing,
                    severity,
                    path,
                    object.span(),
                    Some(row),
                    Detail::None,
                ));
            }
        }
        batch.give(found)
    }

    /// Whether a finding of this severity is looked for.
    #[inline]
    fn matters(&self, severity: Option<Severity>) -> bool {
        severity >= Some(self.least)
    }

    /// Everything a row says about the value of one object.
    #[inline]
    fn judge(&self, object: &DataObject<'a>, row: Option<&'static ObjectSpec>, batch: &mut Batch) {
        let value = object.value();
        if value.is_empty() {
            return self.put(Code::Empty, Some(Severity::Error), object, row, Detail::None, batch);
        }
        if !self.plain {
            self.judge_text(object, row, batch);
        }
        let Some(row) = row else { return };
        self.judge_length(object, row, batch);
        let format_holds = match row.format {
            Format::Numeric => value.bytes().all(|b| b.is_ascii_digit()),
            Format::Ans => self.plain || value.is_ascii(),
            Format::Any => true,
        };
        if !format_holds {
            self.aspect(Code::WrongCharacters, row.characters, object, row, Detail::None, batch);
        }
        // A value that is wrong as text has no sense worth judging.
        if batch.is_empty() {
            self.judge_content(object, row, batch);
        }
        self.judge_reserved(object, row, batch);
    }

    #[inline(always)]
    fn judge_length(&self, object: &DataObject<'a>, row: &'static ObjectSpec, batch: &mut Batch) {
        let value = object.value();
        let length = if self.payload.is_ascii() { value.len() } else { count(value) };
        let detail = Detail::Length(length);
        if length > usize::from(row.max) {
            self.aspect(Code::TooLong, row.length, object, row, detail, batch);
        } else if length < usize::from(row.min) {
            self.aspect(Code::TooShort, row.length, object, row, detail, batch);
        }
    }

    #[inline]
    fn judge_reserved(&self, object: &DataObject<'a>, row: &'static ObjectSpec, batch: &mut Batch) {
        if row.reserved {
            self.put(Code::Reserved, Some(Severity::Note), object, Some(row), Detail::None, batch);
        }
    }

    #[inline]
    fn aspect(
        &self,
        code: Code,
        grades: Grades,
        object: &DataObject<'a>,
        row: &'static ObjectSpec,
        detail: Detail,
        batch: &mut Batch,
    ) {
        self.put(code, grades.get(self.reading), object, Some(row), detail, batch);
    }

    /// A rule of its own, about one object.
    #[inline]
    fn rule(&self, code: Code, object: &DataObject<'a>, row: Option<&'static ObjectSpec>, batch: &mut Batch) {
        self.put(code, code.severity(self.reading), object, row, Detail::None, batch);
    }

    #[inline]
    fn put(
        &self,
        code: Code,
        severity: Option<Severity>,
        object: &DataObject<'a>,
        row: Option<&'static ObjectSpec>,
        detail: Detail,
        batch: &mut Batch,
    ) {
        if let Some(severity) = severity {
            batch.put(Finding::new(code, severity, object.path(), object.span(), row, detail));
        }
    }
}

/// Printable ASCII without `|`; one pass without branches, so that the compiler makes wide words of it.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, b| plain & (b.wrapping_sub(0x20) < 0x5F) & (b != b'|'))
}
