//! PromptPay and Thai QR payment.

use super::*;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "Thai QR payment, implementations agree";

pub(super) static SCHEME: Scheme = Scheme::new("PromptPay", "promptpay", "TH", &[
    "A000000677010111", "A000000677010112", "A000000677010113", "A000000677010114", "A000000677012004", "A000000677012006",
], &PAYLOAD);

/// The root. Many codes have neither 52 nor 59 and 60.
static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "Thai QR payload", &[
    optional_mcc(CITES),
    currency("764", "ISO 4217; Thai QR payment"),
    country("TH", "ISO 3166-1; Thai QR payment"),
    optional_name(CITES),
    optional_city(CITES),
    // In an ID where EMVCo has templates.
    ans(81, "Message, UTF-16 in Hexadecimal", "message_hex", 4, 99).length(b"-WW").cite(CITES),
]).accounts(&[
    ("A000000677010111", account(29, "PromptPay Transfer", &TRANSFER, CITES)),
    ("A000000677010114", account(29, "PromptPay Transfer, Shown by the Customer", &SHOWN, CITES)),
    ("A000000677010112", account(30, "Thai Bill Payment", &BILL, CITES)),
    ("A000000677012006", account(30, "Thai Bill Payment, Cross-Border", &BILL, CITES)),
    ("A000000677012004", account(31, "Thai Payment Innovation", &INNOVATION, CITES)),
    ("A000000677010113", account(31, "Thai Payment Innovation", &INNOVATION, CITES)),
]);

/// 29: to whom money is transferred.
static TRANSFER: TemplateSpec = TemplateSpec::over(&ACCOUNT, "PromptPay transfer", &[
    guid().cite("EMVCo 4.7.11.2"),
    n(1, "Mobile Number", "mobile_number", 13, 13).length(b"-EE").cite(CITES),
    n(2, "National ID or Tax ID", "national_id", 13, 13).length(b"-EE").cite(CITES),
    n(3, "E-Wallet ID", "e_wallet_id", 15, 15).length(b"-EW").cite(CITES),
    ans(4, "Bank Account", "bank_account", 4, 46).length(b"-EW").cite(CITES),
    n(5, "One-Time Authorization Code", "ota", 10, 10).length(b"-EW").cite(CITES),
]).exactly_one(&[1, 2, 3, 4], CITES, b"-EE");

/// 29 of a code that the customer shows: implementations disagree whether the authorization code stands alone.
static SHOWN: TemplateSpec = TemplateSpec::over(&TRANSFER, "PromptPay transfer, shown by the customer", &[])
    .exactly_one(&[1, 2, 3, 4], CITES, b"-WW").or_none_with(crate::id::Path::of(&[29, 5]));

/// 30: which bill is paid.
static BILL: TemplateSpec = TemplateSpec::over(&ACCOUNT, "Thai bill payment", &[
    guid().cite("EMVCo 4.7.11.2"),
    n(1, "Biller ID", "biller_id", 13, 15).mandatory(b"-EE").length(b"-EW").cite(CITES),
    ans(2, "Reference 1", "reference_1", 1, 20).mandatory(b"-EE").length(b"-EW").cite(CITES),
    ans(3, "Reference 2", "reference_2", 1, 20).length(b"-EW").cite(CITES),
]);

/// 31: implementations disagree about it.
static INNOVATION: TemplateSpec = TemplateSpec::over(&ACCOUNT, "Thai payment innovation", &[
    guid().cite("EMVCo 4.7.11.2"),
    ans(1, "API ID or Acquirer", "api_id", 1, 99).cite(CITES),
    ans(3, "Transaction Reference", "transaction_reference", 1, 99).cite(CITES),
]);

const _: () = PAYLOAD.check(crate::id::Path::PAYLOAD);
