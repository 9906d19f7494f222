//! The services of SNAP for QRIS MPM: numbers, paths, directions.

use core::fmt;

/// A SNAP service, by its two-digit service code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Service {
    /// 73: access token, business to business.
    TokenB2b,
    /// 74: access token, business to business to customer.
    TokenB2b2c,
    /// 47: generate a QR.
    Generate,
    /// 48: decode a QR.
    Decode,
    /// 49: payment redirect, apply a one-time token.
    ApplyOtt,
    /// 50: payment host to host.
    Payment,
    /// 51: query a payment.
    Query,
    /// 52: payment notification.
    Notify,
    /// 53: status inquiry.
    Status,
    /// 77: cancel a payment.
    Cancel,
    /// 78: refund a payment.
    Refund,
}

/// Who calls whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Direction {
    /// The merchant calls its provider.
    MerchantToAcquirer,
    /// The payer's application calls its issuer.
    AppToIssuer,
    /// The provider calls the merchant, or whoever initiated the payment.
    ProviderToMerchant,
}

/// Which header rules hold for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderClass {
    /// Token requests.
    Token,
    /// Everything a partner asks.
    Transaction,
    /// Notifications.
    Notification,
}

struct Row {
    service: Service,
    code: u8,
    path: &'static str,
    direction: Direction,
}

const fn row(service: Service, code: u8, path: &'static str, direction: Direction) -> Row {
    Row { service, code, path, direction }
}

/// One row a service, in the order of the variants. Paths follow the version segment.
static ROWS: [Row; 11] = [
    row(Service::TokenB2b, 73, "access-token/b2b", Direction::MerchantToAcquirer),
    row(Service::TokenB2b2c, 74, "access-token/b2b2c", Direction::MerchantToAcquirer),
    row(Service::Generate, 47, "qr/qr-mpm-generate", Direction::MerchantToAcquirer),
    row(Service::Decode, 48, "qr/qr-mpm-decode", Direction::AppToIssuer),
    row(Service::ApplyOtt, 49, "qr/apply-ott", Direction::AppToIssuer),
    row(Service::Payment, 50, "qr/qr-mpm-payment", Direction::AppToIssuer),
    row(Service::Query, 51, "qr/qr-mpm-query", Direction::MerchantToAcquirer),
    row(Service::Notify, 52, "qr/qr-mpm-notify", Direction::ProviderToMerchant),
    row(Service::Status, 53, "qr/qr-mpm-status", Direction::AppToIssuer),
    row(Service::Cancel, 77, "qr/qr-mpm-cancel", Direction::MerchantToAcquirer),
    row(Service::Refund, 78, "qr/qr-mpm-refund", Direction::MerchantToAcquirer),
];

impl Service {
    /// Every service, in the order of the variants.
    pub fn all() -> impl Iterator<Item = Service> {
        ROWS.iter().map(|row| row.service)
    }

    /// The service of a code.
    ///
    /// ```
    /// # use qris_snap::Service;
    /// assert_eq!(Service::from_code(47), Some(Service::Generate));
    /// assert_eq!(Service::from_code(63), None);
    /// ```
    pub fn from_code(code: u8) -> Option<Service> {
        ROWS.iter().find(|row| row.code == code).map(|row| row.service)
    }

    /// The two-digit service code.
    pub fn code(self) -> u8 {
        self.row().code
    }

    /// The path after the version segment, without a leading `/`: `qr/qr-mpm-generate`.
    pub fn path(self) -> &'static str {
        self.row().path
    }

    /// Who calls whom.
    pub fn direction(self) -> Direction {
        self.row().direction
    }

    /// Whether this is one of the two token services.
    pub fn is_token(self) -> bool {
        matches!(self, Service::TokenB2b | Service::TokenB2b2c)
    }

    /// Which header rules hold.
    pub fn header_class(self) -> HeaderClass {
        match self {
            Service::TokenB2b | Service::TokenB2b2c => HeaderClass::Token,
            Service::Notify => HeaderClass::Notification,
            _ => HeaderClass::Transaction,
        }
    }

    fn row(self) -> &'static Row {
        // The rows stand in the order of the variants, which a test holds.
        &ROWS[self as usize]
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02} {}", self.code(), self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_variants() {
        for (index, service) in Service::all().enumerate() {
            assert_eq!(service as usize, index);
            assert_eq!(Service::from_code(service.code()), Some(service));
        }
        assert_eq!(Service::Refund as usize + 1, ROWS.len());
    }
}
