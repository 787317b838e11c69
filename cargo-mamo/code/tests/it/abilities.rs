//! What tests can ask of the system, by what their code reaches.

use std::collections::HashMap;

use mamo_code::{Abilities, CodeRoot, Program, Runtime};

use crate::scratch::{ScratchCrate, defines, tests};

const SOURCE: &str = r#"
#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::{Mutex, mpsc};
    #[test] fn computes() { assert_eq!(std::hint::black_box(1) + 1, 2); }
    #[test] fn panics() { assert!(std::panic::catch_unwind(|| panic!("here")).is_err()); }
    #[test] fn shares() {
        let map = Mutex::new(HashMap::from([(1, "one".to_string())]));
        println!("{:?}", map.lock().unwrap());
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(std::time::Instant::now()).unwrap()).join().unwrap();
        std::thread::scope(|scope| { scope.spawn(move || receiver.recv().unwrap()); });
    }
    #[test] fn opens() { std::fs::read("Cargo.toml").unwrap(); }
    #[test] fn opens_by_a_pointer() {
        let read: fn(&'static str) -> std::io::Result<Vec<u8>> = std::fs::read;
        std::hint::black_box(read)("Cargo.toml").unwrap();
    }
    #[test] fn looks() { assert!(std::path::Path::new("Cargo.toml").exists()); }
    #[test] fn lists() { std::fs::read_dir(".").unwrap(); }
    #[test] fn reads_a_variable() { let _ = std::env::var("HOME"); }
    #[test] fn reads_a_variable_in_a_thread() {
        std::thread::spawn(|| std::env::var("HOME").is_ok()).join().unwrap();
    }
    #[test] fn reads_all_variables() { let _ = std::env::vars().count(); }
    #[test] fn starts() { let _ = std::process::Command::new("true").status(); }
    #[test] fn calls_the_kernel() {
        let id: i64;
        unsafe { std::arch::asm!("syscall", inout("rax") 39_i64 => id, out("rcx") _, out("r11") _) };
        assert!(id > 0);
    }
    #[test] fn captures() { let _ = std::backtrace::Backtrace::capture().to_string(); }
    #[test] fn captures_always() { let _ = std::backtrace::Backtrace::force_capture().to_string(); }
    #[track_caller] fn line() -> u32 { std::panic::Location::caller().line() }
    #[test] fn asks_for_its_line() { assert!(line() > 0); }
    #[test] fn hooks() { std::panic::set_hook(Box::new(|info| eprintln!("{info}"))); }
}
"#;

fn on_tests(source: &str, question: impl FnOnce(&Program<'_>, &[CodeRoot])) {
    let scratch = ScratchCrate::new(&[("src/lib.rs", source)]);
    let executable = scratch.build(&[]).remove(0);
    let roots: Vec<CodeRoot> = tests(&executable).into_iter().map(CodeRoot::Test).collect();
    let parts = scratch.parts(&executable).unwrap();
    let whole = parts.on_program(|program| program.abilities(&roots));
    let summarized = parts.on_summary(|program| program.abilities(&roots));
    assert_eq!(
        whole, summarized,
        "what stands for libraries can do what they can"
    );
    parts.on_program(|program| question(program, &roots));
}

#[test]
fn a_test_can_ask_what_its_code_reaches_and_nothing_that_the_standard_library_asks_for_itself() {
    let lists = Abilities::FILES.and(Abilities::LISTS);
    let expected = [
        ("computes", Abilities::NONE),
        ("panics", Abilities::NONE),
        ("shares", Abilities::NONE),
        ("opens", Abilities::FILES),
        ("opens_by_a_pointer", Abilities::FILES),
        ("looks", Abilities::FILES),
        ("lists", lists),
        ("reads_a_variable", Abilities::VARIABLES),
        ("reads_a_variable_in_a_thread", Abilities::VARIABLES),
        ("reads_all_variables", Abilities::VARIABLES),
        ("starts", Abilities::KERNEL),
        ("calls_the_kernel", Abilities::KERNEL),
        ("captures", Abilities::TRACES_IF_ASKED),
        ("asks_for_its_line", Abilities::POSITIONS),
        ("hooks", Abilities::POSITIONS),
    ];
    on_tests(SOURCE, |program, roots| {
        let found = roots.iter().zip(program.abilities(roots));
        let found: HashMap<&CodeRoot, Option<Abilities>> = found.collect();
        for (name, expected) in expected {
            let root = CodeRoot::Test(format!("tests::{name}"));
            let way = program.route(&root, Abilities::ANYTHING);
            assert_eq!(found[&root], Some(expected), "{name} {way:#?}");
        }
        let root = CodeRoot::Test("tests::captures_always".into());
        assert!(found[&root].unwrap().has(Abilities::TRACES));
        let way = program.route(&root, Abilities::TRACES);
        assert!(
            way.iter()
                .any(|path| path.ends_with("tests::captures_always")),
            "{way:#?}"
        );
        assert_eq!(way.last().map(String::as_str), Some("_Unwind_Backtrace"));
    });
}

#[test]
fn every_function_that_ends_a_reach_is_in_the_standard_library() {
    for known in Runtime::FUNCTIONS {
        assert!(defines(known.path), "{} ({})", known.path, known.reason);
    }
}
