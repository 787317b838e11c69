//! Prints the code fingerprint of each test of a program: `fingerprints PROGRAM TARGET/debug SYSROOT_LIBRARIES`.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use mamo_code::{
    Abilities, CodeRoot, LinkSurroundings, ObjectOutline, ObjectTable, Program, ProgramImage,
    ProgramTables, archive_objects, session_objects, verify_complete,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, target, sysroot] = &arguments[..] else {
        return Err("expected PROGRAM TARGET/debug SYSROOT_LIBRARIES".into());
    };
    let (program, target) = (Path::new(program), Path::new(target));
    let bytes = std::fs::read(program)?;
    let image = ProgramImage::read(&bytes)?;
    let mut stable = timed("stable libraries", || library_tables(Path::new(sysroot)))?;
    let mut own = timed("own libraries", || library_tables(&target.join("deps")))?;
    for tables in [&mut stable, &mut own] {
        tables.retain(|table| table.is_part(|name| image.file_names().contains(name)));
    }
    let units = files(&target.join("incremental"), None);
    let linked = std::fs::metadata(program)?.modified()?;
    let libraries = own.iter().chain(&stable).map(ObjectTable::outline);
    let libraries: Vec<ObjectOutline> = libraries.collect();
    let session = timed("session proved", || {
        session_objects(&image, linked, &units, &libraries, &|_| false)
    })?;
    let unit: Result<Vec<ObjectTable>, Box<dyn Error>> = timed("unit", || {
        let read = |path: &PathBuf| Ok(ObjectTable::read(&std::fs::read(path)?)?);
        session.iter().map(read).collect()
    });
    own.splice(0..0, unit?);
    let all: Vec<ObjectOutline> = own
        .iter()
        .chain(&stable)
        .map(ObjectTable::outline)
        .collect();
    verify_complete(&image, &all)?;
    let kept = postcard::to_stdvec(&own)?.len();
    println!(
        "# {} own tables of {kept} bytes, {} stable",
        own.len(),
        stable.len()
    );
    print_fingerprints(program, &image, &own, &stable)
}

fn print_fingerprints(
    program: &Path,
    image: &ProgramImage<'_>,
    own: &[ObjectTable],
    stable: &[ObjectTable],
) -> Result<(), Box<dyn Error>> {
    let surroundings = LinkSurroundings {
        exported: Some(image.exported_symbols().clone()),
        outside: None,
    };
    let (own, stable): (Vec<_>, Vec<_>) = (own.iter().collect(), stable.iter().collect());
    let tables = ProgramTables {
        own: &own,
        stable: &[],
        toolchain: &stable,
    };
    let linked = timed("linked", || Program::link(tables, &surroundings));
    let names = Command::new(program)
        .args(["--list", "--format", "terse"])
        .output()?;
    let names = String::from_utf8(names.stdout)?;
    let names = names.lines().filter_map(|line| line.strip_suffix(": test"));
    let roots: Vec<CodeRoot> = names.map(|name| CodeRoot::Test(name.into())).collect();
    let found = timed("fingerprints", || linked.fingerprints(&roots));
    let asks = timed("positions", || linked.asks_for_positions(&roots));
    let can = timed("abilities", || linked.abilities(&roots));
    for (root, can) in roots.iter().zip(can) {
        println!("{root:?} {can:?}");
        if can.is_some_and(|can| can.has(Abilities::TRACES)) {
            println!("  {}", linked.route(root, Abilities::TRACES).join(" > "));
        }
    }
    for ((root, found), asks) in roots.iter().zip(found).zip(asks) {
        let CodeRoot::Test(name) = root else { continue };
        match found {
            Some(found) if asks => println!("{name} {} (with positions)", hex(&found.positioned)),
            Some(found) => println!("{name} {}", hex(&found.plain)),
            None => println!("{name} unknown"),
        }
    }
    Ok(())
}

fn timed<A>(what: &str, work: impl FnOnce() -> A) -> A {
    let started = Instant::now();
    let done = work();
    println!("# {what}: {:.1?}", started.elapsed());
    done
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn library_tables(directory: &Path) -> Result<Vec<ObjectTable>, Box<dyn Error>> {
    let mut tables = Vec::new();
    for library in files(directory, Some("rlib")) {
        for object in archive_objects(&std::fs::read(library)?)? {
            tables.push(ObjectTable::read(object.bytes)?);
        }
    }
    Ok(tables)
}

fn files(directory: &Path, extension: Option<&str>) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut found: Vec<PathBuf> = paths
        .filter(|path| extension.is_none_or(|wanted| path.extension().is_some_and(|e| e == wanted)))
        .collect();
    found.sort_unstable();
    found
}
