//! The way of a tree into the store, and out of it.

use super::directory::Directory;
use super::filling::Filling;
use super::harvest::harvest;
use super::lease;
use super::manifest::{Kept, Manifest, TreeCodec};
use super::seal;
use crate::call::nanoseconds;
use crate::codec::Codec as _;
use crate::format::aside::Aside;
use crate::format::entry::Entry;
use crate::format::layout;
use crate::lock;
use crate::notice;
use crate::policy::{self, Policy};
use crate::recipe::Recipe as _;
use crate::search::Search;
use crate::site::{Figure, Site};
use crate::store::{self, Draft, Payload};
use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The stored directory that may be lent under `policy`.
pub(crate) fn found(search: &Search, policy: Policy) -> Option<Directory> {
    let start = Instant::now();
    let fresh = search.entry().ok().and_then(|entry| lent(search, entry));
    if fresh.is_some() {
        search.site.add(Figure::StoreHits, 1);
        search
            .site
            .add(Figure::LoadNs, nanoseconds(start.elapsed()));
    }
    if fresh.is_some() || policy != Policy::Missing {
        return fresh;
    }
    let mut older = search.older().into_iter().map(Arc::new);
    let older = older.find_map(|entry| lent(search, entry))?;
    policy::note_older();
    Some(older)
}

/// The directory of an entry, if it is there and as it was.
fn lent(search: &Search, entry: Arc<Entry>) -> Option<Directory> {
    let (mamo_dir, digest) = (search.mamo_dir(), entry.content.digest);
    let manifest = Kept::load(Payload::open(mamo_dir, entry)?).ok()?;
    let name = search.site.key();
    let lent = Directory::stored(mamo_dir, &digest, Arc::new(manifest), name);
    lent.unwrap_or_else(|why| {
        let container = layout::tree(mamo_dir, &digest);
        notice::of_file(&container, format_args!("a stored tree is not used: {why}"));
        remove(mamo_dir, &container);
        None
    })
}

/// Deletes a tree that nobody uses; did it go?
pub(crate) fn remove(mamo_dir: &Path, container: &Path) -> bool {
    let alone = lock::try_existing(&lease(container));
    // Without its lock nobody has it.
    let unused = alone.is_some() || !lease(container).exists();
    unused && Aside::taken(mamo_dir, container).is_ok()
}

/// What a fixture filled becomes a directory that can be lent: of the store, if there is one and it `may_store`. `Err` says why
/// it cannot be lent at all.
pub(crate) fn finished(
    site: &'static Site,
    search: Option<&Search>,
    filling: Filling,
    took: Duration,
) -> Result<Directory, String> {
    let start = Instant::now();
    let harvested = harvest(&filling.path());
    let (manifest, stamps) =
        harvested.map_err(|error| format!("what it filled cannot be kept: {error}"))?;
    let Some(search) = search.filter(|search| search.may_be_kept::<Kept>()) else {
        return Ok(Directory::private(filling, (manifest, stamps), site.key()));
    };
    let directory = stored(search, filling, manifest, stamps, took);
    site.add(Figure::SaveNs, nanoseconds(start.elapsed()));
    directory
}

fn stored(
    search: &Search,
    mut filling: Filling,
    manifest: Manifest,
    stamps: Vec<seal::Stamp>,
    took: Duration,
) -> Result<Directory, String> {
    let (mamo_dir, name) = (search.mamo_dir(), search.site.key());
    let bytes = TreeCodec::encode(&manifest).map(Cow::into_owned);
    let payload = bytes.map_err(|error| format!("what it filled cannot be kept: {error}"))?;
    store::tidy_once(mamo_dir);
    // From here until an entry refers to it, nobody deletes the tree.
    let _kept = lock::of_blobs(mamo_dir, false, store::PATIENCE);
    let draft = Draft::of(mamo_dir, &payload).of_tree();
    let digest = draft.content.digest;
    let space = seal::space_of(&manifest);
    seal::write(mamo_dir, filling.aside.path(), space, &stamps);
    let manifest = Arc::new(manifest);
    let lend = || Directory::stored(mamo_dir, &digest, manifest.clone(), name);
    let container = layout::tree(mamo_dir, &digest);
    // An equal one may be there, of other code; if it is damaged, it makes room.
    let there = lend().ok().flatten();
    let placed = match there {
        Some(there) => Ok(there),
        None => placed(mamo_dir, &mut filling, &container).and_then(|()| {
            let found = lend().map_err(io::Error::other)?;
            found.ok_or_else(|| io::Error::other("it is gone"))
        }),
    };
    match placed {
        Ok(directory) => {
            if search.save(draft, &payload, took) {
                search.site.add(Figure::StoredBytes, space);
            }
            Ok(directory)
        }
        Err(error) if filling.is_there() => {
            let shown = container.display();
            notice::once(
                "tree",
                format_args!("trees cannot be stored: `{shown}`: {error}"),
            );
            let manifest = Arc::unwrap_or_clone(manifest);
            Ok(Directory::private(filling, (manifest, stamps), name))
        }
        Err(error) => Err(format!(
            "what it filled was lost on its way to the store: {error}"
        )),
    }
}

/// The manifest of what was filled to be compared.
pub(crate) fn harvested(filling: &Filling) -> Option<Manifest> {
    harvest(&filling.path()).ok().map(|(manifest, _)| manifest)
}

fn placed(mamo_dir: &Path, filling: &mut Filling, container: &Path) -> io::Result<()> {
    if container.exists() && !remove(mamo_dir, container) {
        return Err(io::Error::other(
            "a damaged tree is there, which other processes use",
        ));
    }
    filling.aside.put(container)
}
