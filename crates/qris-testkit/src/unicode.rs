//! The core's table of characters nobody sees, written from Unicode's properties as `regex-syntax` has them.

use regex_syntax::hir::{Class, HirKind};

/// Default ignorable characters (fillers, joiners, variation selectors, tags), format characters but those that stand
/// before a number and are seen, and the one blank that is neither space nor ignorable: the empty Braille pattern.
const INVISIBLE: &str =
    r"[\p{Default_Ignorable_Code_Point}[\p{Cf}--\p{Prepended_Concatenation_Mark}]\x{2800}]";

/// The newest version of Unicode whose characters the properties know.
fn version() -> String {
    let known = |major: &u32| regex_syntax::parse(&format!(r"\p{{Age:{major}.0}}")).is_ok();
    (10..99).take_while(known).last().map(|major| format!("{major}.0")).unwrap_or_default()
}

/// The ranges of characters nobody sees, in order.
#[must_use]
pub fn ranges() -> Vec<(char, char)> {
    match regex_syntax::parse(INVISIBLE).map(|hir| hir.into_kind()) {
        Ok(HirKind::Class(Class::Unicode(class))) => {
            class.iter().map(|range| (range.start(), range.end())).collect()
        }
        other => panic!("no class of characters: {other:?}"),
    }
}

/// Whether a character is one nobody sees.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    ranges().iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// The text of the core's `src/unicode.rs`.
#[must_use]
pub fn source() -> String {
    let rows: String = ranges()
        .iter()
        .map(|(first, last)| {
            let [first, last] = [first, last].map(|c| format!("\\u{{{:04X}}}", u32::from(*c)));
            format!("    ('{first}', '{last}'),\n")
        })
        .collect();
    format!(
        "//! Invisible characters, by the properties of Unicode {}.
//!
//! Written by `cargo run -p qris-testkit --example golden`; a test fails when it is stale.

/// Whether the character is invisible: default ignorable, a format character, or the empty Braille pattern.
pub(crate) fn is_invisible(c: char) -> bool {{
    let after = INVISIBLE.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).and_then(|row| INVISIBLE.get(row)).is_some_and(|(_, last)| c <= *last)
}}

/// First and last character of each run, in order.
static INVISIBLE: &[(char, char)] = &[
{rows}];
",
        version()
    )
}
