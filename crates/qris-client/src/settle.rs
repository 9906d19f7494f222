//! What changes something at the acquirer: done once, also when answers are lost.
//!
//! An answer that does not come may hide a success. So nothing is repeated before it was asked about (51): what the
//! acquirer knows is done, and what it does not know is sent again under the same number, which it would refuse if it had
//! it after all. A refusal of the repetition is believed when a query agrees; so is the refusal of a refund's number as used, since
//! a request may be doubled on its way.

use qris_snap::Status;
use qris_snap::client::{Notice, Refused, Retry, Unknown};
use qris_snap::codes::ReceivedCode;
use qris_snap::message::{QueryRequest, QueryResponse};
use tokio::time::Instant;

use crate::error::Error;
use crate::judge::{Finding, Settle, status};
use crate::send::{Letter, Sender, Step};

/// How a call that changes something ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told<A> {
    /// The acquirer's answer.
    Answered(A),
    /// Its answer was lost; that it was done is what it says of the transaction now.
    Found(Box<QueryResponse>),
    /// It was accepted and is not done yet: ask later, with [`Client::query`](crate::Client::query).
    InProgress(Notice),
}

impl<A> Told<A> {
    /// The acquirer's answer, when it arrived.
    pub fn answer(self) -> Option<A> {
        match self {
            Told::Answered(answer) => Some(answer),
            _ => None,
        }
    }
}

impl Told<qris_snap::message::GenerateResponse> {
    /// The payload of the QR code, from whichever answer has it. Of a transaction that was found without it, look at
    /// `latest_transaction_status` first: it may be paid by now. One that waits for payment and has no code cannot be
    /// paid: cancel it and generate another.
    ///
    /// ```
    /// use qris_client::Told;
    /// use qris_snap::message::{GenerateResponse, QueryResponse};
    /// let info = [("qrContent", "000201…")].into_iter().collect();
    /// let found = QueryResponse { additional_info: Some(info), ..QueryResponse::default() };
    /// assert_eq!(Told::<GenerateResponse>::Found(Box::new(found)).qr_content(), Some("000201…"));
    /// ```
    pub fn qr_content(&self) -> Option<&str> {
        match self {
            Told::Answered(answer) => answer.qr_content.as_deref(),
            Told::Found(found) => found.additional_info.as_ref()?.text("qrContent"),
            Told::InProgress(_) => None,
        }
    }

    /// The acquirer's reference, from whichever answer has it.
    pub fn reference_no(&self) -> Option<&str> {
        match self {
            Told::Answered(answer) => answer.reference_no.as_deref(),
            Told::Found(found) => found.original_reference_no.as_deref(),
            Told::InProgress(_) => None,
        }
    }
}

/// What is done first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// It was not sent before.
    Send,
    /// It may have been.
    Ask,
}

/// A question, written before anything is sent: one that cannot be written is none.
type Question = (Letter, QueryRequest);

/// What came of asking.
enum Asked {
    /// The transaction is known.
    Known(Finding, Box<QueryResponse>),
    /// It is not.
    NotFound,
    /// There was no answer that says so.
    NoAnswer(String),
}

impl Asked {
    /// How the call ends, where this ends it.
    fn ends<A>(&self) -> Option<Result<Told<A>, Error>> {
        let Asked::Known(finding, found) = self else { return None };
        match finding {
            Finding::Done => Some(Ok(Told::Found(found.clone()))),
            Finding::InProgress => Some(Ok(Told::InProgress(under_way(found)))),
            Finding::Failed(why) => Some(Err(Error::Failed((*why).to_owned()))),
            _ => None,
        }
    }

    /// Why this says nothing; `None` when it says that nothing was done, or might as well.
    fn doubt(&self) -> Option<&str> {
        match self {
            Asked::Known(Finding::Undecided(why), _) => Some(why),
            Asked::NoAnswer(why) => Some(why),
            _ => None,
        }
    }
}

impl Sender {
    /// Does it once, whatever is lost on the way.
    pub(crate) async fn settle<M: Settle>(
        &self,
        message: &M,
        begin: Begin,
    ) -> Result<Told<M::Answer>, Error> {
        let mut letter = self.letter(message)?;
        let question = match message.question() {
            Some(question) => {
                self.letter(&question).map(|letter| (letter, question)).map_err(|e| e.to_string())
            }
            None => Err("it has no number to ask by".to_owned()),
        };
        // Why nobody knows what became of it; `None` as long as nothing can have become of it.
        let mut lost = (begin == Begin::Ask).then(|| Unknown::new(None, "it was not asked about yet"));
        // Whether it may have been done for another reason than a refusal: then its number stands for nothing else.
        let mut is_ours = begin == Begin::Ask;
        for attempt in 1.. {
            if let Some(unknown) = &mut lost {
                let question = match &question {
                    Ok(question) => question,
                    Err(why) => {
                        let why = format!("{unknown}; not asked about: {why}");
                        lost = Some(unknown.clone().because(why));
                        break;
                    }
                };
                let asked = self.ask(message, question, letter.deadline).await;
                if let Some(end) = asked.ends() {
                    return end;
                }
                if let Some(why) = asked.doubt() {
                    *unknown = unknown.clone().because(why);
                    if self.pause(attempt, letter.deadline).await {
                        continue;
                    }
                    break;
                }
            }
            let mut last = None;
            letter.id_is_kept = lost.is_some();
            match (self.send(&mut letter, message).await, &question) {
                (Step::Done(answer), _) => return Ok(Told::Answered(answer)),
                (Step::InProgress(notice), _) => return Ok(Told::InProgress(notice)),
                (Step::Refused(refused), Ok(question))
                    if lost.is_some()
                        || M::MOVES_MONEY && (refused.is_duplicate_reference() || refused.is_conflict()) =>
                {
                    match self.refused_again(message, question, &mut letter, refused, is_ours).await? {
                        Ok(told) => return Ok(told),
                        Err(unknown) => lost = Some(unknown),
                    }
                }
                (Step::Refused(refused), _) => return Err(Error::Refused(refused)),
                (Step::NotSent(error), _) if lost.is_none() && !error.may_pass() => return Err(error),
                (Step::NotSent(error), _) => last = Some(error),
                (Step::Lost(unknown), _) => {
                    tracing::warn!(service = %letter.service, %unknown, "an answer is lost: it is asked about");
                    (lost, is_ours) = (Some(unknown), true);
                }
            }
            if self.pause(attempt, letter.deadline).await {
                continue;
            }
            match (last, &lost, &question) {
                (Some(error), None, _) => return Err(error),
                // Nobody is left in doubt who might know.
                (None, Some(_), Ok(question)) => {
                    if let Some(end) = self.ask(message, question, letter.deadline).await.ends() {
                        return end;
                    }
                }
                _ => {}
            }
            break;
        }
        Err(Error::Unknown(lost.unwrap_or_else(|| Unknown::new(None, "no attempt"))))
    }

    /// The repetition of what may have been done was refused. That is believed when a query agrees.
    async fn refused_again<M: Settle>(
        &self,
        message: &M,
        question: &Question,
        letter: &mut Letter,
        refused: Refused,
        is_ours: bool,
    ) -> Result<Result<Told<M::Answer>, Unknown>, Error> {
        let asked = self.ask(message, question, letter.deadline).await;
        if let Some(end) = asked.ends() {
            return end.map(Ok);
        }
        let unknown = |why: &str| Ok(Err(Unknown::new(refused.http_status(), format!("{refused}: {why}"))));
        if let Some(why) = asked.doubt() {
            return unknown(why);
        }
        let (duplicate, conflict) = (refused.is_duplicate_reference(), refused.is_conflict());
        match asked {
            Asked::Known(Finding::Silent { touched }, found)
                if is_ours && (duplicate || (conflict && touched)) =>
            {
                Ok(Ok(Told::Found(found)))
            }
            Asked::Known(Finding::Silent { .. }, _) if duplicate => {
                unknown("the number was used before, for this or for another refund")
            }
            // Under another id it might be done twice.
            Asked::Known(Finding::Silent { .. }, _) if conflict => unknown("the request was seen before"),
            _ if duplicate => unknown("used before, and a query does not show it"),
            _ if conflict => {
                // The first one was noted, and not carried out.
                letter.external_id = self.external_id().unwrap_or_default();
                unknown("the request was seen before, and a query does not show it")
            }
            Asked::Known(Finding::Silent { .. }, _) => unknown("it may be so because it was done"),
            _ if refused.retry() != Retry::Never => unknown("the repetition was not judged"),
            _ => Err(Error::Refused(refused)),
        }
    }

    async fn ask<M: Settle>(&self, message: &M, question: &Question, deadline: Instant) -> Asked {
        let (Letter { service, body, .. }, question) = question;
        let external_id = match self.external_id() {
            Ok(id) => id,
            Err(error) => return Asked::NoAnswer(error.to_string()),
        };
        let (service, body) = (*service, body.clone());
        let mut letter = Letter { service, body, external_id, id_is_kept: false, deadline };
        match self.send(&mut letter, question).await {
            Step::Done(found) if status(&found) == Some(Status::NotFound) => Asked::NotFound,
            Step::Done(found) => Asked::Known(message.judge(&found), Box::new(found)),
            Step::Refused(refused) if refused.is_not_found() => Asked::NotFound,
            Step::Refused(refused) => Asked::NoAnswer(format!("the query was refused: {refused}")),
            Step::InProgress(notice) => Asked::NoAnswer(format!("the query is in progress: {notice}")),
            Step::NotSent(error) => Asked::NoAnswer(format!("the query: {error}")),
            Step::Lost(unknown) => Asked::NoAnswer(format!("the query: {unknown}")),
        }
    }
}

/// What a query says of something under way, in the form of a 202.
fn under_way(found: &QueryResponse) -> Notice {
    Notice {
        http: 200,
        code: ReceivedCode::new(found.response_code.as_str()),
        message: found.transaction_status_desc.clone().unwrap_or_default(),
        other: found.additional_info.clone().unwrap_or_default(),
    }
}
