//! Edits change what they name, and nothing else.
//!
//! The input is a payload on the first line and a script on the lines after it, so that a corpus file can
//! be read and written by people:
//!
//! ```text
//! 0002010102115204581253033605802ID...
//! 62/05=INV-1
//! -61
//! amount 15000
//! static
//! ```

use qris_core::{
    Amount, DataObject, Edit, Id, Initiation, MAX_BYTES, Path, Payload, Sealed, edit as core_edit,
};
use qris_testkit::mutate::reseal;

use super::readings;

/// What an edit asks for at one path.
type Wish<'s> = (Path, Option<&'s str>);

/// Seals the payload, applies the script, and compares what came out with what went in.
///
/// # Panics
/// When an object that was not named differs, a wish was not fulfilled, the result is not accepted, or
/// applying the edit again changes something.
pub fn edit(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (line, script) = text.split_once('\n').unwrap_or((text, ""));
    // Sealed by other code than the one that is looked at here.
    let Ok(sealed) = String::from_utf8(reseal(line.as_bytes())) else { return };
    for payload in readings(&sealed) {
        if let Ok(sealed) = payload.verify_crc() {
            edited(&sealed, script);
        }
    }
}

fn edited(before: &Sealed<'_>, script: &str) {
    let (edit, wishes) = asked(script);
    let mut room = vec![0; MAX_BYTES];
    let length = edit.encoded_len(before);
    let written = match edit.write_to(before, &mut room) {
        Ok(written) => written,
        Err(error) => return assert_eq!(length, Err(error)),
    };
    assert_eq!(length, Ok(written.len()));
    let after = Payload::parse_with(written, before.unit()).and_then(Payload::verify_crc);
    let after = after.expect("an edited payload is accepted");

    let mut again = vec![0; MAX_BYTES];
    assert_eq!(edit.write_to(&after, &mut again), Ok(written), "applied twice");
    for (path, wish) in &wishes {
        let found = after.find(*path).map(|object| object.value());
        match wish {
            Some(value) => assert_eq!(found, Some(*value), "set {path}"),
            None => assert_eq!(found, None, "removed {path}"),
        }
    }
    untouched(before.objects(), after.objects(), before, &after, &wishes);

    let changed: Vec<Path> = core_edit::changes(before, &after).map(|change| change.path).collect();
    for path in &changed {
        assert!(
            wishes.iter().any(|(wish, _)| path.starts_with(*wish) || wish.starts_with(*path)),
            "{path} changed"
        );
    }
    assert_eq!(changed.is_empty(), before.as_str() == written, "{changed:?}");
}

/// Objects no wish names are the same, in the same order, at every level both sides have.
fn untouched<'a, 'b>(
    before: impl Iterator<Item = DataObject<'a>> + Clone,
    after: impl Iterator<Item = DataObject<'b>> + Clone,
    old: &Payload<'a>,
    new: &Payload<'b>,
    wishes: &[Wish<'_>],
) {
    let free = |path: Path| path != Path::root(Id::CRC) && !names(wishes, path);
    let left: Vec<&str> = before.clone().filter(|o| free(o.path())).map(|o| text_of(old, &o)).collect();
    let right: Vec<&str> = after.clone().filter(|o| free(o.path())).map(|o| text_of(new, &o)).collect();
    assert_eq!(left, right);
    // Inside templates only something inside was named: what was named whole is looked at as a wish.
    let replaced = |path: Path| wishes.iter().any(|(wish, _)| path.starts_with(*wish));
    for object in before.filter(|object| !free(object.path()) && !replaced(object.path())) {
        let same = after.clone().find(|other| other.path() == object.path());
        if let Some((inner, other)) = object.template().zip(same.and_then(|other| other.template())) {
            untouched(inner.objects(), other.objects(), old, new, wishes);
        }
    }
}

/// Whether a wish is about this object, something in it, or something around it.
fn names(wishes: &[Wish<'_>], path: Path) -> bool {
    wishes.iter().any(|(wish, _)| wish.starts_with(path) || path.starts_with(*wish))
}

fn text_of<'a>(payload: &Payload<'a>, object: &DataObject<'a>) -> &'a str {
    payload.as_str().get(object.span().range()).expect("a span lies in its text")
}

/// The edit a script asks for, and the same as wishes, the later ones in place of earlier ones.
fn asked(script: &str) -> (Edit<'_>, Vec<Wish<'_>>) {
    let (mut edit, mut wishes) = (Edit::new(), Vec::<Wish<'_>>::new());
    let mut wish = |path: Path, value| {
        wishes.retain(|(other, _)| *other != path);
        wishes.push((path, value));
    };
    let initiation = Path::root(Id::INITIATION);
    for line in script.split('\n') {
        if line == "static" {
            edit.make_static();
            wish(initiation, Some(Initiation::Static.as_str()));
            for id in [Id::AMOUNT, Id::TIP_INDICATOR, Id::FEE_FIXED, Id::FEE_PERCENTAGE] {
                wish(Path::root(id), None);
            }
        } else if let Some(text) = line.strip_prefix("amount ") {
            let Ok(amount) = text.parse::<Amount>() else { continue };
            edit.amount(amount);
            wish(Path::root(Id::AMOUNT), Some(text));
            wish(initiation, Some(Initiation::Dynamic.as_str()));
        } else if let Some(path) = line.strip_prefix('-') {
            let Ok(path) = path.parse() else { continue };
            edit.remove(path);
            wish(path, None);
        } else if let Some((path, value)) = line.split_once('=') {
            let Ok(path) = path.parse() else { continue };
            edit.set(path, value);
            wish(path, Some(value));
        }
    }
    (edit, wishes)
}
