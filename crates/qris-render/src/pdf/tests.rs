use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::ImageFormat;
use proptest::prelude::*;

use super::*;
use crate::{Options, QuietZone, Size, Symbol};

const TEXT: &str = "00020101021126Test";

fn code() -> GrayImage {
    Symbol::of_text(TEXT, Options::default()).unwrap().gray(Size::Scale(4), QuietZone::default()).unwrap()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One page with one picture: the picture's entries and bytes.
fn pdf(entries: &str, bytes: &[u8]) -> Vec<u8> {
    pdf_of("<< /XObject << /Im0 4 0 R >> >>", entries, bytes)
}

fn pdf_of(resources: &str, entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut file = format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 /Resources {resources} >> endobj\n\
         3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595.2 842] >> endobj\n\
         4 0 obj << /Type /XObject /Subtype /Image /Length {} {entries} >>\nstream\n",
        bytes.len()
    )
    .into_bytes();
    file.extend_from_slice(bytes);
    file.extend_from_slice(b"\nendstream endobj\n");
    file
}

fn ended(mut file: Vec<u8>) -> Vec<u8> {
    file.extend_from_slice(b"trailer << /Root 1 0 R >>\n%%EOF\n");
    file
}

fn reads(file: Vec<u8>) {
    let found = scan_pdf(&ended(file), ScanLimits::default()).unwrap();
    assert_eq!(found.first().map(Found::bytes), Some(TEXT.as_bytes()));
}

fn sides(picture: &GrayImage) -> String {
    format!("/Width {} /Height {}", picture.width(), picture.height())
}

#[test]
fn jpeg_and_flate_pictures_are_read() {
    let code = code();
    let mut jpeg = std::io::Cursor::new(Vec::new());
    code.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    reads(pdf(&format!("{} /Filter /DCTDecode", sides(&code)), jpeg.get_ref()));

    let flate = |more: &str| format!("{} {more} /Filter [/FlateDecode]", sides(&code));
    reads(pdf(&flate("/BitsPerComponent 8 /ColorSpace /DeviceGray"), &packed(code.as_raw())));
    let rgb: Vec<u8> = code.iter().flat_map(|&value| [value, value / 2, 0]).collect();
    reads(pdf(&flate("/BitsPerComponent 8 /ColorSpace /DeviceRGB"), &packed(&rgb)));
    let cmyk: Vec<u8> = code.iter().flat_map(|&value| [0, 0, 0, 255 - value]).collect();
    reads(pdf(&flate("/BitsPerComponent 8 /ColorSpace /DeviceCMYK"), &packed(&cmyk)));

    // A palette of two, one bit a pixel; dark is 1.
    let bits = |picture: &GrayImage| -> Vec<u8> {
        let row = |row: &[u8]| -> Vec<u8> {
            let byte = |byte: &[u8]| (0..8).fold(0, |sum, i| sum << 1 | u8::from(byte.get(i) == Some(&0)));
            row.chunks(8).map(byte).collect()
        };
        picture.chunks_exact(picture.width() as usize).flat_map(row).collect()
    };
    let palette = "/BitsPerComponent 1 /ColorSpace [/Indexed /DeviceRGB 1 <FFFFFF102030>]";
    reads(pdf(&flate(palette), &packed(&bits(&code))));
    reads(pdf(&flate("/ImageMask true"), &packed(&bits(&code))));

    // Predicted as in PNG: each row by the one above.
    let width = code.width() as usize;
    let mut above = vec![0; width];
    let mut rows = Vec::new();
    for row in code.chunks_exact(width) {
        rows.push(2);
        rows.extend(row.iter().zip(&above).map(|(here, above): (&u8, &u8)| here.wrapping_sub(*above)));
        above = row.to_vec();
    }
    let predicted = "/BitsPerComponent 8 /ColorSpace /DeviceGray /DecodeParms << /Predictor 15 /Columns 1 >>";
    reads(pdf(&flate(predicted), &packed(&rows)));
}

#[test]
fn the_ways_to_a_picture() {
    let code = code();
    let entries =
        format!("{} /BitsPerComponent 8 /ColorSpace [/ICCBased 9 0 R] /Filter /FlateDecode", sides(&code));
    let bytes = packed(code.as_raw());
    let profile = b"9 0 obj << /N 1 /Length 0 >> stream\n\nendstream endobj\n";
    reads([pdf(&entries, &bytes), profile.to_vec()].concat());
    // In a form, and shown by its mask alone.
    let form = b"5 0 obj << /Subtype /Form /Resources << /XObject << /X 4 0 R /Self 5 0 R >> >> /Length 0 >> stream\n\nendstream endobj\n";
    reads(
        [pdf_of("<< /XObject << /Fm 5 0 R >> >>", &entries, &bytes), profile.to_vec(), form.to_vec()]
            .concat(),
    );
    let black = b"6 0 obj << /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /SMask 4 0 R /Length 1 >> stream\n\0\nendstream endobj\n";
    reads(
        [pdf_of("<< /XObject << /Im 6 0 R >> >>", &entries, &bytes), profile.to_vec(), black.to_vec()]
            .concat(),
    );
    // Resources in a stream of objects, and a wrong length.
    let objects = packed(b"7 0 8 31 << /XObject << /Im0 4 0 R >> >> null");
    let stream =
        format!("10 0 obj << /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /Length {} >> stream\r\n", 3);
    let inside = [stream.as_bytes(), &objects, b"\r\nendstream endobj\n"].concat();
    reads([pdf_of("7 0 R", &entries, &bytes), profile.to_vec(), inside].concat());
    // In five letters for four bytes.
    let entries = entries.replace("/Filter /FlateDecode", "/Filter [/ASCII85Decode /FlateDecode]");
    let mut letters = Vec::new();
    for group in bytes.chunks(4) {
        let mut four = [0; 4];
        four[..group.len()].copy_from_slice(group);
        let mut value = u32::from_be_bytes(four);
        let mut five = [0; 5];
        for digit in five.iter_mut().rev() {
            *digit = b'!' + (value % 85) as u8;
            value /= 85;
        }
        letters.extend_from_slice(&five[..=group.len()]);
    }
    reads([pdf(&entries, &[letters, b"~>".to_vec()].concat()), profile.to_vec()].concat());
}

/// What a viewer shows: the object that was appended last, in a stream of objects or beside one.
#[test]
fn of_two_versions_the_later_one_counts() {
    let code = code();
    let blank = GrayImage::from_pixel(20, 20, image::Luma([255]));
    let picture = |number: u32, picture: &GrayImage| {
        let head = format!(
            "{number} 0 obj << /Type /XObject /Subtype /Image /Length {} {} /ColorSpace /DeviceGray /BitsPerComponent 8 >>\nstream\n",
            picture.as_raw().len(),
            sides(picture)
        );
        [head.as_bytes(), picture.as_raw(), b"\nendstream endobj\n"].concat()
    };
    let shows = |at: u32| format!("<< /XObject << /Im0 {at} 0 R >> >>");
    let in_stream = |number: u32, at: u32| {
        let inside = format!("9 0 {}", shows(at));
        let length = inside.len();
        format!(
            "{number} 0 obj << /Type /ObjStm /N 1 /First 4 /Length {length} >>\nstream\n{inside}\nendstream endobj\n"
        )
    };
    let alone = |at: u32| format!("9 0 obj {} endobj\n", shows(at));
    let begin =
        b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Kids [3 0 R] >> endobj\n\
                  3 0 obj << /Type /Page /Resources 9 0 R >> endobj\n";
    for versions in
        [[in_stream(10, 4), in_stream(11, 5)], [alone(4), in_stream(10, 5)], [in_stream(10, 4), alone(5)]]
    {
        let file =
            [&begin[..], &picture(4, &blank), &picture(5, &code), versions.concat().as_bytes()].concat();
        reads(file);
    }
}

/// The limit of one picture is that of all pictures of a page.
#[test]
fn many_pictures_have_no_more_pixels_than_one() {
    let blank = GrayImage::from_pixel(20, 20, image::Luma([255]));
    let entries = format!("{} /ColorSpace /DeviceGray /BitsPerComponent 8", sides(&blank));
    let mut file = pdf_of("<< /XObject << /A 4 0 R /B 5 0 R >> >>", &entries, blank.as_raw());
    file.extend_from_slice(
        format!("5 0 obj << /Subtype /Image /Length 400 {entries} >>\nstream\n").as_bytes(),
    );
    file.extend_from_slice(blank.as_raw());
    file.extend_from_slice(b"\nendstream endobj\n");
    let file = ended(file);
    for (pixels, good) in [(800, true), (799, false), (400, false)] {
        let limits = ScanLimits { pixels, ..ScanLimits::default() };
        assert_eq!(matches!(scan_pdf(&file, limits), Err(PictureError::TooMuchWork)), !good, "{pixels}");
    }
}

/// Without a bound it would end with the stack.
#[test]
fn a_palette_of_itself_is_none() {
    let picture = GrayImage::from_pixel(8, 8, image::Luma([0]));
    for name in ["I", "Indexed"] {
        let entries = format!("{} /BitsPerComponent 8 /ColorSpace 5 0 R", sides(&picture));
        let mut file = pdf(&entries, picture.as_raw());
        file.extend_from_slice(format!("5 0 obj [/{name} 5 0 R 1 <00>] endobj\n").as_bytes());
        assert!(scan_pdf(&ended(file), ScanLimits::default()).is_err());
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let limits = ScanLimits::default();
    assert_eq!(scan_pdf(b"nothing", limits).unwrap_err(), PictureError::UnknownFormat);
    assert_eq!(
        scan_pdf(b"\x89PNG\r\n\x1a\n", limits).unwrap_err(),
        PictureError::NotRead { kind: PictureKind::Png }
    );
    assert!(scan_pdf(b"%PDF-1.7\n", limits).unwrap_err().to_string().contains("no first page"));
    let empty = b"%PDF-1.4\n1 0 obj << /Pages 2 0 R >> endobj 2 0 obj << /Kids [3 0 R] >> endobj 3 0 obj << >> endobj trailer << /Root 1 0 R >>";
    assert_eq!(scan_pdf(empty, limits).unwrap(), []);
    let locked = [b"%PDF-1.4\n".as_slice(), b"trailer << /Encrypt 9 0 R >>"].concat();
    assert!(scan_pdf(&locked, limits).unwrap_err().to_string().contains("encrypted"));
    // The word alone locks nothing.
    let code = code();
    let named = format!("{} /ColorSpace /DeviceGray /BitsPerComponent 8 /Note (/Encrypt)", sides(&code));
    reads(pdf(&named, code.as_raw()));
    let jpx = ended(pdf("/Width 9 /Height 9 /Filter /JPXDecode", b"x"));
    assert!(scan_pdf(&jpx, limits).unwrap_err().to_string().contains("packed in a way"));
}

/// A few bytes that say they are much, in every place where something is unpacked or followed.
#[test]
fn little_does_not_become_much() {
    let limits = ScanLimits::default();
    let zeros = packed(&vec![0; 100 << 20]);
    let wide = ended(pdf(
        "/Width 70000 /Height 70000 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode",
        &zeros,
    ));
    assert!(matches!(scan_pdf(&wide, limits), Err(PictureError::TooLarge { .. })));
    // A hundred megabytes for a picture of sixteen pixels, and for objects.
    let small = "/Width 4 /Height 4 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode";
    assert_eq!(scan_pdf(&ended(pdf(small, &zeros)), limits).unwrap(), []);
    let bomb = |number: u32| {
        let head = format!("{number} 0 obj << /Type /ObjStm /N 9 /First 9 /Filter /FlateDecode >> stream\n");
        [head.as_bytes(), &zeros, b"\nendstream endobj\n"].concat()
    };
    let many: Vec<u8> = (20..60).flat_map(bomb).collect();
    assert_eq!(scan_pdf(&ended([pdf(small, b""), many].concat()), limits).unwrap(), []);
    // Pages that lead to themselves, references to references, and objects that begin in each other.
    let circle = b"%PDF-1.4\n1 0 obj << /Pages 2 0 R >> endobj 2 0 obj << /Kids [2 0 R] >> endobj trailer << /Root 1 0 R >>";
    assert!(scan_pdf(circle, limits).is_err());
    let nested =
        [b"%PDF-1.4\n".to_vec(), b"1 0 obj << /A ".repeat(200_000), b"trailer << /Root 1 0 R >>".to_vec()]
            .concat();
    assert!(scan_pdf(&nested, limits).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_change_makes_it_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in any::<prop::sample::Index>()) {
        let code = GrayImage::from_pixel(20, 20, image::Luma([255]));
        let entries = format!("{} /BitsPerComponent 8 /ColorSpace [/Indexed /DeviceRGB 1 <FFFFFF102030>] /Filter /FlateDecode /DecodeParms << /Predictor 12 >>", sides(&code));
        let mut file = ended(pdf(&entries, &packed(code.as_raw())));
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = scan_pdf(&file, ScanLimits::default());
        let _ = scan_pdf(&file[..cut.index(file.len())], ScanLimits::default());
    }
}
