//! Room for deep source: syn's trees are walked, and dropped, by recursion.
//!
//! Generated code nests or chains thousands of expressions; on a worker's small stack that would end the process.

/// Text shorter than this, and nested less than [`DEEP`], fits any stack.
const SHORT: usize = 16 * 1024;
const DEEP: usize = 64;
/// Address space only: pages are taken as they are used.
const STACK: usize = 1 << 29;

/// Runs `work` on `text` where the stack is large enough for it.
pub(super) fn with_room<T: Send>(text: &str, work: impl Fn() -> T + Sync) -> T {
    if text.len() < SHORT && nesting(text) < DEEP {
        return work();
    }
    std::thread::scope(|scope| {
        match std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, &work)
        {
            Ok(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // no address space left: most text needs none of it
            Err(_) => work(),
        }
    })
}

/// The deepest nesting of delimiters, strings and comments not told apart.
fn nesting(text: &str) -> usize {
    let (mut depth, mut most) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                most = most.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}
