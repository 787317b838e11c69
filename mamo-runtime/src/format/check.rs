//! The checksum of an encoded value: fast, against damage alone.
//!
//! XXH3-128. Of a value in several pieces it is the one of the pieces' own, one behind the other, so that several
//! processors can work at it while it is looked at for the first time.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use xxhash_rust::xxh3::xxh3_128;

/// The length of a piece, but for the last.
const PIECE: usize = 2 << 20;
/// More do not read memory faster.
const MOST_THREADS: usize = 8;

/// The checksum of `payload`, worked out by this thread alone.
pub(crate) fn of(payload: &[u8]) -> u128 {
    if payload.len() <= PIECE {
        return xxh3_128(payload);
    }
    let pieces = payload.chunks(PIECE).map(xxh3_128);
    together(pieces)
}

/// The same by several threads, each of which calls `before` with the range of a piece that it is about to read.
pub(crate) fn side_by_side(payload: &[u8], before: impl Fn(Range<usize>) + Sync) -> u128 {
    let count = payload.len().div_ceil(PIECE);
    if count < 2 {
        before(0..payload.len());
        return of(payload);
    }
    let (next, found) = (AtomicUsize::new(0), Mutex::new(vec![0; count]));
    let work = || loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        if at >= count {
            return;
        }
        let start = at * PIECE;
        let piece = start..payload.len().min(start + PIECE);
        before(piece.clone());
        let check = xxh3_128(&payload[piece]);
        found.lock().unwrap_or_else(PoisonError::into_inner)[at] = check;
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 1..threads.min(MOST_THREADS).min(count) {
            // Without one more it takes longer.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    together(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn together(pieces: impl IntoIterator<Item = u128>) -> u128 {
    let pieces = pieces.into_iter().flat_map(u128::to_le_bytes);
    xxh3_128(&pieces.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_come_to_what_one_comes_to_and_a_flip_anywhere_is_seen() {
        let lengths = [0, 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7];
        for length in lengths {
            let mut payload: Vec<u8> = (0..=250).cycle().take(length).collect();
            let read = AtomicUsize::new(0);
            let check = side_by_side(&payload, |piece| {
                read.fetch_add(piece.len(), Ordering::Relaxed);
            });
            assert_eq!(check, of(&payload), "{length}");
            assert_eq!(read.into_inner(), length);
            for at in [0, length / 2, length.saturating_sub(1)] {
                let Some(byte) = payload.get_mut(at) else {
                    continue;
                };
                *byte ^= 1;
                assert_ne!(side_by_side(&payload, |_| {}), check, "{length} at {at}");
                payload[at] ^= 1;
            }
        }
    }

    #[test]
    fn pieces_that_change_places_are_seen() {
        let (one, two) = (vec![1; PIECE], vec![2; PIECE]);
        assert_ne!(
            of(&[one.clone(), two.clone()].concat()),
            of(&[two, one].concat())
        );
    }
}
