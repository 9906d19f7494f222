//! A code whose text and structure were read.

use core::fmt;

use crate::application::Application;
use crate::base64;
use crate::display::Masked;
use crate::error::{DecodeError, ErrorKind};
use crate::tag::{Path, Tag};
use crate::tlv::{self, Object, Objects, Walk};

/// The longest text that is read, in characters: what a code may have.
pub const MAX_CHARACTERS: usize = 512;

/// What [`MAX_CHARACTERS`] of Base64 stand for, in bytes.
pub const MAX_BYTES: usize = MAX_CHARACTERS / 4 * 3;

/// A consumer-presented code: its bytes frame as objects, and the first one is 85 with `CPV01`. Nothing more is known of it;
/// [`crate::QrisCpm`] is one that conforms.
///
/// It owns its bytes, as the text is Base64 of them, and takes less than 400 bytes itself. Unknown objects are kept, at every
/// level. `Debug` is masked.
///
/// ```
/// use qris_cpm::{CpmPayload, Tag};
/// let text = "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1WXy0IcnVl\
///             c2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw==";
/// let code = CpmPayload::parse(text)?;
/// let labels: Vec<_> = code.applications().filter_map(|application| application.label()).collect();
/// assert_eq!(labels, ["Product1", "Product2"]);
/// let cryptogram = code.find("62/64/9F26".parse()?).map(|object| object.length());
/// assert_eq!(cryptogram, Some(8));
/// let mut buffer = [0; qris_cpm::MAX_CHARACTERS];
/// assert_eq!(code.to_text(&mut buffer), text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct CpmPayload {
    bytes: [u8; MAX_BYTES],
    length: usize,
}

impl CpmPayload {
    /// Reads a text: Base64 of the standard alphabet, canonical, with its padding or without (RFC 4648), of objects in BER-TLV
    /// (ISO/IEC 8825-1) with lengths of up to two bytes, that begin with 85, `CPV01` (EMVCo CPM). Blanks around it are faults:
    /// trim first.
    ///
    /// # Errors
    /// The first fault: of the text, then of the objects in order, each template before what follows it.
    pub fn parse(text: &str) -> Result<CpmPayload, DecodeError> {
        if text.is_empty() {
            return Err(DecodeError::of_text(ErrorKind::Empty, 0));
        }
        if text.len() > MAX_CHARACTERS {
            return Err(DecodeError::of_text(ErrorKind::TextTooLong { characters: text.len() }, 0));
        }
        let mut bytes = [0; MAX_BYTES];
        let length = base64::decode(text, &mut bytes).map_err(|(kind, at)| DecodeError::of_text(kind, at))?;
        tlv::frame(bytes.get(..length).unwrap_or_default())?;
        Ok(CpmPayload { bytes, length })
    }

    /// Reads the bytes themselves, as a card reader gives them.
    ///
    /// # Errors
    /// The first fault.
    pub fn from_bytes(bytes: &[u8]) -> Result<CpmPayload, DecodeError> {
        let mut own = [0; MAX_BYTES];
        let Some(room) = own.get_mut(..bytes.len()) else {
            let kind = ErrorKind::TooManyBytes { bytes: bytes.len() };
            return Err(DecodeError::new(kind, 0, Path::ROOT));
        };
        room.copy_from_slice(bytes);
        tlv::frame(bytes)?;
        Ok(CpmPayload { bytes: own, length: bytes.len() })
    }

    /// All bytes, secrets among them.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The text that a symbol carries: Base64 with its padding. It is as secret as the code.
    pub fn to_text<'b>(&self, buffer: &'b mut [u8; MAX_CHARACTERS]) -> &'b str {
        base64::encode(self.as_bytes(), buffer)
    }

    /// The same without a buffer.
    #[cfg(feature = "alloc")]
    pub fn to_owned_text(&self) -> alloc::string::String {
        self.to_text(&mut [0; MAX_CHARACTERS]).into()
    }

    /// The objects of the root, in order.
    pub fn objects(&self) -> Objects<'_> {
        Objects::new(self.as_bytes(), 0..self.length, Path::ROOT)
    }

    /// All objects, each before those inside it.
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(self.objects())
    }

    /// The first object at a path.
    pub fn find(&self, path: Path) -> Option<Object<'_>> {
        self.walk().find(|object| object.path() == path)
    }

    /// The applications (61) in order: the ways to pay that are offered.
    pub fn applications(&self) -> impl Iterator<Item = Application<'_>> {
        let templates = self.objects().filter(|object| object.tag() == Tag::APPLICATION);
        templates.map(|template| Application::new(self, template))
    }
}

impl PartialEq for CpmPayload {
    fn eq(&self, other: &CpmPayload) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for CpmPayload {}

impl fmt::Debug for CpmPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CpmPayload({})", Masked(self))
    }
}
