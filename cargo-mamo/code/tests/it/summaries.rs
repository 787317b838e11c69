//! What stands for libraries that stay as they are tells programs apart as the libraries do.

use std::collections::BTreeSet;

use crate::scratch::{BuiltProgram, ScratchCrate, differing};

const SOURCE: &str = r#"
#[unsafe(no_mangle)] pub extern "C" fn strlen(text: *const u8) -> usize {
    let mut length = 0;
    while unsafe { *text.add(length) } != 0 { length += 1; }
    length
}
pub fn sum(a: u32) -> u32 { a + 1 }
fn main() {}
pub fn joined(a: u32) -> String { format!("{a}-{a}") }
#[cfg(test)]
mod tests {
    #[test] fn sums() { assert_eq!(super::sum(1), 2); }
    #[test] fn joins() { assert_eq!(super::joined(1), "1-1"); }
    #[test] fn opens() { assert!(std::fs::read("Cargo.toml").is_ok()); }
}
"#;

fn built(scratch: &ScratchCrate) -> BuiltProgram {
    let executable = scratch.build(&[]).remove(0);
    scratch.parts(&executable).unwrap()
}

#[test]
fn a_summary_tells_programs_apart_as_the_libraries_do() {
    let scratch = ScratchCrate::new(&[("src/main.rs", SOURCE)]);
    let base = built(&scratch);
    let edits = [
        ("a + 1", "a - 1 + 2", 1),
        ("{a}-{a}", "{a}+{a}", 1),
        ("let mut length = 0;", "let mut length = 1; length -= 1;", 3),
        (
            "pub fn sum(a: u32) -> u32 { a + 1 }",
            "pub fn sum(b: u32) -> u32 { b + 1 }",
            0,
        ),
    ];
    for (from, to, expected) in edits {
        scratch.replace("src/main.rs", from, to);
        let now = built(&scratch);
        let by_summary = differing(&base.fingerprints(), &now.fingerprints());
        let whole = differing(&base.whole_fingerprints(), &now.whole_fingerprints());
        assert_eq!(by_summary, whole, "{from}");
        assert_eq!(by_summary.len(), expected, "{from}");
        scratch.replace("src/main.rs", to, from);
    }
}

#[test]
fn a_summary_serves_no_program_that_defines_another_name_that_libraries_mention() {
    let scratch = ScratchCrate::new(&[("src/main.rs", SOURCE)]);
    let base = built(&scratch);
    let own: Vec<_> = base.tables.iter().collect();
    let open = base.summary(&BTreeSet::new()).table(&own).unwrap_err();
    assert!(open.contains("strlen"), "{open:?}");
    assert!(base.summary(&open).table(&own).is_ok());
    assert!(base.summary(&open).table(&[]).is_err());
}
