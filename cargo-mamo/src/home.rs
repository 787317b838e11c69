//! mamo's own directory, `target/mamo` or `MAMO_DIR`, and the sealed files in it.
//!
//! Everything here is advice: a file that is absent, torn, foreign or from a newer mamo is a miss and one warning,
//! never an error and never half an answer. Files are replaced whole, by rename. Nothing outside the directory is
//! written or removed.

use crate::fingerprint::Fingerprint;
use anyhow::{Context, Result};
use mamo::format::{layout, write_whole};
use serde::{Serialize, de::DeserializeOwned};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Version of every sealed file that this mamo writes.
pub const VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"mamoseal";

/// What cargo would write: backups leave out what is tagged.
const CARGOS_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55
# This file is a cache directory tag created by cargo-mamo for cargo.
# For information about cache directory tags see https://bford.info/cachedir/
";

/// mamo's directory for one target directory, or for several that share `MAMO_DIR`.
#[derive(Debug)]
pub struct Home {
    root: PathBuf,
    /// The target directory that it lies in.
    target: Option<PathBuf>,
    warnings: Mutex<Vec<String>>,
}

/// What a sealed file turned out to be.
#[derive(Debug)]
pub enum Sealed<T> {
    /// Whole and of our version.
    Present(T),
    /// Not there.
    Absent,
    /// There, and not to be believed; it may be replaced.
    Broken,
    /// Written by a newer mamo: not to be read, nor replaced.
    Newer,
}

impl<T> Sealed<T> {
    /// The value, if it can be believed.
    pub fn present(self) -> Option<T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent | Self::Broken | Self::Newer => None,
        }
    }
}

impl Home {
    /// The directory at `root`; nothing is made before something is written.
    pub fn new(root: PathBuf) -> Self {
        Self {
            root,
            target: None,
            warnings: Mutex::default(),
        }
    }

    /// The directory in cargo's target directory.
    pub fn within(target: &Path) -> Self {
        Self {
            target: Some(target.to_path_buf()),
            ..Self::new(target.join("mamo"))
        }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The directory of this version's files of one sort: `verdicts`, `records`, `baselines`, `parsed`.
    pub fn part(&self, name: &str) -> PathBuf {
        self.root.join(format!("v{VERSION}")).join(name)
    }

    /// Warnings gathered while reading and writing, each once.
    pub fn take_warnings(&self) -> Vec<String> {
        self.warnings
            .lock()
            .map(|mut all| std::mem::take(&mut *all))
            .unwrap_or_default()
    }

    fn warn(&self, warning: String) {
        if let Ok(mut all) = self.warnings.lock()
            && !all.contains(&warning)
        {
            all.push(warning);
        }
    }

    /// Reads a sealed file.
    pub fn read<T: DeserializeOwned>(&self, path: &Path) -> Sealed<T> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Sealed::Absent,
            Err(error) => {
                self.warn(format!(
                    "cannot read `{}` ({error}); going on without it",
                    path.display()
                ));
                return Sealed::Broken;
            }
        };
        match open(&bytes) {
            Ok(value) => Sealed::Present(value),
            Err(Broken::Newer) => {
                self.warn(format!(
                    "`{}` was written by a newer mamo; it is left alone and not used",
                    path.display()
                ));
                Sealed::Newer
            }
            Err(Broken::Damaged) => {
                self.warn(format!(
                    "`{}` is damaged; going on without it",
                    path.display()
                ));
                Sealed::Broken
            }
        }
    }

    /// Writes a sealed file whole. A failure is a warning: the store is advice.
    pub fn write<T: Serialize>(&self, path: &Path, value: &T) {
        if let Err(error) = self.try_write(path, value) {
            self.warn(unwritten(path, &error));
        }
    }

    /// Writes a sealed file into `dir`, named by the digest of what it holds, unless it is there. Gives the digest.
    pub fn write_named<T: Serialize>(&self, dir: &Path, value: &T) -> Option<Fingerprint> {
        let body = postcard::to_stdvec(value).ok()?;
        let digest = Fingerprint::of(&body);
        let path = dir.join(digest.to_hex());
        if !path.exists()
            && let Err(error) = self.put(&path, &head(digest), &body)
        {
            self.warn(unwritten(&path, &error));
        }
        Some(digest)
    }

    fn try_write<T: Serialize>(&self, path: &Path, value: &T) -> Result<()> {
        let body = postcard::to_stdvec(value)?;
        self.put(path, &head(Fingerprint::of(&body)), &body)
    }

    fn put(&self, path: &Path, head: &[u8], body: &[u8]) -> Result<()> {
        self.make()?;
        Ok(write_whole(&self.root, path, &[head, body])?)
    }

    /// Does it bear mamo's tag?
    pub fn is_mamo(&self) -> bool {
        layout::is_mamo(&self.root)
    }

    /// Makes the directory, its tag and its ignore file.
    pub fn make(&self) -> Result<()> {
        // Cargo tags its directory only where it makes it.
        if let Some(target) = self.target.as_ref().filter(|target| !target.exists()) {
            fs::create_dir_all(target)?;
            fs::write(target.join("CACHEDIR.TAG"), CARGOS_TAG)?;
        }
        layout::create(&self.root).with_context(|| format!("create `{}`", self.root.display()))
    }

    /// Holds the lock file `path` while `f` runs. Where no lock can be had, `f` runs without, after a warning.
    pub fn locked<R>(&self, path: &Path, f: impl FnOnce() -> R) -> R {
        let lock = self.make().and_then(|()| {
            fs::create_dir_all(path.parent().context("a lock file lies in a directory")?)?;
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)?;
            file.lock()?;
            Ok(file)
        });
        if let Err(error) = &lock {
            self.warn(format!("cannot lock `{}` ({error:#})", path.display()));
        }
        f()
    }
}

/// A file name that no other process and no earlier call uses.
pub fn unique_name(suffix: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| d.subsec_nanos());
    format!(
        "{}-{nanos}-{}{suffix}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

enum Broken {
    Newer,
    Damaged,
}

fn unwritten(path: &Path, error: &anyhow::Error) -> String {
    format!(
        "cannot write `{}` ({error:#}); nothing is remembered there",
        path.display()
    )
}

/// What stands before a body with this digest.
fn head(digest: Fingerprint) -> Vec<u8> {
    [MAGIC.as_slice(), &VERSION.to_le_bytes(), &digest.0].concat()
}

fn open<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Broken> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(Broken::Damaged)?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or(Broken::Damaged)?;
    match u32::from_le_bytes(*version) {
        VERSION => {}
        newer if newer > VERSION => return Err(Broken::Newer),
        _ => return Err(Broken::Damaged),
    }
    let (digest, body) = rest.split_first_chunk::<32>().ok_or(Broken::Damaged)?;
    if Fingerprint::of(body).0 != *digest {
        return Err(Broken::Damaged);
    }
    postcard::from_bytes(body).map_err(|_| Broken::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_byte_and_every_truncation_is_a_miss() {
        let body = postcard::to_stdvec(&vec!["a".to_string(), "b".to_string()]).unwrap();
        let bytes = [head(Fingerprint::of(&body)), body].concat();
        assert!(open::<Vec<String>>(&bytes).is_ok());
        for at in 0..bytes.len() {
            let mut torn = bytes.clone();
            torn[at] ^= 1;
            assert!(open::<Vec<String>>(&torn).is_err(), "byte {at}");
            assert!(open::<Vec<String>>(&bytes[..at]).is_err(), "length {at}");
        }
    }

    #[test]
    fn a_newer_version_is_neither_read_nor_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::new(dir.path().join("mamo"));
        let path = home.part("verdicts").join("x");
        home.write(&path, &1u32);
        let mut bytes = fs::read(&path).unwrap();
        bytes[8] = 9;
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(home.read::<u32>(&path), Sealed::Newer));
        assert_eq!(home.take_warnings().len(), 1);
    }
}
