//! Where codes come from: the argument, a file, a picture, standard input; as text, as hex digits or as bytes.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use qris_cpm::{CpmPayload, DecodeError, MAX_CHARACTERS};

use crate::input::{is_of_base64, open};
use crate::output::{Failure, say};
use crate::picture;

/// The first object, as codes begin that are handed over as bytes.
const BEGINNING: &[u8] = b"\x85\x05CPV01";
/// More than this is no code, whatever is around it.
const MOST: usize = 4 * 1024;

/// A code on the command line.
#[derive(Debug, clap::Args)]
pub(super) struct Source {
    /// The code as text, or a file that holds one as text, hex digits or bytes, or a picture of one, or - for standard
    /// input, which is also read without it. What stands on a command line is seen by others on the machine.
    #[arg(value_name = "CODE|FILE|-")]
    code: Option<OsString>,
}

impl Source {
    /// The code, or why it is none.
    pub(super) fn read(&self) -> Result<Result<CpmPayload, DecodeError>, Failure> {
        let bytes = self.bytes()?;
        if bytes.trim_ascii_start().starts_with(b"0002") {
            say("note", "this begins as the codes that merchants show do: `qris decode` reads those");
        }
        Ok(decode(&bytes))
    }

    fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let (name, mut source): (String, Box<dyn Read>) = match self.code.as_deref() {
            Some(text) if is_text(text) => return Ok(text.as_encoded_bytes().to_vec()),
            Some(path) if path != "-" => (path.display().to_string(), Box::new(open(path)?)),
            argument => {
                if argument.is_none() && io::stdin().is_terminal() {
                    let message = "no code: give one as argument, name a file, or pipe one in (see --help)";
                    return Err(Failure::Usage(message.to_owned()));
                }
                ("standard input".to_owned(), Box::new(io::stdin()))
            }
        };
        let mut bytes = Vec::new();
        let cannot = |error| Failure::Io(format!("cannot read {name}"), error);
        source.by_ref().take(MOST as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
        if picture::is_picture(&bytes) {
            return picture::consumer_presented(&name, bytes, source);
        }
        if bytes.len() > MOST {
            return Err(Failure::Refused(format!(
                "{name} has more than {MOST} bytes, and a code at most {MAX_CHARACTERS} characters: hand over the code \
                 alone"
            )));
        }
        Ok(bytes)
    }
}

/// A code in its text, its hex digits or its bytes; white space around a text is taken off.
pub(super) fn decode(bytes: &[u8]) -> Result<CpmPayload, DecodeError> {
    if bytes.starts_with(BEGINNING) {
        return CpmPayload::from_bytes(bytes);
    }
    let text = bytes.trim_ascii();
    // A code in Base64 begins with other letters.
    if let Some(bytes) = hex(text).filter(|bytes| bytes.starts_with(&BEGINNING[..2])) {
        return CpmPayload::from_bytes(&bytes);
    }
    CpmPayload::parse(&String::from_utf8_lossy(text))
}

/// The bytes of hex digits; blanks between them are passed over.
pub(super) fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    let digits: Option<Vec<u32>> = digits.map(|byte| char::from(*byte).to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    digits.chunks_exact(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).ok()).collect()
}

/// A code, and not the name of a file: as no file is called, and with what codes are made of.
fn is_text(argument: &OsStr) -> bool {
    let bytes = argument.as_encoded_bytes().iter().copied();
    let text: Vec<u8> = bytes.filter(|byte| !byte.is_ascii_whitespace()).collect();
    let begins = text.is_empty() || text.starts_with(b"hQVDUFYwM") || text.starts_with(b"8505435056");
    (begins || text.len() >= 24 && is_of_base64(&text)) && !Path::new(argument).exists()
}
