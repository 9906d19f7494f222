//! The pictures on the first page of a PDF (ISO 32000-1).
//!
//! Hand-written, because a document may come from a stranger: the crates that read PDF unpack whatever it says, a gigabyte
//! from a megabyte, and those that draw pages as well bring forty packages. This reads dictionaries and the pictures that
//! scanners, office programs and designers put into them (JPEG, and Flate in grey, colours or a palette), unpacks each no
//! further than its own size says, and draws nothing: a code made of lines is not seen.

mod object;
mod samples;

use std::collections::HashMap;
use std::io::Read;

use image::GrayImage;
use object::{Object, Reader};

use crate::picture::{self, PictureError, PictureKind, ScanLimits};
use crate::scan::{Found, Work, search_gray};

/// Pictures of a page that are looked at.
const PICTURES: usize = 32;
/// Bytes that streams of objects may unpack to, all together.
const OBJECTS: usize = 32 * 1024 * 1024;
/// What it costs to begin to unpack a stream, in bytes that are read.
const STREAM: usize = 16 * 1024;
/// Pages and groups of pages that are passed on the way to the first page, and forms inside forms.
const STEPS: usize = 64;

/// The symbols in the pictures of the first page of a PDF, each picture's from top to bottom; corners are those in their
/// picture. None is no error.
///
/// # Errors
/// When the file is no PDF, is damaged or encrypted, or when one of its pictures is larger, or all of them together have more
/// pixels or cost more, than the limits allow.
pub fn scan_pdf(file: &[u8], limits: ScanLimits) -> Result<Vec<Found>, PictureError> {
    match PictureKind::of(file) {
        Some(PictureKind::Pdf) => {}
        Some(kind) => return Err(PictureError::NotRead { kind }),
        None => return Err(PictureError::UnknownFormat),
    }
    let found = scan_plain(file, limits);
    // What is encrypted is met as damage, or as a picture of noise.
    let nothing = found.as_ref().map_or(true, Vec::is_empty);
    if nothing && find_all(file, b"/Encrypt").next().is_some() {
        return Err(unreadable("the PDF is encrypted: save the page as a picture"));
    }
    found
}

/// The same, taking the file as one that is not encrypted.
fn scan_plain(file: &[u8], limits: ScanLimits) -> Result<Vec<Found>, PictureError> {
    let mut document = Document::open(file, limits.pixels);
    let page = document.first_page().ok_or_else(|| unreadable("the PDF has no first page"))?;
    let mut pictures = Vec::new();
    document.pictures(&page, &mut pictures, &mut STEPS.clone());
    let mut work = Work::new(limits.work);
    let (mut found, mut refused) = (Vec::new(), None);
    for picture in &pictures {
        match document.picture(picture, limits).and_then(|picture| search_gray(&picture, &mut work)) {
            Ok(symbols) => found.extend(symbols),
            // Another picture of the page may have the code.
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

fn unreadable(reason: &str) -> PictureError {
    PictureError::Unreadable { reason: reason.to_owned() }
}

/// Where an object is.
#[derive(Clone, Copy)]
enum Place {
    /// In the file.
    File(usize),
    /// In this stream of objects.
    Stream(usize, usize),
}

struct Document<'a> {
    file: &'a [u8],
    objects: HashMap<u32, Place>,
    /// Streams of objects, unpacked.
    streams: Vec<Vec<u8>>,
    /// Bytes that may still be read as objects.
    work: usize,
    /// Bytes that streams of objects may still unpack to.
    room: usize,
    /// Pixels that pictures may still unpack to, all together.
    pixels: u64,
}

/// A stream: what its dictionary says, and where its bytes begin.
struct Stream {
    dict: Object,
    start: usize,
}

impl<'a> Document<'a> {
    /// Finds the objects by their beginnings, `12 0 obj`, wherever they are: tables of where they should be are wrong in
    /// files that were cut or sent by mail.
    fn open(file: &'a [u8], pixels: u64) -> Document<'a> {
        let work = file.len().saturating_mul(8).saturating_add(OBJECTS);
        let mut document =
            Document { file, objects: HashMap::new(), streams: Vec::new(), work, room: OBJECTS, pixels };
        let found: Vec<(u32, usize)> =
            find_all(file, b"obj").filter_map(|at| number_before(file, at)).collect();
        // What was appended later replaces what was there.
        document.objects.extend(found.iter().map(|&(number, at)| (number, Place::File(at))));
        let mut newest: HashMap<u32, usize> = found.iter().copied().collect();
        for (_, at) in found {
            document.open_stream_of_objects(at, &mut newest);
        }
        document
    }

    /// Takes the objects of a stream, where none of that number stands behind it. `newest` has the place of each number.
    fn open_stream_of_objects(&mut self, at: usize, newest: &mut HashMap<u32, usize>) -> Option<()> {
        // Most objects are no such stream, and are told from their first bytes.
        let begin = self.file.get(at..)?.get(..512.min(self.file.len() - at))?;
        find_all(begin, b"/ObjStm").next()?;
        self.spend(STREAM)?;
        let stream = self.stream(at)?;
        stream.dict.get("Type").filter(|kind| kind.is_name("ObjStm"))?;
        let count = self.integer(stream.dict.get("N")?)?;
        let first = self.integer(stream.dict.get("First")?)?;
        let bytes = self.unpack(&stream, self.room)?;
        self.room -= bytes.len();
        let index = self.streams.len();
        let mut reader = Reader::new(&bytes, 0, &mut self.work);
        for _ in 0..count {
            let (Some(number), Some(offset)) = (reader.number(), reader.number()) else { break };
            let place = Place::Stream(index, first.saturating_add(offset as usize));
            if newest.get(&number).is_none_or(|other| *other <= at) {
                newest.insert(number, at);
                self.objects.insert(number, place);
            }
        }
        self.streams.push(bytes);
        Some(())
    }

    /// The object itself where it is given by its number.
    fn resolve(&mut self, object: &Object) -> Option<Object> {
        let Object::Ref(number) = object else { return Some(object.clone()) };
        match *self.objects.get(number)? {
            Place::File(at) => Reader::new(self.file, at, &mut self.work).object(),
            Place::Stream(index, at) => Reader::new(self.streams.get(index)?, at, &mut self.work).object(),
        }
    }

    fn member(&mut self, dict: &Object, key: &str) -> Option<Object> {
        let value = dict.get(key)?.clone();
        self.resolve(&value)
    }

    fn integer(&mut self, object: &Object) -> Option<usize> {
        match self.resolve(object)? {
            Object::Integer(number) => usize::try_from(number).ok(),
            _ => None,
        }
    }

    /// The stream that begins at a place of the file.
    fn stream(&mut self, at: usize) -> Option<Stream> {
        let mut reader = Reader::new(self.file, at, &mut self.work);
        let dict = reader.object()?;
        if !reader.word("stream") {
            return None;
        }
        let start = reader.at;
        let end = match self.file.get(start..)? {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        Some(Stream { dict, start: start + end })
    }

    /// The bytes of a stream as they lie in the file.
    fn packed(&mut self, stream: &Stream) -> Option<&'a [u8]> {
        let rest = self.file.get(stream.start..)?;
        let said = stream.dict.get("Length").cloned().and_then(|length| self.integer(&length));
        let ends = |length: &usize| {
            let behind = rest.get(*length..).unwrap_or_default();
            let behind = behind.get(..16).unwrap_or(behind).trim_ascii_start();
            behind.starts_with(b"endstream")
        };
        // Where the length is wrong: up to the end of the stream, or of what is left of it, as far as there is work for.
        let within = |work: usize| rest.get(..work).unwrap_or(rest);
        let found = || find_all(within(self.work), b"endstream").next().unwrap_or(rest.len());
        let end = said.filter(ends).unwrap_or_else(found);
        self.spend(end)?;
        rest.get(..end)
    }

    /// Takes so much from the work that may be done; all that is left when there is not enough.
    fn spend(&mut self, work: usize) -> Option<()> {
        let enough = self.work >= work;
        self.work = self.work.saturating_sub(work);
        enough.then_some(())
    }

    /// The names of its filters, in order.
    fn filters(&mut self, stream: &Stream) -> Vec<Object> {
        match self.member(&stream.dict, "Filter") {
            Some(Object::Array(filters)) => filters,
            Some(one) => vec![one],
            None => Vec::new(),
        }
    }

    /// The bytes of a stream, unpacked to so many at most.
    fn unpack(&mut self, stream: &Stream, most: usize) -> Option<Vec<u8>> {
        let packed = self.packed(stream)?;
        match self.filters(stream).as_slice() {
            [] => packed.get(..most.min(packed.len())).map(<[u8]>::to_vec),
            [filter] if filter.is_name("FlateDecode") => Some(inflate(packed, most)),
            [first, filter] if first.is_name("ASCII85Decode") && filter.is_name("FlateDecode") => {
                Some(inflate(&samples::ascii85(packed), most))
            }
            _ => None,
        }
    }

    /// The first page, with the resources it inherits.
    fn first_page(&mut self) -> Option<Object> {
        let roots: Vec<usize> = find_all(self.file, b"/Root").collect();
        for at in roots.into_iter().rev().take(STEPS) {
            let root = Reader::new(self.file, at + b"/Root".len(), &mut self.work).object();
            let Some(catalog) = root.and_then(|root| self.resolve(&root)) else { continue };
            let Some(mut node) = self.member(&catalog, "Pages") else { continue };
            let mut resources = None;
            for _ in 0..STEPS {
                resources = self.member(&node, "Resources").or(resources);
                let Some(Object::Array(kids)) = self.member(&node, "Kids") else {
                    return Some(resources.unwrap_or(Object::Other));
                };
                node = self.resolve(kids.first()?)?;
            }
        }
        None
    }

    /// The places of the pictures that resources name, those in forms too.
    fn pictures(&mut self, resources: &Object, pictures: &mut Vec<usize>, steps: &mut usize) {
        let Some(Object::Dict(named)) = self.member(resources, "XObject") else { return };
        for (_, value) in named {
            let Object::Ref(number) = value else { continue };
            let Some(Place::File(at)) = self.objects.get(&number).copied() else { continue };
            if *steps == 0 || pictures.len() >= PICTURES {
                return;
            }
            let Some(stream) = self.stream(at) else { continue };
            match self.member(&stream.dict, "Subtype") {
                Some(kind) if kind.is_name("Image") && !pictures.contains(&at) => {
                    pictures.push(at);
                    // A picture that is all black and shows its code by what is transparent.
                    if let Some(Object::Ref(mask)) = stream.dict.get("SMask").or(stream.dict.get("Mask"))
                        && let Some(Place::File(at)) = self.objects.get(mask).copied()
                    {
                        pictures.push(at);
                    }
                }
                Some(kind) if kind.is_name("Form") => {
                    *steps -= 1;
                    if let Some(inner) = self.member(&stream.dict, "Resources") {
                        self.pictures(&inner, pictures, steps);
                    }
                }
                _ => {}
            }
        }
    }

    /// Takes a picture from the pixels of all: what is beyond them is too much work.
    fn unpacks(&mut self, width: u32, height: u32) -> Result<(), PictureError> {
        let left = self.pixels.checked_sub(u64::from(width) * u64::from(height));
        self.pixels = left.unwrap_or_default();
        left.map(drop).ok_or(PictureError::TooMuchWork)
    }

    /// A picture in grey.
    fn picture(&mut self, at: &usize, limits: ScanLimits) -> Result<GrayImage, PictureError> {
        let broken = || unreadable("a picture of the page is damaged, or packed in a way that is not read");
        let stream = self.stream(*at).ok_or_else(broken)?;
        let packed = self.packed(&stream).ok_or_else(broken)?;
        if let [filter] = self.filters(&stream).as_slice()
            && filter.is_name("DCTDecode")
        {
            let picture = picture::to_gray(&picture::read(packed, limits)?, u8::MAX);
            self.unpacks(picture.width(), picture.height())?;
            return Ok(picture);
        }
        let side = |document: &mut Self, key| {
            let side = stream.dict.get(key).cloned().and_then(|side| document.integer(&side));
            side.and_then(|side| u32::try_from(side).ok()).ok_or_else(broken)
        };
        let (width, height) = (side(self, "Width")?, side(self, "Height")?);
        if u64::from(width) * u64::from(height) > limits.pixels {
            return Err(PictureError::TooLarge { width, height, limit: limits.pixels });
        }
        self.unpacks(width, height)?;
        let mask = self.member(&stream.dict, "ImageMask") == Some(Object::Bool(true));
        let bits = if mask {
            Some(1)
        } else {
            stream.dict.get("BitsPerComponent").cloned().and_then(|bits| self.integer(&bits))
        };
        let space = if mask { Some(samples::Space::Gray) } else { self.space(&stream.dict) };
        let layout =
            samples::Layout { width, height, bits: bits.unwrap_or(8), space: space.ok_or_else(broken)? };
        let parameters = match self.member(&stream.dict, "DecodeParms") {
            Some(Object::Array(all)) => all.last().cloned().and_then(|last| self.resolve(&last)),
            other => other,
        };
        let predictor = parameters.and_then(|parameters| self.member(&parameters, "Predictor"));
        let predicted = match predictor {
            None | Some(Object::Integer(1)) => false,
            Some(Object::Integer(10..=15)) => true,
            Some(_) => return Err(broken()),
        };
        let most = layout.bytes(predicted).ok_or_else(broken)?;
        let bytes = self.unpack(&stream, most).ok_or_else(broken)?;
        layout.gray(bytes, predicted).ok_or_else(broken)
    }

    /// How samples become colours.
    fn space(&mut self, dict: &Object) -> Option<samples::Space> {
        let space = self.member(dict, "ColorSpace")?;
        self.space_of(&space)
    }

    fn space_of(&mut self, space: &Object) -> Option<samples::Space> {
        let of_name = |name: &Object| {
            let is = |names: &[&str]| names.iter().any(|text| name.is_name(text));
            match () {
                () if is(&["DeviceGray", "CalGray", "G", "Separation"]) => Some(samples::Space::Gray),
                () if is(&["DeviceRGB", "CalRGB", "RGB"]) => Some(samples::Space::Rgb),
                () if is(&["DeviceCMYK", "CMYK"]) => Some(samples::Space::Cmyk),
                () => None,
            }
        };
        let Object::Array(parts) = space else { return of_name(space) };
        let kind = parts.first()?;
        if kind.is_name("ICCBased") {
            let Object::Ref(number) = parts.get(1)? else { return None };
            let Place::File(at) = *self.objects.get(number)? else { return None };
            let profile = self.stream(at)?.dict;
            return match self.integer(profile.get("N")?)? {
                1 => Some(samples::Space::Gray),
                3 => Some(samples::Space::Rgb),
                4 => Some(samples::Space::Cmyk),
                _ => None,
            };
        }
        if kind.is_name("Indexed") || kind.is_name("I") {
            let base = self.resolve(parts.get(1)?)?;
            // A palette of a palette is none.
            let is_palette = |kind: &Object| kind.is_name("Indexed") || kind.is_name("I");
            if matches!(&base, Object::Array(parts) if parts.first().is_some_and(is_palette)) {
                return None;
            }
            let base = self.space_of(&base)?;
            let table = parts.get(3)?;
            let bytes = match (self.resolve(table)?, table) {
                (Object::String(bytes), _) => bytes,
                (Object::Dict(_), Object::Ref(number)) => {
                    let Place::File(at) = *self.objects.get(number)? else { return None };
                    let stream = self.stream(at)?;
                    self.unpack(&stream, 256 * 4)?
                }
                _ => return None,
            };
            return Some(samples::Space::Palette(base.luma_of_all(&bytes)));
        }
        of_name(kind)
    }
}

/// Unpacks a zlib stream to so many bytes at most; what comes before a damage counts.
fn inflate(packed: &[u8], most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = flate2::read::ZlibDecoder::new(packed).take(most as u64).read_to_end(&mut bytes);
    bytes
}

/// All places of a word.
fn find_all<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    memchr::memmem::find_iter(bytes, word)
}

/// Of `12 0 obj`, whose `obj` is at a place: the number, and the place behind.
fn number_before(file: &[u8], at: usize) -> Option<(u32, usize)> {
    let begin = at.saturating_sub(24);
    let before = file.get(begin..at)?.trim_ascii_end();
    let digits = |text: &[u8]| text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let generation = digits(before);
    let before = before.get(..before.len() - generation)?;
    let trimmed = before.trim_ascii_end();
    let number = trimmed.get(trimmed.len() - digits(trimmed)..)?;
    if generation == 0 || trimmed.len() == before.len() {
        return None;
    }
    Some((std::str::from_utf8(number).ok()?.parse().ok()?, at + 3))
}

#[cfg(test)]
mod tests;
