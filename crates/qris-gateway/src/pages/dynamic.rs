//! A static code made dynamic: an amount and a reference put in, and a picture to save. Nothing is stored.

use askama::Template;
use axum::Form;
use axum::extract::State as Held;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use qris_core::{Amount, Currency, Edit, EncodeError, MAX_BYTES, Payload, Profile, Qris, Sealed, WriteError};
use qris_render::{Options, Png, Size, Svg, Symbol};
use serde::Deserialize;

use super::drawing;
use super::frame::{Frame, Here};
use super::lang::Lang;
use super::said;
use super::show;
use super::verdict;
use super::visitor::Visitor;
use super::{Answer, Problem, html};
use crate::app::Shared;
use crate::model::Minor;

/// Most digits of an amount in rupiah that are read; the limit of a transaction has eight.
const MOST_DIGITS: usize = 12;

/// A form, sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// The static code.
    payload: String,
    /// Whole rupiah, digits only.
    amount: String,
    /// Of the merchant's; may be empty.
    reference: String,
    /// `png` or `svg` for a file; a page else.
    r#as: String,
}

#[derive(Template)]
#[template(path = "dynamic.html")]
struct Page {
    frame: Frame,
    wanted: Wanted,
    merchant: String,
    refusal: Option<String>,
    made: Option<Made>,
}

/// A code that was made.
struct Made {
    payload: String,
    /// Drawn by the renderer, which escapes its title.
    svg: String,
    amount: String,
}

/// Why none was made.
enum Refusal {
    /// What was sent is no static code that may be paid.
    NotStatic,
    /// Not digits.
    Amount,
    /// What was put in breaks a rule of QRIS.
    Breaks(String),
    /// It does not fit into a payload or a symbol.
    NoRoom,
}

/// `POST /inspect/dynamic`.
pub(super) async fn make(
    Held(app): Held<Shared>,
    visitor: Visitor,
    form: Result<Form<Wanted>, FormRejection>,
) -> Answer {
    if !app.config.has_inspector() {
        return Err(Problem::NotFound);
    }
    let Form(wanted) = form.map_err(|_| Problem::BadForm)?;
    let (lang, words) = (visitor.lang, visitor.lang.words());
    let made = build(&wanted, lang).and_then(|payload| Ok((draw(&payload)?, payload)));
    let (symbol, payload) = match made {
        Ok(made) => made,
        Err(refusal) => {
            let text = match refusal {
                Refusal::NotStatic => words.not_static.to_owned(),
                Refusal::Amount => words.wrong_amount.to_owned(),
                Refusal::NoRoom => words.no_room.to_owned(),
                Refusal::Breaks(says) => says,
            };
            let page = page(Frame::public(&app, &visitor, Here::Inspector), wanted, Some(text), None);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response());
        }
    };
    let file = |kind: &'static str, name: &'static str, bytes: Vec<u8>| {
        let kept = format!("attachment; filename=\"{name}\"");
        Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, kept)], bytes).into_response())
    };
    let broken = |error: qris_render::FrameError| {
        tracing::error!(%error, "a picture could not be made");
        Problem::Storage
    };
    match wanted.r#as.as_str() {
        "png" => {
            let png = symbol.png(&Png { size: Size::Scale(10), ..Png::default() }).map_err(broken)?;
            file("image/png", "qris.png", png)
        }
        "svg" => {
            let svg = Svg { title: "QRIS", size: Some(Size::Scale(10)), ..Svg::default() };
            file("image/svg+xml", "qris.svg", symbol.svg(&svg).map_err(broken)?.into_bytes())
        }
        _ => {
            let made = Made {
                svg: drawing::on_page(&symbol, "QRIS").map_err(broken)?,
                amount: wanted.amount.parse().map_or_else(
                    |_| String::new(),
                    |rupiah: i64| show::rupiah(Minor::new(rupiah.saturating_mul(100))),
                ),
                payload,
            };
            Ok(html(&page(Frame::public(&app, &visitor, Here::Inspector), wanted, None, Some(made))))
        }
    }
}

fn page(frame: Frame, mut wanted: Wanted, refusal: Option<String>, made: Option<Made>) -> Page {
    let merchant = source(&wanted.payload).map(|qris| qris.merchant_name().to_owned());
    if merchant.is_none() {
        wanted.payload.clear();
    }
    Page { frame, wanted, merchant: merchant.unwrap_or_default(), refusal, made }
}

/// The static code that may be paid.
fn source(payload: &str) -> Option<Qris<'_>> {
    let qris = Qris::decode_with(payload, &Profile::WILD).ok()?;
    verdict::is_static(&qris).then_some(qris)
}

/// The dynamic payload. What was there before is taken as it is printed in practice; what is put in has to be as QRIS says.
fn build(wanted: &Wanted, lang: Lang) -> Result<String, Refusal> {
    let source = source(&wanted.payload).ok_or(Refusal::NotStatic)?;
    let digits = wanted.amount.trim();
    if digits.is_empty() || digits.len() > MOST_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::Amount);
    }
    let amount = Amount::parse(digits, Currency::IDR).map_err(|_| Refusal::Amount)?;
    let mut edit = Edit::new();
    edit.amount(amount);
    if !wanted.reference.is_empty() {
        edit.reference_label(&wanted.reference);
    }
    let mut buffer = vec![0; MAX_BYTES];
    let error = match edit.build(&source, &mut buffer, &Profile::WILD) {
        Ok(made) => return Ok(made.as_str().to_owned()),
        Err(error) => error,
    };
    match error {
        EncodeError::NotConformant(finding) => {
            // The sentence counts characters of what would have been made.
            let text = edit.write_to(&source, &mut buffer).map_err(|_| Refusal::NoRoom)?;
            let payload = Payload::parse(text).map_err(|_| Refusal::NotStatic)?;
            Err(Refusal::Breaks(format!("{}.", said::finding(lang, &finding, &payload))))
        }
        EncodeError::Write(WriteError::ValueTooLong { .. } | WriteError::TooLong { .. }) => {
            Err(Refusal::NoRoom)
        }
        _ => Err(Refusal::NotStatic),
    }
}

fn draw(payload: &str) -> Result<Symbol, Refusal> {
    let sealed = Sealed::parse(payload).map_err(|_| Refusal::NotStatic)?;
    Symbol::new(&sealed, Options::default()).map_err(|_| Refusal::NoRoom)
}
