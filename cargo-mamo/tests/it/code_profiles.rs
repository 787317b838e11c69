//! `test.trust = "code"` by profile: what decides in each, and that whatever decides runs what fails.

use crate::project::Project;

const LIB: &str = "pub fn five() -> u32 { let five = 5; five }
#[cfg(test)]
mod tests {
    #[test] fn fives() { assert_eq!(super::five(), 5); }
    #[test] fn apart() {}
}
";
const RENAMED: (&str, &str) = ("let five = 5; five", "let it = 5; it");
const WRONG: (&str, &str) = ("let five = 5; five", "let it = 6; it");

/// What decides on a test whose program was built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Decides {
    Code,
    Source,
}

/// How the package is built.
struct Profile {
    /// What its manifest says.
    manifest: &'static str,
    arguments: &'static [&'static str],
    variable: (&'static str, &'static str),
}

const PLAIN: Profile = Profile {
    manifest: "",
    arguments: &[],
    // Set to nothing: not set.
    variable: ("CARGO_INCREMENTAL", ""),
};

/// How many tests run after `edit`, and how many fail.
fn tested(project: &Project, profile: &Profile, edit: (&str, &str)) -> (usize, usize) {
    project.write("src/lib.rs", &LIB.replace(edit.0, edit.1));
    let general = ["test", "--lib", "-v", "--message-format", "json"];
    let arguments = [&general, profile.arguments].concat();
    let variables = [
        ("CARGO_INCREMENTAL", ""),
        ("MAMO_TRUST", "code"),
        profile.variable,
    ];
    let outcome = project.mamo_with(&arguments, &variables);
    assert!(matches!(outcome.code, Some(0 | 101)), "{}", outcome.stderr);
    let events = outcome.events();
    let count = |key: &str, value: &str| events.iter().filter(|event| event[key] == value).count();
    (count("plan", "run"), count("outcome", "failed"))
}

/// Finds out what decides under a profile.
fn decides(profile: &Profile) -> Decides {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let manifest = [manifest, profile.manifest].concat();
    let project = Project::new(&[("Cargo.toml", &manifest), ("src/lib.rs", LIB)]);
    assert_eq!(tested(&project, profile, ("", "")), (2, 0));
    let renamed = tested(&project, profile, RENAMED);
    assert_eq!(tested(&project, profile, WRONG), (1, 1));
    match renamed {
        (0, 0) => Decides::Code,
        (1, 0) => Decides::Source,
        other => panic!("{other:?}"),
    }
}

/// With lines in the profile of tests.
fn written(manifest: &'static str) -> Decides {
    decides(&Profile { manifest, ..PLAIN })
}

fn with_flags(flags: &'static str) -> Decides {
    let variable = ("RUSTFLAGS", flags);
    decides(&Profile { variable, ..PLAIN })
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn code_decides_where_rustc_keeps_objects() {
    let arguments = &["--release"];
    let release = decides(&Profile { arguments, ..PLAIN });
    assert_eq!(release, Decides::Code, "release");
    let manifests = [
        "",
        "[profile.test]\npanic = \"abort\"\n",
        "[profile.test]\nopt-level = 1\n",
        "[profile.dev.package.\"*\"]\nopt-level = 1\n",
        "[profile.test]\nsplit-debuginfo = \"packed\"\n",
        "[profile.test]\nsplit-debuginfo = \"unpacked\"\n",
        "[profile.test]\nincremental = false\n",
    ];
    for manifest in manifests {
        assert_eq!(written(manifest), Decides::Code, "{manifest}");
    }
    let mangled = with_flags("-Csymbol-mangling-version=v0");
    assert_eq!(mangled, Decides::Code, "v0");
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn source_decides_where_rustc_keeps_none() {
    let variable = ("CARGO_INCREMENTAL", "0");
    let not_incremental = decides(&Profile { variable, ..PLAIN });
    assert_eq!(not_incremental, Decides::Source, "not incremental");
    let manifests = [
        "[profile.test]\nlto = \"thin\"\n",
        "[profile.test]\nlto = \"fat\"\n",
        "[profile.test]\nstrip = true\n",
    ];
    for manifest in manifests {
        assert_eq!(written(manifest), Decides::Source, "{manifest}");
    }
    // What std does lies in a file of its own, and may be anything.
    let dynamic = with_flags("-Cprefer-dynamic");
    assert_eq!(dynamic, Decides::Source, "prefer-dynamic");
}
