use std::time::Instant;
use std::hint::black_box;
fn main() {
    let text = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014ID.CO.QRIS.WWW0212ID12345678910303UKE520458145303360540410005502025602505802ID5909Test Sogi6015JAKARTA SELATAN61051271062100706finnet630490FF";
    let sealed = qris_core::Sealed::parse(text).unwrap();
    use qrcode::{bits::Bits, EcLevel, QrCode, Version};
    for (level, ec, v) in [(qris_render::Level::M, EcLevel::M, 11), (qris_render::Level::H, EcLevel::H, 16)] {
        let mut ours = u128::MAX; let mut theirs = u128::MAX; let mut b = u128::MAX;
        for _ in 0..60 {
            let t = Instant::now();
            for _ in 0..20 { black_box(qris_render::Symbol::new(black_box(&sealed), qris_render::Options { level, ..Default::default() }).unwrap()); }
            ours = ours.min(t.elapsed().as_nanos() / 20);
            let t = Instant::now();
            let mk = || {
            let mut bits = Bits::new(Version::Normal(v)); bits.push_byte_data(black_box(text).as_bytes()).unwrap(); bits.push_terminator(ec).unwrap(); bits};
            black_box(QrCode::with_bits(mk(), ec).unwrap());
            theirs = theirs.min(t.elapsed().as_nanos());
            let t = Instant::now();
            for _ in 0..20 { black_box(qrcode::ec::construct_codewords(&mk().into_bytes(), Version::Normal(v), ec).unwrap()); }
            b = b.min(t.elapsed().as_nanos() / 20);
        }
        println!("{level:?}: ours {ours} ns, of which bits and ec {b}, qrcode {theirs} ns, ratio {:.1}", theirs as f64 / ours as f64);
    }

    let (mut a, mut b) = (u128::MAX, u128::MAX);
    for _ in 0..60 {
        let t = Instant::now();
        for _ in 0..20 { black_box(qris_render::Symbol::new(black_box(&sealed), Default::default()).unwrap().png(&Default::default()).unwrap()); }
        a = a.min(t.elapsed().as_nanos() / 20);
        let t = Instant::now();
        let img = QrCode::new(black_box(text)).unwrap().render::<image::Luma<u8>>().build();
        let mut v = std::io::Cursor::new(Vec::new());
        img.write_to(&mut v, image::ImageFormat::Png).unwrap();
        b = b.min(t.elapsed().as_nanos());
    }
    println!("PNG ours {a} theirs {b} {:.1}", b as f64 / a as f64);
}
