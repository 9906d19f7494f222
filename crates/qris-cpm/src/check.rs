//! The check: a code against a profile.

use core::ops::ControlFlow;

use qris_core::Severity;

use crate::digits::{Digits, Pan};
use crate::finding::Finding;
use crate::payload::CpmPayload;
use crate::rules::Code;
use crate::schema::{self, Content, Place, Profile, ROWS, Row};
use crate::tag::{Path, Tag};
use crate::tlv::{Object, Objects};

/// Calls `found` for each finding: objects in order, each template's missing ones after what is in it. Stops when `found`
/// returns [`ControlFlow::Break`].
///
/// ```
/// use core::ops::ControlFlow;
/// use qris_cpm::{CpmPayload, Profile, check};
/// let code = CpmPayload::parse("hQVDUFYwMWEyTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUAAAAAAGfnyUEMDAxOWMLn3QIMTAwMDAwMDE=")?;
/// let mut shown = Vec::new();
/// let _ = check::visit(&code, Profile::Qris, |finding| {
///     shown.push(format!("{}[{}] {}", finding.severity(), finding.code(), finding.path()));
///     ControlFlow::Continue(())
/// });
/// assert_eq!(shown, ["note[as-text] 61/9F25"]);
/// # Ok::<(), qris_cpm::DecodeError>(())
/// ```
pub fn visit<F>(code: &CpmPayload, profile: Profile, found: F) -> ControlFlow<()>
where
    F: FnMut(Finding) -> ControlFlow<()>,
{
    let common = code.objects().filter(|object| object.tag() == Tag::COMMON);
    let inside = common.filter_map(|template| template.objects()).flatten();
    let shared = inside.filter_map(|object| schema::find(Place::Common, object.tag()));
    let common = shared.fold(0, |seen, (_, bit)| seen | bit);
    let mut judge = Judge { code, profile, common, found };
    judge.level(code.objects(), Place::Root, None)
}

/// As [`visit`], for a code one makes oneself: what nobody has to make is an error, however serious it is in codes of others
/// ([`crate::rules::Rule::is_never_made`]).
pub fn visit_made<F>(code: &CpmPayload, profile: Profile, mut found: F) -> ControlFlow<()>
where
    F: FnMut(Finding) -> ControlFlow<()>,
{
    visit(code, profile, |finding| found(finding.when_made()))
}

/// The first finding of severity error.
pub fn first_error(code: &CpmPayload, profile: Profile) -> Option<Finding> {
    let mut first = None;
    let _ = visit(code, profile, |finding| keep_error(&mut first, finding));
    first
}

/// The same in a code one makes oneself.
pub(crate) fn first_error_made(code: &CpmPayload, profile: Profile) -> Option<Finding> {
    let mut first = None;
    let _ = visit_made(code, profile, |finding| keep_error(&mut first, finding));
    first
}

fn keep_error(first: &mut Option<Finding>, finding: Finding) -> ControlFlow<()> {
    if finding.severity() != Severity::Error {
        return ControlFlow::Continue(());
    }
    *first = Some(finding);
    ControlFlow::Break(())
}

/// What is said of a code that the check let pass and that lacks what it asks for: there is none.
pub(crate) fn incomplete(code: &CpmPayload) -> Finding {
    Finding::new(Code::Missing, Severity::Error, Path::ROOT, 0..code.as_bytes().len(), 0, None)
}

/// Whether there is no finding of severity error.
pub fn conforms(code: &CpmPayload, profile: Profile) -> bool {
    first_error(code, profile).is_none()
}

/// All findings.
#[cfg(feature = "alloc")]
pub fn findings(code: &CpmPayload, profile: Profile) -> alloc::vec::Vec<Finding> {
    let mut all = alloc::vec::Vec::new();
    let _ = visit(code, profile, |finding| {
        all.push(finding);
        ControlFlow::Continue(())
    });
    all
}

struct Judge<'p, F> {
    code: &'p CpmPayload,
    profile: Profile,
    /// The rows that 62 has: what is there need not be in 61.
    common: u32,
    found: F,
}

impl<'p, F: FnMut(Finding) -> ControlFlow<()>> Judge<'p, F> {
    /// The objects of one level and of the named levels in it. Calls itself at most three times, as places nest no deeper.
    /// `around` is the template they stand in; `None` at the root.
    fn level(&mut self, objects: Objects<'p>, place: Place, around: Option<Object<'p>>) -> ControlFlow<()> {
        let mut seen = 0;
        for object in objects {
            self.object(&object, place, &mut seen)?;
            if let (Some(inside), Some(objects)) = (place.inside(object.tag()), object.objects()) {
                self.level(objects, inside, Some(object))?;
            }
        }
        if place == Place::Application {
            seen |= self.common;
        }
        let path = around.map_or(Path::ROOT, |template| template.path());
        let span = around.map_or(0..self.code.as_bytes().len(), |template| template.span());
        let mut bit = 1u32;
        for row in ROWS {
            if row.places.first() == Some(&place) && seen & bit == 0 {
                if let Some(severity) = row.missing.get(self.profile) {
                    let path = path.join(row.tag);
                    (self.found)(Finding::new(Code::Missing, severity, path, span.clone(), 0, Some(row)))?;
                }
            }
            bit = bit.wrapping_shl(1);
        }
        match around {
            Some(template) if place == Place::Application => self.pans(&template),
            _ => ControlFlow::Continue(()),
        }
    }

    /// A finding about an object, in the severity of the aspect or of the rule.
    fn say(
        &mut self,
        code: Code,
        severity: Option<Severity>,
        object: &Object<'_>,
        row: Option<&'static Row>,
    ) -> ControlFlow<()> {
        let severity = severity.or(code.rule().grades.and_then(|grades| grades.get(self.profile)));
        match severity {
            Some(severity) => {
                let (path, span, length) = (object.path(), object.span(), object.length());
                (self.found)(Finding::new(code, severity, path, span, length, row))
            }
            None => ControlFlow::Continue(()),
        }
    }

    fn object(&mut self, object: &Object<'p>, place: Place, seen: &mut u32) -> ControlFlow<()> {
        let found = schema::find(place, object.tag());
        if !object.has_shortest_length() {
            self.say(Code::LongLength, None, object, found.map(|(row, _)| row))?;
        }
        let Some((row, bit)) = found else { return self.misplaced(object, place) };
        if *seen & bit != 0 {
            self.say(Code::Repeated, row.repeated.get(self.profile), object, Some(row))?;
        }
        *seen |= bit;
        self.shape(object, row)?;
        match row.content {
            Content::Pan => self.pan(Pan::of_pan(object.value()), Code::BadPan, object, row),
            Content::Track2 => self.pan(Pan::of_track_2(object.value()), Code::BadTrack2, object, row),
            _ => ControlFlow::Continue(()),
        }
    }

    /// An object with a name, where it has none. In transparent templates issuers put what they like.
    fn misplaced(&mut self, object: &Object<'p>, place: Place) -> ControlFlow<()> {
        let is_named = matches!(place, Place::Root | Place::Application | Place::Common);
        match schema::elsewhere(object.tag()) {
            Some(row) if is_named && (self.profile == Profile::Qris || !row.is_of_qris) => {
                let serious = row.content == Content::Template || row.tag == Tag::FORMAT_INDICATOR;
                let severity = if serious { Severity::Error } else { Severity::Warning };
                self.say(Code::Misplaced, Some(severity), object, Some(row))
            }
            _ => ControlFlow::Continue(()),
        }
    }

    /// Length and characters.
    fn shape(&mut self, object: &Object<'p>, row: &'static Row) -> ControlFlow<()> {
        let value = object.value();
        if self.profile == Profile::Qris {
            if let Some((expected, _)) = row.qris_value {
                let fault = if value == expected { None } else { row.shape.get(self.profile) };
                return match fault {
                    Some(severity) => self.say(Code::WrongValue, Some(severity), object, Some(row)),
                    None => ControlFlow::Continue(()),
                };
            }
        }
        let Some(severity) = row.shape.get(self.profile) else { return ControlFlow::Continue(()) };
        if let Content::Digits(count) = row.content {
            if value.len() == count && value.iter().all(u8::is_ascii_digit) {
                return self.say(Code::AsText, None, object, Some(row));
            }
        }
        let fits = match row.content {
            _ if value.len() < row.min => return self.say(Code::TooShort, Some(severity), object, Some(row)),
            _ if value.len() > row.max => return self.say(Code::TooLong, Some(severity), object, Some(row)),
            Content::Text => value.iter().all(|byte| matches!(byte, 0x20..=0x7E)),
            Content::Alphanumeric => value.iter().all(u8::is_ascii_alphanumeric),
            Content::Digits(count) => Digits::numeric(value, count).is_some(),
            Content::Template | Content::Pan | Content::Track2 | Content::Binary | Content::Data => true,
        };
        if fits {
            ControlFlow::Continue(())
        } else {
            self.say(Code::WrongCharacters, Some(severity), object, Some(row))
        }
    }

    /// The rules about one PAN.
    fn pan(
        &mut self,
        pan: Option<Pan>,
        bad: Code,
        object: &Object<'p>,
        row: &'static Row,
    ) -> ControlFlow<()> {
        let Some(pan) = pan else { return self.say(bad, None, object, Some(row)) };
        if pan.luhn_holds() == Some(false) {
            self.say(Code::PanLuhn, None, object, Some(row))?;
        }
        if !pan.is_domestic() {
            self.say(Code::PanPrefix, None, object, Some(row))?;
        }
        if pan.as_str().len() != 19 {
            self.say(Code::PanDigits, None, object, Some(row))?;
        }
        ControlFlow::Continue(())
    }

    /// An application and what is common to all say one PAN.
    fn pans(&mut self, application: &Object<'p>) -> ControlFlow<()> {
        let mut first = None;
        let mut is_there = false;
        let code = self.code;
        let common = code.objects().filter(|object| object.tag() == Tag::COMMON);
        let inside =
            core::iter::once(*application).chain(common).filter_map(|template| template.objects()).flatten();
        for object in inside.filter(|object| matches!(object.tag(), Tag::TRACK_2 | Tag::PAN)) {
            is_there = true;
            match (Pan::of(&object), first) {
                (Some(pan), None) => first = Some(pan),
                (Some(pan), Some(other)) if pan != other => {
                    self.say(Code::PanMismatch, None, &object, schema::row(object.path()))?;
                }
                _ => {}
            }
        }
        if is_there {
            return ControlFlow::Continue(());
        }
        self.say(Code::PanMissing, None, application, schema::row(application.path()))
    }
}
