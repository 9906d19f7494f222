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
        in_pair(root, there.get(root.id()), |object, other| match other {
            Some(other) => (object.value() != other.value()).then_some((Some(object), Some(other))),
            None => Some((Some(object), None)),
        })
    });
    let added = roots(after).flat_map(move |root| {
        in_pair(root, here.get(root.id()), |object, other| other.is_none().then_some((None, Some(object))))
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

/// An object before, and after.
type Both<'a> = (Option<DataObject<'a>>, Option<DataObject<'a>>);

/// The changes of a root object and of everything inside it, against the root object with its ID in the other payload.
/// Objects nest three levels deep.
fn in_pair<'a>(
    root: DataObject<'a>,
    other: Option<DataObject<'a>>,
    change: impl Fn(DataObject<'a>, Option<DataObject<'a>>) -> Option<Both<'a>> + Copy,
) -> impl Iterator<Item = Change<'a>> {
    let own = move |(object, other): Pair<'a>| own(object, other, change);
    let second = children((root, other))
        .flat_map(move |pair| own(pair).into_iter().chain(children(pair).filter_map(own)));
    own((root, other)).into_iter().chain(second)
}

/// An object, and the one in the other payload that it is compared with.
type Pair<'a> = (DataObject<'a>, Option<DataObject<'a>>);

/// The change of the object itself: none where it is looked into instead.
fn own<'a>(
    object: DataObject<'a>,
    other: Option<DataObject<'a>>,
    change: impl Fn(DataObject<'a>, Option<DataObject<'a>>) -> Option<Both<'a>>,
) -> Option<Change<'a>> {
    let is_looked_into = match other {
        Some(other) => both_frame(&object, &other),
        None => objects_in(object).next().is_some(),
    };
    let (before, after) = change(object, other).filter(|_| !is_looked_into)?;
    let value = |object: Option<DataObject<'a>>| object.map(|object| object.value());
    Some(Change { path: object.path(), before: value(before), after: value(after) })
}

/// The objects inside, each with its counterpart; none where the object is compared as a whole.
fn children<'a>((object, other): Pair<'a>) -> impl Iterator<Item = Pair<'a>> {
    let is_looked_into = other.is_none_or(|other| both_frame(&object, &other));
    objects_in(object).filter(move |_| is_looked_into).map(move |child| {
        let same_id =
            |parent| objects_in(parent).filter(move |other: &DataObject<'a>| other.id() == child.id());
        let before = same_id(object).take_while(|other| other.offset() < child.offset()).count();
        (child, other.and_then(|other| same_id(other).nth(before)))
    })
}

fn both_frame(one: &DataObject<'_>, other: &DataObject<'_>) -> bool {
    one.template().is_some() && other.template().is_some()
}
