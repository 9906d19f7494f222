//! Crates that draw QR symbols.

use std::io::Cursor;

use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, Mode, QRBuilder};
use image::{ImageFormat, Luma};
use qrcode::bits::Bits;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode, Version};
use qrcodegen::{QrCodeEcc, QrSegment};

use crate::Case;

/// `qrcode`, held to one byte segment: left alone it mixes modes. The version is given to it.
pub fn qrcode_symbol(case: &Case, level: EcLevel) -> usize {
    let version = if level == EcLevel::H { case.version_h } else { case.version_m };
    let mut bits = Bits::new(Version::Normal(version));
    let filled = bits.push_byte_data(case.text.as_bytes()).and_then(|()| bits.push_terminator(level));
    filled.and_then(|()| QrCode::with_bits(bits, level)).map_or(0, |code| code.width())
}

/// `qrcodegen`: one byte segment, the level as asked for.
pub fn qrcodegen_symbol(case: &Case, level: QrCodeEcc) -> usize {
    let segment = [QrSegment::make_bytes(case.text.as_bytes())];
    let (least, most) = (qrcodegen::Version::MIN, qrcodegen::Version::MAX);
    let code = qrcodegen::QrCode::encode_segments_advanced(&segment, level, least, most, None, false);
    code.map_or(0, |code| code.size() as usize)
}

/// `fast_qr`: byte mode.
pub fn fast_qr_symbol(case: &Case, level: ECL) -> usize {
    QRBuilder::new(case.text).ecl(level).mode(Mode::Byte).build().map_or(0, |code| code.size)
}

/// `qrcode` and `image`, all defaults: 8 pixels a module, a grey PNG.
pub fn qrcode_png(case: &Case) -> usize {
    let mut file = Cursor::new(Vec::new());
    let written = QrCode::new(case.text)
        .map(|code| code.render::<Luma<u8>>().build().write_to(&mut file, ImageFormat::Png).is_ok());
    if written == Ok(true) { file.into_inner().len() } else { 0 }
}

/// `qrcode`, all defaults.
pub fn qrcode_svg(case: &Case) -> usize {
    QrCode::new(case.text).map_or(0, |code| code.render::<svg::Color<'_>>().build().len())
}

/// `fast_qr`, its defaults but for the level.
pub fn fast_qr_svg(case: &Case) -> usize {
    let code = QRBuilder::new(case.text).ecl(ECL::M).build();
    code.map_or(0, |code| SvgBuilder::default().to_str(&code).len())
}
