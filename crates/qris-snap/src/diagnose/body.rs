//! What may have stood where the hash of the body belongs.

use aws_lc_rs::digest::{self, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Slip;
use crate::json::MAX_DEPTH;
use crate::minify::{BodyHash, minify};

/// A way to write something, with the slips it takes.
pub(super) type Ways = Vec<(Vec<Slip>, String)>;

/// Bytes of the largest body whose slips are tried in pairs, and printed anew at all.
const MAX_REWRITTEN: usize = 32 * 1024;

/// Bytes of the largest body that is tried in place of its hash.
const MAX_SIGNED: usize = 1024;

/// The texts that may stand for the hash, the right one first; each with at most two slips.
pub(super) fn hashes(body: &[u8]) -> Ways {
    let mut found: Ways = vec![(Vec::new(), BodyHash::minified(body).to_string())];
    let mut texts = texts(body);
    texts.sort_by_key(|(slips, _)| slips.len());
    for (slips, text) in texts {
        for (digest_slip, hash) in digests(&text, slips.len() < 2) {
            let all: Vec<Slip> = slips.iter().cloned().chain(digest_slip).collect();
            if !found.iter().any(|(_, known)| *known == hash) {
                found.push((all, hash));
            }
        }
    }
    found.sort_by_key(|(slips, _)| slips.len());
    found
}

/// The body in the ways it may have been written, the minified one first.
fn texts(body: &[u8]) -> Vec<(Vec<Slip>, Vec<u8>)> {
    let minified = minify(body);
    let end = body.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
    let mut layouts: Vec<(Vec<Slip>, Vec<u8>)> = vec![
        (Vec::new(), minified.clone()),
        (vec![Slip::NotMinified], body.to_vec()),
        (vec![Slip::WithoutLineEnd], body.get(..end).unwrap_or(body).to_vec()),
        (
            vec![Slip::WithoutBlanks],
            minified.iter().copied().filter(|byte| !b" \t\r\n".contains(byte)).collect(),
        ),
        (vec![Slip::WithoutBody], Vec::new()),
    ];
    if body.len() > MAX_REWRITTEN {
        return layouts;
    }
    if let Some(tree) = Node::read(&minified) {
        let mut sorted = tree.clone();
        sorted.sort();
        let contents = [
            (None, tree.clone()),
            (Some(Slip::SortedKeys), sorted),
            (Some(Slip::NumbersPrintedAnew), tree.with_numbers(|text| reprinted(text, false))),
            (Some(Slip::NumbersPrintedAnew), tree.with_numbers(|text| reprinted(text, true))),
        ];
        for (content, node) in &contents {
            for (layout, text) in [
                (None, node.print(None, "")),
                (Some(Slip::Spaced), node.print(None, " ")),
                (Some(Slip::Pretty(2)), node.print(Some(2), " ")),
                (Some(Slip::Pretty(4)), node.print(Some(4), " ")),
            ] {
                layouts.push((content.iter().cloned().chain(layout).collect(), text));
            }
        }
    }
    let mut all = layouts.clone();
    for (slips, text) in &layouts {
        if slips.len() < 2 {
            for (escapes, written) in escaped(text) {
                if slips.len() + escapes.len() <= 2 {
                    all.push((slips.iter().cloned().chain(escapes).collect(), written));
                }
            }
        }
    }
    all
}

fn digests(text: &[u8], others: bool) -> Vec<(Option<Slip>, String)> {
    let hash = |algorithm| digest(algorithm, text);
    let sha256 = hash(&digest::SHA256);
    let mut all = vec![(None, hex(sha256.as_ref()))];
    if others {
        all.extend([
            (Some(Slip::BodyHash("SHA-512")), hex(hash(&digest::SHA512).as_ref())),
            (Some(Slip::BodyHash("SHA-1")), hex(hash(&digest::SHA1_FOR_LEGACY_USE_ONLY).as_ref())),
            (Some(Slip::UpperHash), hex(sha256.as_ref()).to_uppercase()),
            (Some(Slip::Base64Hash), STANDARD.encode(sha256.as_ref())),
            (Some(Slip::Base64Hash), STANDARD.encode(hex(sha256.as_ref()))),
        ]);
        if text.len() <= MAX_SIGNED {
            all.push((Some(Slip::BodyForHash), String::from_utf8_lossy(text).into_owned()));
        }
    }
    all
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a text anew.
type Step = fn(&str) -> String;

/// The other ways to escape what is in strings: both of PHP's at once count as two slips.
fn escaped(text: &[u8]) -> Vec<(Vec<Slip>, Vec<u8>)> {
    let Ok(text) = core::str::from_utf8(text) else { return Vec::new() };
    let steps: [(Slip, Step); 4] = [
        (Slip::SlashesEscaped, |text| slashes(text, true)),
        (Slip::SlashesPlain, |text| slashes(text, false)),
        (Slip::UnicodeEscaped, unicode_escaped),
        (Slip::UnicodePlain, unicode_plain),
    ];
    let mut all = Vec::new();
    for (at, (slip, step)) in steps.iter().enumerate() {
        let once = step(text);
        if once == text {
            continue;
        }
        // Slashes first, letters second.
        for (second, step) in steps.iter().skip(if at < 2 { 2 } else { 4 }) {
            let twice = step(&once);
            if twice != once {
                all.push((vec![slip.clone(), second.clone()], twice.into_bytes()));
            }
        }
        all.push((vec![slip.clone()], once.into_bytes()));
    }
    all
}

/// `/` is in no JSON outside of strings.
fn slashes(text: &str, escape: bool) -> String {
    let plain = replace_escapes(text, |rest| rest.starts_with('/').then(|| ("/".to_owned(), 1)));
    if escape { plain.replace('/', "\\/") } else { plain }
}

fn unicode_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

fn unicode_plain(text: &str) -> String {
    let unit =
        |text: &str| text.strip_prefix('u').and_then(|rest| u16::from_str_radix(rest.get(..4)?, 16).ok());
    replace_escapes(text, |rest| {
        let first = unit(rest)?;
        let second = rest.get(5..).and_then(|rest| rest.strip_prefix('\\')).and_then(unit);
        let one = |units: &[u16]| char::decode_utf16(units.iter().copied()).next().and_then(Result::ok);
        let (c, length) = match one(&[first]) {
            Some(c) => (c, 5),
            None => (one(&[first, second?])?, 11),
        };
        (!c.is_ascii()).then(|| (c.to_string(), length))
    })
}

/// Replaces escapes: `with` sees what follows a backslash, and says what stands for it and for how many bytes.
fn replace_escapes(text: &str, with: impl Fn(&str) -> Option<(String, usize)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        match with(after) {
            Some((replacement, length)) => {
                out.push_str(&replacement);
                rest = after.get(length..).unwrap_or("");
            }
            None => {
                out.push('\\');
                let next = after.chars().next().map_or(0, char::len_utf8);
                let (escape, others) = after.split_at(next);
                out.push_str(escape);
                rest = others;
            }
        }
    }
    out + rest
}

/// A number as a client prints that reads it as a double: `1.10` is `1.1`; JavaScript prints `1.0` as `1`, PHP and
/// Python as `1.0`. No money is counted here: it imitates what the client signed.
fn reprinted(text: &str, keeps_point: bool) -> Option<String> {
    if !text.contains(['.', 'e', 'E']) {
        return None;
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite() && number.abs() < 1e15)?;
    Some(if keeps_point { format!("{number:?}") } else { format!("{number}") })
}

/// JSON as it is written: names and values keep their bytes.
#[derive(Clone)]
enum Node {
    Leaf(String),
    List(Vec<Node>),
    Members(Vec<(String, Node)>),
}

impl Node {
    /// Reads minified JSON, just enough to tell members from values; `None` for what is none.
    fn read(text: &[u8]) -> Option<Node> {
        let (node, rest) = Node::one(core::str::from_utf8(text).ok()?, 0)?;
        rest.is_empty().then_some(node)
    }

    fn one(text: &str, depth: usize) -> Option<(Node, &str)> {
        if depth > MAX_DEPTH {
            return None;
        }
        let close = match text.as_bytes().first()? {
            b'{' => '}',
            b'[' => ']',
            _ => return leaf(text).map(|(leaf, rest)| (Node::Leaf(leaf.to_owned()), rest)),
        };
        let (mut list, mut members) = (Vec::new(), Vec::new());
        let mut rest = text.get(1..)?;
        if let Some(after) = rest.strip_prefix(close) {
            rest = after;
        } else {
            loop {
                if close == '}' {
                    let (name, after) = leaf(rest)?;
                    let (node, after) = Node::one(after.strip_prefix(':')?, depth + 1)?;
                    members.push((name.to_owned(), node));
                    rest = after;
                } else {
                    let (node, after) = Node::one(rest, depth + 1)?;
                    list.push(node);
                    rest = after;
                }
                match rest.strip_prefix(',') {
                    Some(after) => rest = after,
                    None => break,
                }
            }
            rest = rest.strip_prefix(close)?;
        }
        Some((if close == '}' { Node::Members(members) } else { Node::List(list) }, rest))
    }

    fn sort(&mut self) {
        match self {
            Node::Leaf(_) => {}
            Node::List(items) => items.iter_mut().for_each(Node::sort),
            Node::Members(members) => {
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                members.iter_mut().for_each(|(_, node)| node.sort());
            }
        }
    }

    fn with_numbers(&self, print: fn(&str) -> Option<String>) -> Node {
        match self {
            Node::Leaf(text) if !text.starts_with('"') => {
                Node::Leaf(print(text).unwrap_or_else(|| text.clone()))
            }
            Node::Leaf(text) => Node::Leaf(text.clone()),
            Node::List(items) => Node::List(items.iter().map(|node| node.with_numbers(print)).collect()),
            Node::Members(members) => Node::Members(
                members.iter().map(|(name, node)| (name.clone(), node.with_numbers(print))).collect(),
            ),
        }
    }

    /// With lines indented by so many blanks, or in one line; `gap` follows a colon, and a comma in one line.
    fn print(&self, indent: Option<usize>, gap: &str) -> Vec<u8> {
        let mut out = String::new();
        self.print_to(&mut out, indent, gap, 1);
        out.into_bytes()
    }

    fn print_to(&self, out: &mut String, indent: Option<usize>, gap: &str, depth: usize) {
        let line = |out: &mut String, depth: usize| {
            if let Some(indent) = indent {
                out.push('\n');
                out.extend(core::iter::repeat_n(' ', indent * depth));
            }
        };
        let (open, close, length) = match self {
            Node::Leaf(text) => return out.push_str(text),
            Node::List(items) => ('[', ']', items.len()),
            Node::Members(members) => ('{', '}', members.len()),
        };
        out.push(open);
        for at in 0..length {
            if at > 0 {
                out.push(',');
                if indent.is_none() {
                    out.push_str(gap);
                }
            }
            line(out, depth);
            match self {
                Node::List(items) => {
                    if let Some(node) = items.get(at) {
                        node.print_to(out, indent, gap, depth + 1);
                    }
                }
                Node::Members(members) => {
                    if let Some((name, node)) = members.get(at) {
                        out.push_str(name);
                        out.push(':');
                        out.push_str(gap);
                        node.print_to(out, indent, gap, depth + 1);
                    }
                }
                Node::Leaf(_) => {}
            }
        }
        if length > 0 {
            line(out, depth - 1);
        }
        out.push(close);
    }
}

/// A string with its quotes, or a word: what stands before the next mark.
fn leaf(text: &str) -> Option<(&str, &str)> {
    let end = if text.starts_with('"') {
        let mut escaped = false;
        let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        end.map(|(at, _)| at + 1)?
    } else {
        text.find([',', ':', '}', ']']).unwrap_or(text.len())
    };
    (end > 0).then(|| text.split_at(end))
}
