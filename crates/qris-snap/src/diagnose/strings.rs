//! All strings that may have been signed: what may stand in each place, and how the places are put together.

use zeroize::Zeroizing;

use super::ways::{self, Slips, Ways};
use super::{Parts, Signed, Slip, body, path, stamp};
use crate::minify::BodyHash;
use crate::policy::SignatureMode;
use crate::sign::{StringToSign, Token};

/// Which way is taken in each place of the string; 0 is the right one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Choice([usize; PLACES]);

/// Places of a string in which something can be wrong.
const PLACES: usize = 6;
const HASH: usize = 0;
const TOKEN: usize = 1;
const PATH: usize = 2;
const STAMP: usize = 3;
const METHOD: usize = 4;
const FRAME: usize = 5;
/// Most other tokens that are looked at.
const MAX_TOKENS: usize = 16;

/// All that may stand in each place.
pub(super) struct Strings<'a> {
    client: &'a str,
    ways: [Ways; PLACES],
    tokens: Vec<Option<Zeroizing<String>>>,
    frames: Vec<Frame>,
    /// Timestamps that are tried together with another slip.
    few_stamps: usize,
}

impl<'a> Strings<'a> {
    pub(super) fn new(signed: &Signed<'a>, mode: SignatureMode) -> Self {
        let parts = match signed {
            Signed::Service(parts) | Signed::TokenRequest(parts) => *parts,
            Signed::Text(_) => Parts::default(),
        };
        let symmetric = matches!(signed, Signed::Service(_)) && mode == SignatureMode::Symmetric;
        let (stamps, few_stamps) = stamp::stamps(parts.timestamp);
        let without_text = |slips| (slips, String::new());
        let (token_slips, tokens): (Vec<Slips>, Vec<_>) = tokens(&parts, symmetric).into_iter().unzip();
        let (frame_slips, frames): (Vec<Slips>, Vec<_>) = frames(signed).into_iter().unzip();
        let mut ways: [Ways; PLACES] = core::array::from_fn(|_| Vec::new());
        // A token request of which no path is known has no place for a hash.
        let hashed = matches!(signed, Signed::Service(_)) || !parts.path.is_empty();
        ways[HASH] = if hashed { body::hashes(parts.body) } else { ways::right(String::new()) };
        ways[TOKEN] = token_slips.into_iter().map(without_text).collect();
        ways[PATH] = path::paths(parts.path, parts.unsigned_query, parts.host, parts.prefixes);
        ways[STAMP] = stamps;
        ways[METHOD] = methods(parts.method);
        ways[FRAME] = frame_slips.into_iter().map(without_text).collect();
        Strings { client: parts.client, ways, tokens, frames, few_stamps }
    }

    /// The choices that are at most so many mistakes. Those of the many timestamps are tried without any other mistake,
    /// and last; of pairs those come first that are few.
    pub(super) fn choices(&self, weight: usize) -> Vec<(Slips, Choice)> {
        let mut all = vec![(Slips::default(), Choice::default())];
        let (mut singles, mut last) = (Vec::new(), Vec::new());
        for (place, ways) in self.ways.iter().enumerate() {
            for (at, (slips, _)) in ways.iter().enumerate().skip(1) {
                let choice = Choice::default().with(place, at);
                if choice.at(STAMP) >= self.few_stamps {
                    last.extend(Some((slips.clone(), choice)).filter(|_| slips.weight == weight));
                } else if slips.weight <= weight {
                    singles.push((place, slips, choice));
                }
            }
        }
        all.extend(singles.iter().map(|(_, slips, choice)| ((*slips).clone(), *choice)));
        if weight == 2 {
            singles.retain(|(_, slips, _)| slips.weight == 1);
            let mut pairs = Vec::new();
            let count = |place: usize| self.ways.get(place).map_or(0, Vec::len);
            for (index, (place, slips, choice)) in singles.iter().enumerate() {
                for (other, more, second) in
                    singles.iter().skip(index + 1).filter(|(other, ..)| other != place)
                {
                    let both = choice.with(*other, second.at(*other));
                    pairs.push((count(*place) * count(*other), (slips.and(more), both)));
                }
            }
            pairs.sort_by_key(|(count, _)| *count);
            all.extend(pairs.into_iter().map(|(_, pair)| pair));
        }
        all.extend(last);
        all.retain(|(_, choice)| self.matters(choice));
        all
    }

    /// A choice in a place that the frame does not have is none.
    fn matters(&self, choice: &Choice) -> bool {
        let right = |places: &[usize]| places.iter().all(|place| choice.at(*place) == 0);
        match self.frame(choice).map(|frame| &frame.kind) {
            Some(Kind::Service) | None => true,
            Some(Kind::WithoutHash) => right(&[HASH]),
            Some(Kind::Token | Kind::Reversed) => right(&[HASH, TOKEN, PATH, METHOD]),
            Some(Kind::Whole(_)) => right(&[HASH, TOKEN, PATH, METHOD, STAMP]),
        }
    }

    fn frame(&self, choice: &Choice) -> Option<&Frame> {
        self.frames.get(choice.at(FRAME))
    }

    pub(super) fn assemble(&self, choice: &Choice) -> StringToSign {
        let text = |place: usize| {
            let way = self.ways.get(place).and_then(|ways| ways.get(choice.at(place)));
            way.map_or("", |(_, text)| text.as_str())
        };
        let Some(Frame { kind, separator, end }) = self.frame(choice) else {
            return StringToSign::from_bytes(b"");
        };
        let token = self.tokens.get(choice.at(TOKEN)).and_then(Option::as_ref).map(|token| token.as_str());
        let token = token.as_slice();
        let parts: Vec<&str> = match kind {
            Kind::Service => [&[text(METHOD), text(PATH)], token, &[text(HASH), text(STAMP)]].concat(),
            Kind::WithoutHash => [&[text(METHOD), text(PATH)], token, &[text(STAMP)]].concat(),
            Kind::Token => vec![self.client, text(STAMP)],
            Kind::Reversed => vec![text(STAMP), self.client],
            Kind::Whole(whole) => {
                return StringToSign::from_bytes(&Zeroizing::new([whole, end.as_bytes()].concat()));
            }
        };
        let mut out = Zeroizing::new(parts.join(separator));
        out.push_str(end);
        StringToSign::from_bytes(out.as_bytes())
    }
}

impl Choice {
    fn at(&self, place: usize) -> usize {
        self.0.get(place).copied().unwrap_or(0)
    }

    fn with(mut self, place: usize, at: usize) -> Self {
        if let Some(chosen) = self.0.get_mut(place) {
            *chosen = at;
        }
        self
    }
}

/// How the places are put together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Frame {
    kind: Kind,
    separator: &'static str,
    end: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// `METHOD:path:token:hash:timestamp`, the token when there is one.
    Service,
    /// The same without a hash and its colon.
    WithoutHash,
    /// `client|timestamp`.
    Token,
    /// `timestamp|client`.
    Reversed,
    /// As somebody put it together.
    Whole(Zeroizing<Vec<u8>>),
}

fn methods(sent: &str) -> Ways {
    let mut ways = ways::right(sent.to_ascii_uppercase());
    let title = |text: &str| {
        let (first, rest) = text.split_at_checked(1).unwrap_or(("", text));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    ways::add(&mut ways, Slip::LowerMethod, sent.to_ascii_lowercase());
    ways::add(&mut ways, Slip::LowerMethod, title(sent));
    for other in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] {
        ways::add(&mut ways, Slip::OtherMethod(other), other.to_owned());
        ways::add(
            &mut ways,
            Slips::of([Slip::LowerMethod, Slip::OtherMethod(other)]),
            other.to_ascii_lowercase(),
        );
    }
    ways
}

fn frames(signed: &Signed<'_>) -> Vec<(Slips, Frame)> {
    let frame = |kind: Kind, separator, end| Frame { kind, separator, end };
    let ends = ["\n", "\r\n"];
    let mut all = Vec::new();
    let mut add = |slips: Slips, frame: Frame| all.push((slips, frame));
    match signed {
        Signed::Service(parts) => {
            add(Slips::default(), frame(Kind::Service, ":", ""));
            ends.into_iter().for_each(|end| add(Slip::Newline.into(), frame(Kind::Service, ":", end)));
            add(Slip::WithoutHash.into(), frame(Kind::WithoutHash, ":", ""));
            add(Slip::OtherSeparator("|").into(), frame(Kind::Service, "|", ""));
            add(Slip::OtherSeparator("").into(), frame(Kind::Service, "", ""));
            if !parts.client.is_empty() {
                add(Slip::TokenRecipe.into(), frame(Kind::Token, "|", ""));
            }
        }
        Signed::TokenRequest(parts) => {
            add(Slips::default(), frame(Kind::Token, "|", ""));
            ends.into_iter().for_each(|end| add(Slip::Newline.into(), frame(Kind::Token, "|", end)));
            add(Slip::Reversed.into(), frame(Kind::Reversed, "|", ""));
            for (slip, separator) in
                [(Slip::Colon, ":"), (Slip::OtherSeparator(""), ""), (Slip::OtherSeparator(" "), " ")]
            {
                add(slip.clone().into(), frame(Kind::Token, separator, ""));
                add(Slips::of([slip, Slip::Reversed]), frame(Kind::Reversed, separator, ""));
            }
            for end in ends {
                add(Slips::of([Slip::Reversed, Slip::Newline]), frame(Kind::Reversed, "|", end));
                add(Slips::of([Slip::Colon, Slip::Newline]), frame(Kind::Token, ":", end));
            }
            if parts.path.is_empty() {
                for text in service_recipes(parts) {
                    add(Slip::ServiceRecipe.into(), frame(Kind::Whole(text), "", ""));
                }
            } else {
                add(Slip::ServiceRecipe.into(), frame(Kind::Service, ":", ""));
                add(Slips::of([Slip::ServiceRecipe, Slip::Newline]), frame(Kind::Service, ":", "\n"));
            }
        }
        Signed::Text(text) => {
            let whole = |text: &[u8]| Kind::Whole(Zeroizing::new(text.to_vec()));
            add(Slips::default(), frame(whole(text), "", ""));
            ends.into_iter().for_each(|end| add(Slip::Newline.into(), frame(whole(text), "", end)));
            add(Slip::EndTrimmed.into(), frame(whole(text.trim_ascii_end()), "", ""));
        }
    }
    all
}

/// What the recipe of services makes of a token request of which only client id and timestamp are known.
fn service_recipes(parts: &Parts<'_>) -> Vec<Zeroizing<Vec<u8>>> {
    let bodies = [
        r#"{"grantType":"client_credentials"}"#,
        r#"{"grantType":"client_credentials","additionalInfo":{}}"#,
        r#"{"grantType":"authorization_code"}"#,
        "",
    ];
    let mut all = Vec::new();
    for body in bodies {
        let hash = BodyHash::raw(body.as_bytes());
        for path in path::of_tokens() {
            for token in ["", ":"] {
                let text = format!("POST:{path}:{token}{hash}:{}", parts.timestamp);
                all.push(Zeroizing::new(text.into_bytes()));
            }
        }
    }
    all
}

/// What may stand for the token, and its text; none where it is left out.
fn tokens(parts: &Parts<'_>, symmetric: bool) -> Vec<(Slips, Option<Zeroizing<String>>)> {
    let token = parts.token.map_or("", Token::expose);
    let text = |text: String| Some(Zeroizing::new(text));
    // With a private key, it is put in first.
    let put_in = if symmetric { Slips::default() } else { Slip::WithToken.into() };
    let mut all = Vec::new();
    if symmetric {
        all.push((Slips::default(), text(token.to_owned())));
        all.push((Slip::WithoutToken.into(), None));
    } else {
        all.push((Slips::default(), None));
        all.push((put_in.clone(), text(token.to_owned())));
    }
    if !token.is_empty() {
        all.push((put_in.and(&Slip::EmptyToken.into()), text(String::new())));
        for end in ["\n", "\r\n"] {
            all.push((put_in.and(&Slip::TokenWithNewline.into()), text(format!("{token}{end}"))));
        }
    }
    for scheme in ["Bearer ", "bearer ", "Bearer"] {
        all.push((put_in.and(&Slip::WithBearer.into()), text(format!("{scheme}{token}"))));
    }
    for other in parts.other_tokens.iter().take(MAX_TOKENS) {
        let slips = put_in.and(&Slip::OtherToken.into());
        all.push((slips.and(&Slip::WithBearer.into()), text(format!("Bearer {}", other.expose()))));
        all.push((slips, text(other.expose().to_owned())));
    }
    all
}
