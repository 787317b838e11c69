//! The numbers that this thread was served last, found without a lock.
//!
//! Memory is shared by all threads, behind a lock; that, and the bytes that name a value in it, is most of what a hit of a
//! number costs. So a number of few scalar arguments is noted once more, by these, in a small table of the thread. A note
//! holds until anything is forgotten or replaced anywhere in the process, the policy changes, or a function is called for the
//! first time: [`void`].

use crate::arguments::Three;
use crate::site::Site;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

/// How often all notes became void.
static VOIDED: AtomicU64 = AtomicU64::new(1);

/// How many values a thread notes; a later one takes the place of an earlier one.
const SLOTS: usize = 256;

thread_local! {
    static NOTES: [Cell<Note>; SLOTS] = const { [const { Cell::new(Note::NONE) }; SLOTS] };
}

/// When something was found in memory; 0 for never.
pub(crate) type Moment = u64;

/// A value, and what it is the value of.
#[derive(Clone, Copy)]
struct Note {
    moment: Moment,
    /// The function, by the address of its site. Its arguments have the same types in each call.
    site: usize,
    arguments: Three,
    value: u64,
}

impl Note {
    const NONE: Self = Self {
        moment: 0,
        site: 0,
        arguments: Three(0, 0, 0),
        value: 0,
    };
}

/// Makes all notes void.
pub(crate) fn void() {
    VOIDED.fetch_add(1, Ordering::AcqRel);
}

/// Now, to be asked before memory is.
#[inline]
pub(crate) fn now() -> Moment {
    VOIDED.load(Ordering::Acquire)
}

/// The value that this thread has noted.
#[inline]
pub(crate) fn get(site: &'static Site, arguments: Three) -> Option<u64> {
    NOTES.with(|notes| {
        let note = notes[slot(site, arguments)].get();
        let holds =
            note.moment == now() && note.site == address(site) && note.arguments == arguments;
        holds.then_some(note.value)
    })
}

/// Notes a value that was found in memory after `moment`.
pub(crate) fn put(site: &'static Site, arguments: Three, value: u64, moment: Moment) {
    let note = Note {
        moment,
        site: address(site),
        arguments,
        value,
    };
    NOTES.with(|notes| notes[slot(site, arguments)].set(note));
}

#[inline]
fn address(site: &'static Site) -> usize {
    std::ptr::from_ref(site).addr()
}

#[inline]
fn slot(site: &'static Site, arguments: Three) -> usize {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |mixed: u64, word: u64| (mixed.rotate_left(5) ^ word).wrapping_mul(ODD);
    let Three(first, second, third) = arguments;
    let mixed = mix(
        address(site) as u64 ^ second.rotate_left(20) ^ third.rotate_left(40),
        first,
    );
    usize::from(mixed.to_le_bytes()[7])
}
