//! What changed between two payloads.

use core::fmt;

use super::objects_in;
use crate::id::{Id, Path};
use crate::wire::{DataObject, Payload};

/// One difference between two payloads.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The object.
    pub path: Path,
    /// Its value before; `None` when it was added.
    pub before: Option<&'a str>,
    /// Its value after; `None` when it was removed.
    pub after: Option<&'a str>,
}

impl fmt::Debug for Change<'_> {
    /// Where, and how many bytes there were before and are after; not the values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("path", &self.path)
            .field("before", &self.before.map(str::len))
            .field("after", &self.after.map(str::len))
            .finish()
    }
}

/// What changed between two payloads, object by object: removed and replaced ones in the order of
/// `before`, then added ones in the order of `after`. Templates that frame in both are compared inside;
/// where an ID is repeated, the first is compared with the first and so on; the CRC is left out.
pub fn changes<'p, 'a>(
    before: &'p Payload<'a>,
    after: &'p Payload<'a>,
) -> impl Iterator<Item = Change<'a>> + use<'p, 'a> {
    let (there, here) = (Roots::of(after), Roots::of(before));
    let gone_or_other = roots(before).flat_map(move |root| {
        in_pair((root, there.get(root.id())), |(object, other)| {
            let (path, before, after) =
                (object.path(), Some(object.value()), other.map(|other| other.value()));
            (before != after).then_some(Change { path, before, after })
        })
    });
    let added = roots(after).flat_map(move |root| {
        in_pair((root, here.get(root.id())), |(object, other)| {
            let (path, after) = (object.path(), Some(object.value()));
            other.is_none().then_some(Change { path, before: None, after })
        })
    });
    gone_or_other.chain(added)
}

/// The root objects without the CRC.
fn roots<'p, 'a>(payload: &'p Payload<'a>) -> impl Iterator<Item = DataObject<'a>> + use<'p, 'a> {
    payload.objects().filter(|object| object.id() != Id::CRC)
}

/// Where the root objects of a payload begin, so that looking one up does not walk to it.
struct Roots<'p, 'a> {
    payload: &'p Payload<'a>,
    offsets: [Option<u16>; 100],
}

impl<'p, 'a> Roots<'p, 'a> {
    fn of(payload: &'p Payload<'a>) -> Roots<'p, 'a> {
        let mut offsets = [None; 100];
        for object in payload.objects() {
            if let Some(place) = offsets.get_mut(usize::from(object.id().number())) {
                // A payload has at most 40,000 bytes.
                *place = Some(object.offset() as u16);
            }
        }
        Roots { payload, offsets }
    }

    fn get(&self, id: Id) -> Option<DataObject<'a>> {
        let offset = (*self.offsets.get(usize::from(id.number()))?)?;
        self.payload.object_at(usize::from(offset))
    }
}

/// An object, and the one in the other payload that it is compared with.
type Pair<'a> = (DataObject<'a>, Option<DataObject<'a>>);

/// The changes of a root object and of everything inside it. Objects nest three levels deep.
fn in_pair<'a>(
    root: Pair<'a>,
    change: impl Fn(Pair<'a>) -> Option<Change<'a>> + Copy,
) -> impl Iterator<Item = Change<'a>> {
    let own = move |pair| change(pair).filter(|_| !is_looked_into(pair));
    let inside =
        children(root).flat_map(move |pair| own(pair).into_iter().chain(children(pair).filter_map(own)));
    own(root).into_iter().chain(inside)
}

/// Whether the objects inside are compared, and not the object as a whole.
fn is_looked_into((object, other): Pair<'_>) -> bool {
    match other {
        Some(other) => object.template().is_some() && other.template().is_some(),
        None => objects_in(object).next().is_some(),
    }
}

/// The objects inside, each with its counterpart; none where the object is compared as a whole.
fn children<'a>((object, other): Pair<'a>) -> impl Iterator<Item = Pair<'a>> {
    let inside = Some(object).filter(|_| is_looked_into((object, other))).into_iter().flat_map(objects_in);
    inside.map(move |child| {
        let same_id =
            |parent| objects_in(parent).filter(move |other: &DataObject<'a>| other.id() == child.id());
        let before = same_id(object).take_while(|other| other.offset() < child.offset()).count();
        (child, other.and_then(|other| same_id(other).nth(before)))
    })
}
