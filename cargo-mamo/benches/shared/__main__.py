"""Counts how often a fixture of three seconds is made for 40 tests in 4 programs: mamo's beside rstest's `#[once]`.

Two packages with the same tests are written into a temporary directory. Each computation appends a line to a file; printed is a markdown
table with the lines so far and the time after each run. rstest comes from the registry. Standard library only.

    python3 cargo-mamo/benches/shared --mamo target/release/cargo-mamo
    python3 cargo-mamo/benches/shared --way runner

Plain cargo's programs need to know which code they are: `--way build` (the default) runs `cargo mamo build --tests` once, before all,
`--way runner` runs `cargo mamo init` once.

Exit codes: 0; 1 mamo's fixture was made more than once; 3 a side could not do its work.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARIES, TESTS, SECONDS = 4, 10, 3
RUNS = [["test"], ["test"], ["nextest", "run"], ["nextest", "run"]]

MANIFEST = """[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[dependencies]
{dependency}

[workspace]
"""

CORPUS = """use std::fs::File;
use std::io::Write as _;
use std::time::Duration;

{attribute}
pub fn corpus() -> Vec<u64> {{
    let mut file = File::options().create(true).append(true).open({made}).expect("the file can be written");
    file.write_all(b"made\\n").expect("the file can be written");
    std::thread::sleep(Duration::from_secs({seconds}));
    (0..100_000).collect()
}}
"""

MAMO_TEST = """#[test]
fn number_{at}() {{
    assert_eq!(shared::corpus()[{at}], {at});
}}
"""

RSTEST_TEST = """#[rstest]
fn number_{at}(corpus: &Vec<u64>) {{
    assert_eq!(corpus[{at}], {at});
}}
"""


class Failed(Exception):
    """A side could not do its work."""


class Side:
    """One package and its target directory."""

    def __init__(self, directory, args, name, dependency, attribute, head, test):
        self.args, self.name, self.tree, self.made = args, name, directory / name, directory / f"{name}.made"
        for sub in ("src", "tests"):
            (self.tree / sub).mkdir(parents=True)
        (self.tree / "Cargo.toml").write_text(MANIFEST.format(name="shared", dependency=dependency))
        corpus = CORPUS.format(attribute=attribute, made=json.dumps(str(self.made)), seconds=SECONDS)
        (self.tree / "src/lib.rs").write_text("//! A fixture of some seconds.\n\n" + corpus)
        for binary in range(BINARIES):
            tests = "\n".join(test.format(at=at) for at in range(TESTS))
            (self.tree / f"tests/suite_{binary}.rs").write_text(f"//! Tests that share it.\n\n{head}{tests}")
        self.cargo("test", "--no-run", "--tests")

    def cargo(self, *arguments):
        """A cargo command that must end well."""
        program = [self.args.mamo] if arguments[0] == "mamo" else ["cargo"]
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("CARGO_TARGET", "MAMO_", "RUST"))}
        keep["PATH"] = f"{pathlib.Path(self.args.mamo).parent}:{keep['PATH']}"
        done = subprocess.run(program + list(arguments), cwd=self.tree, env=keep, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"{self.name}: `cargo {' '.join(arguments)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def run(self, arguments):
        """Seconds of a run, and how often the fixture was made until now."""
        start = time.monotonic()
        self.cargo(*arguments, "--tests")
        seconds = time.monotonic() - start
        return seconds, len(self.made.read_text().splitlines()) if self.made.exists() else 0


def measure(args, directory):
    """The table; whether mamo's fixture was made once."""
    runtime = ROOT / "mamo-runtime"
    mamo = Side(
        directory, args, "mamo", f'mamo = {{ package = "mamo-runtime", path = "{runtime}" }}', "#[mamo::fixture]", "", MAMO_TEST
    )
    # The attribute leaves a function that other crates can call by name, as a fixture is.
    head = "use rstest::rstest;\nuse shared::corpus;\n\n"
    once = Side(directory, args, "once", 'rstest = "0.26"', "#[rstest::fixture]\n#[once]", head, RSTEST_TEST)
    mamo.cargo("mamo", *(["init"] if args.way == "runner" else ["build", "--tests"]))
    print("| after | mamo: made | time | rstest `#[once]`: made | time |\n|---|---|---|---|---|")
    made = 0
    for run in RUNS:
        (seconds, made), (other, times) = mamo.run(run), once.run(run)
        print(f"| `cargo {' '.join(run)}` | {made} | {seconds:.1f} s | {times} | {other:.1f} s |", flush=True)
    return made == 1


def main():
    """Measures; the exit code."""
    parser = argparse.ArgumentParser(prog="shared", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mamo", default="cargo-mamo", help="the cargo-mamo to use (default: the installed one)")
    parser.add_argument("--way", choices=["build", "runner"], default="build", help="how programs get a snapshot")
    args = parser.parse_args()
    program = shutil.which(args.mamo)
    if not program:
        print(f"error: there is no `{args.mamo}`; build it, and name it with --mamo", file=sys.stderr)
        return 3
    args.mamo = str(pathlib.Path(program).resolve())
    directory = pathlib.Path(tempfile.mkdtemp(prefix="mamo-shared-"))
    try:
        return 0 if measure(args, directory) else 1
    except Failed as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 3
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
