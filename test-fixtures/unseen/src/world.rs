//! What tests reach.

/// Seconds of the system's clock.
pub fn passed() -> u64 {
    seconds(std::time::SystemTime::now())
}

fn seconds(at: std::time::SystemTime) -> u64 {
    at.duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

mod glob {
    use std::time::*;

    pub(super) fn now() -> u64 {
        let start = Instant::now();
        1 + u64::from(start.elapsed().subsec_nanos())
    }
}

/// The clock, by names that a glob brings.
pub fn globbed() -> u64 {
    glob::now()
}

type Watch = std::time::Instant;

/// The clock, by another name.
pub fn renamed() -> u64 {
    Watch::now().elapsed().as_secs()
}

/// A number of this process alone.
pub fn chance() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one("a") | 1
}

/// Does anybody answer?
pub fn reachable() -> bool {
    std::net::TcpStream::connect("127.0.0.1:1").is_ok()
}

/// Asks a program of the system.
pub fn lists() -> bool {
    let status = std::process::Command::new("ls").output();
    status.is_ok()
}
