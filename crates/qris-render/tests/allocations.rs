//! A picture costs few allocations.

use qris_core::Sealed;
use qris_render::{Level, Options, Png, Svg, Symbol};

const TEXT: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA\
    61051034062070703A01630448CE";

fn allocations(run: impl FnOnce()) -> u64 {
    allocation_counter::measure(run).count_total
}

/// What is made once for a version and a level, before anything is counted.
fn warm(payload: &Sealed<'_>, options: Options) {
    Symbol::new(payload, options).unwrap();
}

/// Codewords, rows of modules, steps, file: nothing else.
#[test]
fn a_png_takes_four_allocations_at_every_level() {
    let payload = Sealed::parse(TEXT).unwrap();
    for level in Level::ALL {
        let options = Options { level, ..Options::default() };
        warm(&payload, options);
        let whole = allocations(|| {
            Symbol::new(&payload, options).unwrap().png(&Png::default()).unwrap();
        });
        assert!(whole <= 4, "payload to PNG at level {level}: {whole}");
    }
}

#[test]
fn a_picture_of_a_symbol_takes_few_allocations() {
    let payload = Sealed::parse(TEXT).unwrap();
    let symbol = Symbol::new(&payload, Options::default()).unwrap();
    let picture = allocations(|| drop(symbol.png(&Png::default()).unwrap()));
    let svg = allocations(|| drop(symbol.svg(&Svg::default()).unwrap()));
    assert!(picture <= 2, "symbol to PNG: {picture}");
    assert!(svg < 6, "symbol to SVG: {svg}");
}

/// Cards go into the file as they come: of a thousand, a PDF in the making holds one.
#[cfg(feature = "sticker")]
#[test]
fn memory_does_not_grow_with_the_cards_of_a_pdf() {
    use qris_render::{Print, Sticker, StickerPdf};
    let card = Sticker::new(&Sealed::parse(TEXT).unwrap(), Options::default()).unwrap();
    let mut pdf = StickerPdf::new(std::io::sink(), Print::default()).unwrap();
    pdf.add(&card).unwrap();
    let used = allocation_counter::measure(|| (0..1000).for_each(|_| pdf.add(&card).unwrap()));
    // Where the two objects of each page begin, and some room to grow.
    assert!(used.bytes_current < 50_000, "{used:?}");
    assert!(used.bytes_max < 1_500_000, "{used:?}");
    pdf.finish().unwrap();
}
