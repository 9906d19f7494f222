//! Response codes: the 63-row table, what we send, what we receive, and which code a situation asks for.

mod advice;
mod situation;

use core::fmt;

pub use situation::Situation;

use crate::service::Service;

/// Whose fault a case is, as the standard's table sorts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Category {
    /// It worked.
    Success,
    /// The system, the caller's or ours.
    System,
    /// The message.
    Message,
    /// The business behind it.
    Business,
}

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Case {
    /// HTTP status, also the first three digits of the code.
    pub http: u16,
    /// The service the row belongs to; `None` is any, which the standard says of all 63.
    pub service: Option<Service>,
    /// The last two digits.
    pub case: u8,
    /// The message. `{field}` stands for the name of a member or header, `{reason}` for a few words.
    pub message: &'static str,
    /// Whose fault.
    pub category: Category,
}

const fn row(http: u16, case: u8, message: &'static str, category: Category) -> Case {
    Case { http, service: None, case, message, category }
}

use Category::{Business, Message, Success, System};

/// The table of the standard (ASPI, page MPM, response codes), ordered by code.
pub static CASES: [Case; 63] = [
    row(200, 0, "Successful", Success),
    row(202, 0, "Request In Progress", Success),
    row(400, 0, "Bad Request", System),
    row(400, 1, "Invalid Field Format {field}", Message),
    row(400, 2, "Invalid Mandatory Field {field}", Message),
    row(401, 0, "Unauthorized. {reason}", System),
    row(401, 1, "Invalid Token (B2B)", System),
    row(401, 2, "Invalid Customer Token", System),
    row(401, 3, "Token Not Found (B2B)", System),
    row(401, 4, "Customer Token Not Found", System),
    row(403, 0, "Transaction Expired", Business),
    row(403, 1, "Feature Not Allowed {reason}", System),
    row(403, 2, "Exceeds Transaction Amount Limit", Business),
    row(403, 3, "Suspected Fraud", Business),
    row(403, 4, "Activity Count Limit Exceeded", Business),
    row(403, 5, "Do Not Honor", Business),
    row(403, 6, "Feature Not Allowed At This Time. {reason}", System),
    row(403, 7, "Card Blocked", Business),
    row(403, 8, "Card Expired", Business),
    row(403, 9, "Dormant Account", Business),
    row(403, 10, "Need To Set Token Limit", Business),
    row(403, 11, "OTP Blocked", System),
    row(403, 12, "OTP Lifetime Expired", System),
    row(403, 13, "OTP Sent To Cardholder", System),
    row(403, 14, "Insufficient Funds", Business),
    row(403, 15, "Transaction Not Permitted. {reason}", Business),
    row(403, 16, "Suspend Transaction", Business),
    row(403, 17, "Token Limit Exceeded", Business),
    row(403, 18, "Inactive Card/Account/Customer", Business),
    row(403, 19, "Merchant Blacklisted", Business),
    row(403, 20, "Merchant Limit Exceed", Business),
    row(403, 21, "Set Limit Not Allowed", Business),
    row(403, 22, "Token Limit Invalid", Business),
    row(403, 23, "Account Limit Exceed", Business),
    row(404, 0, "Invalid Transaction Status", Business),
    row(404, 1, "Transaction Not Found", Business),
    row(404, 2, "Invalid Routing", System),
    row(404, 3, "Bank Not Supported By Switch", System),
    row(404, 4, "Transaction Cancelled", Business),
    row(404, 5, "Merchant Is Not Registered For Card Registration Services", Business),
    row(404, 6, "Need To Request OTP", System),
    row(404, 7, "Journey Not Found", System),
    row(404, 8, "Invalid Merchant", Business),
    row(404, 9, "No Issuer", Business),
    row(404, 10, "Invalid API Transition", System),
    row(404, 11, "Invalid Card/Account/Customer {reason}/Virtual Account", Business),
    row(404, 12, "Invalid Bill/Virtual Account {reason}", Business),
    row(404, 13, "Invalid Amount", Business),
    row(404, 14, "Paid Bill", Business),
    row(404, 15, "Invalid OTP", System),
    row(404, 16, "Partner Not Found", Business),
    row(404, 17, "Invalid Terminal", Business),
    row(404, 18, "Inconsistent Request", Business),
    row(404, 19, "Invalid Bill/Virtual Account", Business),
    row(405, 0, "Requested Function Is Not Supported", System),
    row(405, 1, "Requested Operation Is Not Allowed", Business),
    row(409, 0, "Conflict", System),
    row(409, 1, "Duplicate partnerReferenceNo", System),
    row(429, 0, "Too Many Requests", System),
    row(500, 0, "General Error", System),
    row(500, 1, "Internal Server Error", System),
    row(500, 2, "External Server Error", System),
    row(504, 0, "Timeout", System),
];

impl Case {
    /// The row of an HTTP status and a case.
    pub fn find(http: u16, case: u8) -> Option<&'static Case> {
        CASES.iter().find(|row| row.http == http && row.case == case)
    }
}

/// A response code we send: HTTP status, service, case; seven digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResponseCode {
    /// HTTP status, 100–999.
    pub http: u16,
    /// Service code; 00 when no service was recognised.
    pub service: u8,
    /// Case.
    pub case: u8,
}

impl ResponseCode {
    /// The code of a case of a service; without a service the two digits are 00 (`4040000`, an unknown path).
    pub fn new(http: u16, service: Option<Service>, case: u8) -> Self {
        ResponseCode { http, service: service.map_or(0, Service::code), case }
    }

    /// The row of the table.
    pub fn case(self) -> Option<&'static Case> {
        Case::find(self.http, self.case)
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}{:02}{:02}", self.http % 1000, self.service % 100, self.case % 100)
    }
}

/// What an answer means for the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Done.
    Success,
    /// Accepted, not done (202).
    InProgress,
    /// Refused.
    Failure,
}

/// A response code as received. Some issuers print six or eight digits, some put letters in: all of them are kept
/// and none is a failure to parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedCode {
    text: String,
}

impl ReceivedCode {
    /// Takes any text.
    ///
    /// ```
    /// use qris_snap::codes::{Outcome, ReceivedCode};
    /// let code = ReceivedCode::new("4044713");
    /// assert_eq!(code.row().map(|row| row.message), Some("Invalid Amount"));
    /// assert_eq!(ReceivedCode::new("200Q500").outcome(200), Outcome::Success);
    /// assert_eq!(ReceivedCode::new("2004700").outcome(502), Outcome::Failure);
    /// ```
    pub fn new(text: impl Into<String>) -> Self {
        ReceivedCode { text: text.into() }
    }

    /// The text as received.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The HTTP part: the first three characters when they are digits.
    pub fn http(&self) -> Option<u16> {
        let digits = self.text.get(..3).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse().ok()
    }

    /// The service part of a seven-character code: two digits, or whatever a private code has there (`Q5`).
    pub fn service(&self) -> Option<&str> {
        self.seven().and_then(|text| text.get(3..5))
    }

    /// The case part of a seven-character code.
    pub fn case(&self) -> Option<&str> {
        self.seven().and_then(|text| text.get(5..))
    }

    /// The row of the table, when the code is one of the standard's form.
    pub fn row(&self) -> Option<&'static Case> {
        Case::find(self.http()?, self.case()?.parse().ok()?)
    }

    /// What the code means, given the HTTP status it came with: a status outside 2xx is never success.
    pub fn outcome(&self, http_status: u16) -> Outcome {
        if !(200..300).contains(&http_status) {
            return Outcome::Failure;
        }
        match self.http() {
            Some(202) => Outcome::InProgress,
            Some(200..=299) => Outcome::Success,
            _ => Outcome::Failure,
        }
    }

    fn seven(&self) -> Option<&str> {
        (self.text.len() == 7 && self.text.is_ascii()).then_some(self.text.as_str())
    }
}

impl fmt::Display for ReceivedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_is_ordered_and_counted() {
        assert!(CASES.windows(2).all(|pair| (pair[0].http, pair[0].case) < (pair[1].http, pair[1].case)));
        let of = |http| CASES.iter().filter(|row| row.http == http).count();
        let counts = [200, 202, 400, 401, 403, 404, 405, 409, 429, 500, 504].map(of);
        assert_eq!(counts, [1, 1, 3, 5, 24, 20, 2, 2, 1, 3, 1]);
        assert_eq!(CASES.iter().filter(|row| row.category != Success).count(), 61);
    }

    #[test]
    fn other_widths_and_letters_are_kept() {
        for (text, http) in
            [("200470", Some(200)), ("40147001", Some(401)), ("200Q500", Some(200)), ("", None)]
        {
            let code = ReceivedCode::new(text);
            assert_eq!(code.http(), http, "{text}");
            assert_eq!(code.as_str(), text);
        }
        assert_eq!(ReceivedCode::new("200Q500").service(), Some("Q5"));
        assert_eq!(ReceivedCode::new("2024700").outcome(202), Outcome::InProgress);
        assert_eq!(ReceivedCode::new("4004702").outcome(200), Outcome::Failure);
    }

    proptest! {
        #[test]
        fn any_text_is_a_received_code(text in ".{0,12}", status in any::<u16>()) {
            let code = ReceivedCode::new(text.clone());
            prop_assert_eq!(code.to_string(), text);
            prop_assert!(code.row().is_none_or(|row| Some(row.http) == code.http()));
            prop_assert!(code.outcome(status) == Outcome::Failure || (200..300).contains(&status));
        }

        #[test]
        fn what_we_send_parses_back(index in 0..63_usize) {
            let row = &CASES[index];
            let sent = ResponseCode::new(row.http, Some(Service::Query), row.case);
            prop_assert_eq!(ReceivedCode::new(sent.to_string()).row(), Some(row));
            prop_assert_eq!(sent.case(), Some(row));
        }
    }
}
