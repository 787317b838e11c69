//! What cargo and rustc answered before, kept as long as every file that decides on the answer looks the same.
//!
//! Starting rustc or cargo to ask the same again takes longer than the rest of a run with nothing to do. Where it cannot
//! be told which files decide, nothing is kept.

use super::tools::script;
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::look::Look;
use anyhow::Result;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The size of a file that is read each time.
const SMALL: u64 = 1 << 16;

/// An answer, and how the files that decide on it looked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Known<T> {
    deciding: Vec<(PathBuf, Option<Look>)>,
    answer: T,
}

impl<T> Known<T> {
    fn holds(&self) -> bool {
        self.deciding
            .iter()
            .all(|(path, look)| Look::of(path) == *look)
    }
}

/// Where the manifests were found from a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The workspace's manifest.
    pub root: PathBuf,
    /// The manifest that the user is in.
    pub manifest: PathBuf,
}

/// The output of rustc with `arguments`: as kept, else what `ask` says.
pub fn output(
    home: &Home,
    program: &OsStr,
    cwd: &Path,
    arguments: &[String],
    ask: impl FnOnce() -> Result<String>,
) -> Result<String> {
    // A target's own description and a file of arguments would decide, too.
    if arguments
        .iter()
        .any(|argument| argument.starts_with('@') || argument.contains(".json"))
    {
        return ask();
    }
    // A script may ask another program.
    let asked = resolve(program, cwd).filter(|path| script(path).is_none());
    let Some((path, deciding)) = asked.and_then(|path| Some((path.clone(), deciding(&path, cwd)?)))
    else {
        return ask();
    };
    let named = [
        "RUSTUP_TOOLCHAIN",
        "RUSTUP_HOME",
        "RUSTC_BOOTSTRAP",
        "RUST_TARGET_PATH",
        "SYSROOT",
    ];
    let mut key: Vec<Vec<u8>> = vec![
        path.as_os_str().as_encoded_bytes().to_vec(),
        cwd.as_os_str().as_encoded_bytes().to_vec(),
    ];
    key.extend(named.map(|name| format!("{name}={:?}", std::env::var_os(name)).into_bytes()));
    key.extend(
        arguments
            .iter()
            .map(|argument| argument.clone().into_bytes()),
    );
    let file = file_of(home, "answers", &key);
    kept(home, &file, &deciding, ask)
}

/// The place kept for a directory, if one of the workspaces that it may belong to knows it.
pub fn place(
    cwd: &Path,
    manifest: Option<&Path>,
    home_of: impl Fn(&Path) -> Home,
) -> Option<Place> {
    let start = manifest.map_or_else(|| cwd.to_path_buf(), |path| cwd.join(path));
    let roots = start
        .ancestors()
        .filter(|dir| dir.join("Cargo.toml").is_file());
    roots.into_iter().find_map(|root| {
        let home = home_of(root);
        let known = home
            .read::<Known<Place>>(&place_file(&home, cwd, manifest))
            .present()?;
        (known.answer.root == root.join("Cargo.toml") && known.holds()).then_some(known.answer)
    })
}

/// Keeps a place that cargo told.
pub fn keep_place(home: &Home, cwd: &Path, manifest: Option<&Path>, place: &Place) {
    let dirs = place.manifest.ancestors().skip(1);
    let mut files: Vec<_> = dirs.map(|dir| dir.join("Cargo.toml")).collect();
    files.push(place.root.clone());
    let file = place_file(home, cwd, manifest);
    let _ = kept(home, &file, &files, || Ok(place.clone()));
}

fn place_file(home: &Home, cwd: &Path, manifest: Option<&Path>) -> PathBuf {
    let asked = manifest.unwrap_or(Path::new(""));
    let key = [cwd, asked].map(|path| path.as_os_str().as_encoded_bytes().to_vec());
    file_of(home, "places", &key)
}

fn file_of(home: &Home, part: &str, key: &[Vec<u8>]) -> PathBuf {
    home.part(part)
        .join(Fingerprint::of_parts(key.iter().map(Vec::as_slice)).to_hex())
}

/// The answer in `file` if it holds; else what `ask` says, kept if nothing that decides on it was written just now.
fn kept<T: Serialize + DeserializeOwned>(
    home: &Home,
    file: &Path,
    deciding: &[PathBuf],
    ask: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let known = home.read::<Known<T>>(file).present();
    let same = |known: &Known<T>| {
        known.deciding.iter().map(|(path, _)| path).eq(deciding) && known.holds()
    };
    if let Some(known) = known.filter(same) {
        return Ok(known.answer);
    }
    let before: Option<Vec<_>> = deciding
        .iter()
        .map(|path| {
            if path.exists() {
                Look::settled(path).map(|look| (path.clone(), Some(look)))
            } else {
                Some((path.clone(), None))
            }
        })
        .collect();
    let known = Known {
        answer: ask()?,
        deciding: before.unwrap_or_default(),
    };
    if !known.deciding.is_empty() && known.holds() {
        home.write(file, &known);
    }
    Ok(known.answer)
}

/// The digest of a file's bytes, kept while it looks the same; nothing's if it cannot be read.
pub(super) fn bytes(home: &Home, path: &Path) -> Fingerprint {
    let read = || std::fs::read(path).map_or(Fingerprint::NONE, |bytes| Fingerprint::of(&bytes));
    // Reading a small file takes no longer than looking up its digest.
    let is_small = |path: &Path| path.metadata().is_ok_and(|file| file.len() <= SMALL);
    if is_small(path) {
        return read();
    }
    let key = [
        b"bytes".to_vec(),
        path.as_os_str().as_encoded_bytes().to_vec(),
    ];
    let file = file_of(home, "answers", &key);
    kept(home, &file, &[path.to_path_buf()], || Ok(read())).unwrap_or(Fingerprint::NONE)
}

/// The program that a name stands for.
pub(super) fn resolve(program: &OsStr, cwd: &Path) -> Option<PathBuf> {
    let named = Path::new(program);
    if named.components().count() > 1 {
        return Some(cwd.join(named));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| cwd.join(dir).join(named))
        .find(|path| path.is_file())
}

/// The files that decide what the rustc at `path` answers in `cwd`; `None` if they cannot be told.
fn deciding(path: &Path, cwd: &Path) -> Option<Vec<PathBuf>> {
    let real = path.canonicalize().ok()?;
    let mut files = vec![path.to_path_buf(), real.clone()];
    let proxy = real.file_stem().is_some_and(|stem| stem == "rustup")
        || path.with_file_name("rustup").exists();
    if !proxy {
        return Some(files);
    }
    let named = std::env::var_os("RUSTUP_TOOLCHAIN").unwrap_or_default();
    if Path::new(&named).components().count() > 1 {
        return None;
    }
    for name in cwd
        .ancestors()
        .flat_map(|dir| ["rust-toolchain", "rust-toolchain.toml"].map(|name| dir.join(name)))
    {
        // One that names a directory leaves the toolchains that rustup keeps.
        if std::fs::read_to_string(&name).is_ok_and(|text| text.contains("path")) {
            return None;
        }
        files.push(name);
    }
    let home = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".rustup")))?;
    files.push(home.join("settings.toml"));
    let toolchains = home.join("toolchains");
    let mut installed: Vec<_> = std::fs::read_dir(&toolchains)
        .ok()?
        .flatten()
        .map(|entry| entry.path().join("bin/rustc"))
        .collect();
    installed.sort();
    files.extend(installed);
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::time::{Duration, SystemTime};

    #[test]
    fn an_answer_is_kept_until_a_file_that_decides_on_it_looks_different() {
        let dir = tempfile::tempdir().unwrap();
        let (home, file) = (
            Home::new(dir.path().join("mamo")),
            dir.path().join("mamo/answer"),
        );
        let there = dir.path().join("there");
        std::fs::write(&there, "1").unwrap();
        let modify = |time| {
            let file = std::fs::File::options().append(true).open(&there);
            file.unwrap().set_modified(time).unwrap();
        };
        let (now, while_ago) = (SystemTime::now(), Duration::from_secs(100));
        let deciding = [there.clone(), dir.path().join("absent")];
        let asked = Cell::new(0);
        let ask = || {
            let ask = || {
                asked.set(asked.get() + 1);
                Ok(asked.get())
            };
            kept(&home, &file, &deciding, ask).unwrap()
        };
        // Written just now, however long this takes.
        modify(now + while_ago);
        assert_eq!((ask(), ask()), (1, 2));
        modify(now - while_ago);
        // It was changed just now, too.
        std::thread::sleep(Duration::from_millis(2100));
        assert_eq!((ask(), ask()), (3, 3));
        std::fs::write(dir.path().join("absent"), "").unwrap();
        assert_eq!(ask(), 4);
    }
}
