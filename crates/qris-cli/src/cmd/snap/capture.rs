//! A captured request: a curl command, raw HTTP or an HAR file.
//!
//! The words of a curl command are split here, because no library knows `$'…'`, in which browsers copy bodies.

use std::iter::Peekable;
use std::str::Chars;

use serde::Deserialize;

/// Headers of a raw request that are looked at.
const MAX_HEADERS: usize = 100;

/// A request as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Captured {
    pub(super) method: String,
    /// With scheme and host when they are known.
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Captured {
    /// Reads any of the three; `entry` is the number of the request in an HAR file, from 1.
    pub(super) fn read(bytes: &[u8], entry: Option<usize>) -> Result<Captured, String> {
        let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        // As it was copied with its prompt.
        let start = start.strip_prefix(b"$ ").unwrap_or(start).trim_ascii_start();
        if start.starts_with(b"{") {
            har(start, entry)
        } else if start.starts_with(b"curl") {
            let text = str::from_utf8(start).map_err(|_| "the curl command is not UTF-8 text".to_owned())?;
            curl(&words(text)?)
        } else {
            raw(start)
        }
    }

    /// The value of a header, the first one of that name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }

    /// Path and query.
    pub(super) fn target(&self) -> &str {
        target(&self.url)
    }

    /// The host with its port; empty when it is not known.
    pub(super) fn host(&self) -> &str {
        host(&self.url).or_else(|| self.header("host")).unwrap_or("")
    }
}

/// Path and query of a URL or of a target.
pub(super) fn target(url: &str) -> &str {
    let whole = url.split('#').next().unwrap_or("");
    match whole.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?'])) {
        Some((_, rest)) => rest.find(['/', '?']).and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => whole,
    }
}

/// The host of a URL, with its port and without a user; none of a target.
pub(super) fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?']))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rsplit('@').next()
}

#[derive(Deserialize)]
struct Har {
    log: HarLog,
}

#[derive(Deserialize)]
struct HarLog {
    entries: Vec<HarEntry>,
}

#[derive(Deserialize)]
struct HarEntry {
    request: HarRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<HarHeader>,
    post_data: Option<HarBody>,
}

#[derive(Deserialize)]
struct HarHeader {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct HarBody {
    #[serde(default)]
    text: String,
}

fn har(text: &[u8], entry: Option<usize>) -> Result<Captured, String> {
    let har: Har = serde_json::from_slice(text).map_err(|error| format!("this is no HAR file: {error}"))?;
    let requests = har.log.entries.into_iter().map(|entry| {
        let request = entry.request;
        Captured {
            method: request.method,
            url: request.url,
            headers: request.headers.into_iter().map(|header| (header.name, header.value)).collect(),
            body: request.post_data.map(|body| body.text.into_bytes()).unwrap_or_default(),
        }
    });
    let mut requests: Vec<(usize, Captured)> = (1..).zip(requests).collect();
    if let Some(wanted) = entry {
        requests.retain(|(number, _)| *number == wanted);
        let none = || format!("the HAR file has no request number {wanted}");
        return requests.pop().map(|(_, request)| request).ok_or_else(none);
    }
    requests.retain(|(_, request)| request.header("x-signature").is_some());
    match requests.as_slice() {
        [(_, one)] => Ok(one.clone()),
        [] => Err("no request of the HAR file has X-SIGNATURE".to_owned()),
        many => {
            let numbers: Vec<String> = many.iter().map(|(number, _)| number.to_string()).collect();
            Err(format!(
                "several requests of the HAR file are signed: choose one with --entry ({})",
                numbers.join(", ")
            ))
        }
    }
}

fn raw(text: &[u8]) -> Result<Captured, String> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let wanted = "a curl command, an HTTP request or an HAR file is wanted";
    let length = match request.parse(text) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => {
            return Err(format!("the request ends in its headers: an empty line is missing ({wanted})"));
        }
        Err(error) => return Err(format!("this is no HTTP request: {error} ({wanted})")),
    };
    let headers: Vec<(String, String)> = request
        .headers
        .iter()
        .map(|header| (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned()))
        .collect();
    let rest = text.get(length..).unwrap_or_default();
    let mut captured = Captured {
        method: request.method.unwrap_or("").to_owned(),
        url: request.path.unwrap_or("").to_owned(),
        headers,
        body: Vec::new(),
    };
    if captured.header("transfer-encoding").is_some() {
        return Err(
            "the body is sent in chunks (Transfer-Encoding): put it together, and take that header out"
                .to_owned(),
        );
    }
    let said = captured.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(rest.len());
    if said > rest.len() {
        return Err(format!(
            "Content-Length says {}, {} follow: the request is cut off",
            crate::words::count(said, "byte"),
            rest.len()
        ));
    }
    captured.body = rest.get(..said).unwrap_or(rest).to_vec();
    Ok(captured)
}

/// Options of curl whose value is the next word, and that say nothing about what is signed.
const WITH_VALUE: [&str; 26] = [
    "-A",
    "-b",
    "-c",
    "-e",
    "-E",
    "-m",
    "-o",
    "-u",
    "-x",
    "-w",
    "-K",
    "--user-agent",
    "--cookie",
    "--cookie-jar",
    "--referer",
    "--cert",
    "--key",
    "--cacert",
    "--max-time",
    "--connect-timeout",
    "--output",
    "--user",
    "--proxy",
    "--resolve",
    "--write-out",
    "--retry",
];

fn curl(words: &[String]) -> Result<Captured, String> {
    let (mut method, mut url, mut headers, mut data) = (None, None, Vec::new(), Vec::<String>::new());
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        // `-XPOST`, `--request=POST` and `-sX POST` as well.
        let (name, joined) = option(word);
        let value = |words: &mut dyn Iterator<Item = &String>| {
            let found = joined.clone().or_else(|| words.next().cloned());
            found.ok_or_else(|| format!("the curl command ends after {name}"))
        };
        match name.as_str() {
            "-X" | "--request" => method = Some(value(&mut words)?),
            "--url" => url = Some(value(&mut words)?),
            "-H" | "--header" => {
                let header = value(&mut words)?;
                let Some((name, value)) = header.split_once([':', ';']) else { continue };
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
            "-d" | "--data" | "--data-ascii" | "--data-raw" | "--data-binary" | "--json" => {
                let text = value(&mut words)?;
                if name != "--data-raw" && text.starts_with('@') {
                    return Err(format!("the body is in another file ({name} {text}): use --body with it"));
                }
                data.push(text);
            }
            "-G" | "--get" | "-F" | "--form" | "--data-urlencode" => {
                return Err(format!(
                    "{name} makes curl write the request itself: give its parts with --path and --body"
                ));
            }
            name if WITH_VALUE.contains(&name) => {
                value(&mut words)?;
            }
            name if name.starts_with('-') && name.len() > 1 => {}
            _ => url = Some(word.clone()),
        }
    }
    let method = method.unwrap_or_else(|| if data.is_empty() { "GET" } else { "POST" }.to_owned());
    let mut url = url.ok_or_else(|| "the curl command has no URL".to_owned())?;
    // As curl takes it.
    if !url.split('?').next().is_some_and(|before| before.contains("://")) {
        url.insert_str(0, "http://");
    }
    Ok(Captured { method, url, headers, body: data.join("&").into_bytes() })
}

/// The name of an option, and its value when it stands in the same word.
fn option(word: &str) -> (String, Option<String>) {
    if word.starts_with("--") {
        return match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word.to_owned(), None),
        };
    }
    if !word.starts_with('-') {
        return (word.to_owned(), None);
    }
    // Short ones stand together up to the first that takes a value.
    for (at, letter) in word.char_indices().skip(1) {
        let name = format!("-{letter}");
        if "XHdFbAceEmouxwK".contains(letter) {
            let rest = word.get(at + letter.len_utf8()..).filter(|rest| !rest.is_empty());
            return (name, rest.map(str::to_owned));
        }
        if letter == 'G' {
            return (name, None);
        }
    }
    (word.to_owned(), None)
}

/// The words of a command as a shell reads them: quotes of three kinds, backslashes, lines that go on.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('\n') | None => {}
                Some('\r') => {
                    rest.next_if_eq(&'\n');
                }
                Some(other) => word.get_or_insert_default().push(other),
            },
            '\'' => quoted(&mut rest, word.get_or_insert_default(), |_, _| Ok(None))?,
            '"' => {
                let out = word.get_or_insert_default();
                double(&mut rest, out)?;
            }
            '$' if rest.peek() == Some(&'\'') => {
                rest.next();
                quoted(&mut rest, word.get_or_insert_default(), escape)?;
            }
            c if c.is_whitespace() => found.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    found.extend(word);
    Ok(found)
}

const OPEN: &str = "a quote of the curl command is not closed";

/// What an escape means: a character, or `None` for the backslash itself.
type Escape = fn(char, &mut Peekable<Chars<'_>>) -> Result<Option<char>, String>;

fn quoted(rest: &mut Peekable<Chars<'_>>, out: &mut String, escape: Escape) -> Result<(), String> {
    loop {
        match rest.next().ok_or(OPEN)? {
            '\'' => return Ok(()),
            '\\' => match rest.peek().copied() {
                Some(next) => match escape(next, rest)? {
                    Some(c) => out.push(c),
                    None => out.push('\\'),
                },
                None => return Err(OPEN.to_owned()),
            },
            c => out.push(c),
        }
    }
}

fn double(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    loop {
        match rest.next().ok_or(OPEN)? {
            '"' => return Ok(()),
            '\\' => match rest.next().ok_or(OPEN)? {
                c @ ('"' | '\\' | '$' | '`') => out.push(c),
                '\n' => {}
                c => out.extend(['\\', c]),
            },
            c => out.push(c),
        }
    }
}

/// The escapes of `$'…'`.
fn escape(next: char, rest: &mut Peekable<Chars<'_>>) -> Result<Option<char>, String> {
    rest.next();
    let mut digits = |most: usize| {
        let mut text = String::new();
        while text.len() < most
            && let Some(digit) = rest.next_if(char::is_ascii_hexdigit)
        {
            text.push(digit);
        }
        // Of two digits it is a byte: beyond ASCII only a part of a character.
        let number = u32::from_str_radix(&text, 16).ok().filter(|number| most > 2 || *number < 0x80);
        let number = number.and_then(char::from_u32);
        number.map(Some).ok_or_else(|| "an escape in $'…' of the curl command is no character".to_owned())
    };
    Ok(Some(match next {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' | '\'' | '"' | '?' => next,
        'x' => return digits(2),
        'u' => return digits(4),
        'U' => return digits(8),
        _ => return Err(format!("\\{next} in $'…' of the curl command is not known here")),
    }))
}
