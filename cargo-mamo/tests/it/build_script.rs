//! Programs with embedded fingerprints: built and run by plain cargo, and by nobody.

use crate::project::Project;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"data\", \"app\"]\n";

const DATA: &str = "[package]
name = \"data\"
version = \"0.1.0\"
edition = \"2024\"
[features]
loud = []
";

const DATA_LIB: &str = "pub fn helper(n: u32) -> u32 {
    n + 1 + if cfg!(feature = \"loud\") { 100 } else { 0 }
}
pub fn beside(n: u32) -> u32 {
    n * 2
}
";

const APP: &str = "[package]
name = \"app\"
version = \"0.1.0\"
edition = \"2024\"
[features]
loud = [\"data/loud\"]
[dependencies]
data = { path = \"../data\" }
mamo = { package = \"mamo-runtime\", path = \"MAMO/mamo-runtime\" }
[build-dependencies]
cargo-mamo = { path = \"MAMO/cargo-mamo\", default-features = false }
";

const SCRIPT: &str = "fn main() {
    println!(\"cargo::rustc-env=GREETING=hello\");
    cargo_mamo::build_script::emit();
}
";

const APP_LIB: &str = "#[mamo::memo]
pub fn sum(n: u32) -> u32 {
    println!(\"computing sum\");
    data::helper(n)
}
#[mamo::fixture]
pub fn text() -> String {
    println!(\"computing text\");
    std::fs::read_to_string(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/text.txt\")).unwrap()
}
#[mamo::memo]
pub fn greeting() -> String {
    println!(\"computing greeting\");
    env!(\"GREETING\").to_owned()
}
#[mamo::memo]
pub fn width<T: Default + Into<u64> + serde_free::Free>(n: u32) -> u64 {
    println!(\"computing width\");
    T::default().into() + u64::from(n)
}
pub mod serde_free {
    pub trait Free {}
    impl Free for u32 {}
}
pub fn unrelated() -> u32 {
    data::beside(3)
}
";

const APP_MAIN: &str = "fn main() {
    let sum = app::sum(4);
    let text = app::text().trim();
    println!(\"{sum} {text} {} {} {}\", app::greeting(), app::width::<u32>(1), app::unrelated());
}
";

/// The project, and mamo's directory.
struct Built {
    project: Project,
    home: TempDir,
}

/// What a program printed.
struct Printed {
    computed: Vec<String>,
    result: String,
    warnings: String,
}

impl Built {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .canonicalize()
            .unwrap();
        let app = APP.replace("MAMO", root.to_str().unwrap());
        let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
        let project = Project::new(&[
            ("Cargo.toml", WORKSPACE),
            ("Cargo.lock", &lock),
            ("data/Cargo.toml", DATA),
            ("data/src/lib.rs", DATA_LIB),
            ("app/Cargo.toml", &app),
            ("app/build.rs", SCRIPT),
            ("app/src/lib.rs", APP_LIB),
            ("app/src/main.rs", APP_MAIN),
            ("app/text.txt", "hello\n"),
        ]);
        let home = tempfile::tempdir().unwrap();
        Self { project, home }
    }

    /// Shared with what else embeds: build scripts that other programs' dependencies run count here too.
    fn target() -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("embedded")
    }

    fn printed(&self, command: &mut Command) -> Printed {
        command
            .env("CARGO_TARGET_DIR", Self::target())
            .env("MAMO_DIR", self.home.path());
        let output = command.output().unwrap();
        let (stdout, stderr) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert!(output.status.success(), "{stderr}");
        let computed = stdout
            .lines()
            .filter_map(|line| line.strip_prefix("computing "));
        Printed {
            computed: computed.map(ToOwned::to_owned).collect(),
            result: stdout.lines().last().unwrap().to_owned(),
            warnings: stderr,
        }
    }

    /// By `cargo run`.
    fn run(&self, arguments: &[&str]) -> Printed {
        self.printed(
            self.project
                .cargo(&["run", "--quiet", "-p", "app"])
                .args(arguments),
        )
    }

    /// By hand.
    fn start(&self, program: &Path) -> Printed {
        self.printed(&mut Command::new(program))
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.project.path(file)).unwrap();
        assert!(text.contains(from), "{from}");
        self.project.write(file, &text.replace(from, to));
    }
}

fn program() -> PathBuf {
    Built::target().join("debug/app")
}

/// One test: what it builds takes long, and one target directory holds one program of that name.
#[test]
fn embedded_fingerprints_follow_code_files_features_and_build_variables() {
    let built = Built::new();
    let generic = ["width"]; // its callers decide what it is: never served
    let all = ["sum", "text", "greeting", "width"];

    let first = built.run(&[]);
    assert_eq!(first.computed, all, "{}", first.warnings);
    assert_eq!(first.result, "5 hello hello 1 6");
    assert!(
        first
            .warnings
            .contains("its callers decide what code it is"),
        "{}",
        first.warnings
    );
    let again = built.run(&[]);
    assert_eq!(again.computed, generic, "{}", again.warnings);
    let by_hand = built.start(&program());
    assert_eq!(by_hand.computed, generic, "{}", by_hand.warnings);

    // Beside what they reach, and under it; the old program goes on with what it computed.
    built.edit("data/src/lib.rs", "n * 2", "n * 3");
    let beside = built.run(&[]);
    assert_eq!(
        (beside.computed.as_slice(), beside.result.as_str()),
        (&["width".to_owned()][..], "5 hello hello 1 9")
    );
    let old = built.project.path("old");
    fs::copy(program(), &old).unwrap();
    built.edit("data/src/lib.rs", "n + 1", "n + 2");
    let under = built.run(&[]);
    assert_eq!(
        (under.computed.as_slice(), under.result.as_str()),
        (
            &["sum".to_owned(), "width".to_owned()][..],
            "6 hello hello 1 9"
        )
    );
    assert!(built.start(&old).result.starts_with("5 "));
    assert!(built.start(&program()).result.starts_with("6 "));

    // A feature of another package, which no build script is told.
    let loud = built.run(&["--features", "loud"]);
    assert!(
        loud.computed.contains(&"sum".to_owned()) && loud.result.starts_with("106 "),
        "{}",
        loud.result
    );
    let quiet = built.run(&[]);
    assert_eq!(quiet.computed, generic);
    assert!(quiet.result.starts_with("6 "), "{}", quiet.result);

    // A file that is read at run time: by hand nothing old is served, and cargo looks again.
    built.project.write("app/text.txt", "moin\n");
    let by_hand = built.start(&program());
    assert_eq!(by_hand.result, "6 moin hello 1 9");
    assert!(
        by_hand.warnings.contains("text.txt` is not as it was"),
        "{}",
        by_hand.warnings
    );
    assert_eq!(built.run(&[]).computed, ["text", "width"]);
    assert_eq!(built.run(&[]).computed, generic);

    // What the build script itself says to cargo.
    built.edit("app/build.rs", "GREETING=hello", "GREETING=servus");
    let greeted = built.run(&[]);
    assert_eq!(greeted.result, "6 moin servus 1 9");
    assert!(greeted.computed.contains(&"greeting".to_owned()));

    written_while_built(&built);
    in_another_checkout(&built);
}

/// What tells where it was made is computed in each checkout, also where the place is that of another package.
fn in_another_checkout(built: &Built) {
    let place = "\n#[mamo::memo]\npub fn place() -> String {\n    println!(\"computing place\");
        format!(\"{} {}\", env!(\"CARGO_MANIFEST_DIR\"), data::place())\n}\n";
    let beneath = "\npub fn place() -> &'static str { env!(\"CARGO_MANIFEST_DIR\") }\n";
    let main = "fn main() { let sum = app::sum(4); println!(\"{sum} {}\", app::place()); }\n";
    let write = |built: &Built| {
        let texts = [
            ("app/build.rs", SCRIPT.to_owned()),
            ("app/src/lib.rs", format!("{APP_LIB}{place}")),
            ("data/src/lib.rs", format!("{DATA_LIB}{beneath}")),
            ("app/src/main.rs", main.to_owned()),
        ];
        for (file, text) in texts {
            built.project.write(file, &text);
        }
    };
    write(built);
    let result = |project: &Project| {
        let [app, data] = ["app", "data"].map(|name| project.path(name).canonicalize().unwrap());
        format!("5 {} {}", app.display(), data.display())
    };
    let here = built.run(&[]);
    assert_eq!(here.result, result(&built.project), "{}", here.warnings);
    assert!(built.run(&[]).computed.is_empty());
    // Written later, so that cargo, which shares what it builds, builds it again.
    let other = Built::new();
    write(&other);
    let mut run = other.project.cargo(&["run", "--quiet", "-p", "app"]);
    let there = built.printed(&mut run);
    assert_eq!(there.result, result(&other.project), "{}", there.warnings);
    assert_eq!(there.computed, ["place"]);
}

/// Source that was written between the build script's look and the end of the build is not what was looked at.
fn written_while_built(built: &Built) {
    let source = built.project.path("data/src/lib.rs");
    let written = fs::metadata(&source).unwrap().modified().unwrap();
    let end = fs::metadata(program()).unwrap().modified().unwrap();
    let set = |at: SystemTime| {
        let file = File::options().append(true).open(&source);
        file.unwrap().set_modified(at).unwrap();
    };
    set(end - Duration::from_millis(1));
    let by_hand = built.start(&program());
    assert!(by_hand.computed.contains(&"sum".to_owned()));
    assert!(
        by_hand
            .warnings
            .contains("was written while the program was built"),
        "{}",
        by_hand.warnings
    );
    set(written);
    assert_eq!(built.start(&program()).computed, ["width"]);

    // The same, seen by the macros: after the look, before the compiler.
    let late = "emit();\n    std::fs::File::options().append(true).open(\"../data/src/lib.rs\").unwrap().set_modified(std::time::SystemTime::now()).unwrap();";
    built.edit("app/build.rs", "emit();", late);
    let during = built.run(&[]);
    assert!(during.computed.contains(&"sum".to_owned()));
    assert!(
        during.warnings.contains("compute and store nothing"),
        "{}",
        during.warnings
    );
}
