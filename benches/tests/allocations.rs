//! Decode, check, build and edit take nothing from the heap.
//!
//! The allocator counts for the whole process, so everything is one test: a second one would run beside it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use benches::work::Run;
use benches::{Input, hostile, work};
use qris_core::{Payload, Profile, check};

struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code)] // There is no other way to be an allocator; both calls go straight to the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn calls(run: impl FnOnce()) -> usize {
    let before = CALLS.load(Ordering::Relaxed);
    run();
    CALLS.load(Ordering::Relaxed) - before
}

#[test]
fn nothing_is_allocated() {
    let inputs = Input::all();
    let hostile = hostile::all();
    // All of ours but drawing, which makes a picture.
    let without = |run| matches!(run, Run::Each(_) | Run::File(_));
    let ours: Vec<_> =
        work::all().into_iter().filter(|work| work.variant == "ours" && without(work.run)).collect();
    for gated in ["decode", "check", "build", "edit", "bulk"] {
        assert!(ours.iter().any(|variant| variant.work == gated), "{gated}");
    }
    for variant in ours {
        let taken = calls(|| {
            for input in &inputs {
                black_box(variant.over(input));
            }
        });
        assert_eq!(taken, 0, "{}", variant.work);
    }
    let taken = calls(|| {
        for (_, text) in &hostile {
            let _ = black_box(Payload::parse(text).map(|payload| {
                Profile::ALL.iter().map(|profile| check::findings(&payload, profile).count()).sum::<usize>()
            }));
        }
    });
    assert_eq!(taken, 0, "hostile input");
    // A gate that sees nothing would pass as well.
    assert!(calls(|| drop(black_box(Box::new(1)))) > 0);
}
