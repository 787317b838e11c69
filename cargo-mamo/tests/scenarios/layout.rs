//! The edit that every scenario gets for nothing: new lines and comments in every source file.
//!
//! It must not change what code means, so it works on whole lines, and fixtures keep their string literals on one
//! line.

use anyhow::{Context, Result};
use std::path::Path;

/// Starts of a line at which an item begins.
const ITEM_STARTS: &[&str] = &[
    "#[",
    "async ",
    "const ",
    "enum ",
    "extern ",
    "fn ",
    "impl",
    "macro_rules!",
    "mod ",
    "pub ",
    "pub(",
    "static ",
    "struct ",
    "trait ",
    "type ",
    "unsafe ",
    "use ",
];

/// Rewrites every `.rs` file under `dir` but those in `data` (relative paths) and cargo's output.
pub(crate) fn edit(dir: &Path, data: &[String]) -> Result<()> {
    edit_below(dir, dir, data)
}

fn edit_below(root: &Path, dir: &Path, data: &[String]) -> Result<()> {
    for entry in dir
        .read_dir()
        .with_context(|| format!("read `{}`", dir.display()))?
    {
        let path = entry?.path();
        let relative = path.strip_prefix(root).context("a path below the root")?;
        if path.is_dir() {
            if path
                .file_name()
                .is_some_and(|name| name != "target" && name != "vendor")
            {
                edit_below(root, &path, data)?;
            }
        } else if path.extension().is_some_and(|end| end == "rs")
            && !data.iter().any(|file| relative == Path::new(file))
        {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("read `{}`", path.display()))?;
            std::fs::write(&path, edited(&text))
                .with_context(|| format!("write `{}`", path.display()))?;
        }
    }
    Ok(())
}

/// `text` with comments and blank lines at its top, before its items, and at the start of blocks.
fn edited(text: &str) -> String {
    let mut out = String::from("// A comment that was not here.\n\n");
    for line in text.lines() {
        if ITEM_STARTS.iter().any(|start| line.starts_with(start)) {
            out.push_str("\n/* and another */\n");
        }
        out.push_str(line);
        out.push('\n');
        if line.ends_with('{') {
            out.push_str("\n    // and one inside\n");
        }
    }
    out.push('\n');
    out
}
