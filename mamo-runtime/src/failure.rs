//! What fixtures failed with, for the other processes of the same run.
//!
//! Under a runner with a process a test, a fixture that fails would be tried by each. So its failure is written down under
//! the value's key, with the run that it belongs to, and serves that run alone. Where no run can be told, it serves those
//! who asked for the value before it failed: they waited for this very computation.

use crate::format::{layout, place, write_whole};
use crate::key::ValueKey;
use crate::run;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The first line of each file.
const MARK: &str = "mamo failure 1";
/// The longest file; a longer message is cut.
const LONGEST: usize = 64 * 1024;
/// A run that takes longer tries once more.
const OLD: Duration = Duration::from_secs(24 * 3600);

/// The failure of the value named `key` that holds for this process, which asked for it at `asked`.
pub(crate) fn remembered(mamo_dir: &Path, key: &ValueKey, asked: SystemTime) -> Option<String> {
    let bytes = place::read_whole(&layout::failure(mamo_dir, key), LONGEST).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    holding(&text, run::of_process(), asked..=SystemTime::now())
}

fn holding(text: &str, run: Option<&str>, waited: RangeInclusive<SystemTime>) -> Option<String> {
    let mut lines = text.splitn(4, '\n');
    if lines.next()? != MARK {
        return None;
    }
    let (of_run, at, message) = (lines.next()?, lines.next()?, lines.next()?);
    let holds = match run {
        Some(run) if !of_run.is_empty() => run == of_run,
        _ => {
            let (asked, now) = (since_epoch(*waited.start()), since_epoch(*waited.end()));
            at.parse().is_ok_and(|at: u128| (asked..=now).contains(&at))
        }
    };
    holds.then(|| message.to_owned())
}

/// Writes down that the value named `key` failed. Nothing is said if that cannot be: then others try too.
pub(crate) fn note(mamo_dir: &Path, key: &ValueKey, message: &str) {
    let run = run::of_process().unwrap_or_default();
    let at = since_epoch(SystemTime::now());
    let message: String = message.chars().take(LONGEST / 8).collect();
    let text = format!("{MARK}\n{run}\n{at}\n{message}");
    let _ = write_whole(
        mamo_dir,
        &layout::failure(mamo_dir, key),
        &[text.as_bytes()],
    );
}

/// Deletes what is of no use to any run.
pub(crate) fn sweep(mamo_dir: &Path) {
    let paths = place::listed_files(&layout::failures(mamo_dir)).unwrap_or_default();
    for path in paths {
        let modified = fs::symlink_metadata(&path).and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if age.is_some_and(|age| age > OLD) {
            let _ = place::remove(mamo_dir, &path);
        }
    }
}

fn since_epoch(moment: SystemTime) -> u128 {
    moment
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_holds_for_its_run_or_for_those_who_waited_for_it() {
        let at = |second| UNIX_EPOCH + Duration::from_secs(second);
        let text = |run: &str| format!("{MARK}\n{run}\n{}\nno\nway", since_epoch(at(10)));
        let message = Some("no\nway".to_owned());
        assert_eq!(holding(&text("a"), Some("a"), at(20)..=at(30)), message);
        assert_eq!(holding(&text("a"), Some("b"), at(5)..=at(30)), None);
        assert_eq!(holding(&text(""), None, at(5)..=at(30)), message);
        assert_eq!(holding(&text("a"), None, at(11)..=at(30)), None);
        assert_eq!(holding(&text(""), Some("a"), at(11)..=at(30)), None);
        assert_eq!(
            holding("mamo failure 2\na\n0\nx", Some("a"), at(5)..=at(30)),
            None
        );
        assert_eq!(
            holding(&text(""), None, at(5)..=at(9)),
            None,
            "the clock went back"
        );
        assert_eq!(holding("", None, at(5)..=at(30)), None);
    }
}
