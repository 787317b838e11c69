//! Taking away what cargo made, so that it is made again where cargo calls it fresh and it is not.

use super::dep_info::matched::is_same;
use cargo_metadata::Artifact;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Removes what a compilation made where cargo looks for it, so that it is compiled again. False if that place is not found.
///
/// Programs are hard-linked out of the directory that cargo looks into: those are found by being the same file.
pub fn forget(artifact: &Artifact) -> bool {
    let files: Vec<&Path> = artifact
        .filenames
        .iter()
        .chain(&artifact.executable)
        .map(|file| file.as_std_path())
        .collect();
    let own = files.iter().map(|file| file.to_path_buf());
    let mut doomed: BTreeSet<PathBuf> = own.filter(|file| is_hashed(file)).collect();
    if doomed.is_empty() {
        let dirs = files.iter().filter_map(|file| file.parent());
        let dirs: BTreeSet<_> = dirs
            .flat_map(|dir| [dir.to_path_buf(), dir.join("deps")])
            .collect();
        let entries = dirs.iter().filter_map(|dir| std::fs::read_dir(dir).ok());
        let entries = entries.flatten().flatten().map(|entry| entry.path());
        let same = |path: &PathBuf| files.iter().any(|file| is_same(file, path));
        doomed.extend(entries.filter(|path| is_hashed(path) && same(path)));
    }
    let removed = doomed
        .iter()
        .filter(|path| std::fs::remove_file(path).is_ok());
    removed.count() > 0
}

/// Does the name end in cargo's hash, or the directory's above it bear it?
fn is_hashed(path: &Path) -> bool {
    let is_hash =
        |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let above = path.ancestors().skip(1).take(2).filter_map(Path::file_name);
    stem.rsplit_once('-').is_some_and(|(_, hash)| is_hash(hash))
        || above
            .into_iter()
            .any(|name| is_hash(&name.to_string_lossy()))
}
