//! Which run of tests this process belongs to, where that can be told.
//!
//! A failure of a fixture is remembered for the other processes of the same run, and not for the next one: so two runs
//! must never have the same name. Where that cannot be had, a process has none.

use std::sync::OnceLock;

/// Names a run of `cargo mamo`, which sets it.
pub const VARIABLE: &str = "MAMO_RUN_ID";

/// nextest's name for a run: a UUID, the same in all its processes.
const NEXTEST: &str = "NEXTEST_RUN_ID";

/// The run of this process.
pub(crate) fn of_process() -> Option<&'static str> {
    static RUN: OnceLock<Option<String>> = OnceLock::new();
    RUN.get_or_init(find).as_deref()
}

fn find() -> Option<String> {
    let named = |variable| {
        let value = std::env::var(variable).ok().filter(|id| !id.is_empty());
        value.map(|id| format!("{variable}={id}"))
    };
    named(VARIABLE).or_else(|| named(NEXTEST)).or_else(of_cargo)
}

/// The cargo that started this process, by its number and the moment of its start, which no two processes share.
#[cfg(target_os = "linux")]
fn of_cargo() -> Option<String> {
    let parent = std::os::unix::process::parent_id();
    let stat = std::fs::read_to_string(format!("/proc/{parent}/stat")).ok()?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let started = started_by_cargo(&stat)?;
    Some(format!("cargo={parent}/{started}/{}", boot.trim()))
}

#[cfg(not(target_os = "linux"))]
fn of_cargo() -> Option<String> {
    None
}

/// When a process started, by its line of `/proc`, if it is cargo or one of its commands. Others, such as a shell, live on
/// from one run to the next.
#[cfg(target_os = "linux")]
fn started_by_cargo(stat: &str) -> Option<u64> {
    // The name is in parentheses and may have any character; the 22nd field is the start, the third follows the name.
    let (head, rest) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    let is_cargo = name == "cargo" || name.starts_with("cargo-") || name == "rustdoc";
    let started = rest.split_whitespace().nth(19)?.parse().ok()?;
    is_cargo.then_some(started)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_cargo_and_its_commands_name_a_run() {
        let of = |name: &str| {
            let numbers: Vec<_> = (4..=52).map(|n: u32| n.to_string()).collect();
            started_by_cargo(&format!("17 ({name}) S {}\n", numbers.join(" ")))
        };
        assert_eq!(of("cargo"), Some(22));
        assert_eq!(of("cargo-nextest"), Some(22));
        assert_eq!(of("bash"), None);
        assert_eq!(of("a) cargo (b"), None);
        assert_eq!(started_by_cargo(""), None);
    }
}
