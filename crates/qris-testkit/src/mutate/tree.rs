//! Changes that keep every length around them right.

use super::VALUES;
use crate::draft::{Body, Draft, Object};
use crate::naive::{self, LengthUnit};
use crate::rng::SplitMix64;

/// One change to the tree of a payload that frames in some unit: an ID, a value, an order, a nesting, an object more or
/// less, at any level. The result is sealed, now and then with its lengths in another unit. `None` when the payload does
/// not frame, or an object would be longer than 99.
///
/// ```
/// use qris_testkit::naive::{self, LengthUnit};
/// use qris_testkit::{mutate, rng::SplitMix64};
///
/// let seed = mutate::seal(b"0002015902ab62070703A01");
/// let changed = mutate::tree(&seed, &mut SplitMix64::new(1)).unwrap();
/// assert_ne!(changed, seed);
/// assert!(naive::readable_objects(&changed, LengthUnit::Characters).len() > 2);
/// ```
#[must_use]
pub fn tree(payload: &[u8], rng: &mut SplitMix64) -> Option<Vec<u8>> {
    let read = |unit| Some((naive::decode_structure(payload, unit).ok()?, unit));
    let (read, unit) = LengthUnit::ALL.into_iter().find_map(read)?;
    let mut draft = Draft::of(&read);
    change(some_level(&mut draft.objects, rng), rng);
    let unit = if rng.one_in(8) { LengthUnit::ALL[rng.below(LengthUnit::ALL.len())] } else { unit };
    draft.sealed(unit).map(String::into_bytes)
}

/// The root or the inside of some template.
fn some_level<'a>(objects: &'a mut Vec<Object>, rng: &mut SplitMix64) -> &'a mut Vec<Object> {
    let is_template = |object: &Object| matches!(object.body, Body::Objects(_));
    let templates: Vec<usize> =
        objects.iter().enumerate().filter(|(_, object)| is_template(object)).map(|(at, _)| at).collect();
    match rng.pick(&templates).copied().filter(|_| rng.one_in(2)) {
        Some(at) => match &mut objects[at].body {
            Body::Objects(inner) => some_level(inner, rng),
            Body::Text(_) => unreachable!("templates only"),
        },
        None => objects,
    }
}

fn change(objects: &mut Vec<Object>, rng: &mut SplitMix64) {
    let new = Object::text(id(rng), VALUES[rng.below(VALUES.len())]);
    let at = rng.below(objects.len());
    if objects.is_empty() {
        return objects.push(new);
    }
    match rng.below(8) {
        0 => objects[at].id = id(rng),
        1 => objects[at].body = new.body,
        2 => {
            let other = rng.below(objects.len());
            objects.swap(at, other);
        }
        3 => drop(objects.remove(at)),
        4 => objects.insert(at, new),
        5 => {
            let copy = objects[at].clone();
            objects.push(Object { id: if rng.one_in(2) { copy.id } else { id(rng) }, ..copy });
        }
        6 => {
            let inner = objects.remove(at);
            let name = Object::text(0, ["ID.A", "A000000677010111", ""][rng.below(3)]);
            objects
                .insert(at, Object::template([26, 50, 51, 62, 64, 80, 99][rng.below(7)], vec![name, inner]));
        }
        _ => match objects.remove(at).body {
            Body::Objects(inner) => drop(objects.splice(at..at, inner)),
            Body::Text(text) => {
                // Half of it, or twice: lengths at their borders.
                let half = text.chars().count() / 2;
                let text = if rng.one_in(2) { text.chars().take(half).collect() } else { text.repeat(2) };
                objects.insert(at, Object::text(new.id, text));
            }
        },
    }
}

/// Half of them are IDs that something depends on.
fn id(rng: &mut SplitMix64) -> u8 {
    if rng.one_in(2) {
        return rng.below(100) as u8;
    }
    [0, 1, 2, 7, 8, 26, 40, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 64, 80, 99][rng.below(23)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate::seal;

    #[test]
    fn most_changes_frame_at_every_level() {
        let mut payload = seal(b"00020126120004ABCD0100520458125902ab62270703A0150160004ID.A0104Kaf\xC3\xA9");
        let mut rng = SplitMix64::new(3);
        let (mut framed, mut nested) = (0, 0);
        for _ in 0..2_000 {
            let Some(changed) = tree(&payload, &mut rng) else { continue };
            if let Ok(read) = naive::decode(&changed, LengthUnit::Characters) {
                framed += 1;
                nested += usize::from(read.objects.iter().any(|object| object.objects.is_some()));
                if changed.len() < 400 {
                    payload = changed;
                }
            }
        }
        assert!(framed > 1_000 && nested > 500, "{framed} framed, {nested} with templates");
    }
}
