//! Two printers that know just the commands a code needs, and stop at every other byte.

use crate::Level;

/// What a receipt printer did.
pub(super) struct Receipt {
    /// Rows of raster images, `true` for black.
    pub(super) dots: Vec<Vec<bool>>,
    /// Codes it drew by itself.
    pub(super) codes: Vec<OwnCode>,
    /// Units of paper fed.
    pub(super) fed: u32,
    /// Whether it goes on at the left.
    pub(super) is_left: bool,
}

/// A code of `GS ( k`.
pub(super) struct OwnCode {
    pub(super) model: u8,
    pub(super) module: u32,
    pub(super) level: Level,
    pub(super) data: Vec<u8>,
    pub(super) is_centred: bool,
    pub(super) fed_before: u32,
}

impl Receipt {
    /// Epson: `ESC a n`, `ESC J n`, `GS v 0 m xL xH yL yH d…`, `GS ( k pL pH cn fn …` with cn = 49.
    pub(super) fn print(mut sent: &[u8]) -> Receipt {
        let mut done = Receipt { dots: Vec::new(), codes: Vec::new(), fed: 0, is_left: true };
        // As switched on: model 2, three dots, level L, and nothing stored.
        let (mut model, mut module, mut level, mut stored) = (2, 3, Level::L, Vec::new());
        let mut justified = 0;
        loop {
            sent = match *sent {
                [] => break,
                [0x1B, b'a', n, ref rest @ ..] => {
                    assert!(n <= 2);
                    justified = n;
                    rest
                }
                [0x1B, b'J', n, ref rest @ ..] => {
                    done.fed += u32::from(n);
                    rest
                }
                [0x1D, b'v', b'0', m, x_low, x_high, y_low, y_high, ref rest @ ..] => {
                    let (bytes, rows) = (
                        usize::from(x_low) + 256 * usize::from(x_high),
                        usize::from(y_low) + 256 * usize::from(y_high),
                    );
                    assert!(m == 0 && (1..=128).contains(&bytes) && (1..=2_303).contains(&rows));
                    let (image, rest) = rest.split_at(bytes * rows);
                    for row in image.chunks(bytes) {
                        let bits =
                            row.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1));
                        done.dots.push(bits.collect());
                    }
                    rest
                }
                [0x1D, b'(', b'k', low, high, ref rest @ ..] => {
                    let (function, rest) = rest.split_at(usize::from(low) + 256 * usize::from(high));
                    match *function {
                        [49, 65, n, 0] => model = n - 48,
                        [49, 67, n @ 1..=16] => module = u32::from(n),
                        [49, 69, n @ 48..=51] => level = Level::ALL[usize::from(n - 48)],
                        [49, 80, 48, ref data @ ..] => stored = data.to_vec(),
                        [49, 81, 48] => {
                            assert!(!stored.is_empty());
                            let (data, is_centred, fed_before) = (stored.clone(), justified == 1, done.fed);
                            done.codes.push(OwnCode { model, module, level, data, is_centred, fed_before });
                        }
                        ref other => panic!("GS ( k {other:?}"),
                    }
                    rest
                }
                ref other => panic!("no command: {:02X?}", &other[..other.len().min(8)]),
            };
        }
        done.is_left = justified == 0;
        done
    }
}

/// What a label printer did.
pub(super) struct Label {
    /// The label, `true` for black.
    pub(super) dots: Vec<Vec<bool>>,
    /// The code it drew by itself.
    pub(super) code: Option<LabelCode>,
}

/// A code of `^BQ`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LabelCode {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) module: u32,
    pub(super) level: Level,
    pub(super) data: Vec<u8>,
}

impl Label {
    /// Zebra: `^XA`, `^LL`, `^FO x,y`, `^GFA,b,c,d,data`, `^BQ a,b,c,d`, `^FH`, `^FD`, `^FS`, `^XZ`.
    pub(super) fn print(sent: &str, dots: u32) -> Label {
        assert!(sent.bytes().all(|byte| byte == b'\n' || (0x20..=0x7E).contains(&byte)));
        let commands = sent.strip_prefix("^XA").unwrap().trim_end().strip_suffix("^XZ").unwrap();
        let mut label = Label { dots: Vec::new(), code: None };
        let (mut at, mut own, mut hex) = ((0, 0), None, false);
        for command in commands.split('^').map(str::trim).filter(|command| !command.is_empty()) {
            let (name, parameters) = command.split_at(2);
            let number = |i: usize| parameters.split(',').nth(i).unwrap().parse::<u32>().unwrap();
            match name {
                "LL" => label.dots = vec![vec![false; dots as usize]; number(0) as usize],
                "FO" => at = (number(0), number(1)),
                "GF" => {
                    let mut parts = parameters.splitn(5, ',');
                    assert_eq!(parts.next(), Some("A"));
                    let [sent, all, across] =
                        [(); 3].map(|()| parts.next().unwrap().parse::<usize>().unwrap());
                    assert!(sent == all && all <= 99_999 && all.is_multiple_of(across));
                    let rows = unpacked(parts.next().unwrap(), across);
                    assert_eq!(rows.len(), all / across);
                    for (y, row) in rows.iter().enumerate() {
                        for x in (0..8 * across).filter(|x| row[x / 8] >> (7 - x % 8) & 1 == 1) {
                            label.dots[at.1 as usize + y][at.0 as usize + x] = true;
                        }
                    }
                }
                "BQ" => {
                    let parts: Vec<&str> = parameters.split(',').collect();
                    assert_eq!(parts[..2], ["N", "2"]);
                    assert!((1..=10).contains(&number(2)) && ["L", "M", "Q", "H"].contains(&parts[3]));
                    own = Some(number(2));
                }
                "FH" => hex = true,
                "FD" => {
                    let (level, rest) = parameters.split_at(1);
                    let level = Level::ALL["LMQH".find(level).unwrap()];
                    // Manual input, eight-bit bytes, so many of them.
                    let rest = rest.strip_prefix("M,B").unwrap();
                    let (bytes, text) = rest.split_at(4);
                    let data = if hex { with_hex(text) } else { text.as_bytes().to_vec() };
                    assert_eq!(bytes.parse(), Ok(data.len()));
                    let (left, top) = at;
                    label.code = Some(LabelCode { left, top, module: own.unwrap(), level, data });
                }
                "FS" => (own, hex) = (None, false),
                other => panic!("no command: ^{other}"),
            }
        }
        label
    }
}

/// `_` and two hex digits are a byte.
fn with_hex(text: &str) -> Vec<u8> {
    let mut parts = text.split('_');
    let mut data = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at(2);
        data.push(u8::from_str_radix(hex, 16).unwrap());
        data.extend_from_slice(rest.as_bytes());
    }
    data
}

/// Rows of hex digits: G to Y repeat the next digit 1 to 19 times, g to z 20 to 400 times, both are added; a comma fills a
/// row with zeros from a whole byte on, an exclamation mark with ones, and a colon is the row before again.
fn unpacked(text: &str, across: usize) -> Vec<Vec<u8>> {
    let (mut rows, mut digits, mut times) = (Vec::<Vec<u8>>::new(), Vec::new(), 0);
    for character in text.chars() {
        match character {
            'G'..='Y' => times += character as usize - 'G' as usize + 1,
            'g'..='z' => times += 20 * (character as usize - 'g' as usize + 1),
            ',' | '!' => {
                assert!(digits.len().is_multiple_of(2) && times == 0);
                digits.resize(2 * across, if character == ',' { 0 } else { 15 });
            }
            ':' => {
                assert!(digits.is_empty() && times == 0);
                rows.push(rows.last().unwrap().clone());
            }
            _ => {
                let digit = character.to_digit(16).unwrap() as u8;
                digits.extend(std::iter::repeat_n(digit, times.max(1)));
                times = 0;
            }
        }
        assert!(digits.len() <= 2 * across);
        if digits.len() == 2 * across {
            rows.push(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect());
            digits.clear();
        }
    }
    assert!(digits.is_empty() && times == 0);
    rows
}
