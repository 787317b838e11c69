//! Which files of values, blobs and trees there are, and which blobs and trees nothing refers to.

use crate::format::{entry, layout, place};
use crate::{lock, tree};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Writers of blobs hold their lock while they write one large value.
const PATIENCE: Duration = Duration::from_secs(10);

/// Everything but directories where values lie.
pub(super) fn values(mamo_dir: &Path) -> io::Result<Vec<PathBuf>> {
    files_of(&layout::values(mamo_dir))
}

/// Everything but directories where blobs lie.
pub(super) fn blobs(mamo_dir: &Path) -> io::Result<Vec<PathBuf>> {
    files_of(&layout::blobs(mamo_dir))
}

/// The containers of trees, whatever lies in them.
pub(super) fn trees(mamo_dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut containers = Vec::new();
    for fan in fans(&layout::trees(mamo_dir))? {
        let all = place::listed(&fan)?.into_iter();
        containers.extend(all.filter(|path| place::is_directory(mamo_dir, path)));
    }
    Ok(containers)
}

/// Everything but directories in the directories `00` to `ff` of `tier`.
pub(super) fn files_of(tier: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for fan in fans(tier)? {
        files.extend(place::listed_files(&fan)?);
    }
    Ok(files)
}

/// The directories `00` to `ff` of `tier`.
fn fans(tier: &Path) -> io::Result<Vec<PathBuf>> {
    let mut fans = place::listed(tier)?;
    fans.retain(|fan| {
        let name = fan.file_name().unwrap_or_default().as_encoded_bytes();
        name.len() == 2 && name.iter().all(u8::is_ascii_hexdigit)
    });
    Ok(fans)
}

/// The length of a file; of a link its own.
pub(super) fn length(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |metadata| metadata.len())
}

/// Deletes the blobs and trees that no entry refers to, but for trees in use; how many bytes they took, or `None` if some are
/// being stored all the time.
pub(super) fn remove_unreferred(mamo_dir: &Path) -> io::Result<Option<u64>> {
    if unreferred(mamo_dir)?.is_none() {
        return Ok(Some(0));
    }
    // A blob that was just stored has no entry yet; under the lock all have.
    let Some(_alone) = lock::of_blobs(mamo_dir, true, PATIENCE) else {
        return Ok(None);
    };
    let mut bytes = 0;
    let (blobs, trees) = unreferred(mamo_dir)?.unwrap_or_default();
    for container in trees {
        let space = tree::space(&container);
        if tree::remove(mamo_dir, &container) {
            bytes += space;
        }
    }
    for blob in blobs {
        let length = length(&blob);
        if place::remove(mamo_dir, &blob)? {
            bytes += length;
        }
    }
    Ok(Some(bytes))
}

/// The blobs and the trees that no entry refers to at this moment, if there are any. An entry that cannot be read may refer to any:
/// then there are none.
fn unreferred(mamo_dir: &Path) -> io::Result<Option<(Vec<PathBuf>, Vec<PathBuf>)>> {
    let (mut blobs, mut trees) = (blobs(mamo_dir)?, trees(mamo_dir)?);
    if blobs.is_empty() && trees.is_empty() {
        return Ok(None);
    }
    let mut referred = BTreeSet::new();
    for path in values(mamo_dir)? {
        match entry::read_header(&path) {
            Ok((_, content, _)) => {
                referred.insert(layout::blob(mamo_dir, &content.digest));
                if content.of_tree {
                    referred.insert(layout::tree(mamo_dir, &content.digest));
                }
            }
            Err(error) if error.is_absent() || error.is_broken() => {}
            Err(_) => return Ok(None),
        }
    }
    blobs.retain(|blob| !referred.contains(blob));
    trees.retain(|tree| !referred.contains(tree));
    let some = !blobs.is_empty() || !trees.is_empty();
    Ok(some.then_some((blobs, trees)))
}

/// Removes directories of values, blobs and trees in which nothing is left.
pub(super) fn remove_empty(mamo_dir: &Path) -> io::Result<()> {
    let tiers = [layout::values, layout::blobs, layout::trees];
    for tier in tiers.map(|tier| tier(mamo_dir)) {
        for fan in place::listed(&tier)? {
            // Succeeds only where nothing is left, which is all that is wanted.
            let _ = fs::remove_dir(fan);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use crate::format::blob;
    use crate::format::entry::{Content, Header};

    #[test]
    fn a_blob_whose_entry_is_about_to_be_written_stays() {
        let directory = tempfile::tempdir().unwrap();
        let mamo_dir = directory.path();
        let payload = vec![7; 100_000];
        let content = Content::of(&payload);
        let storing = lock::of_blobs(mamo_dir, false, PATIENCE).unwrap();
        blob::write(mamo_dir, &content.digest, &payload, None).unwrap();
        std::thread::scope(|scope| {
            let collecting = scope.spawn(|| remove_unreferred(mamo_dir).unwrap());
            std::thread::sleep(Duration::from_millis(100));
            assert!(blob::open(mamo_dir, &content.digest, 100_000).is_ok());
            let header = Header {
                key: [1; 32],
                identity: [2; 32],
                fingerprint: [3; 32],
                compute_ns: 4,
                function: "p/c::f".into(),
            };
            entry::write(mamo_dir, &header, &content, &payload).unwrap();
            drop(storing);
            assert_eq!(collecting.join().unwrap(), Some(0));
        });
        assert!(blob::open(mamo_dir, &content.digest, 100_000).is_ok());
        fs::remove_file(layout::value(mamo_dir, &[1; 32])).unwrap();
        assert_eq!(remove_unreferred(mamo_dir).unwrap(), Some(100_000));
    }
}
