//! What the source of registry and git packages says of what they ask of the world: variables, and whether they start programs.
//!
//! Read word by word, once for each version of a package, and kept by name, version and checksum. It must never say less
//! than is there: source that cannot be read may read every variable and start any program.

mod lexer;
mod lists;
mod words;

use crate::facts::{Foreign, Named};
use crate::fingerprint::Fingerprint;
use crate::syntax::replace;
use cargo_metadata::{Package, TargetKind};
use lists::{COMPOSING, LENDING, LISTING_OWN, STARTING_OTHERS, TAKING_LITERALS};
use std::path::{Path, PathBuf};
use words::Words;

/// Counts up with every change of what is looked for.
const FORMAT: u32 = 2;

const CHECKSUM: usize = 32;

/// What a package's source says. `exact` is its checksum or revision, if it has one: what never changes is kept in `cache`.
pub(super) fn of_package(package: &Package, exact: Option<&str>, cache: &Path) -> Foreign {
    let place = exact.map(|exact| {
        let (name, version) = (package.name.to_string(), package.version.to_string());
        let parts = [name.as_bytes(), version.as_bytes(), exact.as_bytes()];
        let key = Fingerprint::of_parts(parts).to_hex();
        cache
            .join(format!("{FORMAT}-{}", env!("CARGO_PKG_VERSION")))
            .join(key)
    });
    if let Some(known) = place.as_deref().and_then(read) {
        return known;
    }
    let found = scan(package);
    if let Some(place) = &place {
        let _ = write(place, &found);
    }
    found
}

/// What a dependency edge to `package` reaches: its own ways, with what the features as resolved decide.
pub(super) fn adjusted(mut found: Foreign, package: &Package, features: &[String]) -> Foreign {
    let name = package.name.as_str();
    if let Some((_, feature)) = COMPOSING.iter().find(|(composing, _)| *composing == name) {
        let composes = feature.is_none_or(|wanted| features.iter().any(|on| on == wanted));
        found.named = if composes {
            Named::ByAnything
        } else {
            Named::Here
        };
    }
    if LISTING_OWN.contains(&name) {
        found.named = found.named.min(Named::ByOthers);
    }
    if LENDING.contains(&name) {
        return Foreign::default();
    }
    found.starts &= !STARTING_OTHERS.contains(&name);
    found
}

/// Does code that names this package itself decide on what is started? What others start by it is seen in them.
pub(super) fn lends(package: &Package) -> bool {
    LENDING.contains(&package.name.as_str()) && package.name.as_str() != "tokio"
}

/// Do the package's macros make no names of variables?
pub(super) fn takes_literals(package: &Package) -> bool {
    TAKING_LITERALS.contains(&package.name.as_str())
}

fn read(place: &Path) -> Option<Foreign> {
    let entry = std::fs::read(place).ok()?;
    let (stored, bytes) = entry.split_at_checked(CHECKSUM)?;
    let whole = Fingerprint::of(bytes).0[..] == *stored;
    whole.then(|| postcard::from_bytes(bytes).ok()).flatten()
}

fn write(place: &Path, found: &Foreign) -> std::io::Result<()> {
    let bytes = postcard::to_stdvec(found).map_err(std::io::Error::other)?;
    let sum = Fingerprint::of(&bytes).0.to_vec();
    replace(place, &[sum, bytes].concat())
}

/// All of a package's source, word by word.
fn scan(package: &Package) -> Foreign {
    let Some(sources) = Sources::of(package) else {
        return Foreign::unknown();
    };
    let Some(mut words) = sources.words() else {
        return Foreign::unknown();
    };
    for path in &sources.native {
        words.starts |= std::fs::read(path).map_or(true, |text| words::starts_natively(&text));
    }
    let is_bare = package.links.is_some() && sources.native.is_empty();
    words.starts |= is_bare && sources.links_natively();
    words.found()
}

/// The files of a package.
#[derive(Default)]
struct Sources {
    rust: Vec<PathBuf>,
    native: Vec<PathBuf>,
    script: Option<PathBuf>,
    /// Where the library's source lies.
    library: PathBuf,
}

impl Sources {
    /// All but those of its tests, benchmarks and examples. `None` if some cannot be listed, or there is no library.
    fn of(package: &Package) -> Option<Self> {
        let dir = package.manifest_path.parent()?.as_std_path();
        let mut found = Self::default();
        let mut open = vec![dir.to_path_buf()];
        while let Some(at) = open.pop() {
            for entry in std::fs::read_dir(&at).ok()? {
                let path = entry.ok()?.path();
                if path.is_dir() {
                    open.extend((!(at == dir && is_beside(&path))).then_some(path));
                } else {
                    found.add(path);
                }
            }
        }
        let is_script = |kind: &TargetKind| matches!(kind, TargetKind::CustomBuild);
        for target in &package.targets {
            let path = target.src_path.as_std_path();
            if target.kind.iter().any(is_script) {
                found.rust.retain(|file| file != path);
                found.script = Some(path.to_path_buf());
            } else if !target.is_bin() && found.rust.iter().any(|file| file == path) {
                found.library = path.parent()?.to_path_buf();
            }
        }
        (!found.library.as_os_str().is_empty()).then_some(found)
    }

    /// The words of the library's directory; of all files if some of it lies elsewhere. `None` if a file cannot be read.
    fn words(&self) -> Option<Words> {
        let mut words = Words::default();
        let (inside, beside): (Vec<_>, Vec<_>) =
            (self.rust.iter()).partition(|path| path.starts_with(&self.library));
        for path in inside {
            words.rust(&std::fs::read(path).ok()?);
        }
        if words.leaves {
            for path in beside {
                words.rust(&std::fs::read(path).ok()?);
            }
        }
        Some(words)
    }

    fn add(&mut self, path: PathBuf) {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension {
            Some("rs") => self.rust.push(path),
            Some("c" | "cc" | "cpp" | "cxx" | "m" | "mm") => self.native.push(path),
            _ => {}
        }
    }

    /// May the build script link a library that is not among the package's files?
    fn links_natively(&self) -> bool {
        const SIGNS: [&str; 5] = ["link-lib", "pkg_config", "vcpkg", "cmake", "system_deps"];
        let text = self.script.as_deref().map(std::fs::read_to_string);
        match text {
            Some(Ok(text)) => SIGNS.iter().any(|sign| text.contains(sign)),
            Some(Err(_)) => true,
            None => false,
        }
    }
}

/// What no user of the package is linked with.
fn is_beside(dir: &Path) -> bool {
    let name = dir.file_name().and_then(|name| name.to_str());
    matches!(
        name,
        Some("tests" | "test" | "benches" | "examples" | "target" | ".git")
    )
}
