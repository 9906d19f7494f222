//! The objects of a PDF (ISO 32000-1, 7.3), as far as finding pictures needs them.

/// One object. What no picture is described with is `Other`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    Integer(i64),
    Bool(bool),
    Name(Vec<u8>),
    String(Vec<u8>),
    Array(Vec<Object>),
    Dict(Vec<(Vec<u8>, Object)>),
    /// An object by its number.
    Ref(u32),
    Other,
}

impl Object {
    /// A member of a dictionary.
    pub(super) fn get(&self, key: &str) -> Option<&Object> {
        let Object::Dict(members) = self else { return None };
        members.iter().find(|(name, _)| name == key.as_bytes()).map(|(_, value)| value)
    }

    pub(super) fn is_name(&self, text: &str) -> bool {
        matches!(self, Object::Name(name) if name == text.as_bytes())
    }
}

/// Objects inside each other; people's documents have a handful.
const DEPTH: usize = 24;

/// Reads objects one after the other. Every byte that is looked at is paid for, so that a document whose objects lie in each
/// other costs no more than another.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    /// Bytes that may still be looked at.
    pub(super) work: &'a mut usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, work: &'a mut usize) -> Reader<'a> {
        Reader { bytes, at, work }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        *self.work = self.work.checked_sub(1)?;
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn skip_blanks(&mut self) -> Option<()> {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => while self.next()? != b'\n' && self.peek() != Some(b'\r') {},
                0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ' => {
                    self.next()?;
                }
                _ => break,
            }
        }
        Some(())
    }

    /// Whether this word comes next; then it is passed.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let comes = self.skip_blanks().is_some()
            && self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if comes {
            self.at += word.len();
        }
        comes
    }

    /// A number without sign or point.
    pub(super) fn number(&mut self) -> Option<u32> {
        match self.object()? {
            Object::Integer(number) => u32::try_from(number).ok(),
            _ => None,
        }
    }

    /// The next object; `None` where there is none, or none that is whole.
    pub(super) fn object(&mut self) -> Option<Object> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Option<Object> {
        if depth > DEPTH {
            return None;
        }
        self.skip_blanks()?;
        match self.next()? {
            b'/' => Some(Object::Name(self.name()?)),
            b'(' => self.string(),
            b'[' => {
                let mut items = Vec::new();
                while !self.word("]") {
                    items.push(self.nested(depth + 1)?);
                }
                Some(Object::Array(items))
            }
            b'<' if self.peek() == Some(b'<') => {
                self.next()?;
                let mut members = Vec::new();
                while !self.word(">>") {
                    let Object::Name(name) = self.nested(depth + 1)? else { return None };
                    members.push((name, self.nested(depth + 1)?));
                }
                Some(Object::Dict(members))
            }
            b'<' => self.hex(),
            b'0'..=b'9' | b'+' | b'-' | b'.' => {
                self.at -= 1;
                self.integer_or_ref()
            }
            letter if letter.is_ascii_alphabetic() => {
                self.at -= 1;
                let word = self.regular()?;
                // A keyword such as `endobj` ends an array or dictionary that nobody closed.
                match word {
                    b"true" => Some(Object::Bool(true)),
                    b"false" => Some(Object::Bool(false)),
                    b"null" => Some(Object::Other),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Up to the next blank or delimiter.
    fn regular(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        let ends = |byte: u8| b"\0\t\n\x0C\r ()<>[]{}/%".contains(&byte);
        while self.peek().is_some_and(|byte| !ends(byte)) {
            self.next()?;
        }
        self.bytes.get(start..self.at)
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        let written = self.regular()?;
        let mut name = Vec::with_capacity(written.len());
        let mut rest = written.iter().copied();
        while let Some(byte) = rest.next() {
            let mut ahead = rest.clone();
            let digits = (ahead.next().and_then(hex_digit), ahead.next().and_then(hex_digit));
            if let (b'#', (Some(high), Some(low))) = (byte, digits) {
                name.push(high << 4 | low);
                rest = ahead;
            } else {
                name.push(byte);
            }
        }
        Some(name)
    }

    fn integer_or_ref(&mut self) -> Option<Object> {
        let text = std::str::from_utf8(self.regular()?).ok()?;
        let Ok(number) = text.parse::<i64>() else { return Some(Object::Other) };
        let here = self.at;
        // `12 0 R`
        if let Ok(number) = u32::try_from(number)
            && self.skip_blanks().is_some()
            && self.regular().is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit))
            && self.skip_blanks().is_some()
            && self.regular() == Some(b"R")
        {
            return Some(Object::Ref(number));
        }
        self.at = here;
        Some(Object::Integer(number))
    }

    fn string(&mut self) -> Option<Object> {
        let (mut text, mut open) = (Vec::new(), 1_usize);
        loop {
            let byte = self.next()?;
            match byte {
                b'(' => open += 1,
                b')' if open == 1 => return Some(Object::String(text)),
                b')' => open -= 1,
                b'\\' => {
                    if let Some(byte) = self.escaped()? {
                        text.push(byte);
                    }
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    /// What stands behind a backslash; nothing when that is a line end.
    fn escaped(&mut self) -> Option<Option<u8>> {
        Some(Some(match self.next()? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 0x0C,
            b'\r' | b'\n' => return Some(None),
            digit @ b'0'..=b'7' => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.next()?;
                    value = value * 8 + u32::from(digit - b'0');
                }
                (value & 0xFF) as u8
            }
            other => other,
        }))
    }

    fn hex(&mut self) -> Option<Object> {
        let (mut text, mut high) = (Vec::new(), None);
        loop {
            match self.next()? {
                b'>' => {
                    text.extend(high.map(|high: u8| high << 4));
                    return Some(Object::String(text));
                }
                byte => match (hex_digit(byte), high) {
                    (Some(low), Some(first)) => {
                        text.push(first << 4 | low);
                        high = None;
                    }
                    (Some(first), None) => high = Some(first),
                    (None, _) => {}
                },
            }
        }
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Option<Object> {
        Reader::new(text, 0, &mut 10_000).object()
    }

    #[test]
    fn objects_are_read() {
        let name = |text: &str| Object::Name(text.as_bytes().to_vec());
        let dict = read(b"<< /Type/XObject % a note\n /W 12 /F [/A#20B 3 0 R -7 1.5] /X <</Y true>> /S (a\\)\\101(b)) /H <4F4> >>").unwrap();
        assert!(dict.get("Type").unwrap().is_name("XObject"));
        assert_eq!(dict.get("W"), Some(&Object::Integer(12)));
        let array = vec![name("A B"), Object::Ref(3), Object::Integer(-7), Object::Other];
        assert_eq!(dict.get("F"), Some(&Object::Array(array)));
        assert_eq!(dict.get("X").unwrap().get("Y"), Some(&Object::Bool(true)));
        assert_eq!(dict.get("S"), Some(&Object::String(b"a)A(b)".to_vec())));
        assert_eq!(dict.get("H"), Some(&Object::String(b"O@".to_vec())));
        for broken in
            [b"".as_slice(), b"<< /A", b"[1 2 endobj", b"<< 1 2 >>", b"(open", b"<4", b")", &[b'['; 100]]
        {
            assert_eq!(read(broken), None, "{broken:?}");
        }
        assert_eq!(
            Reader::new(b"[1 2 3 4 5 6 7 8]", 0, &mut 5).object(),
            None,
            "there is an end to the work"
        );
    }
}
