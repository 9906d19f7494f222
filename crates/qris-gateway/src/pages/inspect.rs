//! The inspector: a payload, pasted or in a picture, as a tree of objects with what is wrong with it. Nothing is stored.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, State as Held};
use axum::http::StatusCode;
use qris_core::Profile;
use qris_core::diagnose::MAX_BYTES;
use qris_render::{PictureError, ScanLimits};

use super::frame::{Frame, Here};
use super::said;
use super::verdict::{Inspection, judge};
use super::visitor::Visitor;
use super::{Answer, Pages, Problem, html};
use crate::app::Shared;

/// Bytes of a picture: as phones take them. With scripts the page makes large ones smaller first.
const LARGEST_PICTURE: usize = 8 * 1024 * 1024;
/// Bytes of the whole form.
pub(super) const LARGEST_FORM: usize = LARGEST_PICTURE + 256 * 1024;
/// Pixels of a picture: what phones take. The search ends with its work, below two seconds of a core.
const PIXELS: u64 = 16_000_000;
/// Symbols of a picture that are shown.
const SYMBOLS: usize = 4;
/// Each payload by the profile of its scheme.
const AUTO: &str = "auto";

#[derive(Template)]
#[template(path = "inspect.html")]
struct Page {
    frame: Frame,
    /// What the field holds; a text that was judged stands there again.
    payload: String,
    profile: &'static str,
    /// Name and what it is for.
    profiles: [(&'static str, &'static str); 4],
    refusal: Option<String>,
    found: Vec<Inspection>,
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
    Ok(html(&page(frame, &Sent::default(), None, Vec::new(), None)))
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
        let mut response = html(&page(frame, &Sent::default(), None, Vec::new(), refusal));
        *response.status_mut() = status;
        return Ok(response);
    }
    let profile = Profile::named(&sent.profile);
    let profile = profile.as_ref();
    let (found, refusal) = if !sent.picture.is_empty() {
        match read_picture(&pages, std::mem::take(&mut sent.picture)).await? {
            Ok(texts) if texts.is_empty() => (Vec::new(), Some(words.no_symbol.to_owned())),
            Ok(texts) => (texts.iter().map(|text| judge(text, profile, visitor.lang)).collect(), None),
            Err(error) => {
                (Vec::new(), Some(format!("{}: {}.", words.no_picture, said::picture(visitor.lang, &error))))
            }
        }
    } else if sent.payload.trim().is_empty() {
        (Vec::new(), Some(words.nothing_given.to_owned()))
    } else {
        (vec![judge(sent.payload.trim().as_bytes(), profile, visitor.lang)], None)
    };
    let refused = refusal.is_some();
    let mut response = html(&page(frame, &sent, profile, found, refusal));
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn page(
    frame: Frame,
    sent: &Sent,
    profile: Option<&Profile>,
    found: Vec<Inspection>,
    refusal: Option<String>,
) -> Page {
    let words = frame.t;
    let profiles = [
        (AUTO, words.profile_auto),
        ("wild", words.profile_wild),
        ("qris", words.profile_qris),
        ("emvco", words.profile_emvco),
    ];
    let payload = if sent.payload.len() <= MAX_BYTES { sent.payload.clone() } else { String::new() };
    Page { frame, payload, profile: profile.map_or(AUTO, |profile| profile.name), profiles, refusal, found }
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
        // A text as long as any in which a payload is looked for, and one character more, so that it can be said that it is
        // too long.
        let most =
            if ["picture", "photo"].contains(&name.as_str()) { LARGEST_PICTURE } else { MAX_BYTES + 1024 };
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
            // A file that was chosen or dropped, or what the camera took; the field that was not used is empty.
            "picture" | "photo" if !bytes.is_empty() => sent.picture = bytes,
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
    let limits = ScanLimits { pixels: PIXELS, ..ScanLimits::default() };
    let found = pages.pictures.work(move || qris_render::scan(&picture, limits)).await?;
    Ok(found.map(|found| found.iter().take(SYMBOLS).map(|one| one.bytes().to_vec()).collect()))
}
