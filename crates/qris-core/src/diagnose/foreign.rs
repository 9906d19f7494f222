//! Texts of codes that are no merchant-presented payloads.

/// What a text is instead. [`Foreign::code`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Foreign {
    /// A link.
    Link,
    /// Access to a Wi-Fi network.
    WiFi,
    /// A contact: vCard or MeCard.
    Contact,
    /// A calendar entry.
    Event,
    /// A UPI payment link of India (`upi://`).
    Upi,
    /// A key of Brazil's Pix: a UUID or a telephone number.
    PixKey,
    /// A consumer-presented code (EMVCo CPM): Base64 that begins with `CPV01`.
    ConsumerPresented,
    /// A picture as a data URL.
    Picture,
    /// A telephone number, a message or a mail to be sent, a place on the map.
    Action,
    /// A one-time-password secret.
    Secret,
    /// An address of a cryptocurrency.
    Crypto,
}

impl Foreign {
    /// Every kind.
    pub const ALL: &'static [Foreign] = &[
        Foreign::Link,
        Foreign::WiFi,
        Foreign::Contact,
        Foreign::Event,
        Foreign::Upi,
        Foreign::PixKey,
        Foreign::ConsumerPresented,
        Foreign::Picture,
        Foreign::Action,
        Foreign::Secret,
        Foreign::Crypto,
    ];

    /// A short name that never changes, such as `consumer-presented`.
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// What it is, after "this is": `a link`.
    pub const fn is(self) -> &'static str {
        self.row().1
    }

    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Foreign::Link => ("link", "a link"),
            Foreign::WiFi => ("wifi", "access to a Wi-Fi network"),
            Foreign::Contact => ("contact", "a contact (vCard)"),
            Foreign::Event => ("event", "a calendar entry"),
            Foreign::Upi => ("upi", "a UPI payment link of India"),
            Foreign::PixKey => ("pix-key", "a key such as those of Brazil's Pix, not a payload"),
            Foreign::ConsumerPresented => (
                "consumer-presented",
                "a consumer-presented code: the payer shows it, and the merchant scans it",
            ),
            Foreign::Picture => ("picture", "a picture as a data URL: read the code in the picture"),
            Foreign::Action => ("action", "a telephone number, a message or a place"),
            Foreign::Secret => ("secret", "the secret of a one-time password: show it to nobody"),
            Foreign::Crypto => ("crypto", "an address of a cryptocurrency"),
        }
    }
}

impl core::fmt::Display for Foreign {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.is())
    }
}

/// How each kind begins, in small letters.
const BEGINNINGS: [(&str, Foreign); 25] = [
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
    ("tel:", Foreign::Action),
    ("sms:", Foreign::Action),
    ("smsto:", Foreign::Action),
    ("mms:", Foreign::Action),
    ("mailto:", Foreign::Action),
    ("matmsg:", Foreign::Action),
    ("geo:", Foreign::Action),
    ("whatsapp:", Foreign::Action),
    ("otpauth://", Foreign::Secret),
    ("bitcoin:", Foreign::Crypto),
    ("ethereum:", Foreign::Crypto),
    ("lightning:", Foreign::Crypto),
    ("solana:", Foreign::Crypto),
];

/// `85 05 43 50 56 30 31`, the payload format indicator `CPV01`, in Base64. The last character has bits of the next byte.
const CPV01: &str = "hQVDUFYwM";

pub(super) fn recognise(text: &str) -> Option<Foreign> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    let begins = |begin: &str| text.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin));
    if let Some((_, foreign)) = BEGINNINGS.iter().find(|(begin, _)| begins(begin)) {
        return Some(*foreign);
    }
    if text.starts_with(CPV01) {
        return Some(Foreign::ConsumerPresented);
    }
    (is_uuid(text) || is_brazilian_number(text)).then_some(Foreign::PixKey)
}

fn is_uuid(text: &str) -> bool {
    let mut parts = text.split('-');
    let widths = [8, 4, 4, 4, 12];
    widths.iter().all(|width| {
        parts.next().is_some_and(|part| part.len() == *width && part.bytes().all(|b| b.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

fn is_brazilian_number(text: &str) -> bool {
    let digits = text.strip_prefix("+55").filter(|digits| (10..=11).contains(&digits.len()));
    digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
}
