//! What the inputs of a record hold: files, manifests with what cargo discovers beside them, directories.
//!
//! A directory is looked through as cargo does it for a build script, so links are followed; what it cannot have been asked
//! for (what cargo and git keep) is left out.

use crate::cargo::manifest;
use crate::fingerprint::Fingerprint;
use crate::tracked::leads_back;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The digest of a file; of a manifest, with what cargo discovers beside it; of a directory, with all in it but what
/// cargo and git keep there.
pub fn digest_of(path: &Path) -> Fingerprint {
    if path.is_dir() {
        return digest_dir(path, &|_| false);
    }
    let Ok(mut bytes) = std::fs::read(path) else {
        return Fingerprint::NONE;
    };
    if is_manifest(path) {
        let dir = path.parent().unwrap_or(path);
        for path in discovered(path) {
            let path = path.strip_prefix(dir).unwrap_or(&path);
            bytes.extend(path.to_string_lossy().as_bytes());
            bytes.push(0);
        }
    }
    Fingerprint::of(&bytes)
}

/// The digest of a package's directory without the packages in it, as cargo looks at it for a build script that names no
/// files.
pub fn digest_of_package(dir: &Path) -> Fingerprint {
    digest_dir(dir, &is_package)
}

/// An input and all else that its [digest](digest_of) is made of.
pub fn parts_of(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        return tree(path);
    }
    let mut parts = vec![path.to_path_buf()];
    if is_manifest(path) && path.exists() {
        parts.extend(manifest::looked_into(path.parent().unwrap_or(path)));
    }
    parts
}

/// A directory and every directory and file below it whose content its [digest](digest_of) holds.
pub fn tree(dir: &Path) -> Vec<PathBuf> {
    tree_without(dir, &|_| false)
}

/// The same for the [digest of a package](digest_of_package): manifests that would make a directory a package among it.
pub fn tree_of_package(dir: &Path) -> Vec<PathBuf> {
    let mut found = tree_without(dir, &is_package);
    let dirs = found.iter().filter(|path| path.is_dir());
    let inner = dirs.flat_map(|dir| entries(dir)).map(|(_, path)| path);
    let manifests: Vec<_> = inner
        .filter(|path| path.is_dir())
        .map(|dir| dir.join("Cargo.toml"))
        .collect();
    found.extend(manifests);
    found
}

fn is_package(dir: &Path) -> bool {
    dir.join("Cargo.toml").exists()
}

/// What cargo discovers beside a manifest.
pub(super) fn discovered(path: &Path) -> Vec<PathBuf> {
    if !is_manifest(path) {
        return Vec::new();
    }
    let dir = path.parent().unwrap_or(path);
    let mut found = manifest::discovered(dir);
    found.extend(manifest::candidates(dir));
    found
}

fn is_manifest(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "Cargo.toml")
}

fn tree_without(dir: &Path, left_out: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = vec![dir.to_path_buf()];
    for (_, path) in entries(dir) {
        if !path.is_dir() {
            found.push(path);
        } else if !left_out(&path) {
            found.extend(tree_without(&path, left_out));
        }
    }
    found
}

fn digest_dir(dir: &Path, left_out: &dyn Fn(&Path) -> bool) -> Fingerprint {
    let entries = entries(dir).into_iter();
    let parts = entries.filter(|(_, path)| !path.is_dir() || !left_out(path));
    let parts = parts.map(|(name, path)| {
        let digest = if path.is_dir() {
            digest_dir(&path, left_out)
        } else {
            digest_of(&path)
        };
        [name.as_encoded_bytes(), &digest.0].concat()
    });
    let parts: Vec<_> = parts.collect();
    Fingerprint::of_parts(parts.iter().map(Vec::as_slice))
}

/// Does cargo build there? It tags only directories that it made itself.
fn is_built(dir: &Path) -> bool {
    let signs = ["CACHEDIR.TAG", ".rustc_info.json"];
    signs.iter().any(|sign| dir.join(sign).exists())
}

/// What lies in a directory, by name, but for what cargo and git keep there. Links are followed, as cargo does, but not back
/// to a directory that they lie in.
fn entries(dir: &Path) -> Vec<(OsString, PathBuf)> {
    let read = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut paths: Vec<_> = read.map(|entry| entry.path()).collect();
    paths.sort();
    let named = paths.into_iter().filter_map(|path| {
        let name = path.file_name()?.to_owned();
        let astray = path.is_symlink() && path.is_dir() && leads_back(&path);
        (name != ".git" && !is_built(&path) && !astray).then_some((name, path))
    });
    named.collect()
}
