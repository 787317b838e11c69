//! The runner in cargo's configuration: added so that no two hold for one target, and taken out again.
//!
//! Cargo refuses two `cfg(…)` tables with a runner that both match. So ours hold for what no other holds for, and one that
//! holds for this machine is replaced by ours, which starts it.

use crate::cargo::runner::{chained, words};
use anyhow::{Result, anyhow};
use cargo_metadata::cargo_platform::{Cfg, Platform};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

/// Stands above what we add.
const NOTE: &str = "# Written by `cargo mamo init`: what plain cargo starts knows the code that it is made of.\n# `cargo mamo init --undo` takes it out. Not installed? `cargo install --locked cargo-mamo`\n";
/// Stands before the runner that was there, in the line above ours.
const WAS: &str = "# mamo starts: ";

/// This machine, as far as tables of targets go by it.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its triple.
    pub triple: String,
    /// Its cfgs.
    pub cfgs: Vec<Cfg>,
}

impl Host {
    fn is_meant(&self, key: &str) -> bool {
        Platform::from_str(key).is_ok_and(|platform| platform.matches(&self.triple, &self.cfgs))
    }
}

/// The configuration `text` with our runner, and what was done. `elsewhere` are those of directories further away.
pub fn add(
    text: &str,
    host: &Host,
    elsewhere: &[(PathBuf, String)],
) -> Result<(String, Vec<String>)> {
    let mut document = read(text)?;
    let mut said = vec!["programs start by `cargo-mamo runner`".to_string()];
    let mut taken = Vec::new();
    for (key, runner) in runners(&document) {
        match chained(&runner) {
            Some(chain) if chain.is_empty() => continue,
            None if host.is_meant(&key) => {
                wrap(&mut document, &key, &runner);
                said.push(format!("the runner of `{key}` is started by it"));
            }
            _ => {}
        }
        taken.push(key);
    }
    for (path, text) in elsewhere {
        for (key, runner) in runners(&read(text).unwrap_or_default()) {
            if taken.contains(&key) || chained(&runner).is_some() {
                continue;
            }
            if host.is_meant(&key) {
                let runner = absolute(runner, path);
                insert(&mut document, &key, &runner);
                said.push(format!(
                    "the runner of `{key}` in `{}` is started by it",
                    path.display()
                ));
            }
            taken.push(key);
        }
    }
    let wanted = own_keys(&taken);
    for (key, runner) in runners(&document) {
        let is_plain = chained(&runner).is_some_and(|chain| chain.is_empty());
        if is_plain && !wanted.iter().any(|(wanted, _)| *wanted == key) {
            take_out(&mut document, &key);
        }
    }
    for (key, unix) in wanted {
        if runner_of(&document, &key).is_none() {
            put(&mut document, &key, &words(&[], unix), true);
        }
    }
    Ok((document.to_string(), said))
}

/// The configuration without our runner, and what of it has to stay.
pub fn remove(text: &str) -> Result<(String, Vec<String>)> {
    let mut document = read(text)?;
    let mut said = Vec::new();
    for (key, runner) in runners(&document) {
        let Some(chain) = chained(&runner) else {
            continue;
        };
        let as_written = [true, false]
            .iter()
            .any(|unix| words(&chain, *unix) == runner);
        if !as_written {
            said.push(format!("the runner of `{key}` was changed since and stays"));
        } else if chain.is_empty() {
            take_out(&mut document, &key);
        } else {
            unwrap(&mut document, &key, &chain);
        }
    }
    Ok((document.to_string(), said))
}

fn read(text: &str) -> Result<DocumentMut> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let hint = anyhow!("hint: mend it first; nothing was written");
        hint.context(error.to_string().trim_end().to_string())
    })
}

/// The keys of our tables where others have runners for `taken`; is each for Unix?
fn own_keys(taken: &[String]) -> Vec<(String, bool)> {
    let others: Vec<_> = taken
        .iter()
        .filter_map(|key| key.strip_prefix("cfg(")?.strip_suffix(')'))
        .collect();
    let mut keys = Vec::new();
    for (own, unix) in [("unix", true), ("not(unix)", false)] {
        let others: Vec<_> = others
            .iter()
            .filter(|other| **other != own)
            .copied()
            .collect();
        let whole = others.len() < taken.iter().filter(|key| key.starts_with("cfg(")).count();
        if whole {
            continue; // another holds for all of it
        }
        keys.push(match others.as_slice() {
            [] => (format!("cfg({own})"), unix),
            [one] => (format!("cfg(all({own}, not({one})))"), unix),
            several => (
                format!("cfg(all({own}, not(any({}))))", several.join(", ")),
                unix,
            ),
        });
    }
    keys
}

/// Every runner of a target, by the key of its table.
fn runners(document: &DocumentMut) -> Vec<(String, Vec<String>)> {
    let targets = document.get("target").and_then(Item::as_table_like);
    let tables = targets.into_iter().flat_map(TableLike::iter);
    let found = tables.filter_map(|(key, table)| {
        let runner = table.as_table_like()?.get("runner")?;
        Some((key.to_owned(), words_of(runner)?))
    });
    found.collect()
}

fn runner_of<'d>(document: &'d DocumentMut, key: &str) -> Option<&'d Item> {
    document
        .get("target")?
        .as_table_like()?
        .get(key)?
        .as_table_like()?
        .get("runner")
}

/// A runner as cargo reads it: a list of words, or words with blanks between them.
fn words_of(item: &Item) -> Option<Vec<String>> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().split_whitespace().map(str::to_owned).collect()),
        Value::Array(words) => words
            .iter()
            .map(|word| word.as_str().map(str::to_owned))
            .collect(),
        _ => None,
    }
}

/// Ours in place of the runner that is there, with a line that says what that was.
fn wrap(document: &mut DocumentMut, key: &str, runner: &[String]) {
    let was = runner_of(document, key).and_then(Item::as_value);
    let was = was
        .map(|was| was.clone().decorated("", "").to_string())
        .unwrap_or_default();
    put(document, key, &words(runner, cfg!(unix)), false);
    if let Some(mut key) = key_of(document, key) {
        let prefix = prefix_of(&key);
        key.leaf_decor_mut()
            .set_prefix(format!("{prefix}{WAS}{}\n", was.replace('\n', " ")));
    }
}

/// The runner that ours starts in its own place again.
fn unwrap(document: &mut DocumentMut, key: &str, chain: &[String]) {
    let mut value: Value = chain.iter().map(String::as_str).collect::<Array>().into();
    if let Some(mut key) = key_of(document, key) {
        let prefix = prefix_of(&key);
        let (was, other): (Vec<_>, Vec<_>) = prefix
            .split_inclusive('\n')
            .partition(|line| line.starts_with(WAS));
        let was = was
            .first()
            .and_then(|line| line.strip_prefix(WAS)?.trim_end().parse().ok());
        value = was.unwrap_or(value);
        key.leaf_decor_mut().set_prefix(other.concat());
    }
    if let Some(table) = table_of(document, key)
        && let Some(old) = table.get_mut("runner").and_then(Item::as_value_mut)
    {
        let decor = old.decor().clone();
        *old = value;
        *old.decor_mut() = decor;
    }
}

/// Ours, which starts a runner of another file.
fn insert(document: &mut DocumentMut, key: &str, runner: &[String]) {
    put(document, key, &words(runner, cfg!(unix)), true);
}

fn put(document: &mut DocumentMut, key: &str, words: &[String], is_new: bool) {
    let mut value: Value = words.iter().map(String::as_str).collect::<Array>().into();
    let targets = document.entry("target").or_insert_with(|| {
        let mut targets = Table::new();
        targets.set_implicit(true);
        targets.into()
    });
    let Some(targets) = targets.as_table_like_mut() else {
        return;
    };
    let mut fresh = Table::new();
    fresh.decor_mut().set_prefix(format!("\n{NOTE}"));
    let table = targets.entry(key).or_insert(Item::Table(fresh));
    let Some(table) = table.as_table_like_mut() else {
        return;
    };
    match table.get_mut("runner").and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None if is_new => {
            table.insert("runner", value.into());
        }
        None => {}
    }
}

/// Removes ours, and what is empty without it.
fn take_out(document: &mut DocumentMut, key: &str) {
    let Some(targets) = document.get_mut("target").and_then(Item::as_table_like_mut) else {
        return;
    };
    let is_empty = targets
        .get_mut(key)
        .and_then(Item::as_table_like_mut)
        .is_some_and(|table| {
            table.remove("runner");
            table.is_empty()
        });
    if is_empty {
        targets.remove(key);
    }
    if targets.is_empty() {
        document.remove("target");
    }
}

fn table_of<'d>(document: &'d mut DocumentMut, key: &str) -> Option<&'d mut dyn TableLike> {
    document
        .get_mut("target")?
        .as_table_like_mut()?
        .get_mut(key)?
        .as_table_like_mut()
}

/// The key `runner`, where a line can stand above it.
fn key_of<'d>(document: &'d mut DocumentMut, key: &str) -> Option<toml_edit::KeyMut<'d>> {
    let table = document
        .get_mut("target")?
        .as_table_like_mut()?
        .get_mut(key)?
        .as_table_mut()?;
    table.key_mut("runner")
}

fn prefix_of(key: &toml_edit::KeyMut<'_>) -> String {
    let prefix = key.leaf_decor().prefix().and_then(|prefix| prefix.as_str());
    prefix.unwrap_or_default().to_owned()
}

/// A program that is named by a path relative to another file, as that file means it.
fn absolute(mut runner: Vec<String>, file: &Path) -> Vec<String> {
    let base = file.parent().and_then(Path::parent);
    if let (Some(program), Some(base)) = (runner.first_mut(), base)
        && program.contains('/')
        && Path::new(program).is_relative()
    {
        *program = base.join(&*program).to_string_lossy().into_owned();
    }
    runner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> Host {
        let cfgs = ["unix", "target_os=\"linux\""];
        Host {
            triple: "x86_64-unknown-linux-gnu".into(),
            cfgs: cfgs.iter().map(|cfg| Cfg::from_str(cfg).unwrap()).collect(),
        }
    }

    /// The configuration after `add`, which changes nothing a second time and is taken back whole.
    fn added(text: &str) -> String {
        let (after, _) = add(text, &host(), &[]).unwrap();
        let (again, _) = add(&after, &host(), &[]).unwrap();
        assert_eq!(after, again, "twice");
        assert_eq!(
            remove(&after).unwrap(),
            (text.to_string(), vec![]),
            "\n{after}"
        );
        after
    }

    /// The tables whose runner cargo would take here.
    fn meant(text: &str) -> Vec<(String, Vec<String>)> {
        let all = runners(&read(text).unwrap());
        all.into_iter()
            .filter(|(key, _)| host().is_meant(key))
            .collect()
    }

    #[test]
    fn an_empty_file_gets_one_runner_a_target() {
        let after = added("");
        assert_eq!(meant(&after).len(), 1, "{after}");
        assert_eq!(runners(&read(&after).unwrap()).len(), 2);
        let text = "# ours\n[build]\njobs = 2 # few\n";
        assert!(added(text).starts_with(text));
    }

    #[test]
    fn a_runner_of_this_machine_is_started_by_ours() {
        for runner in ["\"valgrind -q\"", "['valgrind', \"-q\"] # slow"] {
            for key in [
                "'cfg(target_os = \"linux\")'",
                "x86_64-unknown-linux-gnu",
                "'cfg(unix)'",
            ] {
                let text = format!("[target.{key}]\n# careful\nrunner = {runner}\nlinker = 'x'\n");
                let after = added(&text);
                let (exact, by_cfg): (Vec<_>, Vec<_>) = meant(&after)
                    .into_iter()
                    .partition(|(key, _)| !key.starts_with("cfg"));
                assert!(by_cfg.len() <= 1, "cargo would refuse\n{after}");
                let (_, runner) = exact.iter().chain(&by_cfg).next().unwrap();
                assert_eq!(chained(runner).unwrap(), ["valgrind", "-q"], "{after}");
            }
        }
    }

    #[test]
    fn a_runner_of_another_machine_is_left_alone_and_does_not_clash() {
        let text = "[target.'cfg(target_os = \"none\")']\nrunner = 'probe'\n[target.thumbv6m-none-eabi]\nrunner = 'probe'\n";
        let after = added(text);
        assert!(
            after.contains("cfg(all(unix, not(target_os = \\\"none\\\")))")
                || after.contains("cfg(all(unix, not(target_os = \"none\")))"),
            "{after}"
        );
        assert_eq!(meant(&after).len(), 1);
    }

    #[test]
    fn a_runner_of_another_file_is_started_by_ours_under_the_same_key() {
        let far = [(
            PathBuf::from("/home/me/.cargo/config.toml"),
            "[target.'cfg(unix)']\nrunner = 'tools/run -x'".to_string(),
        )];
        let (after, said) = add("", &host(), &far).unwrap();
        let meant = meant(&after);
        assert_eq!(meant.len(), 1, "{after}");
        assert_eq!(meant[0].0, "cfg(unix)");
        assert_eq!(chained(&meant[0].1).unwrap(), ["/home/me/tools/run", "-x"]);
        assert_eq!(said.len(), 2);
    }

    #[test]
    fn what_was_changed_since_stays() {
        let (after, _) = add("", &host(), &[]).unwrap();
        let changed = after.replace(
            "cargo-mamo runner \\\"$@\\\"",
            "cargo-mamo runner -v \\\"$@\\\"",
        );
        let changed = changed.replace("cargo-mamo runner \"$@\"", "cargo-mamo runner -v \"$@\"");
        assert_ne!(after, changed);
        let (left, said) = remove(&changed).unwrap();
        assert_eq!(said.len(), 1, "{left}");
        assert!(left.contains("runner -v"));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_with_a_hint() {
        let error = add("[target", &host(), &[]).unwrap_err();
        assert!(
            error
                .chain()
                .last()
                .unwrap()
                .to_string()
                .starts_with("hint: "),
            "{error:?}"
        );
    }
}
