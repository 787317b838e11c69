//! Where the file of a `mod name;` or an `include!` lies.

use crate::syntax::ir::{FileArgument, Symbol};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// Where child modules' files are looked for.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Base of `mod name;`.
    modules: PathBuf,
    /// Base of `#[path = ".."] mod name;`.
    paths: PathBuf,
}

impl Directory {
    /// Of a crate root, a `mod.rs`, or a file named by `#[path]`: its own directory.
    pub fn of_root(file: &Path) -> Self {
        let own = file.parent().map(Path::to_path_buf).unwrap_or_default();
        Self {
            modules: own.clone(),
            paths: own,
        }
    }

    /// Of `foo.rs`: `foo/` beside it; `#[path]` starts at the file's own directory.
    fn of_plain(file: &Path) -> Self {
        let own = file.parent().map(Path::to_path_buf).unwrap_or_default();
        Self {
            modules: file.with_extension(""),
            paths: own,
        }
    }

    /// Of an inline `mod name { .. }`.
    #[must_use]
    pub fn inline(&self, name: Symbol, path: Option<&str>) -> Self {
        let modules = match path {
            Some(path) => self.paths.join(path),
            None => self.modules.join(name.as_str()),
        };
        Self {
            paths: modules.clone(),
            modules,
        }
    }

    /// Files that `mod name;` may mean, each with the directory of its own children.
    pub fn candidates(&self, name: Symbol, path: Option<&str>) -> Vec<(PathBuf, Self)> {
        if let Some(path) = path {
            let file = clean(&self.paths.join(path));
            return vec![(file.clone(), Self::of_root(&file))];
        }
        let plain = clean(&self.modules.join(format!("{name}.rs")));
        let nested = clean(&self.modules.join(name.as_str()).join("mod.rs"));
        vec![
            (plain.clone(), Self::of_plain(&plain)),
            (nested.clone(), Self::of_root(&nested)),
        ]
    }
}

/// The file that an include in `base` names, if that can be told.
pub fn include_path(
    base: &Path,
    argument: &FileArgument,
    env: &BTreeMap<String, Option<String>>,
) -> Option<PathBuf> {
    match argument {
        FileArgument::Literal(path) => Some(clean(&base.parent()?.join(path))),
        FileArgument::UnderEnv(variable, rest) => {
            let value = env.get(variable.as_str())?.as_ref()?;
            Some(clean(Path::new(&format!("{value}{rest}"))))
        }
        FileArgument::Unknown => None,
    }
}

/// `path` without `.` and `..`, as far as that can be said without the file system.
pub fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(cleaned.components().next_back(), Some(Component::Normal(_))) =>
            {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}
