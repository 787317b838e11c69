//! The lcov form: `TN:` names a test, `SF:` a file, `DA:line,count` says how often a line was executed.

use super::Coverage;
use anyhow::{Context, Result, bail};

/// Parses a tracefile. A `TN:` line holds for all that follows, up to the next.
pub(super) fn parse(tracefile: &str) -> Result<Coverage> {
    let mut coverage = Coverage::default();
    let (mut test, mut file) = (None, None);
    for (number, line) in (1..).zip(tracefile.lines()) {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        match key {
            "TN" if !value.is_empty() => test = Some(value.to_string()),
            "SF" => file = Some(value.to_string()),
            "end_of_record" => file = None,
            // Two files were joined although the first has no last newline: its test would get the other's lines.
            glued if glued.starts_with("end_of_record") => {
                bail!("line {number} holds more than `end_of_record`")
            }
            "DA" => {
                let (Some(test), Some(file)) = (&test, &file) else {
                    let hint = anyhow::anyhow!(
                        "hint: put a line `TN:` with the test's id before each test's records"
                    );
                    return Err(hint.context(format!("line {number} belongs to no test and file")));
                };
                let (at, count) = executed(value)
                    .with_context(|| format!("line {number} is no `DA:line,count`"))?;
                if count {
                    let files = coverage.tests.entry(test.clone()).or_default();
                    files.entry(file.clone()).or_default().push((at, at));
                }
            }
            _ => {}
        }
    }
    if coverage.tests.is_empty() {
        bail!("no test executed a line");
    }
    Ok(coverage)
}

/// `12,3` or `12,3,checksum`: the line, and whether it was executed.
fn executed(value: &str) -> Option<(u32, bool)> {
    let mut parts = value.split(',');
    let line = parts.next()?.trim().parse().ok()?;
    let count: f64 = parts.next()?.trim().parse().ok()?;
    Some((line, count > 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_without_a_test_is_refused_with_a_hint() {
        let error = parse("SF:src/lib.rs\nDA:1,1\n").unwrap_err();
        assert!(format!("{error:#}").contains("TN:"));
        assert!(parse("TN:a\nSF:f\nDA:x,1\n").is_err());
        assert!(parse("").is_err());
        assert!(parse("TN:a\nSF:f\nDA:1,1\nend_of_recordTN:b\nSF:f\nDA:2,1\n").is_err());
    }

    #[test]
    fn lines_of_several_files_go_to_their_test() {
        let coverage =
            parse("TN:a\nSF:f\nDA:1,1\nend_of_record\nSF:g\nDA:2,1\nTN:b\nSF:f\nDA:3,9,x\n")
                .unwrap();
        assert_eq!(coverage.tests["a"].len(), 2);
        assert_eq!(coverage.tests["b"]["f"], [(3, 3)]);
    }
}
