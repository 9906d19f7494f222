//! The slips: each one way in which signatures go wrong, and the sentence that says so. Long, because each is there
//! three times.

use core::fmt;

/// One way in which what was signed, or how, differs from what is to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Slip {
    /// Base64 of the hexadecimal text of the signature.
    Base64OfHex,
    /// The alphabet of base64url.
    Base64Url,
    /// Base64 of the Base64 text.
    Base64Twice,
    /// Hexadecimal of the Base64 text.
    HexOfBase64,
    /// Base64 without the `=` at its end.
    Unpadded,
    /// Blanks or line ends inside or around the signature.
    Wrapped,
    /// As in a URL: `%2B`, `%2F`, `%3D`.
    PercentEncoded,
    /// A blank where `+` was.
    PlusLost,
    /// HMAC with another hash; its name.
    HmacHash(&'static str),
    /// RSA with another hash; its name.
    RsaHash(&'static str),
    /// RSASSA-PSS in place of PKCS#1 v1.5.
    Pss,
    /// A private key where the client secret signs.
    RsaForHmac,
    /// The client secret where a private key signs.
    HmacForRsa,
    /// A line end after the secret.
    SecretWithNewline,
    /// The secret without the blanks around it.
    SecretTrimmed,
    /// The bytes that the secret means in Base64.
    SecretFromBase64,
    /// The secret in Base64.
    SecretToBase64,
    /// The bytes that the secret means in hexadecimal.
    SecretFromHex,
    /// The method in lower or mixed case.
    LowerMethod,
    /// Another method; which.
    OtherMethod(&'static str),
    /// The path without its query.
    WithoutQuery,
    /// The parameters of the query sorted.
    SortedQuery,
    /// The path with its query, where it is signed without.
    WithQuery,
    /// Scheme and host before the path.
    WithHost(String),
    /// The path without the slash it begins with.
    WithoutSlash,
    /// A slash after the path.
    SlashAdded,
    /// The path without the slash it ends with.
    SlashDropped,
    /// The path of another service; which.
    OtherPath(&'static str),
    /// Leading segments left out; which.
    PrefixMissing(String),
    /// Something before the path; what.
    PrefixAdded(String),
    /// The access token left out.
    WithoutToken,
    /// The access token put in, where it does not belong.
    WithToken,
    /// `Bearer ` before the token.
    WithBearer,
    /// Nothing between the colons where the token belongs.
    EmptyToken,
    /// Another access token of the same client.
    OtherToken,
    /// A line end after the token.
    TokenWithNewline,
    /// The body as sent, not minified.
    NotMinified,
    /// The body as sent without its last line end.
    WithoutLineEnd,
    /// The body without any blank, those in strings included.
    WithoutBlanks,
    /// Some of the blanks outside of strings taken out.
    HalfMinified,
    /// The body printed in lines; what each level is indented by.
    Pretty(&'static str),
    /// The body printed with a blank after each comma and colon.
    Spaced,
    /// No body.
    WithoutBody,
    /// Something that stands for no body; what.
    BodyForNone(&'static str),
    /// The members sorted by name.
    SortedKeys,
    /// Numbers printed anew.
    NumbersPrintedAnew,
    /// The whole body read and printed anew: numbers and escapes.
    PrintedAnew,
    /// Numbers sent without zeros that were hashed.
    NumbersSentShort,
    /// `/` escaped where the body sent has it plain.
    SlashesEscaped,
    /// `/` plain where the body sent has it escaped.
    SlashesPlain,
    /// Characters beyond ASCII escaped where the body sent has them plain.
    UnicodeEscaped,
    /// Characters beyond ASCII plain where the body sent has them escaped.
    UnicodePlain,
    /// `&`, `<` and `>` escaped where the body sent has them plain.
    HtmlEscaped,
    /// `&`, `<` and `>` plain where the body sent has them escaped.
    HtmlPlain,
    /// Another hash of the body; its name.
    BodyHash(&'static str),
    /// The hash of the body in upper case.
    UpperHash,
    /// The hash of the body in Base64.
    Base64Hash,
    /// The body itself in place of its hash.
    BodyForHash,
    /// The hash left out, with its colon.
    WithoutHash,
    /// Nothing between the colons where the hash belongs.
    EmptyHash,
    /// Milliseconds in the timestamp.
    WithMillis,
    /// The timestamp without its fraction.
    WithoutMillis,
    /// Other milliseconds.
    OtherMillis,
    /// The timestamp turned into another offset.
    OtherOffset(String),
    /// The timestamp's clock with another offset behind it.
    OffsetReplaced(String),
    /// The timestamp's offset without its colon.
    OffsetWithoutColon,
    /// The timestamp without an offset.
    WithoutOffset,
    /// A blank between date and time.
    BlankForT,
    /// The timestamp in seconds or milliseconds since 1970.
    UnixTime,
    /// The timestamp so many seconds later.
    SecondsOff(i64),
    /// The timestamp so many hours later.
    HoursOff(i64),
    /// An hour of 24 or more, on the day before.
    HourOver24,
    /// The day after, where the timestamp sent has an hour of 24 or more.
    HourBelow24,
    /// A line end after the whole string.
    Newline,
    /// The string without the blanks and line ends it ends with.
    EndTrimmed,
    /// The recipe of token requests.
    TokenRecipe,
    /// The recipe of services.
    ServiceRecipe,
    /// Timestamp before client id.
    Reversed,
    /// A colon between client id and timestamp.
    Colon,
    /// Something else than `:` (or `|`, of token requests) between the parts; what.
    OtherSeparator(&'static str),
}

impl Slip {
    /// Its name for programs: stable, words with hyphens.
    pub fn code(&self) -> &'static str {
        match self {
            Slip::Base64OfHex => "signature-base64-of-hex",
            Slip::Base64Url => "signature-base64url",
            Slip::Base64Twice => "signature-base64-twice",
            Slip::HexOfBase64 => "signature-hex-of-base64",
            Slip::Unpadded => "signature-unpadded",
            Slip::Wrapped => "signature-wrapped",
            Slip::PlusLost => "signature-plus-lost",
            Slip::PercentEncoded => "signature-percent-encoded",
            Slip::HmacHash(_) => "hmac-hash",
            Slip::RsaHash(_) => "rsa-hash",
            Slip::Pss => "rsa-pss",
            Slip::RsaForHmac => "rsa-for-hmac",
            Slip::HmacForRsa => "hmac-for-rsa",
            Slip::SecretWithNewline => "secret-with-newline",
            Slip::SecretTrimmed => "secret-trimmed",
            Slip::SecretFromBase64 => "secret-from-base64",
            Slip::SecretToBase64 => "secret-to-base64",
            Slip::SecretFromHex => "secret-from-hex",
            Slip::LowerMethod => "method-lower-case",
            Slip::OtherMethod(_) => "method-other",
            Slip::WithoutQuery => "path-without-query",
            Slip::SortedQuery => "path-query-sorted",
            Slip::WithQuery => "path-with-query",
            Slip::WithHost(_) => "path-with-host",
            Slip::WithoutSlash => "path-without-slash",
            Slip::SlashAdded => "path-slash-added",
            Slip::SlashDropped => "path-slash-dropped",
            Slip::OtherPath(_) => "path-other",
            Slip::PrefixMissing(_) => "path-prefix-missing",
            Slip::PrefixAdded(_) => "path-prefix-added",
            Slip::WithoutToken => "token-left-out",
            Slip::WithToken => "token-put-in",
            Slip::WithBearer => "token-with-bearer",
            Slip::EmptyToken => "token-empty",
            Slip::OtherToken => "token-other",
            Slip::TokenWithNewline => "token-with-newline",
            Slip::NotMinified => "body-not-minified",
            Slip::WithoutLineEnd => "body-without-line-end",
            Slip::WithoutBlanks => "body-without-any-blank",
            Slip::HalfMinified => "body-half-minified",
            Slip::Pretty(_) => "body-pretty",
            Slip::Spaced => "body-spaced",
            Slip::WithoutBody => "body-empty",
            Slip::BodyForNone(_) => "body-for-none",
            Slip::SortedKeys => "body-keys-sorted",
            Slip::NumbersPrintedAnew => "body-numbers",
            Slip::NumbersSentShort => "body-numbers-sent-short",
            Slip::PrintedAnew => "body-printed-anew",
            Slip::SlashesEscaped => "body-slashes-escaped",
            Slip::SlashesPlain => "body-slashes-plain",
            Slip::UnicodeEscaped => "body-unicode-escaped",
            Slip::UnicodePlain => "body-unicode-plain",
            Slip::HtmlPlain => "body-html-plain",
            Slip::HtmlEscaped => "body-html-escaped",
            Slip::BodyHash(_) => "hash-other",
            Slip::UpperHash => "hash-upper-case",
            Slip::Base64Hash => "hash-base64",
            Slip::BodyForHash => "body-for-hash",
            Slip::EmptyHash => "hash-empty",
            Slip::WithoutHash => "hash-left-out",
            Slip::WithMillis => "timestamp-with-milliseconds",
            Slip::WithoutMillis => "timestamp-without-fraction",
            Slip::OtherMillis => "timestamp-other-milliseconds",
            Slip::OtherOffset(_) => "timestamp-converted",
            Slip::OffsetReplaced(_) => "timestamp-offset-replaced",
            Slip::OffsetWithoutColon => "timestamp-offset-without-colon",
            Slip::WithoutOffset => "timestamp-without-offset",
            Slip::BlankForT => "timestamp-blank",
            Slip::UnixTime => "timestamp-unix",
            Slip::SecondsOff(_) => "timestamp-seconds-off",
            Slip::HoursOff(_) => "timestamp-hours-off",
            Slip::HourOver24 => "timestamp-hour-over-24",
            Slip::HourBelow24 => "timestamp-hour-below-24",
            Slip::Newline => "string-with-newline",
            Slip::EndTrimmed => "string-trimmed",
            Slip::TokenRecipe => "token-recipe",
            Slip::ServiceRecipe => "service-recipe",
            Slip::Reversed => "token-string-reversed",
            Slip::Colon => "token-string-colon",
            Slip::OtherSeparator(_) => "string-separator",
        }
    }
}

/// A sentence: what was done, and what is to be done.
impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Slip::Base64OfHex => {
                f.write_str("the signature is Base64 of hexadecimal text: encode the bytes, not their text")
            }
            Slip::Base64Twice => f.write_str("the signature is Base64 of Base64: encode it once"),
            Slip::HexOfBase64 => f.write_str("the signature is hexadecimal of its Base64 text: encode the bytes, once"),
            Slip::Base64Url => f.write_str("the signature is in base64url (- and _): use Base64 (+ and /)"),
            Slip::Unpadded => f.write_str("the signature lacks the = at its end: send Base64 with padding"),
            Slip::Wrapped => {
                f.write_str("the signature has blanks or line ends in it: send it in one line without any")
            }
            Slip::PlusLost => f.write_str("the signature has blanks where + was, as a form is decoded: send it as it is, in a header"),
            Slip::PercentEncoded => f.write_str("the signature has %2B, %2F or %3D for + / =: send it as it is, no URL encoding"),
            Slip::HmacHash(name) => write!(f, "signed with HMAC-{name}: HMAC-SHA512 is used"),
            Slip::RsaHash(name) => write!(f, "signed with RSA over {name}: SHA-256 is used"),
            Slip::Pss => f.write_str("signed with RSASSA-PSS: RSASSA-PKCS1-v1_5 is used (SHA256withRSA)"),
            Slip::RsaForHmac => {
                f.write_str("signed with the private key: this request is signed with the client secret (HMAC-SHA512)")
            }
            Slip::HmacForRsa => {
                f.write_str("signed with the client secret: this request is signed with the private key (SHA256withRSA)")
            }
            Slip::SecretWithNewline => {
                f.write_str("the client secret was used with a line end after it: cut it off")
            }
            Slip::SecretTrimmed => {
                f.write_str("the client secret was used without the blanks or line ends around it: they belong to it")
            }
            Slip::SecretFromBase64 => {
                f.write_str("the client secret was decoded from Base64: use its text as it is")
            }
            Slip::SecretToBase64 => f.write_str("the client secret was written in Base64 before it was used: use its text as it is"),
            Slip::SecretFromHex => {
                f.write_str("the client secret was decoded from hexadecimal: use its text as it is")
            }
            Slip::LowerMethod => f.write_str("the method was not signed in upper case: sign it in upper case"),
            Slip::OtherMethod(method) => write!(f, "the method was signed as {method}: sign the one that is sent"),
            Slip::WithoutQuery => f.write_str("the path was signed without its query: sign both"),
            Slip::SortedQuery => f.write_str("the query was sorted before signing: sign it in the order it is sent"),
            Slip::WithQuery => f.write_str("the path was signed with its query: this partner signs it without"),
            Slip::WithHost(host) => write!(f, "the path was signed with {host} before it: it begins after the host"),
            Slip::WithoutSlash => f.write_str("the path was signed without the slash it begins with: keep it"),
            Slip::SlashAdded => f.write_str("the path was signed with a slash after it that is not sent: leave it out"),
            Slip::SlashDropped => f.write_str("the path was signed without the slash it ends with: keep it"),
            Slip::OtherPath(path) => write!(f, "the path of {path} was signed: sign the path that is sent"),
            Slip::PrefixMissing(prefix) => {
                write!(f, "the path was signed without {prefix}: sign the whole path that is sent")
            }
            Slip::PrefixAdded(prefix) => {
                write!(f, "the path was signed with {prefix} before it, which is not sent: leave it out")
            }
            Slip::WithoutToken => f.write_str("the access token was left out of the string: it stands after the path"),
            Slip::WithToken => {
                f.write_str("the access token stands in the string: with a private key it is left out")
            }
            Slip::WithBearer => f.write_str("the token was signed with \"Bearer \" before it: sign the token alone"),
            Slip::EmptyToken => f.write_str("the token was signed as an empty text: sign the one that is sent"),
            Slip::OtherToken => {
                f.write_str("another access token was signed than the one that is sent: sign the one that is sent")
            }
            Slip::TokenWithNewline => f.write_str("the token was signed with a line end after it: cut it off"),
            Slip::NotMinified => f.write_str("the body was hashed as sent, not minified: minify it first"),
            Slip::WithoutLineEnd => {
                f.write_str("the body was hashed as sent without its last line end: minify it first")
            }
            Slip::WithoutBlanks => {
                f.write_str("all blanks were taken out of the body, those in strings too: keep those in strings")
            }
            Slip::HalfMinified => f.write_str("only some of the blanks outside of strings were taken out of the body: take out all of them, and those in strings not"),
            Slip::Pretty(indent) => {
                write!(f, "the body was hashed pretty-printed, in lines indented by {indent}: minify it first")
            }
            Slip::Spaced => {
                f.write_str("the body was hashed with a blank after each comma and colon: minify it first")
            }
            Slip::WithoutBody => f.write_str("the hash is that of an empty body: hash the body that is sent"),
            Slip::BodyForNone(text) => write!(f, "{text:?} was hashed where no body is sent: hash the empty text"),
            Slip::SortedKeys => {
                f.write_str("the members of the body were sorted before hashing: keep the order that is sent")
            }
            Slip::NumbersPrintedAnew => {
                f.write_str("the numbers of the body were read and printed anew before hashing (1.10 becomes 1.1): hash the bytes that are sent")
            }
            Slip::NumbersSentShort => f.write_str("the numbers of the body were hashed with zeros that are not sent (1.10 is sent as 1.1): send the bytes that were hashed"),
            Slip::PrintedAnew => f.write_str("the body was read and printed anew before hashing, which changed numbers and escapes: hash the bytes that are sent"),
            Slip::SlashesEscaped => {
                f.write_str("slashes were escaped (\\/) before hashing and are sent plain, as PHP's json_encode does: hash the bytes that are sent (JSON_UNESCAPED_SLASHES)")
            }
            Slip::SlashesPlain => {
                f.write_str("slashes are sent escaped (\\/) and were hashed plain, as PHP's json_encode does when the body is encoded twice: send the bytes that were hashed")
            }
            Slip::UnicodeEscaped => {
                f.write_str("letters such as é were escaped (\\u00e9) before hashing and are sent plain: hash the bytes that are sent (PHP: JSON_UNESCAPED_UNICODE; Python: ensure_ascii=False)")
            }
            Slip::UnicodePlain => {
                f.write_str("letters such as é are sent escaped (\\u00e9) and were hashed plain: send the bytes that were hashed")
            }
            Slip::HtmlPlain => f.write_str("&, < or > are sent escaped (\\u0026) and were hashed plain: send the bytes that were hashed"),
            Slip::HtmlEscaped => f.write_str("&, < or > were escaped (\\u0026) before hashing and are sent plain: hash the bytes that are sent (Go: SetEscapeHTML(false))"),
            Slip::BodyHash(name) => write!(f, "the body was hashed with {name}: SHA-256 is used"),
            Slip::UpperHash => f.write_str("the hash of the body is in upper case: it is written in lower case"),
            Slip::Base64Hash => f.write_str("the hash of the body is in Base64: it is written in hexadecimal, lower case"),
            Slip::BodyForHash => f.write_str("the body itself was signed: its SHA-256 stands there, in hexadecimal, lower case"),
            Slip::EmptyHash => f.write_str("nothing stands where the hash of the body belongs: its SHA-256 does, that of the empty text when there is no body"),
            Slip::WithoutHash => f.write_str("the hash of the body was left out of the string: it stands before the timestamp"),
            Slip::WithMillis => f.write_str("the timestamp was signed with milliseconds that are not sent: sign the header as it is sent"),
            Slip::WithoutMillis => f.write_str("the timestamp was signed without its fraction: sign the header as it is sent"),
            Slip::OtherMillis => f.write_str("the timestamp that was signed has other milliseconds: take the time once, for header and signature"),
            Slip::OtherOffset(offset) => {
                write!(f, "the timestamp was turned into offset {offset} before signing: sign the header as it is sent")
            }
            Slip::OffsetReplaced(offset) => {
                write!(f, "the timestamp was signed with {offset} in place of its offset: sign the header as it is sent")
            }
            Slip::OffsetWithoutColon => f.write_str("the offset of the timestamp was signed without its colon: sign the header as it is sent"),
            Slip::WithoutOffset => f.write_str("the timestamp was signed without its offset: sign the header as it is sent"),
            Slip::BlankForT => f.write_str("the timestamp was signed with a blank in place of T: sign the header as it is sent"),
            Slip::UnixTime => f.write_str("the timestamp was signed as a number since 1970: sign the header as it is sent"),
            Slip::SecondsOff(seconds) => {
                write!(f, "the timestamp that was signed differs by {seconds:+} s: take the time once, for header and signature")
            }
            Slip::HoursOff(hours @ (7 | -7)) => {
                write!(f, "the timestamp that was signed differs by {hours:+} h: UTC was labelled WIB, or the reverse; take the time once, for header and signature")
            }
            Slip::HoursOff(hours) => {
                write!(f, "the timestamp that was signed differs by {hours:+} h: take the time once, for header and signature")
            }
            Slip::HourOver24 => {
                f.write_str("the timestamp was signed with an hour of 24 or more: the day was not moved when hours were added")
            }
            Slip::HourBelow24 => {
                f.write_str("the timestamp is sent with an hour of 24 or more, and was signed right: the day was not moved when hours were added")
            }
            Slip::Newline => f.write_str("the string was signed with a line end after it: cut it off"),
            Slip::EndTrimmed => f.write_str("the string was signed without the blanks or line ends at its end"),
            Slip::TokenRecipe => {
                f.write_str("the recipe of token requests (client id|timestamp) was used: a service is signed over METHOD:path:…:hash:timestamp")
            }
            Slip::ServiceRecipe => {
                f.write_str("the recipe of services was used: a token request is signed over client id|timestamp")
            }
            Slip::Reversed => f.write_str("the timestamp was signed before the client id: the client id comes first"),
            Slip::Colon => f.write_str("client id and timestamp were joined by a colon: | is used"),
            Slip::OtherSeparator("") => f.write_str("the parts were joined by nothing: : is used, and | in token requests"),
            Slip::OtherSeparator(mark) => write!(f, "the parts were joined by {mark:?}: : is used, and | in token requests"),
        }
    }
}
