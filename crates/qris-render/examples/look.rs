//! x
use qris_core::Sealed; use qris_render::*;
fn main() {
    let p = Sealed::parse("00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200211817450303UMI5204581453033605802ID5913Warung Melati6007JAKARTA61051034062070703A01630445F8").unwrap();
    let mut c = Sticker::new(&p, Options::default()).unwrap();
    c.lines.version = Some("1.0-2026.11.21".into());
    std::fs::write("/tmp/card.png", c.png(150).unwrap()).unwrap();
    std::fs::write("/tmp/card.svg", c.svg().unwrap()).unwrap();
    c.lines.merchant_name = "Toko Serba Ada Bumi Serpong Damai Cabang Utama".into();
    std::fs::write("/tmp/card2.png", c.png(150).unwrap()).unwrap();
    std::fs::write("/tmp/sheet.svg", Sticker::sheet_svg(&[c.clone(), c.clone(), c.clone(), c]).unwrap()).unwrap();
    let s = Symbol::new(&p, Options::default()).unwrap();
    std::fs::write("/tmp/qr.png", s.png(&Png::default()).unwrap()).unwrap();
    std::fs::write("/tmp/qr.svg", s.svg(&Svg::default()).unwrap()).unwrap();
}
