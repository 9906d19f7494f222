//! Transaction statuses, `latestTransactionStatus`.

/// The status of a transaction: 00–07 of the standard, and 08 and 09, an extension two providers use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// Paid (00).
    Success,
    /// Initiated (01).
    Initiated,
    /// Being paid (02).
    Paying,
    /// Pending (03).
    Pending,
    /// Refunded, wholly or in part (04).
    Refunded,
    /// Cancelled (05).
    Canceled,
    /// Failed (06).
    Failed,
    /// Not found (07).
    NotFound,
    /// Expired (08, an extension).
    Expired,
    /// Rejected (09, an extension).
    Rejected,
}

static ROWS: [(Status, &str, &str); 10] = [
    (Status::Success, "00", "Success"),
    (Status::Initiated, "01", "Initiated"),
    (Status::Paying, "02", "Paying"),
    (Status::Pending, "03", "Pending"),
    (Status::Refunded, "04", "Refunded"),
    (Status::Canceled, "05", "Canceled"),
    (Status::Failed, "06", "Failed"),
    (Status::NotFound, "07", "Not found"),
    (Status::Expired, "08", "Expired"),
    (Status::Rejected, "09", "Rejected"),
];

impl Status {
    /// Every status, by code.
    pub fn all() -> impl Iterator<Item = Status> {
        ROWS.iter().map(|(status, ..)| *status)
    }

    /// The status of a code; `None` for codes of other providers, which a message keeps as text.
    ///
    /// ```
    /// # use qris_snap::Status;
    /// assert_eq!(Status::from_code("04"), Some(Status::Refunded));
    /// assert_eq!(Status::from_code("PAID"), None);
    /// ```
    pub fn from_code(code: &str) -> Option<Status> {
        ROWS.iter().find(|(_, text, _)| *text == code).map(|(status, ..)| *status)
    }

    /// The two-digit code.
    pub fn code(self) -> &'static str {
        ROWS[self as usize].1
    }

    /// A word for `transactionStatusDesc`.
    pub fn description(self) -> &'static str {
        ROWS[self as usize].2
    }

    /// Whether the standard has it (00–07).
    pub fn is_standard(self) -> bool {
        self <= Status::NotFound
    }

    /// The standard's nearest: 06 for the two extensions, itself otherwise.
    pub fn to_standard(self) -> Status {
        if self.is_standard() { self } else { Status::Failed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_count_up_from_00() {
        for (index, status) in Status::all().enumerate() {
            assert_eq!(status.code(), format!("{index:02}"));
            assert_eq!(Status::from_code(status.code()), Some(status));
            assert!(!status.description().is_empty());
            assert!(status.to_standard().is_standard());
        }
        assert_eq!(Status::all().filter(|status| status.is_standard()).count(), 8);
    }
}
