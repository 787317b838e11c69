//! Cargo's configuration, as far as it decides what is compiled and how programs are started.
//!
//! Every `.cargo/config.toml` from the working directory up, the one in `CARGO_HOME`, `--config` arguments and
//! the environment's `CARGO_*` forms, in cargo's order of precedence. Unknown keys are no concern of ours.

use crate::facts::Configured;
use cargo_metadata::cargo_platform::{Cfg, Platform};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use toml::{Table, Value};

/// The variable by which cargo is told to compile incrementally or not, whatever profiles say.
#[cfg(feature = "cli")]
pub(super) const INCREMENTAL: &str = "CARGO_INCREMENTAL";

/// Has the user said, for all profiles, whether to compile incrementally? A variable that is set to nothing says nothing.
#[cfg(feature = "cli")]
pub(super) fn is_incremental_set(cwd: &Path, arguments: &[String]) -> bool {
    let variables = [INCREMENTAL, "CARGO_BUILD_INCREMENTAL"];
    let config = Config::load(cwd, arguments);
    let mut configured = config.at(&["build", "incremental"]);
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    variables.iter().any(is_set) || configured.next().is_some()
}

/// The merged configuration.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Layers, the strongest first, each with the directory that its relative paths refer to.
    layers: Vec<(PathBuf, Table)>,
    /// How many of them were typed: these are stronger than the environment.
    typed: usize,
    /// The files that were read, or would be if they existed.
    pub files: Vec<PathBuf>,
}

impl Config {
    /// Reads the configuration in force in `cwd`. A file that does not parse is left to cargo to complain about.
    pub fn load(cwd: &Path, arguments: &[String]) -> Self {
        let mut config = Self::default();
        for argument in arguments.iter().rev() {
            let path = cwd.join(argument);
            if path.is_file() {
                config.add_file(&path);
            } else if let Ok(table) = argument.parse::<Table>() {
                config.layers.push((cwd.to_path_buf(), table));
            }
        }
        config.typed = config.layers.len();
        let home = cargo_home();
        let mut dirs: Vec<PathBuf> = cwd.ancestors().map(|dir| dir.join(".cargo")).collect();
        if let Some(home) = home
            && !dirs.contains(&home)
        {
            dirs.push(home);
        }
        for dir in dirs {
            // The name without extension wins, as in cargo.
            let old = dir.join("config");
            let new = dir.join("config.toml");
            config.add_file(if old.is_file() { &old } else { &new });
        }
        config
    }

    /// A file is stronger than those that it includes, and of these the last; what is relative in it is to the directory above its
    /// own, as it is in `.cargo/config.toml`.
    fn add_file(&mut self, path: &Path) {
        if self.files.iter().any(|known| known == path) {
            return;
        }
        self.files.push(path.to_path_buf());
        let Ok(text) = std::fs::read_to_string(path) else {
            return;
        };
        let Ok(table) = text.parse::<Table>() else {
            return;
        };
        let dir = path.parent().unwrap_or(path);
        let includes: Vec<_> = included(&table).iter().map(|it| dir.join(it)).collect();
        let base = dir.parent().unwrap_or(dir).to_path_buf();
        self.layers.push((base, table));
        for include in includes.iter().rev() {
            self.add_file(include);
        }
    }

    /// The values at `keys`, the strongest first, each with the directory of its layer.
    fn at<'a>(&'a self, keys: &'a [&'a str]) -> impl Iterator<Item = (&'a Path, &'a Value)> {
        self.layers.iter().filter_map(move |layer| at(layer, keys))
    }

    /// The same of what was typed.
    fn typed_at<'a>(&'a self, keys: &'a [&'a str]) -> impl Iterator<Item = (&'a Path, &'a Value)> {
        let typed = self.layers.iter().take(self.typed);
        typed.filter_map(move |layer| at(layer, keys))
    }

    /// A string at `keys`: what was typed, the environment's `CARGO_A_B` form, what is written in files.
    pub fn string(&self, keys: &[&str]) -> Option<String> {
        let text = |(_, value): (&Path, &Value)| value.as_str().map(str::to_owned);
        let typed = self.typed_at(keys).find_map(text);
        let typed = typed.or_else(|| std::env::var(variable(keys)).ok());
        typed.or_else(|| self.at(keys).find_map(text))
    }

    /// All that is set in a table, from wherever it comes.
    pub fn settings(&self, table: &str) -> Vec<String> {
        let keys = [table];
        let written = self.at(&keys).map(|(_, value)| value.to_string());
        let prefix = format!("{}_", variable(&keys));
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.to_string_lossy();
            let is_of_it = name.starts_with(&prefix);
            is_of_it.then(|| format!("{name}={}", value.to_string_lossy()))
        });
        let mut variables: Vec<_> = variables.collect();
        variables.sort();
        written.chain(variables).collect()
    }

    /// A path at `keys`, relative to where it was written.
    pub fn path(&self, keys: &[&str]) -> Option<PathBuf> {
        let path = |(base, value): (&Path, &Value)| Some(base.join(value.as_str()?));
        let typed = self.typed_at(keys).find_map(path);
        let typed = typed.or_else(|| std::env::var_os(variable(keys)).map(PathBuf::from));
        typed.or_else(|| self.at(keys).find_map(path))
    }

    /// A program at `keys`: a path is relative to where it was written, a bare name is searched for.
    pub fn program(&self, keys: &[&str]) -> Option<PathBuf> {
        let bare = self.string(keys).filter(|name| !name.contains(['/', '\\']));
        bare.map(PathBuf::from).or_else(|| self.path(keys))
    }

    /// The `rustflags` or `rustdocflags` (`kind`) in force for `triple`, by cargo's rules: one source wins, and within it
    /// layers are joined.
    pub fn flags(&self, kind: &str, triple: &str, cfgs: &[Cfg]) -> Vec<String> {
        let own = kind.to_uppercase();
        if let Ok(encoded) = std::env::var(format!("CARGO_ENCODED_{own}")) {
            return encoded
                .split('\x1f')
                .filter(|flag| !flag.is_empty())
                .map(str::to_owned)
                .collect();
        }
        if let Ok(flags) = std::env::var(own) {
            return words(&flags);
        }
        let named = |keys: &[&str]| words(&std::env::var(variable(keys)).unwrap_or_default());
        let mut flags = Vec::new();
        for (key, table) in self.targets(triple, cfgs) {
            flags.extend(named(&["target", &key, kind]));
            flags.extend(table.iter().flat_map(|(_, table)| strings(table.get(kind))));
        }
        if flags.is_empty() {
            flags = named(&["target", triple, kind]);
        }
        if !flags.is_empty() {
            return flags;
        }
        flags.extend(named(&["build", kind]));
        let layers: Vec<_> = self
            .at(&["build", kind])
            .map(|(_, value)| strings(Some(value)))
            .collect();
        flags.extend(layers.into_iter().rev().flatten());
        flags
    }

    /// What a subcommand of the user's own stands for; nothing if there is none of this name.
    pub fn alias(&self, name: &str) -> Vec<String> {
        if let Ok(alias) = std::env::var(variable(&["alias", name])) {
            return words(&alias);
        }
        let first = self
            .at(&["alias", name])
            .next()
            .map(|(_, value)| strings(Some(value)));
        first.unwrap_or_default()
    }

    /// The program that starts built programs, with its first arguments.
    pub fn runner(&self, triple: &str, cfgs: &[Cfg]) -> Vec<String> {
        if let Ok(runner) = std::env::var(variable(&["target", triple, "runner"])) {
            return words(&runner);
        }
        let tables = self.targets(triple, cfgs);
        let exact = tables.iter().filter(|(key, _)| *key == triple);
        let by_cfg = tables.iter().filter(|(key, _)| *key != triple);
        for (_, layers) in exact.chain(by_cfg) {
            for (base, table) in layers {
                let mut runner = strings(table.get("runner"));
                if let Some(program) = runner.first_mut() {
                    if program.contains('/') && Path::new(program).is_relative() {
                        *program = base.join(&*program).to_string_lossy().into_owned();
                    }
                    return runner;
                }
            }
        }
        Vec::new()
    }

    /// The linkers that are configured for `triple`; for every target where builds are for several (`all`).
    pub fn linkers(&self, triple: &str, cfgs: &[Cfg], all: bool) -> Vec<PathBuf> {
        let own = variable(&["target", triple, "linker"]);
        let is_one = |name: &str| {
            let of_any = name.starts_with("CARGO_TARGET_") && name.ends_with("_LINKER");
            name == own || (all && of_any)
        };
        let set = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_one));
        let mut found: Vec<PathBuf> = set.map(|(_, linker)| linker.into()).collect();
        for (base, value) in self.at(&["target"]) {
            for (key, table) in value.as_table().into_iter().flatten() {
                let platform = Platform::from_str(key);
                let holds = all || platform.is_ok_and(|platform| platform.matches(triple, cfgs));
                let linker = table.get("linker").and_then(Value::as_str);
                found.extend(linker.filter(|_| holds).map(|linker| {
                    if linker.contains(['/', '\\']) {
                        base.join(linker)
                    } else {
                        linker.into()
                    }
                }));
            }
        }
        found
    }

    /// The `[target.*]` tables that hold for `triple`, by key; layers strongest first.
    fn targets<'a>(
        &'a self,
        triple: &str,
        cfgs: &[Cfg],
    ) -> BTreeMap<String, Vec<(&'a Path, &'a Table)>> {
        let mut found = BTreeMap::<_, Vec<_>>::new();
        for (base, value) in self.at(&["target"]) {
            for (key, table) in value.as_table().into_iter().flatten() {
                let holds =
                    Platform::from_str(key).is_ok_and(|platform| platform.matches(triple, cfgs));
                if let (true, Some(table)) = (holds, table.as_table()) {
                    found.entry(key.clone()).or_default().push((base, table));
                }
            }
        }
        found
    }

    /// The value of a variable in a program that cargo starts, as the `[env]` table and the environment have it.
    pub fn variable(configured: &BTreeMap<String, Configured>, name: &str) -> Option<String> {
        let set = std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        match configured.get(name) {
            Some(entry) if entry.force || set.is_none() => Some(entry.value.clone()),
            _ => set,
        }
    }

    /// The `[env]` table.
    pub fn env(&self) -> BTreeMap<String, Configured> {
        let mut all = BTreeMap::new();
        for (base, value) in self.at(&["env"]) {
            for (name, value) in value.as_table().into_iter().flatten() {
                let flag = |key| value.get(key).and_then(Value::as_bool).unwrap_or(false);
                let Some(text) = value.as_str().or_else(|| value.get("value")?.as_str()) else {
                    continue;
                };
                let value = if flag("relative") {
                    base.join(text).to_string_lossy().into_owned()
                } else {
                    text.to_owned()
                };
                all.entry(name.clone()).or_insert(Configured {
                    value,
                    force: flag("force"),
                });
            }
        }
        all
    }
}

/// `CARGO_HOME`, or where it is by default.
pub fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

/// Does it lie where cargo unpacks packages?
pub fn is_unpacked(path: &Path) -> bool {
    let home = cargo_home();
    let real = home.as_ref().and_then(|home| home.canonicalize().ok());
    let mut homes = home.iter().chain(&real);
    homes.any(|home| {
        let mut dirs = ["registry/src", "git/checkouts"].iter();
        dirs.any(|dir| path.starts_with(home.join(dir)))
    })
}

/// The value at `keys` in a layer, and its directory.
fn at<'a>((base, table): &'a (PathBuf, Table), keys: &[&str]) -> Option<(&'a Path, &'a Value)> {
    let (first, rest) = keys.split_first()?;
    let mut rest = rest.iter();
    let value = rest.try_fold(table.get(*first)?, |value, key| value.get(key))?;
    Some((base, value))
}

/// The environment's name of a configuration key.
fn variable(keys: &[&str]) -> String {
    format!(
        "CARGO_{}",
        keys.join("_").to_uppercase().replace(['-', '.'], "_")
    )
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The files that a table includes: each by its path, or by a table with that.
fn included(table: &Table) -> Vec<String> {
    let path = |entry: &Value| {
        let path = entry.as_str().or_else(|| entry.get("path")?.as_str());
        path.map(str::to_owned)
    };
    match table.get("include") {
        Some(Value::Array(all)) => all.iter().filter_map(path).collect(),
        Some(one) => path(one).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A string of words or a list of strings.
fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => words(text),
        Some(Value::Array(all)) => all
            .iter()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_stronger_than_what_it_includes_and_paths_are_relative_to_where_they_are_written() {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [
            (
                "w/.cargo/config.toml",
                "include = ['one.toml', { path = '../far/.config/two.toml' }, 'gone.toml']\n[env]\nOWN = 'own'",
            ),
            ("w/.cargo/one.toml", "[env]\nOWN = 'one'\nX = 'one'"),
            (
                "w/far/.config/two.toml",
                "[env]\nX = 'two'\n[resolver]\nlockfile-path = 'locks/Cargo.lock'",
            ),
        ] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let cwd = dir.path().join("w");
        let config = Config::load(&cwd, &[]);
        let env = config.env();
        assert_eq!((&*env["OWN"].value, &*env["X"].value), ("own", "two"));
        let lockfile = config.path(&["resolver", "lockfile-path"]).unwrap();
        assert!(lockfile.ends_with("far/locks/Cargo.lock"), "{lockfile:?}");
        let gone = cwd.join(".cargo/gone.toml");
        assert!(config.files.contains(&gone), "it may come to be there");
        let typed = Config::load(
            &cwd,
            &["resolver.lockfile-path='typed/Cargo.lock'".to_owned()],
        );
        let lockfile = typed.path(&["resolver", "lockfile-path"]).unwrap();
        assert_eq!(lockfile, cwd.join("typed/Cargo.lock"));
    }

    #[test]
    fn layers_are_joined_and_the_nearest_runner_wins() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a");
        for (at, text) in [
            (
                dir.path(),
                "build.rustflags = ['--cfg', 'far']\n[env]\nX = 'far'\nY = { value = 'y', relative = true }",
            ),
            (
                &inner,
                "build.rustflags = ['--cfg', 'near']\n[env]\nX = 'near'\n[target.'cfg(unix)']\nrunner = 'r -x'",
            ),
        ] {
            std::fs::create_dir_all(at.join(".cargo")).unwrap();
            std::fs::write(at.join(".cargo/config.toml"), text).unwrap();
        }
        let config = Config::load(&inner, &[]);
        let unix = [Cfg::from_str("unix").unwrap()];
        let flags = config.flags("rustflags", "x-y-z", &unix);
        assert!(
            flags.ends_with(&["--cfg", "far", "--cfg", "near"].map(String::from)),
            "{flags:?}"
        );
        assert_eq!(config.runner("x-y-z", &unix), ["r", "-x"]);
        assert_eq!(config.env()["X"].value, "near");
        assert_eq!(
            config.env()["Y"].value,
            dir.path().join("y").to_string_lossy()
        );
    }
}
