use proptest::prelude::*;

use super::*;

fn is_drawn(text: &str) -> bool {
    let fonts = Fonts::default();
    [Weight::Regular, Weight::Bold].iter().all(|&weight| missing(text, weight, &fonts).count() == 0)
}

fn fitted(text: &str, lines: usize) -> Fitted {
    fit(text, Weight::Bold, &Fonts::default(), 800.0, 80.0, 50.0, lines)
}

#[test]
fn the_fonts_are_there() {
    for weight in [Weight::Regular, Weight::Bold] {
        let line = Line::set("Warung", weight, &Fonts::default());
        assert!(line.plain && line.glyphs.len() == 6);
        assert!(line.width > 2.5 && line.width < 5.0, "{}", line.width);
        assert!(!line.outline().is_empty());
    }
    assert!(is_drawn("é") && is_drawn("ế") && is_drawn("–"));
    // The mark has no picture, the letter with it has.
    assert!(is_drawn("e\u{301}"));
    assert!(!is_drawn("最") && !is_drawn("\u{202e}") && !is_drawn("\n"));
}

#[test]
fn what_is_missing_is_named() {
    let missing: String = missing("Kafé 最 x\u{350}", Weight::Bold, &Fonts::default()).collect();
    assert_eq!(missing, "最\u{350}");
}

#[test]
fn short_names_are_large_and_long_ones_wrap() {
    let one = fitted("Warung", 2);
    assert_eq!((one.lines.len(), one.size), (1, 80.0));
    assert_eq!(fitted("Warung Bu Melati Sari Dua", 2).lines.len(), 1);
    let text = "Toko Serba Ada Bumi Serpong Damai Cabang Utama";
    let long = fitted(text, 2);
    let lines: Vec<&str> = long.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!((lines.len(), lines.join(" ").as_str()), (2, text));
}

proptest! {
    #[test]
    fn nothing_overflows_and_nothing_is_lost(
        text in "[ -~]{0,120}|[W]{1,120}|\\PC{0,99}|( ?[A-Za-z]{1,30}){1,4}",
        lines in 1..4_usize,
    ) {
        let fitted = fit(&text, Weight::Bold, &Fonts::default(), 800.0, 80.0, 40.0, lines);
        prop_assert!(fitted.lines.len() <= lines);
        prop_assert!(fitted.size > 0.0 && fitted.size <= 80.0);
        for line in &fitted.lines {
            prop_assert!(line.width * fitted.size <= 800.01, "{} at {}", line.text, fitted.size);
        }
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        let set: String = fitted.lines.iter().map(|line| line.text.as_str()).collect();
        prop_assert_eq!(letters(&set), letters(&text));
    }
}
