use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock};

static TABLE: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(fill);
static NAMES: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Default::default);
static LIMIT: OnceLock<u32> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(FIRST);

const FIRST: u32 = 41;

fn fill() -> HashMap<&'static str, u32> {
    HashMap::from([("one", 1)])
}

fn compute() -> u32 {
    12
}

pub fn limit() -> u32 {
    *LIMIT.get_or_init(compute)
}

pub fn look_up(name: &str) -> Option<u32> {
    TABLE.get(name).copied()
}

pub fn next() -> u32 {
    NEXT.fetch_add(2, Ordering::SeqCst)
}

pub fn remember(name: &str) -> usize {
    let mut names = NAMES.lock().unwrap();
    names.push(prefix(name));
    names.last().map_or(0, String::len)
}

fn prefix(name: &str) -> String {
    format!("-{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lazy() {
        assert_eq!(look_up("one"), Some(1));
    }

    #[test]
    fn once() {
        assert_eq!(limit(), 12);
    }

    #[test]
    fn atomic() {
        assert_eq!(next(), 40);
    }

    #[test]
    fn mutex() {
        assert_eq!(remember("a"), 2);
    }
}
