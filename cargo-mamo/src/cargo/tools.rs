//! The programs that a build is made by and started with, where the user chose them, and the files that flags name.
//!
//! They count by their place and their bytes: a wrapper that is edited in place makes other programs under the same name. Of a
//! script, all files and programs that its text names count, too. What cannot be told: files and variables that these read.

use super::config::Config;
use super::{Request, Workspace, known};
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Wrappers that hand on what they are given and keep what comes out. A script of such a name may do anything.
const TRANSPARENT: &[&str] = &["buildcache", "cachepot", "ccache", "kache", "sccache"];

/// A text above this size is no script.
const LONGEST_SCRIPT: u64 = 1 << 20;

/// What a program is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// It takes part in compiling or linking.
    Compiles,
    /// It takes part in compiling doctests alone.
    Documents,
    /// It starts what was built.
    Starts,
}

/// What was chosen, with the digest of what each holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tools {
    chosen: BTreeMap<(Role, PathBuf), Fingerprint>,
    /// May what is compiled be given flags that nobody tells of?
    pub opaque: bool,
}

/// The flags and words that may name files.
#[derive(Clone, Copy, Debug)]
pub struct Words<'w> {
    /// Flags of rustc, and the target if it is described by a file.
    pub compiling: &'w [String],
    /// Flags of rustdoc.
    pub documenting: &'w [String],
    /// What starts programs.
    pub starting: &'w [String],
}

impl Tools {
    /// Those that are chosen in `workspace`, with the `linkers` that are configured.
    pub fn chosen(
        home: &Home,
        workspace: &Workspace,
        linkers: &[PathBuf],
        words: Words<'_>,
    ) -> Self {
        let mut choice = Choice {
            home,
            bases: [&workspace.cwd, &workspace.root],
            tools: Self::default(),
        };
        for (variable, key) in [
            ("RUSTC_WRAPPER", "rustc-wrapper"),
            ("RUSTC_WORKSPACE_WRAPPER", "rustc-workspace-wrapper"),
        ] {
            if let Some(wrapper) = workspace.tool(variable, &["build", key]) {
                choice.tools.opaque |= choice.program(Role::Compiles, wrapper.as_os_str());
            }
        }
        // What is not configured counts by its version, unless it is a text that may call anything.
        let configured = workspace.rustc();
        let rustc = configured.as_deref().unwrap_or(Path::new("rustc"));
        let is_script = choice.is_script(rustc.as_os_str());
        choice.tools.opaque |= is_script;
        if configured.is_some() || is_script {
            choice.program(Role::Compiles, rustc.as_os_str());
        }
        if choice.is_script(&super::program()) {
            choice.program(Role::Compiles, &super::program());
        }
        for linker in linkers {
            choice.program(Role::Compiles, linker.as_os_str());
        }
        choice.flags(Role::Compiles, words.compiling);
        if let Some(rustdoc) = workspace.rustdoc() {
            choice.program(Role::Documents, rustdoc.as_os_str());
        }
        choice.flags(Role::Documents, words.documenting);
        if let Some((first, rest)) = words.starting.split_first() {
            choice.program(Role::Starts, OsStr::new(first));
            choice.flags(Role::Starts, rest);
        }
        choice.tools
    }

    /// One digest of all.
    pub fn digest(&self) -> Fingerprint {
        self.digest_of(&str::to_owned, |_| true)
    }

    /// One digest of what compiles, under which a compilation is noted.
    pub fn compiling(&self) -> Fingerprint {
        self.digest_of(&str::to_owned, |role| role == Role::Compiles)
    }

    /// One digest of what compiles programs and starts them, with the place of this checkout taken out by `scrub`.
    pub fn of_programs(&self, scrub: &dyn Fn(&str) -> String) -> Fingerprint {
        self.digest_of(scrub, |role| role != Role::Documents)
    }

    /// One digest of what compiles doctests alone.
    pub fn of_documentation(&self, scrub: &dyn Fn(&str) -> String) -> Fingerprint {
        self.digest_of(scrub, |role| role == Role::Documents)
    }

    /// Where those are that compile.
    pub fn compilers(&self) -> impl Iterator<Item = &Path> {
        let compile = self
            .chosen
            .keys()
            .filter(|(role, _)| *role == Role::Compiles);
        compile.map(|(_, path)| path.as_path())
    }

    fn digest_of(
        &self,
        scrub: &dyn Fn(&str) -> String,
        wanted: impl Fn(Role) -> bool,
    ) -> Fingerprint {
        let chosen = self.chosen.iter().filter(|((role, _), _)| wanted(*role));
        let parts = chosen.flat_map(|((role, path), digest)| {
            let place = format!("{role:?} {}", scrub(&path.to_string_lossy()));
            [place.into_bytes(), digest.0.to_vec()]
        });
        let parts: Vec<_> = parts.collect();
        Fingerprint::of_parts(parts.iter().map(Vec::as_slice))
    }
}

/// Tools as they are found.
struct Choice<'c> {
    home: &'c Home,
    /// Where relative names begin.
    bases: [&'c Path; 2],
    tools: Tools,
}

impl Choice<'_> {
    fn resolve(&self, named: &OsStr) -> PathBuf {
        known::resolve(named, self.bases[0]).unwrap_or_else(|| named.into())
    }

    fn is_script(&self, named: &OsStr) -> bool {
        script(&self.resolve(named)).is_some()
    }

    /// Adds a program. Is it one that may do anything?
    fn program(&mut self, role: Role, named: &OsStr) -> bool {
        let path = self.resolve(named);
        let counts = !is_transparent(&path);
        if counts {
            self.file(role, path);
        }
        counts
    }

    fn file(&mut self, role: Role, path: PathBuf) {
        let key = (role, path);
        if self.tools.chosen.contains_key(&key) {
            return;
        }
        let digest = known::bytes(self.home, &key.1);
        let path = key.1.clone();
        self.tools.chosen.insert(key, digest);
        for named in script(&path).iter().flat_map(|text| words(text)) {
            for path in self.named_in(&path, named) {
                self.file(role, path);
            }
        }
    }

    /// The file that a word in a script means, and the program.
    fn named_in(&self, script: &Path, word: &str) -> Vec<PathBuf> {
        let dir = script.parent().unwrap_or(script);
        // `$HERE/inner.sh` comes here as `HERE/inner.sh`, and `${HERE}/inner.sh` as `/inner.sh`.
        let behind = word.split_once('/').map(|(_, behind)| behind);
        let texts = [Some(word), behind].into_iter().flatten();
        let bases = self.bases.into_iter().chain([dir]);
        let places = bases.flat_map(|base| texts.clone().map(move |text| base.join(text)));
        let mut found: Vec<_> = places.filter(|path| path.is_file()).collect();
        if behind.is_none() {
            let program = known::resolve(OsStr::new(word), self.bases[0]);
            found.extend(program.filter(|path| !is_transparent(path)));
        }
        found
    }

    /// Adds the files that flags name, and a linker.
    fn flags(&mut self, role: Role, flags: &[String]) {
        for flag in flags {
            if let Some((_, linker)) = flag.split_once("linker=") {
                self.program(role, OsStr::new(linker));
            }
            for piece in flag.split(['=', ',']) {
                let piece = piece.trim_start_matches('@');
                let places = self.bases.map(|base| base.join(piece));
                for path in places.into_iter().filter(|path| path.is_file()) {
                    self.file(role, path);
                }
            }
        }
    }
}

/// Does a program of this name hand on what it is given?
fn is_transparent(path: &Path) -> bool {
    let stem = path.file_stem().and_then(OsStr::to_str);
    stem.is_some_and(|stem| TRANSPARENT.contains(&stem)) && script(path).is_none()
}

/// The text of a script; `None` for a program that a compiler made, and for what cannot be read.
pub(super) fn script(path: &Path) -> Option<String> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(path).ok()?;
    let mut bytes = vec![0; 2];
    file.read_exact(&mut bytes).ok()?;
    // Where files bear no mark, scripts are known by what follows their name.
    let by_name = path
        .extension()
        .is_some_and(|end| end == "bat" || end == "cmd");
    if bytes != b"#!" && !by_name {
        return None;
    }
    file.take(LONGEST_SCRIPT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Words of a script that may be paths or names of programs.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_alphanumeric() || "/._-+@~\\".contains(letter);
    let words = text.split(move |letter| !is_part(letter));
    words.filter(|word| word.chars().any(char::is_alphanumeric))
}

/// What nightly's flags and tables set beyond what the other parts of a digest hold.
pub fn unstable(config: &Config, request: &Request) -> Vec<String> {
    let flags = request.compile.windows(2).filter(|pair| pair[0] == "-Z");
    let flags = flags.map(|pair| pair[1].to_string_lossy().into_owned());
    let tables = ["host", "target-applies-to-host", "unstable"];
    let set = tables.iter().flat_map(|table| config.settings(table));
    flags.chain(set).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(dir: &Path, program: &str) -> Tools {
        let home = Home::new(dir.join("mamo"));
        let mut choice = Choice {
            home: &home,
            bases: [dir, dir],
            tools: Tools::default(),
        };
        choice.program(Role::Compiles, dir.join(program).as_os_str());
        choice.tools
    }

    #[test]
    fn a_script_counts_with_the_scripts_that_it_calls_and_a_known_cache_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write(
            "outer",
            "#!/bin/sh\nexec \"$(dirname \"$0\")/inner\" \"$@\"\n",
        );
        write("inner", "#!/bin/sh\nexec \"$@\"\n");
        let first = chosen(dir.path(), "outer");
        assert_eq!(first, chosen(dir.path(), "outer"));
        write("inner", "#!/bin/sh\nexec \"$@\" --cfg x\n");
        assert_ne!(first.digest(), chosen(dir.path(), "outer").digest());
        write("sccache", "\x7fELF");
        assert_eq!(chosen(dir.path(), "sccache"), Tools::default());
        write("sccache", "#!/bin/sh\nexec \"$@\" --cfg x\n");
        assert_ne!(chosen(dir.path(), "sccache"), Tools::default());
    }

    #[test]
    fn words_of_a_script_are_told_from_quotes_and_signs() {
        let found: Vec<_> = words("exec \"${HERE}/a.sh\" -x '$@' # b").collect();
        assert_eq!(found, ["exec", "HERE", "/a.sh", "-x", "b"]);
    }
}
