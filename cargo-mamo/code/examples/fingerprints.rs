//! Prints the code fingerprint of each test of a program: `fingerprints PROGRAM TARGET_DIR/debug SYSROOT_LIB [--why OLD_OUTPUT]`.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use mamo_code::{
    CodeRoot, LinkSurroundings, ObjectTable, Program, ProgramImage, ProgramTables, archive_objects,
    session_objects, verify_complete,
};

fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| extension.is_empty() || path.extension().is_some_and(|e| e == extension))
        .collect();
    found.sort_unstable();
    found
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, target, sysroot] = &arguments[..] else {
        return Err("PROGRAM TARGET_DIR/debug SYSROOT_LIB".into());
    };
    let program = Path::new(program);
    let bytes = std::fs::read(program)?;
    let image = ProgramImage::read(&bytes)?;
    let libraries = [Path::new(target).join("deps"), PathBuf::from(sysroot)];
    let libraries: Vec<PathBuf> = libraries
        .iter()
        .flat_map(|dir| files(dir, "rlib"))
        .collect();
    let started = Instant::now();
    let (mut of_libraries, mut read, mut of_target) = (Vec::new(), 0, 0);
    for library in &libraries {
        let bytes = std::fs::read(library)?;
        for object in archive_objects(&bytes)? {
            read += object.bytes.len();
            of_libraries.push(ObjectTable::read(object.bytes)?);
            of_target += usize::from(library.starts_with(target));
        }
    }
    println!(
        "# libraries: {} objects, {read} bytes, {:?}",
        of_libraries.len(),
        started.elapsed()
    );
    let started = Instant::now();
    let units = files(&Path::new(target).join("incremental"), "");
    let linked = std::fs::metadata(program)?.modified()?;
    let objects = session_objects(&image, linked, &units, &of_libraries)?;
    println!(
        "# session of {} objects proved in {:?}",
        objects.len(),
        started.elapsed()
    );
    let started = Instant::now();
    let mut tables = Vec::new();
    for object in &objects {
        tables.push(ObjectTable::read(&std::fs::read(object)?)?);
    }
    println!("# own objects read in {:?}", started.elapsed());
    let own_count = tables.len() + of_target;
    tables.extend(of_libraries);
    let kept = postcard::to_stdvec(&tables)?.len();
    verify_complete(&image, &tables)?;
    let started = Instant::now();
    let surroundings = LinkSurroundings {
        exported: Some(image.exported_symbols().clone()),
        outside: None,
    };
    let is_stable = |at: usize| at >= own_count;
    let (mut own, mut stable) = (Vec::new(), Vec::new());
    for (at, table) in tables.iter().enumerate() {
        if is_stable(at) {
            stable.push(table)
        } else {
            own.push(table)
        }
    }
    let linked = Program::link(
        ProgramTables {
            own: &own,
            stable: &stable,
        },
        &surroundings,
    );
    println!("# linked in {:?}; tables {kept} bytes", started.elapsed());
    let names = Command::new(program)
        .args(["--list", "--format", "terse"])
        .output()?
        .stdout;
    let names = String::from_utf8(names)?;
    let names: Vec<&str> = names
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .collect();
    let roots: Vec<CodeRoot> = names
        .iter()
        .map(|name| CodeRoot::Test((*name).into()))
        .collect();
    let started = Instant::now();
    let fingerprints = linked.fingerprints(&roots);
    println!(
        "# {} tests in {:?}; ambiguous {}; undefined {}",
        names.len(),
        started.elapsed(),
        linked.ambiguous_symbols().count(),
        linked.undefined_symbols().count()
    );
    for (name, found) in names.iter().zip(fingerprints) {
        let hex = |bytes: [u8; 32]| {
            bytes[..8]
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect::<String>()
        };
        match found {
            Some(found) => println!("{name} {} {}", hex(found.plain), hex(found.positioned)),
            None => println!("{name} unknown"),
        }
    }
    if std::env::var_os("VERBOSE").is_some() {
        for name in linked.ambiguous_symbols() {
            println!("? {name}");
        }
        for root in &roots {
            for symbol in linked.reached_symbols(root).unwrap_or_default() {
                println!("{root:?} {symbol}");
            }
        }
    }
    Ok(())
}
