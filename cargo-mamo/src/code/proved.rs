//! Which objects were proved to be a program's, and how they looked then, so that only what was compiled anew is proved again.
//!
//! Nothing but rustc writes the objects of a session or a library, and each time into a new file: one that looks as it did when it
//! was proved to be an earlier program's at this place is what that program was linked of, and what the next one was. A program
//! that is another although none of its parts is was not made by that: then everything is held against its bytes again.

use super::collection::{self, PROVED};
use super::kept::CodeUnknown;
use super::tables::{ObjectStamp, stamp_of};
use crate::cargo::record::Stamp;
use crate::home::Home;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What was proved of a program, now and before.
pub(super) struct ProvedParts<'h> {
    home: &'h Home,
    program: Option<Stamp>,
    before: Option<KeptProof>,
    path: PathBuf,
}

#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct KeptProof {
    program: Stamp,
    parts: PartStamps,
}

type PartStamps = BTreeMap<PathBuf, (ObjectStamp, Option<i128>)>;

/// A proof under way.
pub(super) struct PartProof<'h> {
    proved: ProvedParts<'h>,
    /// How all parts looked before.
    parts: PartStamps,
    stands: BTreeSet<PathBuf>,
}

impl<'h> ProvedParts<'h> {
    pub(super) fn of(home: &'h Home, executable: &Path) -> Self {
        let path = home.part(PROVED).join(collection::name_of(executable));
        let before: Option<KeptProof> = home.read(&path).present();
        Self {
            program: Stamp::of(executable),
            before: before.filter(|before| before.program.path == executable),
            home,
            path,
        }
    }

    /// Looks at the parts of the program: libraries, and objects of its session.
    pub(super) fn begin(self, parts: impl Iterator<Item = PathBuf>) -> PartProof<'h> {
        let parts = stamps(parts);
        let mut stands = BTreeSet::new();
        if let Some(before) = &self.before {
            let known: BTreeMap<_, _> = named(&before.parts).collect();
            let same = named(&parts).filter(|(name, stamp)| known.get(name) == Some(stamp));
            let same: BTreeSet<PathBuf> = same.map(|(name, _)| name).collect();
            let is_same = |path: &&PathBuf| same.contains(&name_of(path));
            let is_explained =
                self.program.as_ref() == Some(&before.program) || same.len() < parts.len();
            if is_explained {
                stands = parts.keys().filter(is_same).cloned().collect();
            }
        }
        PartProof {
            proved: self,
            parts,
            stands,
        }
    }
}

impl PartProof<'_> {
    /// Was this part proved before, and does it look as it did?
    pub(super) fn stands(&self, path: &Path) -> bool {
        self.stands.contains(path)
    }

    /// All was proved. Fails if a part or the program was written meanwhile.
    pub(super) fn keep(self) -> Result<(), CodeUnknown> {
        let now = stamps(self.parts.keys().cloned());
        let program = self.proved.program;
        let is_same = now == self.parts
            && program.is_some()
            && program == program.as_ref().and_then(|stamp| Stamp::of(&stamp.path));
        let Some(program) = program.filter(|_| is_same) else {
            return Err(CodeUnknown::passing(
                &"what it is made of was written meanwhile",
            ));
        };
        let kept = KeptProof {
            program,
            parts: self.parts,
        };
        if self.proved.before.as_ref() != Some(&kept) {
            self.proved.home.write(&self.proved.path, &kept);
        }
        Ok(())
    }
}

/// How parts look; what cannot be looked at is missing, and never stands.
fn stamps(parts: impl Iterator<Item = PathBuf>) -> PartStamps {
    let stamped = parts.filter_map(|path| {
        let stamp = stamp_of(&path)?;
        let changed = changed(&path);
        Some((path, (stamp, changed)))
    });
    stamped.collect()
}

/// When a library was last written, renamed or linked. Objects of a session are linked into each next one.
fn changed(path: &Path) -> Option<i128> {
    #[cfg(unix)]
    if path.extension().is_some_and(|end| end != "o") {
        use std::os::unix::fs::MetadataExt;
        let metadata = path.metadata().ok()?;
        let seconds = i128::from(metadata.ctime());
        return Some(seconds * 1_000_000_000 + i128::from(metadata.ctime_nsec()));
    }
    let _ = path;
    None
}

fn named(parts: &PartStamps) -> impl Iterator<Item = (PathBuf, &(ObjectStamp, Option<i128>))> {
    parts.iter().map(|(path, stamp)| (name_of(path), stamp))
}

/// What names a part from session to session.
fn name_of(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|end| end == "o") {
        super::libraries::place_of(path)
    } else {
        path.to_path_buf()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    struct Building {
        directory: tempfile::TempDir,
        home: Home,
    }

    impl Building {
        fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let home = Home::new(directory.path().join("mamo"));
            let building = Self { directory, home };
            for name in ["program", "liba.rlib", "unit/s-1/b.o", "unit/s-1/c.o"] {
                building.write(name, "old");
            }
            building
        }

        fn path(&self, name: &str) -> PathBuf {
            self.directory.path().join(name)
        }

        /// Writes a new file, as rustc and linkers do.
        fn write(&self, name: &str, text: &str) {
            let path = self.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let unfinished = path.with_extension("unfinished");
            fs::write(&unfinished, text).unwrap();
            fs::rename(unfinished, path).unwrap();
        }

        fn proof(&self, session: &str) -> PartProof<'_> {
            let objects = ["b.o", "c.o"].map(|name| self.path("unit").join(session).join(name));
            let parts = objects.into_iter().chain([self.path("liba.rlib")]);
            ProvedParts::of(&self.home, &self.path("program")).begin(parts)
        }

        /// Names of the parts that stand.
        fn standing(&self, session: &str) -> Vec<String> {
            let proof = self.proof(session);
            let names = proof.stands.iter().filter_map(|path| path.file_name());
            names.map(|name| name.to_string_lossy().into()).collect()
        }
    }

    #[test]
    fn what_was_proved_stands_until_it_is_written_anew() {
        let building = Building::new();
        assert!(building.standing("s-1").is_empty());
        building.proof("s-1").keep().unwrap();
        assert_eq!(building.standing("s-1"), ["liba.rlib", "b.o", "c.o"]);
        fs::create_dir(building.path("unit/s-2")).unwrap();
        fs::hard_link(building.path("unit/s-1/b.o"), building.path("unit/s-2/b.o")).unwrap();
        building.write("unit/s-2/c.o", "new");
        building.write("program", "new");
        assert_eq!(building.standing("s-2"), ["liba.rlib", "b.o"]);
        building.write("liba.rlib", "old");
        assert_eq!(building.standing("s-2"), ["b.o"]);
    }

    #[test]
    fn nothing_stands_where_the_program_is_another_and_no_part_tells_why() {
        let building = Building::new();
        building.proof("s-1").keep().unwrap();
        building.write("program", "of other objects");
        assert!(building.standing("s-1").is_empty());
    }

    #[test]
    fn nothing_is_kept_of_what_was_written_meanwhile() {
        let building = Building::new();
        let proof = building.proof("s-1");
        building.write("unit/s-1/b.o", "new");
        assert!(proof.keep().is_err());
        let proof = building.proof("s-1");
        building.write("program", "new");
        assert!(proof.keep().is_err());
        assert!(building.standing("s-1").is_empty());
    }
}
