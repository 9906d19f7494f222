//! Situation → code, including what HTTP has and the standard lacks.

use super::{CASES, Case, ResponseCode};
use crate::service::Service;

/// What can go wrong with a request for a QRIS service, in the words of who finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Situation {
    /// The body is not JSON, or not an object.
    BodyNotJson,
    /// A member or header has the wrong type, length or format.
    InvalidFormat,
    /// A mandatory member or header is missing.
    MissingMandatory,
    /// The signature does not hold.
    BadSignature,
    /// The timestamp is outside the window.
    StaleTimestamp,
    /// No partner or client of that name.
    UnknownPartner,
    /// No `Authorization`, or not a Bearer.
    TokenMissing,
    /// The token was not issued here, or to another partner.
    TokenUnknown,
    /// The token is expired, revoked or was used already.
    TokenExpired,
    /// The customer token is not valid.
    CustomerTokenInvalid,
    /// `Authorization-Customer` is absent or not a Bearer.
    CustomerTokenMissing,
    /// The partner may not use this service.
    NotAllowed,
    /// No merchant of that number.
    UnknownMerchant,
    /// No terminal of that number.
    UnknownTerminal,
    /// The amount is wrong: refund above the remainder, zero, another currency.
    InvalidAmount,
    /// The amount is above a limit.
    AmountLimit,
    /// The payer has too little.
    InsufficientFunds,
    /// No transaction under that reference.
    TransactionNotFound,
    /// The transaction's status does not allow it: refund of the unpaid, cancel of the paid.
    InvalidStatus,
    /// The transaction was cancelled.
    TransactionCancelled,
    /// The QR is paid already.
    AlreadyPaid,
    /// The time for a refund is over.
    RefundWindowOver,
    /// The QR is expired.
    TransactionExpired,
    /// X-EXTERNAL-ID was used already that day.
    DuplicateExternalId,
    /// partnerReferenceNo or partnerRefundNo was used already.
    DuplicateReference,
    /// The same reference with other parameters.
    InconsistentRequest,
    /// No service at that path. HTTP has it, the standard has not: 4040000.
    UnknownPath,
    /// Another method than POST.
    WrongMethod,
    /// The body (413) or the headers (431) are too large.
    TooLarge,
    /// Content-Type is not `application/json` (415).
    WrongContentType,
    /// The body did not arrive in time.
    SlowBody,
    /// Whoever had to act did not answer in time; what became of it is unknown.
    Timeout,
    /// Too many requests.
    TooManyRequests,
    /// Whoever has to be asked cannot be: an acquirer or an issuer.
    ExternalGone,
    /// The storage does not answer.
    StorageGone,
    /// An unexpected fault on our side.
    Internal,
}

/// Situation, HTTP, case, the situation in words.
static SITUATIONS: [(Situation, u16, u8, &str); 36] = [
    (Situation::BodyNotJson, 400, 0, "the body is not JSON, or no object"),
    (Situation::InvalidFormat, 400, 1, "a member or header has the wrong type, length or format"),
    (Situation::MissingMandatory, 400, 2, "a mandatory member or header is missing"),
    (Situation::BadSignature, 401, 0, "the signature does not hold"),
    (Situation::StaleTimestamp, 401, 0, "the timestamp is outside the window"),
    (Situation::UnknownPartner, 401, 0, "the partner or client is unknown"),
    (Situation::TokenMissing, 401, 3, "no Authorization, or not a Bearer"),
    (Situation::TokenUnknown, 401, 1, "the token was not issued to this partner"),
    (Situation::TokenExpired, 401, 1, "the token is expired, revoked or used"),
    (Situation::CustomerTokenInvalid, 401, 2, "the customer token is not valid"),
    (Situation::CustomerTokenMissing, 401, 4, "no Authorization-Customer, or not a Bearer"),
    (Situation::NotAllowed, 403, 1, "the partner may not use this service"),
    (Situation::UnknownMerchant, 404, 8, "the merchant is unknown"),
    (Situation::UnknownTerminal, 404, 17, "the terminal is unknown"),
    (Situation::InvalidAmount, 404, 13, "the amount is wrong, such as a refund above the remainder"),
    (Situation::AmountLimit, 403, 2, "the amount is above a limit"),
    (Situation::InsufficientFunds, 403, 14, "the payer has too little"),
    (Situation::TransactionNotFound, 404, 1, "no transaction under that reference"),
    (Situation::InvalidStatus, 404, 0, "refund of the unpaid, cancel of the paid"),
    (Situation::TransactionCancelled, 404, 4, "the transaction was cancelled"),
    (Situation::AlreadyPaid, 404, 14, "the QR is paid already"),
    (Situation::RefundWindowOver, 405, 1, "the time for a refund is over"),
    (Situation::TransactionExpired, 403, 0, "the QR is expired"),
    (Situation::DuplicateExternalId, 409, 0, "X-EXTERNAL-ID was used already that day"),
    (Situation::DuplicateReference, 409, 1, "partnerReferenceNo or partnerRefundNo was used already"),
    (Situation::InconsistentRequest, 404, 18, "the same reference with other parameters"),
    (Situation::UnknownPath, 404, 0, "no service at that path"),
    (Situation::WrongMethod, 405, 0, "another method than POST"),
    (Situation::TooLarge, 400, 0, "the body or the headers are too large"),
    (Situation::WrongContentType, 400, 1, "Content-Type is not application/json"),
    (Situation::SlowBody, 504, 0, "the body did not arrive in time"),
    (Situation::Timeout, 504, 0, "whoever had to act did not answer in time"),
    (Situation::TooManyRequests, 429, 0, "too many requests"),
    (Situation::ExternalGone, 500, 2, "an acquirer that has to be asked cannot be"),
    (Situation::StorageGone, 500, 1, "the storage does not answer"),
    (Situation::Internal, 500, 0, "an unexpected fault of the service"),
];

impl Situation {
    /// Every situation.
    pub fn all() -> impl Iterator<Item = Situation> {
        SITUATIONS.iter().map(|(situation, ..)| *situation)
    }

    /// The row of the table to answer with.
    pub fn case(self) -> &'static Case {
        let (_, http, case, _) = SITUATIONS[self as usize];
        // A test finds a row for every situation, so the fallback is never taken.
        Case::find(http, case).unwrap_or(&CASES[59])
    }

    /// The situation in words, for a person.
    pub fn description(self) -> &'static str {
        SITUATIONS[self as usize].3
    }

    /// The code to answer with. An unknown path has no service, whatever is given.
    pub fn code(self, service: Option<Service>) -> ResponseCode {
        let Case { http, case, .. } = self.case();
        let service = service.filter(|_| self != Situation::UnknownPath);
        ResponseCode::new(*http, service, *case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_situation_has_its_row() {
        for (index, (situation, http, case, _)) in SITUATIONS.iter().enumerate() {
            assert_eq!(*situation as usize, index);
            assert_eq!((situation.case().http, situation.case().case), (*http, *case));
        }
        assert_eq!(Situation::Internal as usize + 1, SITUATIONS.len());
    }

    #[test]
    fn what_http_has_and_snap_lacks() {
        let code = |situation: Situation| situation.code(Some(Service::Generate)).to_string();
        assert_eq!(code(Situation::UnknownPath), "4040000");
        assert_eq!(code(Situation::WrongMethod), "4054700");
        assert_eq!(code(Situation::TooLarge), "4004700");
        assert_eq!(code(Situation::WrongContentType), "4004701");
        assert_eq!(code(Situation::SlowBody), "5044700");
        assert_eq!(code(Situation::StorageGone), "5004701");
        assert_eq!(Situation::InvalidAmount.code(Some(Service::Refund)).to_string(), "4047813");
    }
}
