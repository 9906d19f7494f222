//! Reads and writes codes: Base64 as RFC 4648 says, objects as ISO/IEC 8825-1 says.

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// One object, and those inside it when it is a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its tag in hex digits, such as `9F74`.
    pub tag: String,
    /// Where it begins in the code, in bytes.
    pub offset: usize,
    /// Its value.
    pub value: Vec<u8>,
    /// How many bytes its length takes.
    pub length_bytes: usize,
    /// The objects inside; `None` for what has none.
    pub inside: Option<Vec<Node>>,
}

/// Why a text is no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The name of the fault.
    pub code: &'static str,
    /// Where: a character of the text, or the byte where an object begins.
    pub offset: usize,
    /// The tags down to the object.
    pub path: String,
}

fn refuse<T>(code: &'static str, offset: usize, path: &[String]) -> Result<T, Refusal> {
    Err(Refusal { code, offset, path: path.join("/") })
}

/// Reads a text.
///
/// # Errors
/// The first fault.
pub fn read(text: &str) -> Result<Vec<Node>, Refusal> {
    read_bytes(&bytes_of(text)?)
}

/// The bytes of a text in Base64.
///
/// # Errors
/// The first fault.
pub fn bytes_of(text: &str) -> Result<Vec<u8>, Refusal> {
    if text.is_empty() {
        return refuse("empty-text", 0, &[]);
    }
    // At most 512 characters.
    if text.len() > 512 {
        return refuse("text-too-long", 0, &[]);
    }
    // One or two = may complete the last group of four.
    let mut characters: Vec<char> = text.chars().collect();
    let mut padding = 0;
    while padding < 2 && characters.last() == Some(&'=') {
        characters.pop();
        padding += 1;
    }
    // Every character stands for six bits.
    let mut bits = Vec::new();
    for (place, character) in characters.iter().enumerate() {
        match ALPHABET.find(*character) {
            Some(six) => bits.extend((0..6).rev().map(|bit| six >> bit & 1 == 1)),
            None if *character == '=' => return refuse("bad-padding", place, &[]),
            None => return refuse("not-base64", place, &[]),
        }
    }
    let count = characters.len();
    if count % 4 == 1 || padding > 0 && !(count + padding).is_multiple_of(4) {
        return refuse("bad-padding", count, &[]);
    }
    // Eight bits are a byte; bits that are left over are zero.
    let left = bits.len() % 8;
    if bits[bits.len() - left..].contains(&true) {
        return refuse("not-canonical", count - 1, &[]);
    }
    let byte = |eight: &[bool]| eight.iter().fold(0u8, |byte, bit| byte * 2 + u8::from(*bit));
    Ok(bits.chunks_exact(8).map(byte).collect())
}

/// The text of bytes, with padding.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number =
            (0..3).fold(0usize, |number, at| number * 256 + usize::from(*group.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let six = number >> (18 - 6 * at) & 63;
            text.push(if at <= group.len() { ALPHABET.as_bytes()[six] as char } else { '=' });
        }
    }
    text
}

/// Reads the bytes of a code.
///
/// # Errors
/// The first fault.
pub fn read_bytes(bytes: &[u8]) -> Result<Vec<Node>, Refusal> {
    // What 512 characters stand for.
    if bytes.len() > 384 {
        return refuse("too-many-bytes", 0, &[]);
    }
    // A code begins with 85, which is CPV01.
    let (first, _) = object(bytes, 0, &[])?;
    let path = vec![first.tag.clone()];
    if first.tag != "85" {
        return refuse("format-indicator-not-first", 0, &path);
    }
    if first.value != b"CPV01" {
        return refuse("format-indicator", 0, &path);
    }
    level(bytes, 0, &[])
}

/// The objects that these bytes are, which begin at `base` in the code.
fn level(bytes: &[u8], base: usize, path: &[String]) -> Result<Vec<Node>, Refusal> {
    let mut nodes = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (mut node, taken) = object(&bytes[at..], base + at, path)?;
        let mut inner = path.to_vec();
        inner.push(node.tag.clone());
        let value_at = base + at + taken - node.value.len();
        // There are three levels of objects. The four templates of a code hold objects; what else says that it is
        // constructed holds some when its value can be read as objects.
        if inner.len() < 3 {
            if ["61", "62", "63", "64"].contains(&node.tag.as_str()) {
                node.inside = Some(level(&node.value, value_at, &inner)?);
            } else if is_constructed(&node.tag) {
                node.inside = loosely(&node.value, value_at, &inner);
            }
        }
        nodes.push(node);
        at += taken;
    }
    Ok(nodes)
}

/// The objects of a template nobody knows; `None` when its value is not a sequence of objects.
fn loosely(bytes: &[u8], base: usize, path: &[String]) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (mut node, taken) = object(&bytes[at..], base + at, path).ok()?;
        let mut inner = path.to_vec();
        inner.push(node.tag.clone());
        if inner.len() < 3 && is_constructed(&node.tag) {
            node.inside = loosely(&node.value, base + at + taken - node.value.len(), &inner);
        }
        nodes.push(node);
        at += taken;
    }
    Some(nodes)
}

fn is_constructed(tag: &str) -> bool {
    u8::from_str_radix(&tag[..2], 16).is_ok_and(|first| first & 0b0010_0000 != 0)
}

/// The object these bytes begin with, and how many of them it takes.
fn object(bytes: &[u8], offset: usize, path: &[String]) -> Result<(Node, usize), Refusal> {
    let byte = |at: usize| bytes.get(at).copied();
    // The tag: one byte, or when its low five bits are ones, bytes up to the first without its high bit.
    let Some(first) = byte(0) else { return refuse("truncated", offset, path) };
    if first == 0 {
        return refuse("invalid-tag", offset, path);
    }
    let mut tag = vec![first];
    if first % 32 == 31 {
        loop {
            let Some(next) = byte(tag.len()) else { return refuse("truncated", offset, path) };
            if tag.len() == 1 && next == 0x80 {
                return refuse("invalid-tag", offset, path);
            }
            tag.push(next);
            if next < 0x80 {
                break;
            }
            if tag.len() == 3 {
                return refuse("tag-too-long", offset, path);
            }
        }
    }
    let mut at = tag.len();
    let tag: String = tag.iter().map(|byte| format!("{byte:02X}")).collect();
    let path = [path, std::slice::from_ref(&tag)].concat();
    // The length: up to 127 in one byte; 81 and one byte; 82 and two bytes.
    let Some(form) = byte(at) else { return refuse("truncated", offset, &path) };
    at += 1;
    let more = match form {
        0..=0x7F => 0,
        0x80 => return refuse("indefinite-length", offset, &path),
        0x81 => 1,
        0x82 => 2,
        _ => return refuse("length-too-long", offset, &path),
    };
    let mut length = if more == 0 { usize::from(form) } else { 0 };
    for _ in 0..more {
        let Some(next) = byte(at) else { return refuse("truncated", offset, &path) };
        length = length * 256 + usize::from(next);
        at += 1;
    }
    // The value ends where what is around it ends, or before.
    if at + length > bytes.len() {
        return refuse("overrun", offset, &path);
    }
    let value = bytes[at..at + length].to_vec();
    Ok((Node { tag, offset, value, length_bytes: 1 + more, inside: None }, at + length))
}

/// Every node with its path, each before those inside it.
#[must_use]
pub fn flat(nodes: &[Node]) -> Vec<(String, &Node)> {
    fn go<'n>(nodes: &'n [Node], parent: &str, all: &mut Vec<(String, &'n Node)>) {
        for node in nodes {
            let path = if parent.is_empty() { node.tag.clone() } else { format!("{parent}/{}", node.tag) };
            all.push((path.clone(), node));
            go(node.inside.as_deref().unwrap_or_default(), &path, all);
        }
    }
    let mut all = Vec::new();
    go(nodes, "", &mut all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_decoded_by_hand() {
        let text = "hQVDUFYwMWFFTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUMBAFMXIPXy0EaWRlbmMen3QbY2hlcXVlOjk1Njc3MjQ5NTA5MDUxODk4MDc0";
        let nodes = read(text).unwrap();
        let paths: Vec<String> = flat(&nodes).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["85", "61", "61/4F", "61/50", "61/5A", "61/5F2D", "61/63", "61/63/9F74"]);
        assert_eq!(flat(&nodes)[7].1.value, b"cheque:95677249509051898074");
        assert_eq!(text_of(&bytes_of(text).unwrap()), text);
        assert_eq!([text_of(b"f"), text_of(b"fo"), text_of(b"foo")], ["Zg==", "Zm8=", "Zm9v"]);
    }
}
