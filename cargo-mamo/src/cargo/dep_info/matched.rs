//! Which dep-info is an artifact's own: the one that names the artifact's file among those that its compilation made.
//!
//! The name of a file does not tell. Libraries of kinds that other programs load bear no hash, programs are linked (or copied)
//! out of the directory where they were made, and beside them lie `.d` files of cargo's own, which name no variables. So rustc's
//! list has to name the file, or one that is the same, and the artifact's crate root. What cannot be told for certain is in
//! doubt, and nothing that links it is answered for.

use super::DepInfo;
use cargo_metadata::Artifact;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What was found of an artifact's compilation.
#[derive(Debug, Default)]
pub struct Matched {
    /// What it read; if that is in doubt, all that it may have read, as far as it was found.
    pub read: DepInfo,
    /// Where that stands.
    pub path: Option<PathBuf>,
    /// Why it is not certain.
    pub doubt: Option<String>,
}

/// Where the dep-infos of a build may lie.
#[derive(Clone, Copy, Debug)]
pub struct DepInfos<'a> {
    /// Where rustc runs for packages under it, else it runs in the package's directory.
    pub workspace_root: &'a Path,
    /// Where programs end up.
    pub target_dir: &'a Path,
    /// Where they are made.
    pub build_dir: &'a Path,
}

/// Dep-infos by their path.
type Found = BTreeMap<PathBuf, DepInfo>;

impl DepInfos<'_> {
    /// The dep-infos of artifacts, each of the package of this name. Where several make a file of one name, or one list of
    /// what was read, it is the last that lies there: for what an earlier one was linked into, that says nothing.
    pub fn of_all<'n>(
        &self,
        artifacts: impl Iterator<Item = (&'n Artifact, &'n str)>,
    ) -> Vec<Matched> {
        let artifacts: Vec<_> = artifacts.collect();
        let mut all: Vec<_> = artifacts
            .iter()
            .map(|(artifact, package)| self.of(artifact, package))
            .collect();
        let mut makers = BTreeMap::<PathBuf, Vec<usize>>::new();
        for (at, ((artifact, _), matched)) in artifacts.iter().zip(&all).enumerate() {
            let files = artifact.filenames.iter().map(Into::into);
            for file in files.chain(matched.path.clone()) {
                makers.entry(file).or_default().push(at);
            }
        }
        for (file, makers) in makers.iter().filter(|(_, makers)| makers.len() > 1) {
            for maker in makers {
                all[*maker].doubt = Some(format!(
                    "several compilations make `{}`, so it is not certain what is linked",
                    file.file_name().unwrap_or_default().display()
                ));
            }
        }
        all
    }

    /// The dep-info of `artifact`, of the package of this name.
    pub fn of(&self, artifact: &Artifact, package: &str) -> Matched {
        let mut found = Found::new();
        for file in &artifact.filenames {
            found.extend(beside(file.as_std_path()));
        }
        if found.is_empty() {
            let crate_name = artifact.target.name.replace('-', "_");
            for file in &artifact.filenames {
                let file = file.as_std_path();
                for dir in self.dirs(file, package) {
                    found.extend(originals(file, &dir, &crate_name));
                }
            }
        }
        let mut own = found
            .iter()
            .filter(|(_, info)| self.has_root(info, artifact));
        if let (Some((path, info)), None) = (own.next(), own.next()) {
            return Matched {
                read: info.clone(),
                path: Some(path.clone()),
                doubt: None,
            };
        }
        let doubt = if found.is_empty() {
            "what rustc read is not found beside what it made"
        } else {
            "it is not certain which compilation made it"
        };
        Matched {
            read: together(found.into_values(), artifact),
            path: None,
            doubt: Some(doubt.to_owned()),
        }
    }

    /// Directories where `file` may have been made: its own, and where cargo's layouts have what they link out of the build
    /// directory.
    fn dirs(&self, file: &Path, package: &str) -> BTreeSet<PathBuf> {
        let Some(own) = file.parent() else {
            return BTreeSet::new();
        };
        let below = own.strip_prefix(self.target_dir);
        let inner = below.map_or_else(|_| own.to_path_buf(), |below| self.build_dir.join(below));
        let mut found: BTreeSet<_> = [own, &own.join("deps"), &inner, &inner.join("deps")]
            .map(Path::to_path_buf)
            .into();
        // Of examples, the profile's directory is the one above.
        for profile in inner.ancestors().take(2) {
            let units = std::fs::read_dir(profile.join("build").join(package));
            let units = units.into_iter().flatten().flatten();
            found.extend(units.map(|unit| unit.path().join("out")));
        }
        found
    }

    /// Does the dep-info name the artifact's crate root?
    fn has_root(&self, info: &DepInfo, artifact: &Artifact) -> bool {
        let root = artifact.target.src_path.as_std_path();
        let package = artifact.manifest_path.as_std_path().parent();
        let bases = [Some(self.workspace_root), package];
        let mut files = info.files.iter().flat_map(|file| {
            let bases = bases.into_iter().flatten();
            bases.map(move |base| base.join(file))
        });
        files.clone().any(|file| file == root)
            || root.canonicalize().is_ok_and(|root| {
                files.any(|file| file.canonicalize().is_ok_and(|file| file == root))
            })
    }
}

/// The dep-infos with the name of `file` beside it that say that their compilation made it.
fn beside(file: &Path) -> Found {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let stems = [stem.strip_prefix("lib"), Some(&*stem)];
    let paths = stems
        .into_iter()
        .flatten()
        .map(|stem| file.with_file_name(format!("{stem}.d")));
    let read = paths.filter_map(|path| {
        let info = read_own(&path)?;
        let name = file.file_name()?.to_str()?;
        info.made.contains(name).then_some((path, info))
    });
    read.collect()
}

/// The dep-infos in `dir` whose compilation made the very file that is `file`.
fn originals(file: &Path, dir: &Path, crate_name: &str) -> Found {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let named = paths.filter(|path| path.extension().is_some_and(|end| end == "d"));
    let named = named.filter(|path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let rest = stem.strip_prefix(crate_name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    });
    let read = named.filter_map(|path| {
        let info = read_own(&path)?;
        let mut made = info.made.iter().map(|name| dir.join(name));
        let same = made.any(|made| made != path && is_same(file, &made));
        same.then_some((path, info))
    });
    read.collect()
}

/// A dep-info that rustc wrote: it names itself among what was made, where cargo's own name only what they lie beside.
fn read_own(path: &Path) -> Option<DepInfo> {
    let info = DepInfo::read(path).ok()?;
    let name = path.file_name()?.to_str()?;
    info.made.contains(name).then_some(info)
}

/// All that these read, and the artifact's root.
fn together(found: impl Iterator<Item = DepInfo>, artifact: &Artifact) -> DepInfo {
    let mut all = DepInfo::default();
    for one in found {
        all.files.extend(one.files);
        all.env.extend(one.env);
    }
    all.files.insert(artifact.target.src_path.clone().into());
    all
}

/// Are these one file, or a file and its copy?
pub(in crate::cargo) fn is_same(a: &Path, b: &Path) -> bool {
    let (Ok(first), Ok(second)) = (a.metadata(), b.metadata()) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (first.dev(), first.ino()) == (second.dev(), second.ino()) {
            return true;
        }
    }
    first.is_file() && first.len() == second.len() && have_same_bytes(a, b).unwrap_or(false)
}

fn have_same_bytes(a: &Path, b: &Path) -> std::io::Result<bool> {
    const PART: u64 = 1 << 16;
    let (mut a, mut b) = (File::open(a)?, File::open(b)?);
    let (mut one, mut other) = (Vec::new(), Vec::new());
    loop {
        one.clear();
        other.clear();
        Read::by_ref(&mut a).take(PART).read_to_end(&mut one)?;
        Read::by_ref(&mut b).take(PART).read_to_end(&mut other)?;
        if one != other || one.is_empty() {
            return Ok(one == other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The artifact of a library `a`, whose root is `a.rs`, in these files.
    fn artifact(dir: &Path, files: &[&str]) -> Artifact {
        let path = |name: &str| dir.join(name).to_string_lossy().into_owned();
        let files: Vec<_> = files.iter().map(|name| path(name)).collect();
        let message = serde_json::json!({
            "package_id": "path+file:///w#a@0.1.0", "manifest_path": path("Cargo.toml"), "features": [], "filenames": files,
            "executable": null, "fresh": false,
            "target": {"kind": ["lib"], "crate_types": ["lib"], "name": "a", "src_path": path("a.rs"), "edition": "2024",
                       "doc": true, "doctest": true, "test": true},
            "profile": {"opt_level": "0", "debuginfo": 2, "debug_assertions": true, "overflow_checks": true, "test": false},
        });
        serde_json::from_value(message).unwrap()
    }

    fn matched(files: &[(&str, &str)], artifact_files: &[&str]) -> Matched {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let infos = DepInfos {
            workspace_root: dir.path(),
            target_dir: &dir.path().join("t"),
            build_dir: &dir.path().join("b"),
        };
        infos.of(&artifact(dir.path(), artifact_files), "p")
    }

    const UNIT_TEST: (&str, &str) = (
        "t/deps/a-0123456789abcdef.d",
        "/x/a-0123456789abcdef.d: a.rs test.txt\n\n/x/a-0123456789abcdef: a.rs test.txt\n",
    );

    #[test]
    fn a_library_without_a_hash_has_its_own_list_and_not_that_of_its_tests() {
        let own = "/x/a.d: a.rs own.txt\n\n/x/liba.so: a.rs own.txt\n";
        let found = matched(&[UNIT_TEST, ("t/deps/a.d", own)], &["t/deps/liba.so"]);
        assert_eq!(found.doubt, None);
        assert!(found.read.files.contains(Path::new("own.txt")));
        assert!(!found.read.files.contains(Path::new("test.txt")));
    }

    #[test]
    fn a_list_that_names_another_file_or_another_root_or_is_cargos_is_not_taken() {
        let of_other_file = ("t/deps/a.d", "/x/a.d: a.rs\n\n/x/libother.so: a.rs\n");
        let of_other_root = ("t/deps/a.d", "/x/a.d: z.rs\n\n/x/liba.so: z.rs\n");
        let of_cargo = ("t/deps/a.d", "/x/liba.so: a.rs\n");
        for list in [of_other_file, of_other_root, of_cargo] {
            let found = matched(&[UNIT_TEST, list], &["t/deps/liba.so"]);
            assert!(found.doubt.is_some(), "{list:?}");
        }
    }

    #[test]
    fn what_was_linked_or_copied_out_is_found_where_it_was_made_in_either_layout() {
        let list = "/x/a.d: a.rs own.txt\n\n/x/a: a.rs own.txt\n";
        for made in ["t/d/deps", "b/d/deps", "b/d/build/p/0123456789abcdef/out"] {
            let (list_path, program) = (format!("{made}/a.d"), format!("{made}/a"));
            let files = [
                ("t/d/a", "program"),
                (&program, "program"),
                (&list_path, list),
            ];
            let found = matched(&files, &["t/d/a"]);
            assert_eq!(found.doubt, None, "{made}");
            let other = [
                ("t/d/a", "program"),
                (&program, "another"),
                (&list_path, list),
            ];
            assert!(matched(&other, &["t/d/a"]).doubt.is_some(), "{made}");
        }
    }
}
