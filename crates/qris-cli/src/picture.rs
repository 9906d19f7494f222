//! Pictures where a payload is asked for: told by their first bytes, and which of their codes is the one.

use std::io::Read;

use crate::output::Failure;

#[cfg(feature = "scan")]
pub(crate) use reads::{Standing, codes, different, standing, what};

/// Whether a file that begins so is a picture or a document, whatever it is called.
#[cfg(feature = "scan")]
pub(crate) fn is_picture(begin: &[u8]) -> bool {
    qris_render::PictureKind::of(begin).is_some()
}

/// The same where none is read: enough to say so.
#[cfg(not(feature = "scan"))]
pub(crate) fn is_picture(begin: &[u8]) -> bool {
    let known = [b"\x89PNG".as_slice(), b"\xFF\xD8\xFF", b"GIF8", b"RIFF", b"%PDF-"];
    known.iter().any(|magic| begin.starts_with(magic)) || begin.get(4..8) == Some(b"ftyp")
}

/// The payload of a picture of which this much has been read: the text of its one code.
#[cfg(not(feature = "scan"))]
pub(crate) fn payload(name: &str, _begin: Vec<u8>, _rest: impl Read) -> Result<Vec<u8>, Failure> {
    Err(Failure::Refused(format!(
        "{name} is a picture, and this build of qris reads none: build it with its feature scan"
    )))
}

/// The payload of a picture of which this much has been read: the text of its one code that is a QRIS.
#[cfg(feature = "scan")]
pub(crate) fn payload(name: &str, begin: Vec<u8>, rest: impl Read) -> Result<Vec<u8>, Failure> {
    let file = crate::input::read_to_limit(name, begin, rest, crate::cmd::PICTURE_LIMIT)?;
    reads::the_one(name, different(codes(name, &file)?))
}

/// The consumer-presented code of a picture of which this much has been read.
#[cfg(feature = "scan")]
pub(crate) fn consumer_presented(name: &str, begin: Vec<u8>, rest: impl Read) -> Result<Vec<u8>, Failure> {
    let file = crate::input::read_to_limit(name, begin, rest, crate::cmd::PICTURE_LIMIT)?;
    reads::the_one_of_a_payer(name, &different(codes(name, &file)?))
}

/// The same where no picture is read.
#[cfg(not(feature = "scan"))]
pub(crate) fn consumer_presented(name: &str, begin: Vec<u8>, rest: impl Read) -> Result<Vec<u8>, Failure> {
    payload(name, begin, rest)
}

#[cfg(feature = "scan")]
mod reads {
    use qris_core::diagnose::{Explanation, Foreign, explain};
    use qris_core::{Payload, Sealed, keys};
    use qris_render::{Found, PictureError, PictureKind, ScanLimits, scan};

    use crate::output::{Failure, say};

    /// The codes of a picture from top to bottom, one at least.
    pub(crate) fn codes(name: &str, file: &[u8]) -> Result<Vec<Found>, Failure> {
        let found = read(file);
        let found = found.map_err(|error| {
            Failure::Refused(match error {
                PictureError::UnknownFormat => format!("{name}: {}", no_picture(file)),
                error => format!("{name}: {error}"),
            })
        })?;
        if found.is_empty() {
            return Err(Failure::Refused(format!("{name}: {}", none_found(file))));
        }
        Ok(found)
    }

    /// The same payload twice is one.
    pub(crate) fn different(codes: Vec<Found>) -> Vec<Found> {
        let mut different: Vec<Found> = Vec::new();
        for code in codes {
            if different.iter().all(|known| known.bytes() != code.bytes()) {
                different.push(code);
            }
        }
        different
    }

    #[cfg(feature = "pdf")]
    fn read(file: &[u8]) -> Result<Vec<Found>, PictureError> {
        match PictureKind::of(file) {
            Some(PictureKind::Pdf) => qris_render::scan_pdf(file, ScanLimits::default()),
            _ => scan(file, ScanLimits::default()),
        }
    }

    #[cfg(not(feature = "pdf"))]
    fn read(file: &[u8]) -> Result<Vec<Found>, PictureError> {
        scan(file, ScanLimits::default())
    }

    /// What messages say of a file that is no picture.
    fn no_picture(file: &[u8]) -> &'static str {
        match std::str::from_utf8(file) {
            Ok("") => "the file is empty",
            Ok(_) => {
                "this is text and no picture: `qris decode` reads a payload, `qris bulk` one a line or a column of a CSV"
            }
            Err(_) => "this is no PNG, JPEG, WebP, GIF, BMP or TIFF picture, and no PDF",
        }
    }

    /// What messages say of a file without a code.
    fn none_found(file: &[u8]) -> &'static str {
        match PictureKind::of(file) {
            Some(PictureKind::Pdf) => {
                "no QR code found in the pictures of its first page; a code drawn with lines is not seen: save the page \
                 as a picture"
            }
            _ => "no QR code found",
        }
    }

    /// What the text of a code is.
    pub(crate) enum Standing<'a> {
        /// A payload with a right CRC.
        Whole(Sealed<'a>),
        /// What was a payload, or looks like one.
        Damaged,
        /// Something else.
        Other(Option<Foreign>),
    }

    pub(crate) fn standing(text: &[u8]) -> Standing<'_> {
        let decoded = std::str::from_utf8(text).ok().map(|text| Payload::detect(text)?.verify_crc());
        match decoded {
            Some(Ok(sealed)) => Standing::Whole(sealed),
            _ => match explain(text) {
                Some(Explanation::Foreign(foreign)) => Standing::Other(Some(foreign)),
                None if !text.trim_ascii().starts_with(b"0002") => Standing::Other(None),
                _ => Standing::Damaged,
            },
        }
    }

    /// What another code is, for a sentence.
    pub(crate) fn what(foreign: Option<Foreign>) -> &'static str {
        foreign.map_or("other text", Foreign::is)
    }

    /// The only code that a payer shows.
    pub(super) fn the_one_of_a_payer(name: &str, codes: &[Found]) -> Result<Vec<u8>, Failure> {
        let is_one = |code: &&Found| recognise_any(code.bytes()) == Some(Foreign::ConsumerPresented);
        let of_payers: Vec<&Found> = codes.iter().filter(is_one).collect();
        match of_payers[..] {
            [one] => Ok(one.bytes().to_vec()),
            [] => Err(Failure::Refused(format!("{name}: none of its codes is one that a payer shows (CPM)"))),
            _ => Err(Failure::Refused(format!(
                "{name} has {} different codes that payers show: cut the picture down to the one you mean",
                of_payers.len()
            ))),
        }
    }

    fn recognise_any(text: &[u8]) -> Option<Foreign> {
        match explain(text) {
            Some(Explanation::Foreign(foreign)) => Some(foreign),
            _ => None,
        }
    }

    /// The text of the code that is meant: the only payload; notes say what else there is.
    pub(super) fn the_one(name: &str, codes: Vec<Found>) -> Result<Vec<u8>, Failure> {
        let (mut whole, mut damaged, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for code in &codes {
            match standing(code.bytes()) {
                Standing::Whole(sealed) => whole.push(sealed),
                Standing::Damaged => damaged.push(code.bytes()),
                Standing::Other(foreign) => others.push(what(foreign)),
            }
        }
        // Of payloads of several countries on one card, the QRIS.
        let of_indonesia =
            |sealed: &Sealed<'_>| sealed.read(keys::COUNTRY).is_some_and(|country| country.is_indonesia());
        if whole.len() > 1 && whole.iter().filter(|sealed| of_indonesia(sealed)).count() == 1 {
            let elsewhere = whole.extract_if(.., |sealed| !of_indonesia(sealed));
            others.extend(elsewhere.map(|_| "a payload of another country"));
        }
        let refused = |message: String| Err(Failure::Refused(message));
        let text = match (whole.as_slice(), damaged.as_slice()) {
            ([one], _) => one.as_str().as_bytes(),
            ([], [one]) => one,
            ([], []) => {
                let of_a_payer = others.contains(&Foreign::ConsumerPresented.is());
                let reads = if of_a_payer { "; `qris cpm decode` reads it" } else { "" };
                return refused(match others.as_slice() {
                    [one] => format!("{name}: its code is {one}, not a QRIS{reads}"),
                    several => format!(
                        "{name}: none of its {} codes is a QRIS; they are {}",
                        several.len(),
                        several.join("; ")
                    ),
                });
            }
            ([], several) => {
                return refused(format!(
                    "{name} has {} codes that are no whole payloads: see `qris scan {name}`",
                    several.len()
                ));
            }
            (several, _) => {
                let of = |sealed: &Sealed<'_>| {
                    let name = sealed.read(keys::MERCHANT_NAME).unwrap_or("nobody");
                    let amount = sealed.read(keys::AMOUNT);
                    format!(
                        "{name} ({})",
                        amount.map_or("no amount".to_owned(), |amount| format!("for {amount}"))
                    )
                };
                let names: Vec<String> = several.iter().map(of).collect();
                return refused(format!(
                    "{name} has {} different QRIS, of {}: `qris scan {name}` prints them, one a line; give the line \
                     you mean in place of the picture, or cut the picture down to its code",
                    several.len(),
                    names.join(" and of ")
                ));
            }
        };
        if !whole.is_empty() && !damaged.is_empty() {
            others.push("a payload that is not whole");
        }
        for other in others {
            say(
                "note",
                &format!("{name} has another code beside the QRIS, which is left aside: it is {other}"),
            );
        }
        Ok(text.to_vec())
    }
}
