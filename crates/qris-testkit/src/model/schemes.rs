//! Whose an account is, out of the documents of the schemes.

/// The identifiers (26–51, 00) of schemes that are not QRIS, in capitals.
const FOREIGN: [(&str, &str); 16] = [
    ("A000000677010111", "promptpay"),
    ("A000000677010114", "promptpay"),
    ("A000000677010112", "promptpay"),
    ("A000000677012006", "promptpay"),
    ("A000000677012004", "promptpay"),
    ("A000000677010113", "promptpay"),
    ("A000000727", "vietqr"),
    ("A000000775", "vietqr"),
    ("BR.GOV.BCB.PIX", "pix"),
    ("SG.PAYNOW", "paynow"),
    ("SG.SGQR", "sgqr"),
    ("A0000006150001", "duitnow"),
    ("COM.P2PQRPAY", "qrph"),
    ("PH.PPMI.P2M", "qrph"),
    ("JP.OR.PAYMENTSJAPAN", "jpqr"),
    ("HK.COM.HKICL", "fps"),
];

/// More of them, whose schemes few have met.
const RARE: [(&str, &str); 2] = [("A000000524", "bharatqr"), ("A005266284662577", "laoqr")];

/// The foreign scheme an identifier names, letter case aside.
///
/// ```
/// assert_eq!(qris_testkit::model::foreign_scheme("br.gov.bcb.pix"), Some("pix"));
/// assert_eq!(qris_testkit::model::foreign_scheme("ID.CO.QRIS.WWW"), None);
/// ```
#[must_use]
pub fn foreign_scheme(guid: &str) -> Option<&'static str> {
    let guid = guid.to_ascii_uppercase();
    FOREIGN.iter().chain(&RARE).find(|(own, _)| *own == guid).map(|(_, scheme)| *scheme)
}
