//! What a run said: plain cargo's text, and mamo's JSON, as sets of test ids.
//!
//! An id is `package/kind/target::name`, with libtest's name, and `main` for a target without a harness.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{ExitStatus, Output};

/// What plain cargo said.
#[derive(Debug)]
pub(crate) struct Plain {
    /// Every test that it ran or named.
    pub(crate) all: BTreeSet<String>,
    /// Those that failed.
    pub(crate) failed: BTreeSet<String>,
    /// Its exit code.
    pub(crate) code: Option<i32>,
    /// All that it printed, for a message.
    pub(crate) text: String,
}

/// What mamo said.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Tests planned to run, with the reason as printed.
    pub(crate) run: BTreeMap<String, String>,
    /// Tests planned to be reused.
    pub(crate) reused: BTreeSet<String>,
    /// Tests on which their compiled code decided, against what names say.
    pub(crate) by_code: BTreeSet<String>,
    /// Tests that are marked `#[ignore]`.
    pub(crate) ignored: BTreeSet<String>,
    /// Tests that ran and failed.
    pub(crate) failed: BTreeSet<String>,
    /// Its exit code.
    pub(crate) code: Option<i32>,
    /// What it printed to stderr, for a message.
    pub(crate) text: String,
}

/// Where plain cargo's lines belong.
#[derive(Default)]
struct Sections {
    /// Executable's file name → `package/kind/target`.
    executables: BTreeMap<String, String>,
    /// Library's crate name → `package/doc/target`.
    libraries: BTreeMap<String, String>,
}

/// Reads plain cargo's output, both streams and its JSON in one.
pub(crate) fn plain(text: &str, status: ExitStatus) -> Result<Plain> {
    let mut sections = Sections::default();
    let mut plain = Plain {
        all: BTreeSet::new(),
        failed: BTreeSet::new(),
        code: status.code(),
        text: String::new(),
    };
    let (mut section, mut harness, mut silent) = (String::new(), true, Vec::new());
    for line in text.lines() {
        if line.starts_with("{\"reason\"") {
            sections
                .note(&serde_json::from_str(line).with_context(|| format!("parse `{line}`"))?)?;
            continue;
        }
        plain.text.push_str(line);
        plain.text.push('\n');
        let trimmed = line.trim_start();
        if let Some(rest) = trimmed.strip_prefix("Running ") {
            silent.extend((!harness).then(|| section.clone()));
            (section, harness) = (sections.running(rest)?, false);
        } else if let Some(name) = trimmed.strip_prefix("Doc-tests ") {
            silent.extend((!harness).then(|| section.clone()));
            let library = sections.libraries.get(name);
            section.clone_from(library.with_context(|| format!("no library `{name}`"))?);
            harness = true;
        } else if line.starts_with("running ") {
            harness = true;
        } else if let Some((name, outcome)) = test_line(line) {
            let id = format!("{section}::{name}");
            if outcome == "FAILED" {
                plain.failed.insert(id.clone());
            }
            plain.all.insert(id);
        }
    }
    silent.extend((!harness).then_some(section));
    plain.note_silent(&silent, text);
    Ok(plain)
}

impl Plain {
    /// Targets without a harness print no test lines; cargo's closing list tells which failed.
    fn note_silent(&mut self, sections: &[String], text: &str) {
        for section in sections {
            let id = format!("{section}::main");
            let mut parts = section.splitn(3, '/').skip(1);
            let (kind, target) = (
                parts.next().unwrap_or_default(),
                parts.next().unwrap_or_default(),
            );
            if text.contains(&format!("--{kind} {target}`")) {
                self.failed.insert(id.clone());
            }
            self.all.insert(id);
        }
    }
}

impl Sections {
    /// Notes what an artifact message says.
    fn note(&mut self, message: &Value) -> Result<()> {
        if message["reason"] != "compiler-artifact" {
            return Ok(());
        }
        let manifest = message["manifest_path"]
            .as_str()
            .context("a manifest path")?;
        let package = package_name(Path::new(manifest))?;
        let target = message["target"]["name"]
            .as_str()
            .context("a target name")?;
        let kind = match message["target"]["kind"][0]
            .as_str()
            .context("a target kind")?
        {
            kind @ ("bin" | "test" | "example" | "bench") => kind,
            "custom-build" => return Ok(()),
            _ => "lib",
        };
        if kind == "lib" {
            self.libraries
                .insert(target.replace('-', "_"), format!("{package}/doc/{target}"));
        }
        if let Some(file) = message["executable"]
            .as_str()
            .and_then(|path| Path::new(path).file_name())
        {
            self.executables.insert(
                file.to_string_lossy().into_owned(),
                format!("{package}/{kind}/{target}"),
            );
        }
        Ok(())
    }

    /// The section that a `Running …(path)` line opens.
    fn running(&self, rest: &str) -> Result<String> {
        let path = rest
            .rsplit_once('(')
            .and_then(|(_, path)| path.strip_suffix(')'))
            .unwrap_or(rest);
        let file = Path::new(path)
            .file_name()
            .with_context(|| format!("no file in `{rest}`"))?
            .to_string_lossy();
        self.executables
            .get(&*file)
            .cloned()
            .with_context(|| format!("no target for `{file}`"))
    }
}

/// The name and outcome of a libtest line.
fn test_line(line: &str) -> Option<(&str, &str)> {
    let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let outcome = outcome.split(',').next().unwrap_or(outcome);
    ["ok", "FAILED", "ignored"]
        .contains(&outcome)
        .then_some(())?;
    let name = [" - should panic", " - compile fail", " - compile"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    Some((name, outcome))
}

fn package_name(manifest: &Path) -> Result<String> {
    let text = std::fs::read_to_string(manifest)
        .with_context(|| format!("read `{}`", manifest.display()))?;
    let table: toml::Table =
        toml::from_str(&text).with_context(|| format!("parse `{}`", manifest.display()))?;
    Ok(table["package"]["name"]
        .as_str()
        .context("a package has a name")?
        .to_owned())
}

/// Reads what `cargo mamo test --message-format json` printed.
pub(crate) fn report(output: &Output) -> Result<Report> {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let mut report = Report {
        code: output.status.code(),
        text,
        ..Report::default()
    };
    let mut summary = None;
    for line in stdout.lines().filter(|line| line.starts_with('{')) {
        let object: Value =
            serde_json::from_str(line).with_context(|| format!("parse `{line}`"))?;
        match object["type"].as_str() {
            Some("test") => report.note(&object)?,
            Some("ignored") => {
                report.ignored.insert(id(&object)?);
            }
            Some("summary") => summary = Some(object),
            _ => {}
        }
    }
    let Some(summary) = summary else {
        bail!(
            "no summary; exit {:?}\n{stdout}{}",
            report.code,
            report.text
        )
    };
    let counted = (summary["run"].as_u64(), summary["reuse"].as_u64());
    let seen = (
        Some(report.run.len() as u64),
        Some(report.reused.len() as u64),
    );
    ensure!(
        counted == seen,
        "the summary counts {counted:?}, the lines {seen:?}"
    );
    Ok(report)
}

impl Report {
    fn note(&mut self, test: &Value) -> Result<()> {
        let id = id(test)?;
        if test["by"] == "code" || test["reason"]["reason"] == "code-differs" {
            self.by_code.insert(id.clone());
        }
        match part(test, "plan")? {
            "run" => {
                self.run.insert(id.clone(), test["reason"].to_string());
            }
            "reuse" => {
                self.reused.insert(id.clone());
            }
            plan => bail!("`{plan}` is no plan"),
        }
        if test["outcome"] == "failed" {
            self.failed.insert(id);
        }
        Ok(())
    }
}

fn id(test: &Value) -> Result<String> {
    let [package, kind, target, name] =
        ["package", "kind", "target", "name"].map(|of| part(test, of));
    Ok(format!("{}/{}/{}::{}", package?, kind?, target?, name?))
}

fn part<'a>(test: &'a Value, name: &str) -> Result<&'a str> {
    test[name]
        .as_str()
        .with_context(|| format!("no `{name}` in {test}"))
}
