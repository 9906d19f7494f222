//! The payment page: what the payer sees, and how it learns that the payment has come.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State as Held};
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use qris_core::display::Safe;
use qris_core::schema::keys;
use qris_core::{Id, Sealed};
use qris_render::{Options, Png, Size, Symbol};
use tokio::sync::watch;

use super::drawing;
use super::frame::Frame;
use super::show::{self, Moment};
use super::simulate::{self, Simulation};
use super::streams::Place;
use super::visitor::Visitor;
use super::words::Words;
use super::{Answer, Pages, Problem, add_cookie, html};
use crate::acquirer::payable_until;
use crate::app::Shared;
use crate::counts::Stream;
use crate::db::{DbError, Tx};
use crate::http::Phase;
use crate::model::{Minor, State, Tip, Transaction, acquirer, transaction};

/// How often a stream looks whether its transaction has changed.
const LOOK: Duration = Duration::from_secs(1);
/// Looks between two beats, which keep proxies from closing the stream and set the countdown right.
const LOOKS_A_BEAT: u32 = 15;
/// A stream ends after this time; the browser opens another.
const LONGEST: Duration = Duration::from_secs(600);

#[derive(Template)]
#[template(path = "pay.html")]
struct Page {
    frame: Frame,
    state: &'static str,
    status: &'static str,
    help: &'static str,
    merchant: String,
    city: String,
    nmid: Option<String>,
    terminal: Option<String>,
    reference_no: String,
    /// What is to be paid or was paid; none: the payer enters it.
    amount: Option<String>,
    /// What the tip is, and how much.
    tip: Option<(&'static str, Option<String>)>,
    waiting: Option<Waiting>,
    /// In the sandbox, while it can be paid.
    simulation: Option<Simulation>,
    /// When it was paid or closed.
    ended: Option<(&'static str, Moment)>,
    refunded: Option<String>,
}

/// A code that can still be paid.
struct Waiting {
    /// Drawn by the renderer, which escapes its title.
    svg: String,
    seconds: i64,
    countdown: String,
    until: Moment,
    picture: String,
}

/// `GET /pay/{page_id}`, `qrUrl`: the page to a browser, the picture to who accepts pictures and no page.
pub(super) async fn page(
    Held(app): Held<Shared>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(page_id): Path<String>,
) -> Answer {
    let Found { transaction, until, here } = find(&app, &page_id).await?;
    let mut answer = if wants_picture(&headers) {
        // A merchant's page may show it.
        let anywhere = [(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin")];
        (anywhere, png(&app, &transaction)?).into_response()
    } else {
        let mut page = show(&transaction, until, app.clock.now(), &visitor)?;
        page.frame = page.frame.of(&app);
        let open = here && page.waiting.is_some();
        let (simulation, cookie) = simulate::form(&app, &visitor, &page_id, open)?.unzip();
        page.simulation = simulation;
        let mut answer = html(&page);
        if let Some(cookie) = cookie.flatten() {
            add_cookie(answer.headers_mut(), &cookie);
        }
        answer
    };
    answer.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    Ok(answer)
}

/// Whether a PNG is liked better than a page (RFC 9110, 12.5.1). Who takes anything gets the page.
fn wants_picture(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<&str> = ranges.flat_map(|value| value.split(',')).collect();
    let quality = |kinds: [&str; 2]| {
        let of_range = |range: &&str| {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().filter(|kind| kinds.iter().any(|it| it.eq_ignore_ascii_case(kind)))?;
            let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
            // Thousandths; what is no weight is none.
            let weight = weight.map_or(Some(1000), thousandths)?;
            (!kind.is_empty()).then_some(weight)
        };
        ranges.iter().filter_map(of_range).max().unwrap_or(0)
    };
    quality(["image/png", "image/*"]) > quality(["text/html", "application/xhtml+xml"])
}

/// `0.5` as 500: 0 to 1 with at most three decimals.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u16 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    Some(whole * 1000 + decimals).filter(|weight| *weight <= 1000)
}

/// What a page is about.
pub(super) struct Found {
    pub(super) transaction: Transaction,
    /// Unix seconds until which the payer can pay.
    until: i64,
    /// Whether the code was made here, and not by an acquirer.
    pub(super) here: bool,
}

/// The transaction of a page. Its id is the page's only key, so nothing but an exact id is looked up.
pub(super) async fn find(app: &Shared, page_id: &str) -> Result<Found, Problem> {
    if page_id.len() != 32 || !page_id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Problem::NotFound);
    }
    let (id, routed) = (page_id.to_owned(), app.lines.may_be());
    let read = move |tx: &mut dyn Tx| {
        let Some(transaction) = transaction::by_page(tx, &id)? else { return Ok(None) };
        let until = if routed { payable_until(tx, &transaction)? } else { transaction.expires_at };
        let here = !routed || acquirer::code_of(tx, &transaction.reference_no)?.is_none();
        Ok::<_, DbError>(Some(Found { transaction, until, here }))
    };
    app.store.read(read).await?.ok_or(Problem::NotFound)
}

fn show(transaction: &Transaction, until: i64, now: i64, visitor: &Visitor) -> Result<Page, Problem> {
    let words = visitor.lang.words();
    let state = transaction.state_at(now);
    let payload = sealed(transaction)?;
    let value = |id| payload.value_of(id).unwrap_or_default().to_owned();
    let inside = |template, id| payload.template(template)?.value_of(id).map(str::to_owned);
    let merchant = value(Id::MERCHANT_NAME);
    let paid = transaction.paid_at.is_some();
    let seconds = until.saturating_sub(now).max(0);
    let waiting = match state {
        State::Initiated => Some(Waiting {
            svg: draw(&payload, &merchant)?,
            seconds,
            countdown: show::countdown(seconds, words.days),
            until: show::moment(until),
            picture: format!("/pay/{}/qr.png", transaction.page_id),
        }),
        _ => None,
    };
    let ended = match (transaction.paid_at, transaction.closed_at) {
        (Some(at), _) => Some((words.paid_at, show::moment(at))),
        (None, Some(at)) => Some((words.closed_at, show::moment(at))),
        (None, None) if state == State::Expired => Some((words.closed_at, show::moment(until))),
        (None, None) => None,
    };
    let (status, help) = told(state, words);
    Ok(Page {
        frame: Frame::plain(visitor),
        state: state.as_str(),
        status,
        help,
        merchant,
        city: value(Id::MERCHANT_CITY),
        nmid: inside(Id::NATIONAL_REPOSITORY, keys::NMID.id()),
        terminal: transaction.terminal_id.clone(),
        reference_no: transaction.reference_no.clone(),
        amount: if paid { Some(transaction.paid_amount) } else { transaction.amount }.map(show::rupiah),
        tip: if paid { paid_tip(transaction, words) } else { asked_tip(transaction.tip, words) },
        waiting,
        simulation: None,
        ended,
        refunded: (transaction.refunded > Minor::ZERO).then(|| show::rupiah(transaction.refunded)),
    })
}

fn paid_tip(transaction: &Transaction, words: &'static Words) -> Option<(&'static str, Option<String>)> {
    (transaction.paid_tip > Minor::ZERO).then(|| (words.tip, Some(show::rupiah(transaction.paid_tip))))
}

fn asked_tip(tip: Tip, words: &'static Words) -> Option<(&'static str, Option<String>)> {
    match tip {
        Tip::None => None,
        Tip::Prompt => Some((words.tip_prompt, None)),
        Tip::Fixed(minor) => Some((words.fee, Some(show::rupiah(minor)))),
        Tip::Percent(hundredths) => Some((words.fee, Some(show::percent(hundredths)))),
    }
}

/// The sentence and the advice of a state.
fn told(state: State, words: &'static Words) -> (&'static str, &'static str) {
    match state {
        State::Initiated => (words.waiting, words.waiting_help),
        State::Paid => (words.paid, words.paid_help),
        State::Cancelled => (words.cancelled, words.cancelled_help),
        State::Expired => (words.expired, words.expired_help),
        State::Failed => (words.failed, words.failed_help),
        State::Refunded => (words.refunded, words.refunded_help),
    }
}

/// What we stored was sealed by us; when it is not, the stored text was changed.
fn sealed(transaction: &Transaction) -> Result<Sealed<'_>, Problem> {
    Sealed::parse(&transaction.qr_content).map_err(|error| {
        let reference_no = &transaction.reference_no;
        Problem::from(DbError::Broken(format!("the payload of {reference_no} is damaged: {error}")))
    })
}

fn symbol(payload: &Sealed<'_>) -> Result<Symbol, Problem> {
    let broken = |error: qris_render::SymbolError| Problem::from(DbError::Broken(error.to_string()));
    Symbol::new(payload, Options::default()).map_err(broken)
}

fn draw(payload: &Sealed<'_>, merchant: &str) -> Result<String, Problem> {
    let title = format!("QRIS – {}", Safe(merchant));
    let broken = |error: qris_render::FrameError| Problem::from(DbError::Broken(error.to_string()));
    drawing::on_page(&symbol(payload)?, &title).map_err(broken)
}

/// `GET /pay/{page_id}/qr.png`: to keep, for those who pay on the phone that shows the page.
pub(super) async fn picture(Held(app): Held<Shared>, Path(page_id): Path<String>) -> Answer {
    let transaction = find(&app, &page_id).await?.transaction;
    let kept = [(CONTENT_DISPOSITION, "attachment; filename=\"qris.png\"")];
    Ok((kept, png(&app, &transaction)?).into_response())
}

/// The code of a transaction that can be paid.
fn png(app: &Shared, transaction: &Transaction) -> Result<Response, Problem> {
    if transaction.state_at(app.clock.now()) != State::Initiated {
        return Err(Problem::NotFound);
    }
    let broken = |error: qris_render::FrameError| Problem::from(DbError::Broken(error.to_string()));
    let png = symbol(&sealed(transaction)?)?
        .png(&Png { size: Size::Scale(10), ..Png::default() })
        .map_err(broken)?;
    Ok(([(CONTENT_TYPE, "image/png")], png).into_response())
}

/// What a stream of events remembers between two looks.
struct Watch {
    app: Shared,
    page_id: String,
    told: Option<State>,
    looks: u32,
    since: Instant,
    place: Place,
    /// None where nobody drains, in tests.
    phase: Option<watch::Receiver<Phase>>,
    over: bool,
    /// Counts it.
    _open: Stream,
}

impl Watch {
    /// Whether the stream may look again, after a while; if not, what is said last.
    async fn pause(&mut self) -> Result<(), Option<Event>> {
        let draining = async {
            match &mut self.phase {
                Some(phase) => drop(phase.wait_for(|phase| *phase == Phase::Draining).await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = tokio::time::sleep(LOOK) => Ok(()),
            // Without this word the browser would come back at once, and push out the next.
            () = self.place.is_shed() => Err(Some(Event::default().event("poll").data("5"))),
            () = draining => Err(None),
        }
    }
}

/// `GET /pay/{page_id}/events`: `state` when it changes, `beat` with the seconds left now and then; ends when nothing
/// can change any more, or with `poll` when others need the place.
pub(super) async fn events(
    Held(app): Held<Shared>,
    Extension(pages): Extension<Arc<Pages>>,
    phase: Option<Extension<watch::Receiver<Phase>>>,
    Path(page_id): Path<String>,
) -> Answer {
    find(&app, &page_id).await?;
    let place = pages.streams.open(&page_id);
    let (phase, open) = (phase.map(|Extension(phase)| phase), app.counts.stream());
    let watch = Watch {
        app,
        page_id,
        told: None,
        looks: 0,
        since: Instant::now(),
        place,
        phase,
        over: false,
        _open: open,
    };
    let events = stream::unfold(watch, |watch| async {
        next(watch).await.map(|(event, watch)| (Ok::<_, Infallible>(event), watch))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

async fn next(mut watch: Watch) -> Option<(Event, Watch)> {
    loop {
        let ended = watch.told.is_some_and(|state| state != State::Initiated);
        if watch.over || ended || watch.since.elapsed() >= LONGEST {
            return None;
        }
        if watch.told.is_some()
            && let Err(last) = watch.pause().await
        {
            watch.over = true;
            return last.map(|event| (event, watch));
        }
        // A storage that cannot be read ends the stream: the browser comes back.
        let Found { transaction, until, .. } = find(&watch.app, &watch.page_id).await.ok()?;
        let now = watch.app.clock.now();
        let state = transaction.state_at(now);
        watch.looks += 1;
        if watch.told != Some(state) {
            watch.told = Some(state);
            return Some((Event::default().event("state").data(state.as_str()), watch));
        }
        if watch.looks >= LOOKS_A_BEAT {
            watch.looks = 0;
            let seconds = until.saturating_sub(now).max(0);
            return Some((Event::default().event("beat").data(seconds.to_string()), watch));
        }
    }
}
