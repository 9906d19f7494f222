//! The inspector: a payload, pasted or in a picture, as a tree of objects with what is wrong with it. Nothing is stored.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, State as Held};
use axum::http::StatusCode;
use qris_core::diagnose::{Explanation, before, explain};
use qris_core::display::tree;
use qris_core::wire::Span;
use qris_core::{DecodeError, Finding, Kind, LengthUnit, MAX_BYTES, Payload, Profile, Qris, Severity, check};
use qris_render::{PictureError, PictureLimits};

use super::frame::{Frame, Here};
use super::show;
use super::visitor::Visitor;
use super::words::Words;
use super::{Answer, Pages, Problem, html};
use crate::app::Shared;
use crate::model::Minor;

/// Bytes of a picture.
const LARGEST_PICTURE: usize = 2 * 1024 * 1024;
/// Bytes of the whole form.
pub(super) const LARGEST_FORM: usize = LARGEST_PICTURE + 256 * 1024;
/// Pixels of a picture: what phones take.
const PIXELS: u64 = 16_000_000;
/// Work for a picture: less than two seconds of a core, other work beside it. One of 12 million pixels without any code takes nine
/// tenths of it.
const WORK: u64 = 7_000_000_000;
/// Symbols of a picture that are shown.
const SYMBOLS: usize = 4;
/// Findings that are shown, the worst first.
const FINDINGS: usize = 200;
/// Characters shown before and after a place.
const AROUND: usize = 24;

#[derive(Template)]
#[template(path = "inspect.html")]
struct Page {
    frame: Frame,
    payload: String,
    profile: &'static str,
    /// Name and what it is for.
    profiles: [(&'static str, &'static str); 3],
    refusal: Option<String>,
    found: Vec<Inspection>,
}

/// What is to be said about one payload.
struct Inspection {
    text: String,
    /// Class of the banner: `good`, `warn`, `bad`.
    mood: &'static str,
    verdict: &'static str,
    facts: Vec<(&'static str, String)>,
    fault: Option<Fault>,
    rows: Vec<TreeRow>,
    findings: Vec<FindingRow>,
    /// Findings that are not shown.
    more: usize,
}

/// Why a text is no payload.
struct Fault {
    code: &'static str,
    says: String,
    explanation: &'static str,
    path: String,
    offset: usize,
    cites: &'static str,
    place: Place,
    /// The object before it.
    before: Option<String>,
    /// What happened to the text, in sentences, and what it was.
    known: Vec<String>,
    undone: Option<String>,
}

/// A stretch of the payload with what stands around it.
struct Place {
    before: String,
    marked: String,
    after: String,
}

struct TreeRow {
    depth: usize,
    id: String,
    path: String,
    length: u8,
    name: Option<&'static str>,
    value: Option<String>,
    meaning: Option<&'static str>,
    /// The worst that was found: `error`, `warning`, `note`.
    finding: Option<&'static str>,
}

struct FindingRow {
    severity: &'static str,
    severity_text: &'static str,
    code: String,
    path: String,
    says: String,
    cites: &'static str,
    place: Option<Place>,
}

/// What was sent.
#[derive(Debug, Default)]
struct Sent {
    payload: String,
    profile: String,
    picture: Vec<u8>,
}

/// `GET /inspect`.
pub(super) async fn form(Held(app): Held<Shared>, visitor: Visitor) -> Answer {
    if !app.config.has_inspector() {
        return Err(Problem::NotFound);
    }
    let frame = Frame::public(&app, &visitor, Here::Inspector);
    Ok(html(&page(frame, &Sent::default(), &Profile::QRIS, Vec::new(), None)))
}

/// `POST /inspect`.
pub(super) async fn inspect(
    Held(app): Held<Shared>,
    Extension(pages): Extension<Arc<Pages>>,
    visitor: Visitor,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    if !app.config.has_inspector() {
        return Err(Problem::NotFound);
    }
    let words = visitor.lang.words();
    let frame = Frame::public(&app, &visitor, Here::Inspector);
    let mut sent = Sent::default();
    let form = form.map_err(|_| Problem::BadForm)?;
    if let Err(refused) = receive(form, &mut sent).await {
        let (status, text) = match refused {
            Refused::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, words.too_large),
            Refused::Broken => return Err(Problem::BadForm),
        };
        let refusal = Some(text.to_owned());
        let mut response = html(&page(frame, &Sent::default(), &Profile::QRIS, Vec::new(), refusal));
        *response.status_mut() = status;
        return Ok(response);
    }
    let profile = Profile::named(&sent.profile).unwrap_or(Profile::QRIS);
    let (found, refusal) = if !sent.picture.is_empty() {
        match read_picture(&pages, std::mem::take(&mut sent.picture)).await? {
            Ok(texts) if texts.is_empty() => (Vec::new(), Some(words.no_symbol.to_owned())),
            Ok(texts) => (texts.iter().map(|text| judge(text, &profile, words)).collect(), None),
            Err(error) => (Vec::new(), Some(format!("{}: {error}", words.no_picture))),
        }
    } else if sent.payload.trim().is_empty() {
        (Vec::new(), Some(words.nothing_given.to_owned()))
    } else {
        (vec![judge(sent.payload.trim().as_bytes(), &profile, words)], None)
    };
    let refused = refusal.is_some();
    let mut response = html(&page(frame, &sent, &profile, found, refusal));
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn page(
    frame: Frame,
    sent: &Sent,
    profile: &Profile,
    found: Vec<Inspection>,
    refusal: Option<String>,
) -> Page {
    let words = frame.t;
    let profiles =
        [("qris", words.profile_qris), ("emvco", words.profile_emvco), ("wild", words.profile_wild)];
    let payload = if sent.payload.len() <= MAX_BYTES { sent.payload.clone() } else { String::new() };
    Page { frame, payload, profile: profile.name, profiles, refusal, found }
}

enum Refused {
    TooLarge,
    Broken,
}

impl From<MultipartError> for Refused {
    fn from(error: MultipartError) -> Refused {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Refused::TooLarge } else { Refused::Broken }
    }
}

async fn receive(mut form: Multipart, sent: &mut Sent) -> Result<(), Refused> {
    while let Some(mut field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        // One character more than the longest payload, so that the judge can say that it is too long.
        let most = if name == "picture" { LARGEST_PICTURE } else { MAX_BYTES + 1024 };
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await? {
            if bytes.len() + chunk.len() > most {
                return Err(Refused::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        match name.as_str() {
            "payload" => sent.payload = String::from_utf8(bytes).map_err(|_| Refused::Broken)?,
            "profile" => sent.profile = String::from_utf8(bytes).map_err(|_| Refused::Broken)?,
            "picture" => sent.picture = bytes,
            _ => {}
        }
    }
    Ok(())
}

/// The texts of the symbols in a picture. One picture at a time, away from the threads that answer.
async fn read_picture(
    pages: &Pages,
    picture: Vec<u8>,
) -> Result<Result<Vec<Vec<u8>>, PictureError>, Problem> {
    let limits = PictureLimits { pixels: PIXELS, work: WORK };
    let found = pages.pictures.work(move || qris_render::scan(&picture, limits)).await?;
    Ok(found.map(|found| found.iter().take(SYMBOLS).map(|one| one.bytes().to_vec()).collect()))
}

fn judge(bytes: &[u8], profile: &Profile, words: &'static Words) -> Inspection {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let payload = match Payload::from_bytes(bytes) {
        Ok(payload) => payload,
        Err(error) => {
            let text = if bytes.len() > MAX_BYTES { String::new() } else { text };
            let fault = Some(fault(bytes, &text, &error));
            let (facts, rows, findings) = (Vec::new(), Vec::new(), Vec::new());
            let (mood, verdict) = ("bad", words.no_payload);
            return Inspection { text, mood, verdict, facts, fault, rows, findings, more: 0 };
        }
    };
    let mut found: Vec<Finding> = check::findings(&payload, profile).collect();
    let rows = rows(&payload, profile, &found);
    let wrong_crc = payload.clone().verify_crc().err();
    let worst = found.iter().map(Finding::severity).max();
    let (mood, verdict) = match (&wrong_crc, worst) {
        (Some(_), _) => ("bad", words.wrong_crc),
        (None, Some(Severity::Error)) => ("bad", words.not_conformant),
        (None, Some(Severity::Warning)) => ("warn", words.conformant_with_warnings),
        _ => ("good", words.conformant),
    };
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    let more = found.len().saturating_sub(FINDINGS);
    found.truncate(FINDINGS);
    Inspection {
        mood,
        verdict,
        facts: facts(&payload, words),
        fault: wrong_crc.map(|error| fault(bytes, payload.as_str(), &error)),
        rows,
        findings: found.iter().map(|finding| finding_row(payload.as_str(), finding, words)).collect(),
        more,
        text,
    }
}

/// What a payer would want to know.
fn facts(payload: &Payload<'_>, words: &'static Words) -> Vec<(&'static str, String)> {
    let mut facts = vec![(words.kind, Kind::of(payload).name().to_owned())];
    if let Ok(qris) = payload
        .clone()
        .verify_crc()
        .map_err(drop)
        .and_then(|sealed| Qris::from_sealed(&sealed, &Profile::WILD).map_err(drop))
    {
        facts.push((words.merchant, qris.merchant_name().to_owned()));
        let rupiah =
            |minor: u64| i64::try_from(minor).map(|sen| show::rupiah(Minor::new(sen))).unwrap_or_default();
        let amount = match qris.amount() {
            Some(amount) if qris.currency().number() == 360 => rupiah(amount.minor()),
            Some(amount) => format!("{} ({})", amount.as_str(), qris.currency().number()),
            None => words.amount_open.to_owned(),
        };
        facts.push((words.amount, amount));
        facts.extend(qris.nmid().map(|nmid| ("NMID", nmid.as_str().to_owned())));
    }
    let crc = payload.crc();
    facts.push((
        "CRC",
        if crc.stated == crc.computed {
            format!("{:04X}", crc.stated)
        } else {
            format!("{:04X} ≠ {:04X}", crc.stated, crc.computed)
        },
    ));
    facts.push((words.length, payload.characters().to_string()));
    facts
}

fn rows(payload: &Payload<'_>, profile: &Profile, found: &[Finding]) -> Vec<TreeRow> {
    let mut worst = HashMap::new();
    for finding in found {
        let severity = worst.entry(finding.path()).or_insert(finding.severity());
        *severity = finding.severity().max(*severity);
    }
    let row = |line: qris_core::display::TreeLine<'_>| {
        let object = line.object;
        TreeRow {
            depth: object.path().depth(),
            id: object.id().to_string(),
            path: object.path().to_string(),
            length: object.length(),
            name: line.name,
            value: (!line.is_template).then(|| object.value().to_owned()),
            meaning: line.meaning,
            finding: worst.get(&object.path()).copied().map(Severity::name),
        }
    };
    tree(payload, profile).lines().map(row).collect()
}

fn finding_row(text: &str, finding: &Finding, words: &'static Words) -> FindingRow {
    let span = finding.span();
    let everything = span.start == 0 && span.end >= text.len();
    FindingRow {
        severity: finding.severity().name(),
        severity_text: match finding.severity() {
            Severity::Error => words.error,
            Severity::Warning => words.warning,
            _ => words.note,
        },
        code: finding.code().to_string(),
        path: finding.path().to_string(),
        says: finding.message().to_string(),
        cites: finding.cites(),
        place: (!everything).then(|| place(text, span)),
    }
}

fn fault(bytes: &[u8], text: &str, error: &DecodeError) -> Fault {
    let end = error.offset().saturating_add(1);
    let before = before(text, LengthUnit::Characters, error).map(|before| before.to_string());
    let explained = explain(bytes);
    let mut known: Vec<String> = explained.iter().map(ToString::to_string).collect();
    let undone = match explained {
        Some(Explanation::Damaged(found)) => {
            known.extend(found.causes().iter().map(|cause| cause.advice().to_owned()));
            Some(found.into_undone())
        }
        _ => None,
    };
    Fault {
        before,
        known,
        undone,
        code: error.kind().code(),
        says: error.kind().to_string(),
        explanation: error.kind().explanation(),
        path: error.path().to_string(),
        offset: error.offset(),
        cites: error.kind().cites().unwrap_or_default(),
        place: place(text, Span::from(error.offset()..end)),
    }
}

/// A span with some characters around it; borders inside a character are moved out of it.
fn place(text: &str, span: Span) -> Place {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let ceil = |at: usize| (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at));
    let (start, end) = (floor(span.start), ceil(span.end).unwrap_or(text.len()));
    let (before, rest) = text.split_at(start);
    let (marked, after) = rest.split_at(end.saturating_sub(start));
    let head = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let tail = after.char_indices().nth(AROUND).map_or(after.len(), |(at, _)| at);
    let (head_dots, tail_dots) = (if head > 0 { "…" } else { "" }, if tail < after.len() { "…" } else { "" });
    Place {
        before: format!("{head_dots}{}", before.get(head..).unwrap_or_default()),
        marked: marked.to_owned(),
        after: format!("{}{tail_dots}", after.get(..tail).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_with_what_is_around_it() {
        let text = "0123456789".repeat(10);
        let shown = place(&text, Span::from(50..52));
        assert_eq!(
            (shown.before.as_str(), shown.marked.as_str(), shown.after.as_str()),
            ("…678901234567890123456789", "01", "234567890123456789012345…")
        );
        let shown = place("é", Span::from(1..9));
        assert_eq!((shown.before.as_str(), shown.marked.as_str(), shown.after.as_str()), ("", "é", ""));
        let shown = place("ab", Span::from(7..8));
        assert_eq!((shown.before.as_str(), shown.marked.as_str()), ("ab", ""));
    }

    proptest::proptest! {
        #[test]
        fn no_text_trips_the_judge(text in "\\PC{0,200}|[0-9]{0,80}", profile in 0..3_usize) {
            let words = super::super::lang::Lang::English.words();
            let found = judge(text.as_bytes(), &Profile::ALL[profile], words);
            proptest::prop_assert!(found.fault.is_some() || !found.rows.is_empty());
        }
    }
}
