//! What comparing trees came to, and what is said of it.

use super::history::Tree;
use crate::code::{CodeCounts, Comparison, FoundFunction};
use crate::session::Session;
use mamo_code::{FunctionChange, FunctionDifference};
use serde_json::{Value, json};

/// How many functions of one pair, and how many differences of one function, are named in text.
const NAMED: usize = 10;

/// The count over all pairs of trees.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Pairs that were compared.
    pub(super) pairs: usize,
    /// Functions in all of them.
    pub(super) total: CodeCounts,
    /// Trees that do not build, and why.
    broken: Vec<(String, String)>,
    /// Was it stopped?
    pub(super) interrupted: bool,
}

/// Two trees that were built one after the other.
pub(super) struct Pair<'p> {
    pub(super) before: &'p Tree,
    pub(super) after: &'p Tree,
    /// Why the code of a program of the later one is not known.
    pub(super) unknown: &'p [String],
}

impl Verdict {
    /// Counts a tree that does not build.
    pub(super) fn broken(&mut self, session: &Session, tree: &Tree, why: &str) {
        session
            .shell
            .warn(format!("{} is left out: {why}", tree.short()));
        self.broken.push((tree.name().to_owned(), why.to_owned()));
    }

    /// Adds a pair, and says it.
    pub(super) fn add(&mut self, session: &Session, pair: &Pair<'_>, compared: Comparison) {
        self.pairs += 1;
        self.total.add(&compared.counts);
        let shell = &session.shell;
        for why in pair.unknown {
            shell.warn(format!("not compared in {}: {why}", pair.after.short()));
        }
        if shell.is_json() {
            for found in &compared.found {
                shell.json(&found_object(pair, found));
            }
            let mut object = counts_object(&compared.counts);
            object["type"] = "pair".into();
            object["before"] = pair.before.name().into();
            object["after"] = pair.after.name().into();
            object["unknown"] = pair.unknown.into();
            object["unmatched_paths"] = compared.unmatched.into();
            shell.json(&object);
        }
        for found in compared.found.iter().take(NAMED) {
            tell_found(session, pair, found);
        }
        if compared.found.len() > NAMED {
            shell.say(format!("and {} more", compared.found.len() - NAMED));
        }
        let counts = counts_text(&compared.counts);
        shell.say(format!(
            "{}..{}: {counts}",
            pair.before.short(),
            pair.after.short()
        ));
    }

    /// Says the total.
    pub(super) fn tell(&self, session: &Session) {
        let shell = &session.shell;
        shell.say(format!(
            "mamo: {} pairs of trees, {} trees that do not build; {}",
            self.pairs,
            self.broken.len(),
            counts_text(&self.total)
        ));
        if shell.is_json() {
            let broken = self.broken.iter();
            let broken: Vec<Value> = broken
                .map(|(tree, why)| json!({"tree": tree, "why": why}))
                .collect();
            let mut object = counts_object(&self.total);
            object["type"] = "code".into();
            object["version"] = 1.into();
            object["pairs"] = self.pairs.into();
            object["broken"] = broken.into();
            object["complete"] = (!self.interrupted).into();
            shell.json(&object);
        }
    }
}

fn counts_text(counts: &CodeCounts) -> String {
    format!(
        "{} functions, {} compared: {} with the same code, {} with other code and another fingerprint, {} found; \
         {} in one tree alone, {} not matched, {} instances of generic and inline functions",
        counts.functions,
        counts.compared,
        counts.same,
        counts.expected,
        counts.found,
        counts.alone,
        counts.unmatched,
        counts.instances,
    )
}

fn counts_object(counts: &CodeCounts) -> Value {
    json!({
        "functions": counts.functions, "compared": counts.compared, "same": counts.same, "expected": counts.expected,
        "found": counts.found, "alone": counts.alone, "unmatched": counts.unmatched, "instances": counts.instances,
    })
}

fn found_object(pair: &Pair<'_>, found: &FoundFunction) -> Value {
    let differences: Vec<Value> = found.differences.iter().map(difference_object).collect();
    json!({
        "type": "function", "before": pair.before.name(), "after": pair.after.name(), "path": found.path, "inner": found.inner,
        "file": found.file, "line": found.line, "program": found.program, "differences": differences,
    })
}

fn difference_object(difference: &FunctionDifference) -> Value {
    let path = &difference.path;
    match &difference.change {
        FunctionChange::Callee { before, after } => {
            json!({"path": path, "change": "callee", "before": before, "after": after})
        }
        FunctionChange::Constant => json!({"path": path, "change": "constant"}),
        FunctionChange::Instructions => json!({"path": path, "change": "instructions"}),
        FunctionChange::Added => json!({"path": path, "change": "added"}),
        FunctionChange::Removed => json!({"path": path, "change": "removed"}),
    }
}

fn tell_found(session: &Session, pair: &Pair<'_>, found: &FoundFunction) {
    let shell = &session.shell;
    let inner = match found.inner.as_str() {
        "" => String::new(),
        inner => format!(" ({inner})"),
    };
    shell.say(format!(
        "FOUND {}{inner} ({}:{}) in {}: other code since {}, the same fingerprint",
        found.path,
        found.file,
        found.line,
        found.program,
        pair.before.short()
    ));
    for difference in found.differences.iter().take(NAMED) {
        shell.say(format!("  {}", difference_text(difference)));
    }
    match found.differences.len() {
        0 => shell.say("  code of std or of locked packages has other names"),
        count if count > NAMED => shell.say(format!("  and {} more", count - NAMED)),
        _ => {}
    }
}

fn difference_text(difference: &FunctionDifference) -> String {
    let path = &difference.path;
    match &difference.change {
        FunctionChange::Callee { before, after } => format!(
            "{path} refers to other functions: no longer {}; now {}",
            listed(before),
            listed(after)
        ),
        FunctionChange::Constant => format!("{path} refers to another constant"),
        FunctionChange::Instructions => {
            format!("{path} has other instructions: a literal, a string, or the layout of a type")
        }
        FunctionChange::Added => format!("{path} is reached only now"),
        FunctionChange::Removed => format!("{path} is no longer reached"),
    }
}

fn listed(paths: &[String]) -> String {
    if paths.is_empty() {
        "-".to_owned()
    } else {
        paths.join(", ")
    }
}
