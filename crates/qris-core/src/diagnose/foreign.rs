//! Texts of codes that are no merchant-presented payloads.

mod numbers;

/// What a text is instead. [`Foreign::code`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Foreign {
    /// A link.
    Link,
    /// A link with a scheme of its own, which an app opens.
    AppLink,
    /// Access to a Wi-Fi network.
    WiFi,
    /// A contact: vCard or MeCard.
    Contact,
    /// A calendar entry.
    Event,
    /// A UPI payment link of India (`upi://`).
    Upi,
    /// The small code on a Thai transfer slip, by which the transfer is checked. It has IDs and lengths as payloads do, and another
    /// meaning: 00 is a template, and 91 is the CRC.
    ThaiSlip,
    /// A key of Brazil's Pix: a UUID, a telephone number, a taxpayer's number or an e-mail address.
    PixKey,
    /// A consumer-presented code (EMVCo CPM), in Base64, in hex digits or in bytes; it begins with `CPV01`.
    ConsumerPresented,
    /// A picture as a data URL, in Base64, or as SVG.
    Picture,
    /// A telephone number, a message or a mail to be sent, a place on the map.
    Action,
    /// A one-time-password secret.
    Secret,
    /// An address of a cryptocurrency.
    Crypto,
    /// A credit transfer of Europe (EPC069-12) or a Swiss QR-bill.
    CreditTransfer,
    /// A number of 13 to 19 digits with the check digit of payment cards.
    CardNumber,
    /// A number of a product (GTIN) with its check digit.
    ProductNumber,
    /// A document in HTML, XML, JSON or PDF.
    Document,
}

impl Foreign {
    /// Every kind.
    pub const ALL: &'static [Foreign] = &[
        Foreign::Link,
        Foreign::AppLink,
        Foreign::WiFi,
        Foreign::Contact,
        Foreign::Event,
        Foreign::Upi,
        Foreign::ThaiSlip,
        Foreign::PixKey,
        Foreign::ConsumerPresented,
        Foreign::Picture,
        Foreign::Action,
        Foreign::Secret,
        Foreign::Crypto,
        Foreign::CreditTransfer,
        Foreign::CardNumber,
        Foreign::ProductNumber,
        Foreign::Document,
    ];

    /// A short name that never changes, such as `consumer-presented`.
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// What it is, after "this is": `a link`.
    pub const fn is(self) -> &'static str {
        self.row().1
    }

    /// Whether the text is to be shown to nobody: a password, a secret, the number of a card, a code that pays.
    pub const fn is_secret(self) -> bool {
        matches!(self, Foreign::WiFi | Foreign::Secret | Foreign::CardNumber | Foreign::ConsumerPresented)
    }

    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Foreign::Link => ("link", "a link"),
            Foreign::AppLink => ("app-link", "a link that an app opens"),
            Foreign::WiFi => ("wifi", "access to a Wi-Fi network"),
            Foreign::Contact => ("contact", "a contact (vCard)"),
            Foreign::Event => ("event", "a calendar entry"),
            Foreign::Upi => ("upi", "a UPI payment link of India"),
            Foreign::ThaiSlip => (
                "thai-slip",
                "the code on a Thai transfer slip, by which the transfer is checked: it does not pay",
            ),
            Foreign::PixKey => ("pix-key", "a key such as those of Brazil's Pix, not a payload"),
            Foreign::ConsumerPresented => (
                "consumer-presented",
                "a consumer-presented code: the payer shows it, and the merchant scans it",
            ),
            Foreign::Picture => ("picture", "a picture written as text: read the code in the picture"),
            Foreign::Action => ("action", "a telephone number, a message or a place"),
            Foreign::Secret => ("secret", "the secret of a one-time password: show it to nobody"),
            Foreign::Crypto => ("crypto", "an address of a cryptocurrency"),
            Foreign::CreditTransfer => {
                ("credit-transfer", "a bank transfer of Europe (EPC) or of Switzerland (QR-bill)")
            }
            Foreign::CardNumber => ("card-number", "a number as payment cards have: show it to nobody"),
            Foreign::ProductNumber => {
                ("product-number", "the number of a product (EAN, UPC), from a bar code")
            }
            Foreign::Document => ("document", "a document (HTML, XML, JSON or PDF) without a payload in it"),
        }
    }
}

impl core::fmt::Display for Foreign {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.is())
    }
}

/// How each kind begins, in small letters.
const BEGINNINGS: &[(&str, Foreign)] = &[
    ("http://", Foreign::Link),
    ("https://", Foreign::Link),
    ("www.", Foreign::Link),
    ("urlto:", Foreign::Link),
    ("wifi:", Foreign::WiFi),
    ("begin:vcard", Foreign::Contact),
    ("mecard:", Foreign::Contact),
    ("bizcard:", Foreign::Contact),
    ("begin:vevent", Foreign::Event),
    ("begin:vcalendar", Foreign::Event),
    ("upi://", Foreign::Upi),
    ("data:image/", Foreign::Picture),
    ("<svg", Foreign::Picture),
    ("tel:", Foreign::Action),
    ("sms:", Foreign::Action),
    ("smsto:", Foreign::Action),
    ("mms:", Foreign::Action),
    ("mmsto:", Foreign::Action),
    ("sip:", Foreign::Action),
    ("mailto:", Foreign::Action),
    ("matmsg:", Foreign::Action),
    ("geo:", Foreign::Action),
    ("whatsapp:", Foreign::Action),
    ("otpauth://", Foreign::Secret),
    ("otpauth-migration://", Foreign::Secret),
    ("bitcoin:", Foreign::Crypto),
    ("ethereum:", Foreign::Crypto),
    ("litecoin:", Foreign::Crypto),
    ("lightning:", Foreign::Crypto),
    ("lnbc", Foreign::Crypto),
    ("solana:", Foreign::Crypto),
    ("bcd\n", Foreign::CreditTransfer),
    ("bcd\r", Foreign::CreditTransfer),
    ("spc\n", Foreign::CreditTransfer),
    ("spc\r", Foreign::CreditTransfer),
    ("<!doctype", Foreign::Document),
    ("<html", Foreign::Document),
    ("<?xml", Foreign::Document),
    ("%pdf-", Foreign::Document),
];

/// How pictures begin in Base64: PNG, JPEG, GIF, WebP, SVG.
const PICTURES: [&str; 5] = ["iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR", "PHN2Zy"];
/// `85 05 43 50 56 30 31`, the payload format indicator `CPV01`, in Base64. The last character has bits of the next byte.
const CPV01: &str = "hQVDUFYwM";
/// The same in hex digits, and in bytes.
const CPV01_HEX: &str = "85054350563031";
const CPV01_BYTES: &[u8] = b"\x85\x05CPV01";

pub(super) fn recognise(text: &str) -> Option<Foreign> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    let begins = |begin: &str| text.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin));
    if let Some((_, foreign)) = BEGINNINGS.iter().find(|(begin, _)| begins(begin)) {
        return Some(*foreign);
    }
    if is_consumer_presented(text) {
        return Some(Foreign::ConsumerPresented);
    }
    if is_thai_slip(text) {
        return Some(Foreign::ThaiSlip);
    }
    if PICTURES.iter().any(|begin| text.starts_with(begin)) {
        return Some(Foreign::Picture);
    }
    if has_scheme(text) {
        return Some(Foreign::AppLink);
    }
    if is_json(text) {
        return Some(Foreign::Document);
    }
    numbers::recognise(text).or_else(|| (is_uuid(text) || is_email(text)).then_some(Foreign::PixKey))
}

/// Whether a text begins as codes do that payers show, blanks between the characters aside.
pub(super) fn is_consumer_presented(text: &str) -> bool {
    let mut characters = text.chars().filter(|c| !c.is_whitespace());
    let head: [Option<char>; CPV01_HEX.len()] = core::array::from_fn(|_| characters.next());
    let begins = |begin: &str| begin.chars().zip(head).all(|(one, other)| Some(one) == other);
    begins(CPV01) || begins(CPV01_HEX)
}

/// The same of bytes that are no text.
pub(super) fn recognise_bytes(bytes: &[u8]) -> Option<Foreign> {
    bytes.starts_with(CPV01_BYTES).then_some(Foreign::ConsumerPresented)
}

/// 00 with objects in it, 51 = `TH`, and at the end 91 with four hex digits.
fn is_thai_slip(text: &str) -> bool {
    let template = text.strip_prefix("00").and_then(|rest| {
        let length: usize = rest.get(..2)?.parse().ok()?;
        Some((rest.get(2..length.checked_add(2)?)?, rest.get(length.checked_add(2)?..)?))
    });
    template.is_some_and(|(inside, rest)| {
        let is_crc = |crc: &str| crc.len() == 4 && crc.bytes().all(|byte| byte.is_ascii_hexdigit());
        inside.starts_with("0006") && rest.strip_prefix("5102TH9104").is_some_and(is_crc)
    })
}

/// `name://`, with a name as RFC 3986 has them.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once("://") else { return false };
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(inner)
}

/// An object or an array with something in it, as far as its two ends tell, and without the beginning of a payload.
fn is_json(text: &str) -> bool {
    if text.contains("000201") {
        return false;
    }
    let between = |open, close| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let object = between('{', '}').is_some_and(|inside| inside.trim_start().starts_with('"'));
    object || between('[', ']').is_some_and(|inside| inside.trim_start().starts_with(['{', '"']))
}

fn is_uuid(text: &str) -> bool {
    let mut parts = text.split('-');
    let widths = [8, 4, 4, 4, 12];
    widths.iter().all(|width| {
        parts.next().is_some_and(|part| part.len() == *width && part.bytes().all(|b| b.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

/// One `@` between a name and a domain, without blanks; at most 77 characters, as Pix allows.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(&b));
    let labels = domain.split('.').all(|label| !label.is_empty());
    text.len() <= 77 && !name.is_empty() && plain(name) && plain(domain) && labels && domain.contains('.')
}
