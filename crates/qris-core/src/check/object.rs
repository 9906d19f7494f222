//! One object: judges it, and the objects inside it, by its row of the table.

use core::ops::ControlFlow;

use super::Judge;
use super::content::Report;
use super::finding::{Detail, Finding};
use crate::id::{Id, IdSet, Path};
use crate::rules::Code;
use crate::schema::{
    Content, Format, ObjectSpec, Severity, TemplateSpec, is_indonesian, row_of, template_in,
};
use crate::unit::{LengthUnit, count};
use crate::value::all_digits;
use crate::wire::{DataObject, Span, Template};

/// What is judged. Its path is built only for findings, as most objects have no finding.
#[derive(Clone, Copy)]
struct Subject<'a> {
    /// The path of the template it is in, and its ID there; the ID is `None` for that template itself.
    template: Path,
    id: Option<Id>,
    /// Its length as written.
    declared: u8,
    offset: usize,
    value: &'a str,
    row: Option<&'static ObjectSpec>,
}

impl<'a> Subject<'a> {
    #[inline(always)]
    fn object(template: Path, object: &DataObject<'a>, row: Option<&'static ObjectSpec>) -> Subject<'a> {
        let (offset, value, declared) = (object.offset(), object.value(), object.length());
        Subject { template, id: Some(object.id()), declared, offset, value, row }
    }

    #[inline(always)]
    fn template(template: &Template<'a>, declared: u8, row: Option<&'static ObjectSpec>) -> Subject<'a> {
        let (offset, value) = (template.object_offset(), template.value());
        Subject { template: template.path(), id: None, declared, offset, value, row }
    }

    /// Calls `found` with a finding about it, unless `severity` is `None`.
    fn emit<F>(
        &self,
        code: Code,
        severity: Option<Severity>,
        detail: Detail,
        found: &mut F,
    ) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        let Some(severity) = severity else { return ControlFlow::Continue(()) };
        let path = self.id.map_or(self.template, |id| self.template.join(id));
        let end = self.offset.saturating_add(4).saturating_add(self.value.len());
        found(Finding::new(code, severity, path, Span::new(self.offset, end), self.row, detail))
    }
}

impl<'a> Judge<'_, 'a> {
    #[inline]
    pub(super) fn root_object<F>(&self, object: DataObject<'a>, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        let row = self.root.row(object.id());
        if let Some(&ObjectSpec { content: Content::Template(spec), .. }) = row {
            let is_own = self.is_indonesian && is_indonesian(object.value().as_bytes());
            if object.id().is_account_template() && !is_own {
                // By its place alone: a reference to the object would keep it in memory for all payloads.
                return self.account_by_scheme(object.offset(), found);
            }
            if let Some(template) = self.root_template(&object) {
                return self.template_object(template, object.length(), row, spec, found);
            }
        }
        self.judge_primitive(Subject::object(Path::PAYLOAD, &object, row), found)
    }

    /// An account that may be another scheme's; its row depends on whose it is.
    #[cold]
    #[inline(never)]
    fn account_by_scheme<F>(&self, offset: usize, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        let Some(object) = self.payload.object_at(offset) else { return ControlFlow::Continue(()) };
        let row = row_of(self.root, self.payload, &object);
        if let Some(&ObjectSpec { content: Content::Template(spec), .. }) = row {
            if let Some(template) = self.root_template(&object) {
                return self.template_object(template, object.length(), row, spec, found);
            }
        }
        self.judge_primitive(Subject::object(Path::PAYLOAD, &object, row), found)
    }

    /// The template to look into, when the root object frames and has objects.
    #[inline(always)]
    fn root_template(&self, object: &DataObject<'a>) -> Option<Template<'a>> {
        self.payload.template_of(object).filter(|_| !object.value().is_empty())
    }

    /// Judges an object without objects inside: a value, or a template that is empty or does not frame.
    #[inline(always)]
    fn judge_primitive<F>(&self, subject: Subject<'a>, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        // Most objects are right; what to report is worked out only for the others.
        let is_reported = |severity| match self.is_reported(severity) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let Subject { value, row, .. } = subject;
        if value.is_empty() {
            return subject.emit(Code::Empty, Some(Severity::Error), Detail::None, found);
        }
        if self.plain
            && self.judge(value, value.len(), row, true, |_, severity, _| is_reported(severity)).is_continue()
        {
            return ControlFlow::Continue(());
        }
        self.objections(subject, found)
    }

    #[inline(never)]
    fn objections<F>(&self, subject: Subject<'a>, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        let length = self.characters(&subject);
        self.judge(subject.value, length, subject.row, self.plain, |code, severity, detail| {
            subject.emit(code, severity, detail, found)
        })
    }

    /// The number of characters of its value. Where lengths count characters, it is the length as written.
    #[inline(always)]
    fn characters(&self, subject: &Subject<'a>) -> usize {
        match (self.payload.is_ascii(), self.payload.unit()) {
            (true, _) => subject.value.len(),
            (false, LengthUnit::Characters) => usize::from(subject.declared),
            _ => count(subject.value),
        }
    }

    /// Judges a template that frames, and the objects inside it. It calls itself for templates in templates; that ends
    /// at the third level, as nothing nests deeper.
    fn template_object<F>(
        &self,
        template: Template<'a>,
        declared: u8,
        row: Option<&'static ObjectSpec>,
        spec: &'static TemplateSpec,
        found: &mut F,
    ) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        let whole = Subject::template(&template, declared, row);
        if let Some(row) = row {
            self.judge_frame(self.characters(&whole), row, |code, severity, detail| {
                whole.emit(code, severity, detail, found)
            })?;
        }
        let mut seen = IdSet::EMPTY;
        let mut at = 0;
        while let Some(inner) = template.object_at(at) {
            let next = at.wrapping_add(4).wrapping_add(inner.value().len());
            let row = spec.row(inner.id());
            let subject = Subject::object(whole.template, &inner, row);
            if !seen.insert(inner.id().number()) {
                subject.emit(Code::Repeated, Some(Severity::Error), Detail::None, found)?;
            }
            match row {
                Some(&ObjectSpec { content: Content::Template(below), .. }) => {
                    self.inner_template(&template, at, row, below, found)?;
                }
                _ => self.judge_primitive(subject, found)?,
            }
            at = next;
        }
        let mut missing = spec.mandatory().without(seen);
        while let Some(row) = missing.pop().and_then(Id::new).and_then(|id| spec.row(id)) {
            let absent = Subject { id: Some(row.first), row: Some(row), ..whole };
            absent.emit(Code::Missing, row.missing.get(self.reading), Detail::None, found)?;
        }
        if spec.asks_more {
            self.whole_template(&whole, spec, seen, found)
        } else {
            ControlFlow::Continue(())
        }
    }

    /// What only few tables ask of a template: objects that must be there under a condition, and exactly one of several.
    #[inline(never)]
    fn whole_template<F>(
        &self,
        whole: &Subject<'a>,
        spec: &'static TemplateSpec,
        seen: IdSet,
        found: &mut F,
    ) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        let mut missing = spec.conditional().without(seen);
        while let Some(row) = missing.pop().and_then(Id::new).and_then(|id| spec.row(id)) {
            if self.is_due(row) {
                let absent = Subject { id: Some(row.first), row: Some(row), ..*whole };
                absent.emit(Code::Missing, row.missing.get(self.reading), Detail::None, found)?;
            }
        }
        let Some(one_of) = &spec.one_of else { return ControlFlow::Continue(()) };
        match self.one_too_many_or_few(one_of, seen) {
            Some(severity) => whole.emit(Code::ExactlyOne, Some(severity), Detail::OneOf(one_of), found),
            None => ControlFlow::Continue(()),
        }
    }

    /// Judges a template in a template, or an object that should be one. Few payloads have one. So it is read again
    /// here, and the objects of all other payloads need not be kept in memory.
    #[inline(never)]
    fn inner_template<F>(
        &self,
        outer: &Template<'a>,
        at: usize,
        row: Option<&'static ObjectSpec>,
        below: &'static TemplateSpec,
        found: &mut F,
    ) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        let Some(inner) = outer.object_at(at) else { return ControlFlow::Continue(()) };
        match template_in(&inner, row).filter(|_| !inner.value().is_empty()) {
            Some(template) => self.template_object(template, inner.length(), row, below, found),
            None => self.judge_primitive(Subject::object(outer.path(), &inner, row), found),
        }
    }

    /// Judges a value of `length` characters, which is not empty and has no objects inside, by its row: calls `report`
    /// for each objection, until it breaks. `plain` is [`Judge::plain`], or `true` where that is known at compile time.
    #[inline(always)]
    fn judge(
        &self,
        value: &str,
        length: usize,
        row: Option<&'static ObjectSpec>,
        plain: bool,
        mut report: impl Report,
    ) -> ControlFlow<()> {
        let mut clean = true;
        let mut note = |code, severity: Option<Severity>, detail| {
            clean &= severity.is_none();
            report(code, severity, detail)
        };
        if !plain {
            self.judge_text(value, row, &mut note)?;
        }
        let Some(row) = row else { return ControlFlow::Continue(()) };
        self.judge_length(length, row, &mut note)?;
        let format_holds = match row.format {
            Format::Numeric => all_digits(value),
            Format::Ans => plain || value.is_ascii(),
            Format::Any => true,
        };
        if !format_holds {
            note(Code::WrongCharacters, row.characters.get(self.reading), Detail::None)?;
        }
        // The content of a value is judged only when its text is right; the content of a name always is.
        if clean || matches!(row.content, Content::Name) {
            self.judge_content(value, row, &mut report)?;
        }
        if row.reserved {
            report(Code::Reserved, Some(Severity::Note), Detail::None)?;
        }
        if row.is_template() {
            report(Code::NotATemplate, row.framing.get(self.reading), Detail::None)?;
        }
        ControlFlow::Continue(())
    }

    /// Judges a template that frames by its row, without the objects inside.
    #[inline(always)]
    fn judge_frame(
        &self,
        length: usize,
        row: &'static ObjectSpec,
        mut report: impl Report,
    ) -> ControlFlow<()> {
        self.judge_length(length, row, &mut report)?;
        if row.reserved {
            report(Code::Reserved, Some(Severity::Note), Detail::None)
        } else {
            ControlFlow::Continue(())
        }
    }

    #[inline(always)]
    fn judge_length(
        &self,
        length: usize,
        row: &'static ObjectSpec,
        report: &mut impl Report,
    ) -> ControlFlow<()> {
        if length > usize::from(row.max) {
            report(Code::TooLong, row.length.get(self.reading), Detail::Length(length))
        } else if length < usize::from(row.min) {
            report(Code::TooShort, row.length.get(self.reading), Detail::Length(length))
        } else {
            ControlFlow::Continue(())
        }
    }
}
