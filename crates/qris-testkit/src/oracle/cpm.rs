//! Consumer-presented codes: the reader against one that shares no code with it.

use core::ops::ControlFlow;

use qris_core::Severity;
use qris_cpm::display::{Masked, tree};
use qris_cpm::{CpmPayload, DecodeError, MAX_CHARACTERS, Profile, QrisCpm, check};

use crate::cpm::judge;
use crate::cpm::naive::{self, Node, Refusal};
use crate::cpm::{generate, naive::text_of};

/// Bytes as a text, as the bytes of a code, and as what a code is made out of.
///
/// # Panics
/// When the two readers or the two judges differ, or a view contradicts another.
pub fn cpm(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        cpm_text(text);
    }
    cpm_bytes(bytes);
    let made = generate::code_from(bytes);
    cpm_bytes(&made);
    let text = text_of(&made);
    cpm_text(&text);
    cpm_text(text.trim_end_matches('='));
}

/// A text as a code.
///
/// # Panics
/// When the two readers differ.
pub fn cpm_text(text: &str) {
    same(CpmPayload::parse(text), naive::read(text));
}

/// Bytes as a code.
///
/// # Panics
/// When the two readers differ.
pub fn cpm_bytes(bytes: &[u8]) {
    same(CpmPayload::from_bytes(bytes), naive::read_bytes(bytes));
}

fn same(read: Result<CpmPayload, DecodeError>, naive: Result<Vec<Node>, Refusal>) {
    match (read, naive) {
        (Ok(code), Ok(nodes)) => good(&code, &nodes),
        (Err(error), Err(refusal)) => {
            let facts = (error.kind().code(), error.offset(), error.path().to_string());
            assert_eq!(facts, (refusal.code, refusal.offset, refusal.path.clone()));
            let said = error.to_string();
            assert!(said.starts_with(&refusal.path) && !said.contains(['\n', '\r', '\u{1b}']), "{said}");
        }
        (read, naive) => panic!("{read:?}, naive {naive:?}"),
    }
}

/// The same objects, findings about what is there, and the same judgement.
fn good(code: &CpmPayload, nodes: &[Node]) {
    let expected = naive::flat(nodes);
    let mut count = 0;
    for (object, (path, node)) in code.walk().zip(&expected) {
        let facts = (object.path().to_string(), object.span().start, object.value());
        assert_eq!(facts, (path.clone(), node.offset, node.value.as_slice()));
        assert_eq!(object.objects().is_some(), node.inside.is_some(), "{path}");
        let width = node.length_bytes;
        let shortest = if node.value.len() < 0x80 { 1 } else { 2 + usize::from(node.value.len() > 0xFF) };
        assert_eq!(object.has_shortest_length(), width == shortest, "{path}");
        count += 1;
    }
    assert_eq!((count, code.walk().count()), (expected.len(), expected.len()));
    let tiles = code.objects().fold(0, |end, object| {
        assert_eq!(object.span().start, end);
        object.span().end
    });
    assert_eq!(tiles, code.as_bytes().len());
    let mut buffer = [0; MAX_CHARACTERS];
    let text = code.to_text(&mut buffer);
    assert_eq!(text, text_of(code.as_bytes()));
    assert_eq!(CpmPayload::parse(text).as_ref(), Ok(code));

    for (profile, qris) in [(Profile::Emvco, false), (Profile::Qris, true)] {
        let (mut errors, mut findings) = (0, 0);
        let _ = check::visit(code, profile, |finding| {
            errors += usize::from(finding.severity() == Severity::Error);
            findings += 1;
            assert!(finding.span().end <= code.as_bytes().len() && !finding.to_string().is_empty());
            ControlFlow::Continue(())
        });
        // An object breaks a handful of rules at most.
        assert!(findings <= 8 * (expected.len() + 1), "{findings} findings");
        assert_eq!(errors == 0, judge::conforms(nodes, qris), "{profile:?} {code:?}");
        assert_eq!(check::first_error(code, profile).is_none(), errors == 0);
    }
    match QrisCpm::from_payload(code.clone()) {
        Ok(view) => {
            assert_eq!(view.application().aid(), Some(qris_cpm::schema::QRIS_AID));
            assert!(
                (8..=64).contains(&view.issuer_data().len()) && (8..=19).contains(&view.pan().as_str().len())
            );
            assert!(view.application().get(qris_cpm::Tag::AID).is_some());
        }
        Err(finding) => assert_eq!(Some(finding), check::first_error(code, Profile::Qris)),
    }
    printed(code, expected.len());
}

/// A line an object, and nothing that acts on a terminal.
fn printed(code: &CpmPayload, objects: usize) {
    for shown in [tree(code).to_string(), tree(code).with_secrets().to_string()] {
        assert_eq!(shown.lines().count(), objects);
        assert!(shown.bytes().all(|byte| byte == b'\n' || !byte.is_ascii_control()), "{shown:?}");
    }
    let line = Masked(code).to_string();
    assert!(!line.contains('\n') && format!("{code:?}").contains(&line));
}
