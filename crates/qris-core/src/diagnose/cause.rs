//! The causes that are known.

/// What happened to a text. [`Cause::code`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// A byte order mark stands before it.
    ByteOrderMark,
    /// The bytes are UTF-16.
    Utf16,
    /// The bytes are UTF-32.
    Utf32,
    /// Characters that nobody sees were put in: zero-width blanks, direction marks and their kind.
    InvisibleCharacters,
    /// Control characters came in, as scanners put them before and after what they read.
    ControlCharacters,
    /// Blanks became blanks of another kind, such as U+00A0, or tabs.
    NoBreakBlanks,
    /// Quotes and dashes became typographic ones, as word processors write them.
    TypographicMarks,
    /// The bytes are Latin-1.
    Latin1,
    /// Line breaks were put in, or stand after it.
    LineBreaks,
    /// Blanks were broken into lines.
    LineBreaksForBlanks,
    /// Blanks stand before or after it.
    BlanksAround,
    /// Quotes or brackets stand around it.
    Quoted,
    /// It is as JSON writes it: `\/`, `\u00e9`.
    JsonEscapes,
    /// Backslashes were put in, as a shell wants them.
    Backslashes,
    /// It is as a URL writes it: `%20`.
    PercentEncoding,
    /// It is as a form writes it: `+` for a blank.
    PlusForBlank,
    /// It is as a form writes it: `+` for a blank, and `%2F` and its kind for what is no letter or digit.
    FormEncoding,
    /// It is as HTML writes it: `&amp;`.
    HtmlEntities,
    /// It is in Base64.
    Base64,
    /// Its bytes are written as hex digits.
    HexDigits,
    /// Its letters are in another case, as a keyboard scanner types them.
    LetterCase,
    /// Blanks inside values are missing.
    BlanksStripped,
    /// Of several blanks in a row all but one are missing.
    BlanksCollapsed,
    /// Blanks at the end or the beginning of values are missing.
    BlanksTrimmed,
    /// Its lengths count UTF-8 bytes (EMVCo MPM 4.4.1.1 counts characters).
    LengthsInBytes,
    /// Its lengths count UTF-16 units.
    LengthsInUtf16,
    /// The zeros that the CRC begins with are missing (EMVCo MPM 4.7.3.2 wants four digits).
    CrcZerosDropped,
    /// The two bytes of the CRC are swapped.
    CrcBytesSwapped,
    /// The CRC is of the text without `6304` (EMVCo MPM 4.7.3.1 includes it).
    CrcWithoutHeader,
    /// The CRC is of the text and a line break.
    CrcOverLineBreak,
    /// The CRC is CRC-16/ARC.
    CrcArc,
    /// The CRC is CRC-16/XMODEM: the initial value is 0000.
    CrcXmodem,
    /// The CRC is CRC-16/KERMIT.
    CrcKermit,
    /// The CRC is CRC-16/MODBUS.
    CrcModbus,
    /// The CRC is CRC-16/IBM-SDLC, also called X-25.
    CrcX25,
    /// The CRC is CRC-16/SPI-FUJITSU: the initial value is 1D0F.
    CrcAugmented,
    /// The same payload follows it.
    SeveralPayloads,
    /// Other text stands around it.
    TextAround,
    /// It is a member of a JSON document.
    InJson,
    /// It is part of a URL.
    InUrl,
}

impl Cause {
    /// Every cause.
    pub const ALL: &'static [Cause] = &[
        Cause::ByteOrderMark,
        Cause::Utf16,
        Cause::Utf32,
        Cause::InvisibleCharacters,
        Cause::ControlCharacters,
        Cause::NoBreakBlanks,
        Cause::TypographicMarks,
        Cause::Latin1,
        Cause::LineBreaks,
        Cause::LineBreaksForBlanks,
        Cause::BlanksAround,
        Cause::Quoted,
        Cause::JsonEscapes,
        Cause::Backslashes,
        Cause::PercentEncoding,
        Cause::PlusForBlank,
        Cause::FormEncoding,
        Cause::HtmlEntities,
        Cause::Base64,
        Cause::HexDigits,
        Cause::LetterCase,
        Cause::BlanksStripped,
        Cause::BlanksCollapsed,
        Cause::BlanksTrimmed,
        Cause::LengthsInBytes,
        Cause::LengthsInUtf16,
        Cause::CrcZerosDropped,
        Cause::CrcBytesSwapped,
        Cause::CrcWithoutHeader,
        Cause::CrcOverLineBreak,
        Cause::CrcArc,
        Cause::CrcXmodem,
        Cause::CrcKermit,
        Cause::CrcModbus,
        Cause::CrcX25,
        Cause::CrcAugmented,
        Cause::SeveralPayloads,
        Cause::TextAround,
        Cause::InJson,
        Cause::InUrl,
    ];

    /// A short name that never changes, such as `blanks-stripped`.
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// What undoes it: the end of the sentence "the text is whole when …".
    pub const fn undoing(self) -> &'static str {
        self.row().1
    }

    /// What to do so that it does not happen again.
    pub const fn advice(self) -> &'static str {
        self.row().2
    }

    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Cause::ByteOrderMark => (
                "byte-order-mark",
                "the byte order mark before it is left out",
                "Save the file as UTF-8 without a byte order mark.",
            ),
            Cause::Utf16 => ("utf-16", "it is read as UTF-16", "Save the file as UTF-8."),
            Cause::Utf32 => ("utf-32", "it is read as UTF-32", "Save the file as UTF-8."),
            Cause::InvisibleCharacters => (
                "invisible-characters",
                "the invisible characters in it are left out",
                "Do not copy a payload through a chat or a formatted document.",
            ),
            Cause::ControlCharacters => (
                "control-characters",
                "the control characters in it are left out",
                "Set the scanner to send nothing before and after what it reads.",
            ),
            Cause::TypographicMarks => (
                "typographic-marks",
                "its typographic quotes and dashes become plain ones",
                "Do not copy a payload through a word processor.",
            ),
            Cause::Latin1 => ("latin-1", "it is read as Latin-1", "Save the file as UTF-8."),
            Cause::Backslashes => (
                "backslashes",
                "the backslashes in it are left out",
                "Put a payload into single quotes on a command line.",
            ),
            Cause::NoBreakBlanks => (
                "no-break-blanks",
                "its no-break blanks and tabs become plain blanks",
                "Do not copy a payload through a web page or a formatted document.",
            ),
            Cause::LineBreaks => {
                ("line-breaks", "the line breaks are left out", "Keep a payload in one line.")
            }
            Cause::LineBreaksForBlanks => {
                ("line-breaks-for-blanks", "its line breaks become blanks", "Keep a payload in one line.")
            }
            Cause::BlanksAround => (
                "blanks-around",
                "the blanks around it are left out",
                "Trim what is around a payload, and nothing in it.",
            ),
            Cause::Quoted => (
                "quoted",
                "the quotes or brackets around it are left out",
                "Take the text out of its quotes before it is decoded.",
            ),
            Cause::JsonEscapes => (
                "json-escapes",
                "its JSON escapes are undone",
                "Read JSON with a JSON reader: the value it gives is the payload.",
            ),
            Cause::PercentEncoding => (
                "percent-encoding",
                "its percent escapes are undone",
                "Decode a part of a URL before it is used.",
            ),
            Cause::PlusForBlank => (
                "plus-for-blank",
                "its plus signs become blanks",
                "Decode what a form sends before it is used.",
            ),
            Cause::FormEncoding => (
                "form-encoding",
                "its plus signs become blanks and its percent escapes are undone",
                "Decode what a form sends before it is used.",
            ),
            Cause::Base64 => {
                ("base64", "its Base64 is decoded", "Decode the Base64 before the text is used.")
            }
            Cause::HexDigits => (
                "hex-digits",
                "the bytes that its hex digits stand for are taken",
                "Write the text itself, not its bytes as hex digits.",
            ),
            Cause::HtmlEntities => (
                "html-entities",
                "its HTML entities are undone",
                "Take the text of an HTML element, not its source.",
            ),
            Cause::LetterCase => (
                "letter-case",
                "its letters are in the other case",
                "Switch caps lock and the case setting of the scanner off.",
            ),
            Cause::BlanksStripped => (
                "blanks-stripped",
                "the blanks that its lengths count are put back",
                "Nothing may take blanks out of a payload: they are part of its values.",
            ),
            Cause::BlanksCollapsed => (
                "blanks-collapsed",
                "the blanks that were run together are put back",
                "Nothing may make one blank of two in a payload; HTML does.",
            ),
            Cause::BlanksTrimmed => (
                "blanks-trimmed",
                "the blanks at the ends of its values are put back",
                "Trim a value before its length is written, or not at all.",
            ),
            Cause::LengthsInBytes => (
                "lengths-in-bytes",
                "its lengths, which count UTF-8 bytes, are written in characters",
                "Read it with that length unit; whoever made it must count characters.",
            ),
            Cause::LengthsInUtf16 => (
                "lengths-in-utf16",
                "its lengths, which count UTF-16 units, are written in characters",
                "Read it with that length unit; whoever made it must count characters.",
            ),
            Cause::CrcZerosDropped => (
                "crc-zeros-dropped",
                "the zeros its CRC begins with are written out",
                "Whoever made it must write the CRC with four digits (%04X).",
            ),
            Cause::CrcBytesSwapped => (
                "crc-bytes-swapped",
                "the two bytes of its CRC are put into the right order",
                "Whoever made it must write the high byte of the CRC first.",
            ),
            Cause::CrcWithoutHeader => (
                "crc-without-6304",
                "its CRC, computed over the text without 6304, is computed anew",
                "Whoever made it must compute the CRC over the text and 6304.",
            ),
            Cause::CrcOverLineBreak => (
                "crc-over-line-break",
                "its CRC, computed over a line break too, is computed anew",
                "Whoever made it must cut the line break off before the CRC is computed.",
            ),
            Cause::CrcArc => crc("crc-arc", "its CRC, which is CRC-16/ARC, is computed anew"),
            Cause::CrcXmodem => {
                crc("crc-xmodem", "its CRC, which is CRC-16/XMODEM (initial value 0000), is computed anew")
            }
            Cause::CrcKermit => crc("crc-kermit", "its CRC, which is CRC-16/KERMIT, is computed anew"),
            Cause::CrcModbus => crc("crc-modbus", "its CRC, which is CRC-16/MODBUS, is computed anew"),
            Cause::CrcX25 => crc("crc-x25", "its CRC, which is CRC-16/IBM-SDLC (X-25), is computed anew"),
            Cause::CrcAugmented => crc(
                "crc-augmented",
                "its CRC, which is CRC-16/SPI-FUJITSU (initial value 1D0F), is computed anew",
            ),
            Cause::SeveralPayloads => (
                "several-payloads",
                "one of the equal payloads in it is taken",
                "Hand over the payload once.",
            ),
            Cause::TextAround => {
                ("text-around", "the text around it is left out", "Hand over the payload alone.")
            }
            Cause::InJson => (
                "in-json",
                "it is taken out of the JSON around it",
                "Hand over the member that holds the payload, such as qrContent, alone.",
            ),
            Cause::InUrl => (
                "in-url",
                "it is taken out of the URL around it",
                "Hand over the part of the URL that is the payload, decoded.",
            ),
        }
    }
}

const fn crc(code: &'static str, undoing: &'static str) -> (&'static str, &'static str, &'static str) {
    (code, undoing, "Whoever made it must use CRC-16/IBM-3740: polynomial 1021, initial value FFFF.")
}

impl core::fmt::Display for Cause {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.code())
    }
}
