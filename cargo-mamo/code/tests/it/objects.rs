//! What is read from single objects, and that broken ones break nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use mamo_code::{
    CodeDifference, CodeRoot, DifferingSymbol, ImageMatch, LinkSurroundings, ObjectTable, Program,
    ProgramImage, ProgramTables, archive_objects,
};

/// Compiles a text to an object.
fn compiled(directory: &Path, name: &str, source: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, source).unwrap();
    let object = path.with_extension("o");
    let is_rust = name.as_bytes().ends_with(b".rs");
    let mut compiler = Command::new(if is_rust { "rustc" } else { "cc" });
    if is_rust {
        compiler.args([
            "--crate-type=lib",
            "--emit=obj",
            "-Ccodegen-units=1",
            "--edition=2024",
        ]);
    } else {
        compiler.args(["-c", "-ffunction-sections"]);
    }
    // A path from the directory, or panics would name the directory.
    compiler.arg("-o").arg(&object).arg(name);
    let done = compiler.current_dir(directory).status().unwrap();
    assert!(done.success());
    object
}

fn table(name: &str, source: &str) -> ObjectTable {
    let directory = tempfile::tempdir().unwrap();
    crate::scratch::read(&compiled(directory.path(), name, source))
}

/// Runs a question on a program of which all is its own and nothing is exported.
fn on_program<A>(tables: &[ObjectTable], question: impl FnOnce(&Program<'_>) -> A) -> A {
    let own: Vec<&ObjectTable> = tables.iter().collect();
    let tables = ProgramTables {
        own: &own,
        stable: &[],
        toolchain: &[],
    };
    let surroundings = LinkSurroundings {
        exported: Some(rustc_hash::FxHashSet::default()),
        outside: None,
    };
    question(&Program::link(tables, &surroundings))
}

fn fingerprint(tables: &[ObjectTable], symbol: &str) -> [u8; 32] {
    let roots = [CodeRoot::Symbol(symbol.into())];
    on_program(tables, |program| program.fingerprints(&roots))[0]
        .unwrap()
        .plain
}

const FIRST: &str = "static int local(void) { return 1; } int first(void) { return local(); }";
const SECOND: &str = "static int local(void) { return 2; } int second(void) { return local(); }";
const BOTH: &str =
    "int first(void); int second(void); int both(void) { return first() - second(); }";

#[test]
fn functions_of_one_local_name_are_not_mistaken_for_each_other() {
    let swap = |text: &str| {
        text.replace("return 1", "return 3")
            .replace("return 2", "return 1")
            .replace("return 3", "return 2")
    };
    let before = [
        table("a.c", FIRST),
        table("b.c", SECOND),
        table("c.c", BOTH),
    ];
    let after = [
        table("a.c", &swap(FIRST)),
        table("b.c", &swap(SECOND)),
        table("c.c", BOTH),
    ];
    assert_ne!(fingerprint(&before, "both"), fingerprint(&after, "both"));
    assert_eq!(fingerprint(&before, "both"), fingerprint(&before, "both"));
}

#[test]
fn functions_of_one_path_are_not_mistaken_for_each_other() {
    let text = |one: u32, other: u32| {
        format!(
            "use std::hint::black_box; #[unsafe(no_mangle)] pub fn root() -> u32 {{ \
             let one = || black_box({one}); let other = || black_box({other}); one() * 10 + other() }}"
        )
    };
    let read = |one, other| [table("a.rs", &text(one, other))];
    assert_eq!(
        fingerprint(&read(1, 2), "root"),
        fingerprint(&read(1, 2), "root")
    );
    assert_ne!(
        fingerprint(&read(1, 2), "root"),
        fingerprint(&read(2, 1), "root")
    );
}

#[test]
fn stable_code_counts_by_name_and_so_does_what_it_calls() {
    let stable = table(
        "s.c",
        "int one(void); int two(void); int both(void) { return one() - two(); }",
    );
    let own = |one: u32, two: u32| {
        let text = format!("int one(void) {{ return {one}; }} int two(void) {{ return {two}; }}");
        [
            table("a.c", "int both(void); int root(void) { return both(); }"),
            table("b.c", &text),
        ]
    };
    let read = |tables: &[ObjectTable]| {
        let own: Vec<&ObjectTable> = tables.iter().collect();
        let tables = ProgramTables {
            own: &own,
            stable: &[&stable],
            toolchain: &[],
        };
        let surroundings = LinkSurroundings {
            exported: Some(rustc_hash::FxHashSet::default()),
            outside: None,
        };
        Program::link(tables, &surroundings).fingerprints(&[CodeRoot::Symbol("root".into())])[0]
            .unwrap()
            .plain
    };
    assert_ne!(read(&own(1, 2)), read(&own(2, 1)));
    assert_eq!(read(&own(1, 2)), read(&own(1, 2)));
}

#[test]
fn data_that_refers_to_itself_in_a_circle_is_read_by_content() {
    let text = |last: u32| {
        format!(
            "struct node {{ struct node *next; int value; }}; static struct node a, b, c; \
         static struct node a = {{ &b, 1 }}; static struct node b = {{ &c, 1 }}; static struct node c = {{ &a, {last} }}; \
         int root(void) {{ return a.next->next->value; }}"
        )
    };
    let read = |last| [table("a.c", &text(last))];
    assert_eq!(fingerprint(&read(1), "root"), fingerprint(&read(1), "root"));
    assert_ne!(fingerprint(&read(1), "root"), fingerprint(&read(2), "root"));
}

#[test]
fn where_definitions_differ_all_count_in_their_order() {
    let weak = |value: u32| format!("__attribute__((weak)) int value(void) {{ return {value}; }}");
    let root = "int value(void); int root(void) { return value(); }";
    let read = |one, other| {
        [
            table("a.c", root),
            table("b.c", &weak(one)),
            table("c.c", &weak(other)),
        ]
    };
    assert_ne!(
        fingerprint(&read(1, 2), "root"),
        fingerprint(&read(2, 1), "root")
    );
    assert_eq!(
        fingerprint(&read(1, 1), "root"),
        fingerprint(&[table("a.c", root), table("b.c", &weak(1))], "root")
    );
    let ambiguous = |program: &Program<'_>| program.ambiguous_symbols().count();
    assert_eq!(on_program(&read(1, 2), ambiguous), 1);
}

#[test]
fn sections_that_the_linker_collects_belong_to_who_asks_for_their_bounds() {
    let element = |value: u32| {
        format!("__attribute__((section(\"parts\"), used, retain)) static int part = {value};")
    };
    let asks = "extern int __start_parts[], __stop_parts[]; int root(void) { return __stop_parts - __start_parts; } int other(void) { return 1; }";
    let read = |value| [table("a.c", asks), table("b.c", &element(value))];
    assert_ne!(fingerprint(&read(1), "root"), fingerprint(&read(2), "root"));
    assert_eq!(
        fingerprint(&read(1), "other"),
        fingerprint(&read(2), "other")
    );
    let alone = |value| {
        [
            table("a.c", "int other(void) { return 1; }"),
            table("b.c", &element(value)),
        ]
    };
    assert_ne!(
        fingerprint(&alone(1), "other"),
        fingerprint(&alone(2), "other")
    );
}

#[test]
fn a_landing_pad_decides_although_nothing_refers_to_its_table() {
    let text = |body: &str| {
        format!(
            "pub struct Loud; impl Drop for Loud {{ fn drop(&mut self) {{ std::hint::black_box(1); }} }} \
         #[unsafe(no_mangle)] pub fn root(call: fn()) {{ {body} }}"
        )
    };
    let read = |body| [table("a.rs", &text(body))];
    assert_ne!(
        fingerprint(&read("let _loud = Loud; call();"), "root"),
        fingerprint(&read("call(); let _loud = Loud;"), "root")
    );
}

#[test]
fn a_constant_that_looks_like_a_location_is_none() {
    let text = |line: u32| {
        format!(
            "#[unsafe(no_mangle)] pub fn root() -> &'static (&'static str, u32, u32) {{ &(\"main.rs\", {line}, 2) }}"
        )
    };
    let read = |line| [table("a.rs", &text(line))];
    assert_ne!(fingerprint(&read(1), "root"), fingerprint(&read(2), "root"));
}

#[test]
fn a_difference_names_what_differs() {
    let text = |value: u32| {
        format!("int value(void) {{ return {value}; }} int root(void) {{ return value(); }}")
    };
    let separate = |value| {
        [
            table(
                "a.c",
                &text(value).replace("int root(void) { return value(); }", ""),
            ),
            table("b.c", "int value(void); int root(void) { return value(); }"),
        ]
    };
    let (old, new) = (separate(1), separate(2));
    let root = CodeRoot::Symbol("root".into());
    let found = on_program(&old, |old| {
        on_program(&new, |new| old.difference(new, &root))
    });
    let CodeDifference::Known { symbols, .. } = found else {
        panic!("the root is known");
    };
    assert_eq!(symbols, [DifferingSymbol::Changed("value".into())]);
}

#[test]
fn what_is_not_found_is_unknown() {
    let tables = [table("a.c", FIRST)];
    let roots = [
        CodeRoot::Test("tests::first".into()),
        CodeRoot::Function("a::b".into()),
        CodeRoot::Symbol("second".into()),
    ];
    let found = on_program(&tables, |program| program.fingerprints(&roots));
    assert!(found.iter().all(Option::is_none));
}

#[test]
fn a_table_is_the_same_after_it_was_kept() {
    let table = table(
        "a.rs",
        "pub fn shown(n: u32) -> String { format!(\"{n} of {}\", [1, 2, 3][n as usize]) }",
    );
    let kept = postcard::to_stdvec(&table).unwrap();
    let read: ObjectTable = postcard::from_bytes(&kept).unwrap();
    assert!(read == table && read.is_sound());
}

#[test]
fn broken_objects_are_errors_and_never_panics() {
    let directory = tempfile::tempdir().unwrap();
    let source =
        "pub fn texts(n: u32) -> Vec<String> { (0..n).map(|n| format!(\"{n}\")).collect() }";
    let object = std::fs::read(compiled(directory.path(), "a.rs", source)).unwrap();
    for length in (0..object.len()).step_by(object.len() / 200 + 1) {
        let _ = ObjectTable::read(&object[..length]);
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..500 {
        let mut broken = object.clone();
        // Half of the rounds break headers and tables, which stand at the end.
        for _ in 0..=next() % 4 {
            let length = broken.len() as u64;
            let at = if round % 2 == 0 {
                next() % length
            } else {
                length - 1 - next() % (length / 3)
            };
            let value = [0, 1, 0x7f, 0x80, 0xff, next().to_le_bytes()[0]];
            broken[usize::try_from(at).unwrap()] = value[usize::try_from(next() % 6).unwrap()];
        }
        let _ = archive_objects(&broken);
        if let Ok(table) = ObjectTable::read(&broken) {
            assert!(table.is_sound());
            let roots = [CodeRoot::Symbol("main".into())];
            on_program(&[table], |program| program.fingerprints(&roots));
        }
    }
}

#[test]
fn broken_programs_are_errors_and_never_panics() {
    let directory = tempfile::tempdir().unwrap();
    let source = directory.path().join("a.c");
    std::fs::write(
        &source,
        "const char *text = \"one\"; int main(void) { return text[0] == 'o'; }",
    )
    .unwrap();
    let program = directory.path().join("a");
    let object = directory.path().join("a.o");
    for (output, option) in [(&object, "-c"), (&program, "-O0")] {
        let done = Command::new("cc")
            .arg(option)
            .arg("-o")
            .arg(output)
            .arg(&source)
            .status();
        assert!(done.unwrap().success());
    }
    let (program, object) = (
        std::fs::read(program).unwrap(),
        std::fs::read(object).unwrap(),
    );
    let image = ProgramImage::read(&program).unwrap();
    assert_eq!(
        image.match_object(&object),
        Ok(ImageMatch::Same { compared: 2 })
    );
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..1000 {
        let mut broken = program.clone();
        for _ in 0..4 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let at = usize::try_from(state >> 33).unwrap() % broken.len();
            broken[at] = state.to_le_bytes()[2];
        }
        if let Ok(image) = ProgramImage::read(&broken) {
            let _ = image.match_object(&object);
        }
    }
}
