//! What may have stood where the hash of the body belongs.

use core::cell::Cell;

use aws_lc_rs::digest::{self, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Slip;
use super::node::Node;
use super::numbers::{self, Style};
use super::ways::{self, Slips, Ways};
use crate::escapes::{slashes, unicode_escaped, unicode_plain, unicode_upper};
use crate::minify::{BodyHash, minify};

/// Bytes of the largest body whose slips are tried in pairs, and printed anew at all.
const MAX_REWRITTEN: usize = 32 * 1024;

/// Bytes of all texts that are hashed for such a body; whatever else it may have been written as is not tried.
const MAX_TEXTS: usize = 4 * 1024 * 1024;

/// Bytes of the largest body that is tried in place of its hash.
const MAX_SIGNED: usize = 1024;

/// What is hashed where there is no body.
const NOTHINGS: [&str; 5] = ["{}", "[]", "null", "\"\"", "\n"];

/// The texts that may stand for the hash, the right one first; each with at most two slips.
pub(super) fn hashes(body: &[u8]) -> Ways {
    let mut found = ways::right(BodyHash::minified(body).to_string());
    let mut texts = texts(body);
    texts.sort_by_key(|(slips, _)| slips.weight);
    for (slips, text) in &texts {
        for (digest_slips, hash) in digests(text, 2_usize.saturating_sub(slips.weight)) {
            ways::add(&mut found, slips.and(&digest_slips), hash);
        }
    }
    ways::add(&mut found, Slip::EmptyHash, String::new());
    found.sort_by_key(|(slips, _)| slips.weight);
    found
}

/// Texts that are tried of a body of any size.
const ALWAYS: usize = 5 + NOTHINGS.len();

/// A body as bytes, with the slips that lead to it.
type Texts = Vec<(Slips, Vec<u8>)>;

fn add(texts: &mut Texts, slips: impl Into<Slips>, text: impl Into<Vec<u8>>) {
    let (slips, text) = (slips.into(), text.into());
    let known = || texts.iter().any(|(known, other)| *other == text && known.weight <= slips.weight);
    if slips.weight <= 2 && !is_full(texts) && !known() {
        texts.push((slips, text));
    }
}

/// Those of a large body, as it is and minified, are always hashed.
fn is_full(texts: &Texts) -> bool {
    let bytes = |texts: &Texts| texts.iter().map(|(_, text)| text.len()).sum::<usize>();
    texts.len() > ALWAYS && bytes(texts) > MAX_TEXTS
}

/// The body in the ways it may have been written, the minified one first.
fn texts(body: &[u8]) -> Texts {
    let minified = minify(body);
    let without = |text: &[u8], marks: &[u8]| -> Vec<u8> {
        text.iter().copied().filter(|byte| !marks.contains(byte)).collect()
    };
    let mut texts = vec![(Slips::default(), minified.clone())];
    add(&mut texts, Slip::NotMinified, body);
    add(&mut texts, Slip::WithoutLineEnd, body.trim_ascii_end());
    add(&mut texts, Slip::WithoutBlanks, without(&minified, b" \t\r\n"));
    add(&mut texts, Slip::WithoutBody, "");
    if minified.is_empty() {
        NOTHINGS.iter().for_each(|text| add(&mut texts, Slip::BodyForNone(text), *text));
    }
    if body.len() > MAX_REWRITTEN {
        return texts;
    }
    let tree = Node::read(&minified);
    if let Some(tree) = &tree {
        for (content, node) in contents(tree) {
            for (layout, text) in layouts(&node) {
                let Some(text) = text else { continue };
                add(&mut texts, content.and(&layout), text);
            }
        }
    }
    add(&mut texts, Slip::HalfMinified, without(body, b"\r\n"));
    add(&mut texts, Slip::HalfMinified, without(body, b"\r\n\t"));
    add(&mut texts, Slip::HalfMinified, without(body, b" "));
    add(&mut texts, Slip::HalfMinified, without(body, b"\r"));
    for at in 0..texts.len() {
        let Some((slips, text)) = texts.get(at).filter(|(slips, _)| slips.weight < 2) else { continue };
        if is_full(&texts) {
            break;
        }
        let (slips, ways) = (slips.clone(), escaped(core::str::from_utf8(text).unwrap_or("")));
        for (escapes, written) in ways {
            add(&mut texts, slips.and(&escapes), written);
        }
    }
    // All at once is what reading and printing does.
    for (tree, style) in tree.iter().flat_map(|tree| numbers::STYLES.map(|style| (tree, style))) {
        let slips = Slips { weight: 2, all: vec![Slip::PrintedAnew] };
        if let Some(text) = tree.with_leaves(|leaf| printed(leaf, &style)).print(None, "") {
            add(&mut texts, slips, text);
        }
    }
    texts
}

/// The members in other order, the numbers in other words.
fn contents(tree: &Node) -> Vec<(Slips, Node)> {
    let mut all = vec![(Slips::default(), tree.clone())];
    for deep in [true, false] {
        let mut sorted = tree.clone();
        sorted.sort(deep);
        all.push((Slip::SortedKeys.into(), sorted));
    }
    for style in numbers::STYLES {
        all.push((Slip::NumbersPrintedAnew.into(), tree.with_numbers(|text| style.print(text))));
    }
    for decimals in [1, 2] {
        let print = |text: &str| numbers::with_decimals(text, decimals);
        all.push((Slip::NumbersSentShort.into(), tree.with_numbers(print)));
        // One alone: the others were whole numbers all the time.
        for wanted in 0..MAX_NUMBERS {
            let count = Cell::new(0);
            let one = tree.with_numbers(|text| {
                let printed = print(text)?;
                count.set(count.get() + 1);
                (count.get() == wanted + 1).then_some(printed)
            });
            if count.get() > wanted {
                all.push((Slip::NumbersSentShort.into(), one));
            }
        }
    }
    all
}

/// Numbers of which each alone is tried.
const MAX_NUMBERS: usize = 6;

/// A leaf as a client prints it that has read it.
fn printed(leaf: &str, style: &Style) -> Option<String> {
    if leaf.starts_with('"') {
        Some(unicode_plain(&slashes(leaf, false), |c| !c.is_control() && !matches!(c, '"' | '\\')))
    } else {
        style.print(leaf)
    }
}

fn layouts(node: &Node) -> [(Slips, Option<Vec<u8>>); 6] {
    let lines = |indent| node.print(Some(indent), " ");
    let windows = lines("  ").map(|text| String::from_utf8_lossy(&text).replace('\n', "\r\n").into_bytes());
    [
        (Slips::default(), node.print(None, "")),
        (Slip::Spaced.into(), node.print(None, " ")),
        (Slip::Pretty("2 blanks").into(), lines("  ")),
        (Slip::Pretty("4 blanks").into(), lines("    ")),
        (Slip::Pretty("a tab").into(), lines("\t")),
        (Slip::Pretty("2 blanks").into(), windows),
    ]
}

/// The hashes of a text, with as many slips as are left.
fn digests(text: &[u8], left: usize) -> Vec<(Slips, String)> {
    let sha256 = digest(&digest::SHA256, text);
    let mut all = ways::right(hex(sha256.as_ref()));
    if left == 0 {
        return all;
    }
    let written = |all: &mut Ways, slips: &Slips, hash: &[u8]| {
        all.push((slips.and(&Slip::UpperHash.into()), hex(hash).to_uppercase()));
        all.push((slips.and(&Slip::Base64Hash.into()), STANDARD.encode(hash)));
        all.push((slips.and(&Slip::Base64Hash.into()), STANDARD.encode(hex(hash))));
    };
    written(&mut all, &Slips::default(), sha256.as_ref());
    for (name, algorithm) in [
        ("SHA-512", &digest::SHA512),
        ("SHA-384", &digest::SHA384),
        ("SHA-1", &digest::SHA1_FOR_LEGACY_USE_ONLY),
    ] {
        let (slips, hash) = (Slips::from(Slip::BodyHash(name)), digest(algorithm, text));
        all.push((slips.clone(), hex(hash.as_ref())));
        if left > 1 {
            written(&mut all, &slips, hash.as_ref());
        }
    }
    if text.len() <= MAX_SIGNED && !text.is_empty() {
        all.push((Slip::BodyForHash.into(), String::from_utf8_lossy(text).into_owned()));
    }
    all
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a text anew.
type Step = fn(&str) -> String;

/// What Go and others escape that is in a page.
fn html(c: char) -> bool {
    matches!(c, '<' | '>' | '&' | '\'' | '=' | '+')
}

fn html_escaped(text: &str) -> String {
    text.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// The other ways to escape what is in strings. Both of PHP's at once are what `json_encode` does without flags.
fn escaped(text: &str) -> Vec<(Slips, String)> {
    let steps: [(Slip, Step); 7] = [
        (Slip::SlashesEscaped, |text| slashes(text, true)),
        (Slip::SlashesPlain, |text| slashes(text, false)),
        (Slip::UnicodeEscaped, unicode_escaped),
        (Slip::UnicodeEscaped, |text| unicode_upper(&unicode_escaped(text))),
        (Slip::UnicodePlain, |text| unicode_plain(text, |_| false)),
        (Slip::HtmlEscaped, html_escaped),
        (Slip::HtmlPlain, |text| unicode_plain(text, html)),
    ];
    let mut all = Vec::new();
    for (at, (slip, step)) in steps.iter().enumerate() {
        let once = step(text);
        if once == text || (at == 3 && text.is_ascii()) {
            continue;
        }
        // Slashes first, letters second.
        for (second, step) in steps.iter().skip(2).filter(|_| at < 2) {
            let twice = step(&once);
            if twice != once {
                all.push((Slips::at_once([slip.clone(), second.clone()]), twice));
            }
        }
        all.push((slip.clone().into(), once));
    }
    all.sort_by_key(|(slips, _)| slips.all.len());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_would_be_mostly_blanks_in_lines_does_not_grow() {
        for element in ["1", "\"\u{e9}/\"", "1.10"] {
            let count = (MAX_REWRITTEN - 200) / (element.len() + 1);
            let body = format!("{}{}{}", "[".repeat(60), vec![element; count].join(","), "]".repeat(60));
            assert!(body.len() <= MAX_REWRITTEN);
            let bytes: usize = texts(body.as_bytes()).iter().map(|(_, text)| text.len()).sum();
            assert!(bytes <= MAX_TEXTS + 4 * MAX_REWRITTEN, "{element}: {bytes}");
        }
    }
}
