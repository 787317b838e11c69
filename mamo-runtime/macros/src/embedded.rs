//! What a build script embeds: the record of a function, and what stands for how it is compiled.
//!
//! A build script looks at source; which features and versions of other crates it is compiled with, the compiler alone
//! is told. So its command line counts here, and what the build scripts of other packages said. Where any of it cannot be
//! had, nothing is embedded, and the function computes.

use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Names the table; see `mamo::format::embedded`, which owns both names.
const TABLE_VARIABLE: &str = "MAMO_EMBEDDED";
const CIRCUMSTANCES: &str = "circumstances";

/// Arguments of the compiler that say only how it speaks, as they begin.
const HOW_IT_SPEAKS: [&str; 4] = ["--error-format", "--json", "--diagnostic-width", "--color"];

/// The part of a site that says what is embedded of the function with this key; empty where nothing is.
pub(crate) fn of(key: &TokenStream) -> TokenStream {
    let Some((table, compiled)) = table() else {
        return TokenStream::new();
    };
    quote! {
        .embedded(
            {
                const TABLE: &[::core::primitive::u8] = ::core::include_bytes!(#table);
                const KEY: &::core::primitive::str = #key;
                const TEST: ::core::primitive::bool = ::core::cfg!(test);
                const LENGTH: ::core::primitive::usize =
                    ::mamo::__private::format::embedded::length(TABLE, KEY, TEST);
                static RECORD: [::core::primitive::u8; LENGTH] =
                    ::mamo::__private::format::embedded::take(TABLE, KEY, TEST);
                &RECORD
            },
            #compiled,
        )
    }
}

/// The path of the table, and what stands for how this crate is compiled.
fn table() -> Option<(String, String)> {
    let table = env::var(TABLE_VARIABLE).ok()?;
    let circumstances = fs::read_to_string(format!("{table}.{CIRCUMSTANCES}")).ok()?;
    let circumstances = Circumstances::read(&circumstances)?;
    let (mut seen, began) = (BTreeSet::new(), circumstances.began_ns);
    let mut watched = circumstances.watched.iter();
    if watched.any(|path| is_written_since(path, began, &mut seen)) {
        return None;
    }
    let mut compiled = arguments()?;
    compiled.extend(said_by_scripts(&table, &circumstances.scripts)?);
    Some((table, digest(&compiled)))
}

/// What the build script left for the macros.
struct Circumstances<'a> {
    began_ns: u128,
    watched: Vec<&'a Path>,
    /// Packages whose build scripts count, if they have any.
    scripts: BTreeSet<&'a str>,
}

impl<'a> Circumstances<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut lines = text.lines();
        let began_ns = lines.next()?.strip_prefix("began ")?.parse().ok()?;
        let (mut watched, mut scripts) = (Vec::new(), BTreeSet::new());
        for line in lines {
            match line.split_once(' ')? {
                ("watched", path) => watched.push(Path::new(path)),
                ("script", package) => drop(scripts.insert(package)),
                _ => return None,
            }
        }
        Some(Self {
            began_ns,
            watched,
            scripts,
        })
    }
}

/// Was `path`, or something below it, written since then? `seen` are directories that need no other look: links may lead
/// in a ring.
fn is_written_since(path: &Path, since: u128, seen: &mut BTreeSet<PathBuf>) -> bool {
    let Ok(metadata) = path.metadata() else {
        return false;
    };
    if metadata.is_dir() {
        let inner = fs::read_dir(path).into_iter().flatten().flatten();
        let Ok(real) = path.canonicalize() else {
            return true; // what cannot be looked at counts as written
        };
        let new = seen.insert(real);
        return new
            && inner
                .map(|entry| entry.path())
                .any(|path| is_written_since(&path, since, seen));
    }
    let written = metadata.modified().ok();
    let written = written.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    written.is_none_or(|at| at.as_nanos() > since)
}

/// The compiler's arguments. `None` if they cannot be seen, or are not cargo's.
fn arguments() -> Option<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let mut all = env::args_os();
    while let Some(argument) = all.next() {
        let bytes = argument.as_encoded_bytes();
        if let Some(path) = bytes.strip_prefix(b"@") {
            found.push(fs::read(std::str::from_utf8(path).ok()?).ok()?);
            continue;
        }
        let text = argument.to_string_lossy();
        match HOW_IT_SPEAKS.iter().find(|name| text.starts_with(**name)) {
            Some(name) if *name == text => drop(all.next()),
            Some(_) => {}
            None => found.push(bytes.to_vec()),
        }
    }
    let holds = |text: &[u8]| {
        let metadata = b"metadata=";
        text.windows(metadata.len()).any(|part| part == metadata)
    };
    found
        .iter()
        .any(|argument| holds(argument))
        .then_some(found)
}

/// What the build scripts of the packages said to cargo. `None` if this package's own is not where cargo puts it.
///
/// Which of a package's runs counts for this compilation, cargo does not tell. Where all say the same, that is all there
/// is to know; otherwise each counts by its name.
fn said_by_scripts(table: &str, packages: &BTreeSet<&str>) -> Option<Vec<Vec<u8>>> {
    // `build/PACKAGE-HASH/out/mamo/table`
    let own = Path::new(table).ancestors().nth(3)?;
    let mut runs = runs(own.parent()?);
    runs.extend(
        for_the_host(own.parent()?)
            .iter()
            .flat_map(|dir| self::runs(dir)),
    );
    let mut by_package = BTreeMap::<&str, BTreeMap<String, Vec<u8>>>::new();
    for run in runs {
        let name = run.file_name()?.to_string_lossy().into_owned();
        let package = name.rsplit_once('-').map(|(package, _)| package);
        let Some(package) = package.and_then(|package| packages.get(package)) else {
            continue;
        };
        if let Some(said) = said(&run) {
            by_package.entry(package).or_default().insert(name, said);
        }
    }
    let mut found = vec![said(own)?];
    for (package, runs) in by_package {
        let all_say_the_same: BTreeSet<_> = runs.values().collect();
        if all_say_the_same.len() == 1 {
            found.push(package.as_bytes().to_vec());
            found.extend(all_say_the_same.into_iter().cloned());
        } else {
            let apart = runs
                .into_iter()
                .flat_map(|(name, said)| [name.into_bytes(), said]);
            found.extend(apart);
        }
    }
    Some(found)
}

/// What a build script said, but for when it wants to be run again.
fn said(run: &Path) -> Option<Vec<u8>> {
    let output = fs::read(run.join("output")).ok()?;
    let again = |line: &&[u8]| {
        line.starts_with(b"cargo:rerun-if-") || line.starts_with(b"cargo::rerun-if-")
    };
    let lines = output.split_inclusive(|byte| *byte == b'\n');
    Some(
        lines
            .filter(|line| !again(line))
            .flatten()
            .copied()
            .collect(),
    )
}

/// The directories of a directory.
fn runs(directory: &Path) -> Vec<PathBuf> {
    let inner = fs::read_dir(directory).into_iter().flatten().flatten();
    inner.map(|entry| entry.path()).collect()
}

/// Where what runs while compiling is built, if `target/TRIPLE/PROFILE/build` is for another machine: `target/PROFILE/build`.
fn for_the_host(build: &Path) -> Option<PathBuf> {
    let profile = build.parent()?;
    let host = profile.parent()?.parent()?.join(profile.file_name()?);
    Some(host.join("build")).filter(|dir| dir.is_dir())
}

/// A digest of 128 bits. No adversary chooses these bytes, and another compiler may well give another.
fn digest(parts: &[Vec<u8>]) -> String {
    let half = |start: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(start);
        for part in parts {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
        hasher.finish()
    };
    format!("{:016x}{:016x}", half(0), half(1))
}
