//! What kind of picture a file is, told by its first bytes.

/// A kind of picture file, or of what people take for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
    /// GIF, of which the first picture counts.
    Gif,
    /// BMP.
    Bmp,
    /// PDF, a document that may have pictures on its pages.
    Pdf,
    /// HEIC, what iPhones write. Not read: its decoders are written in C, or under a licence that asks for more.
    Heic,
    /// AVIF. Not read, for the same reason.
    Avif,
    /// TIFF, of which the first picture counts.
    Tiff,
    /// JPEG XL. Not read.
    JpegXl,
}

/// Brands of the ISO base media format (ISO/IEC 14496-12), of which HEIC and AVIF are.
const BRANDS: [(&[u8; 4], PictureKind); 10] = [
    (b"heic", PictureKind::Heic),
    (b"heix", PictureKind::Heic),
    (b"heim", PictureKind::Heic),
    (b"heis", PictureKind::Heic),
    (b"hevc", PictureKind::Heic),
    (b"hevx", PictureKind::Heic),
    (b"mif1", PictureKind::Heic),
    (b"msf1", PictureKind::Heic),
    (b"avif", PictureKind::Avif),
    (b"avis", PictureKind::Avif),
];

impl PictureKind {
    /// Told by the first bytes of a file, of which 32 are enough; never by its name. `None` when it is no picture that is
    /// known.
    ///
    /// ```
    /// use qris_render::PictureKind;
    /// assert_eq!(PictureKind::of(b"\x89PNG\r\n\x1a\n"), Some(PictureKind::Png));
    /// assert_eq!(PictureKind::of(b"00020101021126"), None);
    /// ```
    pub fn of(file: &[u8]) -> Option<PictureKind> {
        let begins = |magic: &[u8]| file.starts_with(magic);
        let brand = |bytes: &[u8]| BRANDS.iter().find(|(brand, _)| bytes == *brand).map(|(_, kind)| *kind);
        Some(match file {
            _ if begins(b"\x89PNG\r\n\x1a\n") => PictureKind::Png,
            _ if begins(b"\xFF\xD8\xFF") => PictureKind::Jpeg,
            _ if begins(b"RIFF") && file.get(8..12) == Some(b"WEBP") => PictureKind::WebP,
            _ if begins(b"GIF87a") || begins(b"GIF89a") => PictureKind::Gif,
            // Two letters are little: four bytes that are always zero come with them.
            _ if begins(b"BM") && file.get(6..10) == Some(&[0; 4]) => PictureKind::Bmp,
            _ if begins(b"%PDF-") => PictureKind::Pdf,
            _ if begins(b"II*\0") || begins(b"MM\0*") => PictureKind::Tiff,
            _ if begins(b"\xFF\x0A") || begins(b"\0\0\0\x0CJXL ") => PictureKind::JpegXl,
            _ if file.get(4..8) == Some(b"ftyp") => {
                // The major brand, or the first of the compatible ones that says more.
                let (major, others) =
                    (file.get(8..12)?, file.get(16..32.min(file.len())).unwrap_or_default());
                let avif = others.chunks_exact(4).any(|other| brand(other) == Some(PictureKind::Avif));
                match brand(major)? {
                    PictureKind::Heic if major == b"mif1" && avif => PictureKind::Avif,
                    kind => kind,
                }
            }
            _ => return None,
        })
    }

    /// Its name with an article, such as `a PNG picture` and `an HEIC picture`.
    pub const fn name(self) -> &'static str {
        match self {
            PictureKind::Png => "a PNG picture",
            PictureKind::Jpeg => "a JPEG picture",
            PictureKind::WebP => "a WebP picture",
            PictureKind::Gif => "a GIF picture",
            PictureKind::Bmp => "a BMP picture",
            PictureKind::Pdf => "a PDF document",
            PictureKind::Heic => "an HEIC picture",
            PictureKind::Avif => "an AVIF picture",
            PictureKind::Tiff => "a TIFF picture",
            PictureKind::JpegXl => "a JPEG XL picture",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PictureKind;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        let heif = |major: &[u8; 4], other: &[u8; 4]| {
            [b"\0\0\0\x18ftyp".as_slice(), major, b"\0\0\0\0", other, b"miaf"].concat()
        };
        for (bytes, kind) in [
            (b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), Some(PictureKind::WebP)),
            (b"RIFF\x10\0\0\0WAVEfmt ".to_vec(), None),
            (b"BM\x10\0\0\0\0\0\0\0\x36\0".to_vec(), Some(PictureKind::Bmp)),
            (b"BMW dealer in Jakarta".to_vec(), None),
            (b"%PDF-1.7\n".to_vec(), Some(PictureKind::Pdf)),
            (heif(b"heic", b"mif1"), Some(PictureKind::Heic)),
            (heif(b"mif1", b"heic"), Some(PictureKind::Heic)),
            (heif(b"mif1", b"avif"), Some(PictureKind::Avif)),
            (heif(b"avif", b"mif1"), Some(PictureKind::Avif)),
            (heif(b"isom", b"mp42"), None),
            (b"\0\0\0\x18ftyp".to_vec(), None),
            (b"\xFF\xD8".to_vec(), None),
            (b"".to_vec(), None),
            (b"000201010211".to_vec(), None),
        ] {
            assert_eq!(PictureKind::of(&bytes), kind, "{bytes:?}");
        }
    }
}
