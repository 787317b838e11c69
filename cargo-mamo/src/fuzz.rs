//! Every reader of bytes from disk and from other programs, for the fuzz targets in `fuzz/`; built for them alone.
//!
//! What a checksum guards is also read with the checksum made to hold: whoever can write the directory can do that.

use crate::analysis::Baseline;
use crate::cargo::config::Config;
use crate::cargo::dep_info::DepInfo;
use crate::cargo::known::{Known, Place};
use crate::cargo::messages::Messages;
use crate::cargo::record::Record;
use crate::cargo::rustdoc::orders::{Orders, Report};
use crate::cargo::trial::{self, Sections};
use crate::cargo::{doctests, harness, manifest, nextest};
use crate::coverage::Coverage;
use crate::fingerprint::Fingerprint;
use crate::home::{Home, VERSION};
use crate::settings::Settings;
use crate::syntax::{self, Cache};
use crate::verdicts::Verdicts;
use crate::{layout, recall, retouch};
use mamo::fuzz::{directory, file};
use serde::de::DeserializeOwned;
use std::fs;
use std::process::ExitStatus;

/// Reads `bytes` as a sealed file, and once more with the seal made to hold.
fn sealed<T: DeserializeOwned>(bytes: &[u8]) {
    let body = bytes.get(44..).unwrap_or_default();
    let mut mended = b"mamoseal".to_vec();
    mended.extend(VERSION.to_le_bytes());
    mended.extend(Fingerprint::of(body).0);
    mended.extend(body);
    let home = Home::new(directory());
    for bytes in [bytes, &mended] {
        drop(home.read::<T>(&file("sealed", bytes)));
    }
}

/// The first byte, which chooses, and the others.
fn choice(bytes: &[u8]) -> (u8, &[u8]) {
    // Seeds are whole files: what begins as one is read as each in turn.
    bytes
        .split_last()
        .map_or((0, bytes), |(last, _)| (*last, bytes))
}

/// A record.
pub fn record(bytes: &[u8]) {
    sealed::<Record>(bytes);
}

/// Kept answers.
pub fn answers(bytes: &[u8]) {
    match choice(bytes).0 % 3 {
        0 => sealed::<Known<String>>(bytes),
        1 => sealed::<Known<Place>>(bytes),
        _ => sealed::<recall::Known<'static>>(bytes),
    }
}

/// Verdicts and baselines.
pub fn verdicts(bytes: &[u8]) {
    match choice(bytes).0 % 2 {
        0 => sealed::<Verdicts>(bytes),
        _ => sealed::<Baseline>(bytes),
    }
}

/// Kept analyses.
pub fn analyses(bytes: &[u8]) {
    sealed::<retouch::Kept>(bytes);
}

/// Orders and reports.
pub fn orders(bytes: &[u8]) {
    match choice(bytes).0 % 2 {
        0 => sealed::<Orders>(bytes),
        _ => sealed::<Report>(bytes),
    }
}

/// The files of the syntax cache.
pub fn syntax(bytes: &[u8]) {
    const TEXT: &str = "fn f() {}";
    let root = directory().join("parsed");
    let cache = Cache::open(&root);
    let digest = Fingerprint::of(TEXT.as_bytes());
    let parsed = cache.get_or_parse(TEXT, digest);
    let place = cache.path(digest);
    let body = bytes.get(32..).unwrap_or_default();
    let sealed = |under: Fingerprint| {
        let mut entry = Fingerprint::of_parts([&under.0[..], body]).0.to_vec();
        entry.extend(body);
        entry
    };
    for entry in [bytes, &sealed(digest)] {
        fs::write(&place, entry).expect("a file can be written");
        let read = cache.get_or_parse(TEXT, digest);
        assert!(entry != bytes || read == parsed || bytes.len() > 32);
    }
    let expanded = place.with_file_name("expanded");
    for entry in [bytes, &sealed(Fingerprint::NONE)] {
        fs::write(&expanded, entry).expect("a file can be written");
        drop(syntax::Expanded::open(expanded.clone()));
    }
    fs::remove_file(&place).expect("a file can be removed");
}

/// What is read as TOML.
pub fn settings(bytes: &[u8]) {
    let root = directory().join("workspace");
    let config = root.join(".cargo");
    fs::create_dir_all(&config).expect("a directory can be made");
    let (toml, manifest) = (root.join("mamo.toml"), root.join("Cargo.toml"));
    for place in [&toml, &manifest, &config.join("config.toml")] {
        fs::write(place, bytes).expect("a file can be written");
    }
    drop(Settings::load(&root));
    let table = manifest::read(&manifest);
    manifest::harness(&table, "test", "a");
    let config = Config::load(&root, &[]);
    config.string(&["build", "target"]);
    config.path(&["build", "rustdoc"]);
    config.program(&["build", "rustc"]);
    config.flags("rustflags", "x86_64-unknown-linux-gnu", &[]);
    config.runner("x86_64-unknown-linux-gnu", &[]);
    config.env();
}

/// Messages in JSON.
pub fn messages(bytes: &[u8]) {
    drop(Messages::read(bytes));
    for line in String::from_utf8_lossy(bytes).lines() {
        nextest::outcome_in(line);
    }
}

/// Listings, logs and outputs.
pub fn listings(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let names = harness::names(&text);
    for code in [0, 101 << 8, 9] {
        let mut run = harness::Run::default();
        harness::judge(&text, &names, status(code), &mut run);
        assert!(run.outcomes.keys().all(|name| names.contains(name)));
    }
    doctests::read(&text);
    doctests::listed(&text, &text);
    trial::read(&text, &Sections::default());
    drop(DepInfo::read(&file("dep-info", bytes)));
    drop(Coverage::read(&file("lcov", bytes), &directory()));
}

#[cfg(unix)]
fn status(code: i32) -> ExitStatus {
    std::os::unix::process::ExitStatusExt::from_raw(code)
}

/// Source.
pub fn source(bytes: &[u8]) {
    layout::digest(bytes);
    layout::spelling(bytes);
    let text = String::from_utf8_lossy(bytes);
    let parsed = syntax::parse_file(&text);
    assert_eq!(
        parsed,
        syntax::parse_file(&text),
        "parsing tells the same twice"
    );
    syntax::opaque(&text);
    for documentation in &parsed.documentation {
        syntax::composed(documentation, |_| Some(text.to_string()));
    }
}
