//! A crate that a test edits and compiles, and the fingerprints of its tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use mamo_code::{
    CodeFingerprint, CodeRoot, LibrarySummary, LinkSurroundings, ObjectOutline, ObjectTable,
    Program, ProgramImage, ProgramTables, SessionProblem, archive_objects, session_objects,
    verify_complete, verify_library,
};

pub(crate) type Fingerprints = BTreeMap<String, Option<CodeFingerprint>>;

/// A crate in a directory of its own.
pub(crate) struct ScratchCrate {
    directory: tempfile::TempDir,
}

/// A program that was built, and all that it is made of.
pub(crate) struct BuiltProgram {
    pub(crate) executable: PathBuf,
    pub(crate) objects: Vec<PathBuf>,
    pub(crate) tables: Vec<ObjectTable>,
    exported: rustc_hash::FxHashSet<String>,
    linked: rustc_hash::FxHashSet<String>,
}

impl ScratchCrate {
    /// A crate with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let scratch = Self { directory };
        let manifest =
            "[package]\nname = \"scratch\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
        scratch.write("Cargo.toml", manifest);
        for (name, text) in files {
            scratch.write(name, text);
        }
        scratch
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Replaces one text in a file.
    pub(crate) fn replace(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path().join(name)).unwrap();
        assert!(text.contains(from), "`{from}` is not in {name}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// Builds all programs with tests.
    pub(crate) fn build(&self, variables: &[(&str, &str)]) -> Vec<PathBuf> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["test", "--no-run", "--offline", "--message-format=json"]);
        cargo.current_dir(self.path()).env("CARGO_INCREMENTAL", "1");
        for name in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_BUILD_TARGET_DIR"] {
            cargo.env_remove(name);
        }
        let output = cargo.envs(variables.iter().copied()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let lines = String::from_utf8(output.stdout).unwrap();
        let messages = lines
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let executables = messages
            .filter_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)));
        executables.collect()
    }

    /// Directories of all units with incremental objects.
    pub(crate) fn units(&self) -> Vec<PathBuf> {
        entries(&self.path().join("target/debug/incremental"), "")
    }

    /// All libraries that were built.
    pub(crate) fn libraries(&self) -> Vec<PathBuf> {
        entries(&self.path().join("target/debug/deps"), "rlib")
    }

    /// The parts of a program.
    pub(crate) fn parts(&self, executable: &Path) -> Result<BuiltProgram, SessionProblem> {
        let bytes = std::fs::read(executable).unwrap();
        let image = ProgramImage::read(&bytes).unwrap();
        let linked = std::fs::metadata(executable).unwrap().modified().unwrap();
        let libraries = self.libraries();
        let mut tables = Vec::new();
        for library in &libraries {
            tables.extend(library_tables(library));
        }
        let all: Vec<ObjectOutline> = outlines(&tables)
            .chain(outlines(standard_library()))
            .collect();
        let objects = session_objects(&image, linked, &self.units(), &all, &|_| false)?;
        for library in &libraries {
            verify_library(&image, library)?;
        }
        let own = objects.iter().map(|path| read(path));
        tables.splice(0..0, own.collect::<Vec<_>>());
        verify_complete(&image, &outlines(&tables).chain(all).collect::<Vec<_>>())?;
        Ok(BuiltProgram {
            executable: executable.to_path_buf(),
            objects,
            tables,
            exported: image.exported_symbols().clone(),
            linked: image.file_names().iter().map(ToString::to_string).collect(),
        })
    }

    /// Fingerprints of all tests after a build.
    pub(crate) fn fingerprints(&self) -> Fingerprints {
        let mut found = Fingerprints::new();
        for executable in self.build(&[]) {
            found.extend(self.parts(&executable).unwrap().fingerprints());
        }
        found
    }

    /// Tests whose fingerprint is another one after an edit, which is then undone.
    pub(crate) fn differing(&self, base: &Fingerprints, edits: &[(&str, &str)]) -> Vec<String> {
        let before = std::fs::read_to_string(self.path().join("src/lib.rs")).unwrap();
        for (from, to) in edits {
            self.replace("src/lib.rs", from, to);
        }
        let now = self.fingerprints();
        self.write("src/lib.rs", &before);
        differing(base, &now)
    }
}

impl BuiltProgram {
    /// Asks a program whose tables of the standard library are stable.
    pub(crate) fn on_program<A>(&self, question: impl FnOnce(&Program<'_>) -> A) -> A {
        let own: Vec<&ObjectTable> = self.tables.iter().collect();
        question(&Program::link(
            ProgramTables {
                own: &own,
                stable: &[],
                toolchain: &self.standard(),
            },
            &self.surroundings(),
        ))
    }

    fn standard(&self) -> Vec<&'static ObjectTable> {
        let is_linked =
            |table: &&ObjectTable| table.outline().is_part(|name| self.linked.contains(name));
        standard_library().iter().filter(is_linked).collect()
    }

    fn surroundings(&self) -> LinkSurroundings<'static> {
        LinkSurroundings {
            exported: Some(self.exported.clone()),
            outside: None,
        }
    }

    /// What the standard library leads to, if these names are open.
    pub(crate) fn summary(&self, open: &BTreeSet<String>) -> LibrarySummary {
        let tables = ProgramTables {
            own: &[],
            stable: &[],
            toolchain: &self.standard(),
        };
        let libraries = Program::link(tables, &self.surroundings());
        LibrarySummary::of(&libraries, open).unwrap()
    }

    /// Asks a program in which a summary stands for the standard library.
    pub(crate) fn on_summary<A>(&self, question: impl FnOnce(&Program<'_>) -> A) -> A {
        let own: Vec<&ObjectTable> = self.tables.iter().collect();
        let table = self.summary(&BTreeSet::new()).table(&own);
        let table = table.or_else(|open| self.summary(&open).table(&own));
        question(&Program::link(
            ProgramTables {
                own: &own,
                stable: &[&table.unwrap()],
                toolchain: &[],
            },
            &self.surroundings(),
        ))
    }

    /// Fingerprints of all tests, as they are with a summary: if all is linked, others are told apart by them, no more and no less.
    pub(crate) fn fingerprints(&self) -> Fingerprints {
        self.named(|roots| self.on_summary(|program| program.fingerprints(roots)))
    }

    /// Fingerprints of all tests, all linked.
    pub(crate) fn whole_fingerprints(&self) -> Fingerprints {
        self.named(|roots| self.on_program(|program| program.fingerprints(roots)))
    }

    fn named(
        &self,
        fingerprints: impl FnOnce(&[CodeRoot]) -> Vec<Option<CodeFingerprint>>,
    ) -> Fingerprints {
        let names = tests(&self.executable);
        let roots: Vec<CodeRoot> = names.iter().cloned().map(CodeRoot::Test).collect();
        names.into_iter().zip(fingerprints(&roots)).collect()
    }
}

/// Names of the tests whose plain fingerprints differ.
pub(crate) fn differing(base: &Fingerprints, now: &Fingerprints) -> Vec<String> {
    let plain = |found: &Option<CodeFingerprint>| found.expect("a test is found").plain;
    let names = base.keys();
    names
        .filter(|name| plain(&base[*name]) != plain(&now[*name]))
        .cloned()
        .collect()
}

/// Names of the tests in a program.
pub(crate) fn tests(executable: &Path) -> Vec<String> {
    let mut list = Command::new(executable);
    list.args(["--list", "--format", "terse"]);
    let mut list = list_output(&mut list);
    list.retain(|line| line.ends_with(": test"));
    list.iter()
        .map(|line| line.trim_end_matches(": test").to_string())
        .collect()
}

fn list_output(command: &mut Command) -> Vec<String> {
    let output = command.output().unwrap().stdout;
    String::from_utf8(output)
        .unwrap()
        .lines()
        .map(str::to_string)
        .collect()
}

pub(crate) fn read(object: &Path) -> ObjectTable {
    ObjectTable::read(&std::fs::read(object).unwrap()).unwrap()
}

fn outlines(tables: &[ObjectTable]) -> impl Iterator<Item = ObjectOutline> {
    tables.iter().map(ObjectTable::outline)
}

fn library_tables(library: &Path) -> Vec<ObjectTable> {
    let bytes = std::fs::read(library).unwrap();
    let objects = archive_objects(&bytes).unwrap();
    objects
        .iter()
        .map(|object| ObjectTable::read(object.bytes).unwrap())
        .collect()
}

/// Tables of the standard library, read once.
pub(crate) fn standard_library() -> &'static [ObjectTable] {
    static TABLES: OnceLock<Vec<ObjectTable>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let printed = Command::new("rustc")
            .args(["--print", "target-libdir"])
            .output()
            .unwrap();
        let directory = String::from_utf8(printed.stdout).unwrap();
        let libraries = entries(Path::new(directory.trim()), "rlib");
        libraries
            .iter()
            .flat_map(|library| library_tables(library))
            .collect()
    })
}

/// Whether the standard library has a function with this path.
pub(crate) fn defines(path: &str) -> bool {
    let tables = standard_library().iter();
    let mut symbols = tables.flat_map(ObjectTable::function_symbols);
    symbols.any(|symbol| Program::readable(symbol) == path)
}

fn entries(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let found = std::fs::read_dir(directory).into_iter().flatten();
    let mut found: Vec<PathBuf> = found
        .map(|entry| entry.unwrap().path())
        .filter(|path| extension.is_empty() || path.extension().is_some_and(|e| e == extension))
        .collect();
    found.sort_unstable();
    found
}
