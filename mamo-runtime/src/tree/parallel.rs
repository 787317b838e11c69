//! The same work for many files, on as many threads as there are processors.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Fewer are not worth a thread.
const FEW: usize = 32;
/// File systems gain little from more.
const MOST: usize = 8;

/// `work` for each number below `count`, in their order; or the first failure that came up.
pub(super) fn each<T: Send, E: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST);
    if count <= FEW || threads == 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    let run = || {
        let mut mine = Vec::new();
        let outcome = loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break Ok(());
            }
            match work(at) {
                Ok(result) => mine.push((at, result)),
                Err(error) => {
                    next.store(count, Ordering::Relaxed);
                    break Err(error);
                }
            }
        };
        done.lock()
            .expect("no thread panics while it adds")
            .append(&mut mine);
        outcome
    };
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, run);
        let others: Vec<_> = (1..threads).map_while(|n| start(n).ok()).collect();
        let mut outcome = run();
        for other in others {
            let theirs = other
                .join()
                .unwrap_or_else(|payload| std::panic::resume_unwind(payload));
            outcome = outcome.and(theirs);
        }
        outcome
    })?;
    let mut done = done.into_inner().expect("no thread panics while it adds");
    done.sort_unstable_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_a_failure_ends_the_work() {
        let squares = each(1000, |n| Ok::<_, ()>(n * n));
        assert_eq!(squares, Ok((0..1000).map(|n| n * n).collect()));
        assert_eq!(
            each(1000, |n| if n == 500 { Err(n) } else { Ok(()) }),
            Err(500)
        );
    }
}
