//! JSON as it is written, to be written in other ways.
//!
//! The tree of `json` is not used: it reads names and texts, and here each keeps its bytes.

use crate::json::MAX_DEPTH;

/// Bytes of the longest text that is printed: four times the largest body that is printed anew.
const MAX_PRINTED: usize = 128 * 1024;

/// JSON as it is written: names and values keep their bytes.
#[derive(Clone)]
pub(super) enum Node {
    Leaf(String),
    List(Vec<Node>),
    Members(Vec<(String, Node)>),
}

impl Node {
    /// Reads minified JSON, just enough to tell members from values; `None` for what is none.
    pub(super) fn read(text: &[u8]) -> Option<Node> {
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

    /// Members by name; `deep` goes into lists and members.
    pub(super) fn sort(&mut self, deep: bool) {
        match self {
            Node::Leaf(_) => {}
            Node::List(items) => items.iter_mut().filter(|_| deep).for_each(|node| node.sort(deep)),
            Node::Members(members) => {
                members.sort_by(|(a, _), (b, _)| a.trim_matches('"').cmp(b.trim_matches('"')));
                members.iter_mut().filter(|_| deep).for_each(|(_, node)| node.sort(deep));
            }
        }
    }

    pub(super) fn with_numbers(&self, print: impl Fn(&str) -> Option<String>) -> Node {
        self.with_leaves(|leaf| if leaf.starts_with(['"', 't', 'f', 'n']) { None } else { print(leaf) })
    }

    /// With other leaves, names of members among them; `None` leaves one as it is.
    pub(super) fn with_leaves(&self, print: impl Fn(&str) -> Option<String>) -> Node {
        self.rewritten(&print)
    }

    fn rewritten(&self, print: &dyn Fn(&str) -> Option<String>) -> Node {
        let leaf = |text: &String| print(text).unwrap_or_else(|| text.clone());
        match self {
            Node::Leaf(text) => Node::Leaf(leaf(text)),
            Node::List(items) => Node::List(items.iter().map(|node| node.rewritten(print)).collect()),
            Node::Members(members) => Node::Members(
                members.iter().map(|(name, node)| (leaf(name), node.rewritten(print))).collect(),
            ),
        }
    }

    /// In lines with this indent, or in one line; `gap` follows a colon, and a comma in one line. `None` when it gets
    /// longer than [`MAX_PRINTED`]: lines of many lists within lists are mostly blanks.
    pub(super) fn print(&self, indent: Option<&str>, gap: &str) -> Option<Vec<u8>> {
        let mut out = String::new();
        self.print_to(&mut out, indent, gap, 1);
        (out.len() <= MAX_PRINTED).then(|| out.into_bytes())
    }

    fn print_to(&self, out: &mut String, indent: Option<&str>, gap: &str, depth: usize) {
        if out.len() > MAX_PRINTED {
            return;
        }
        let line = |out: &mut String, depth: usize| {
            if let Some(indent) = indent {
                out.push('\n');
                out.extend(core::iter::repeat_n(indent, depth));
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
