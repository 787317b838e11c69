"""Measures the database fixture: first run, second run, after editing the schema helper, after editing something else.

Each under `cargo mamo test`, plain `cargo test` and `cargo nextest run`, in a copy of this project with a target directory of its own. Counted
is how often the directory was filled, by what the runtime logs. Printed is a markdown table. Standard library only.

    python3 test-fixtures/database/measure.py --mamo target/release/cargo-mamo
    python3 test-fixtures/database/measure.py --way runner

A program that cargo starts itself needs to know which code it is. `--way build` runs `cargo mamo build --tests` before each plain run,
which is counted into its time; `--way runner` runs `cargo mamo init` once, and nothing more; `--way none` does neither.

Exit codes: 0; 1 something was filled that should not have been, or not filled that should; 3 a side could not do its work.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
KEY = "database/database::database"

# What is done before the run, and how often the directory is filled by it where the code is known.
ROWS = [
    ("first run", None, 1),
    ("second run", None, 0),
    ("after editing `price`, which the fixture reaches", ("src/schema.rs", "% 10000", "% 9999"), 1),
    ("after editing `euros`, which it does not", ("src/orders.rs", "cents % 100", "cents.rem_euclid(100)"), 0),
]
SIDES = {"cargo mamo test": ["mamo", "test"], "cargo test": ["test"], "cargo nextest run": ["nextest", "run"]}


class Failed(Exception):
    """A side could not do its work."""


class Side:
    """A copy of the project, and one command to test it with."""

    def __init__(self, directory, command, args):
        self.tree, self.command, self.args = directory / "tree", command, args
        shutil.copytree(HERE, self.tree, ignore=shutil.ignore_patterns("target", "__pycache__"))
        manifest = self.tree / "Cargo.toml"
        manifest.write_text(manifest.read_text().replace("../../mamo-runtime", str(HERE.parents[1] / "mamo-runtime")))
        # What is compiled once for all is no part of what is measured.
        self.cargo("test", "--no-run")
        if self.is_plain() and args.way == "runner":
            self.cargo("mamo", "init")

    def is_plain(self):
        return self.command[0] != "mamo"

    def cargo(self, *arguments):
        """A cargo command that must end well; what it printed."""
        program = [self.args.mamo] if arguments[0] == "mamo" else ["cargo"]
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("CARGO_TARGET", "MAMO_", "RUST"))}
        # A shell finds `cargo mamo` on its path; so must the runner.
        keep["PATH"] = f"{pathlib.Path(self.args.mamo).parent}:{keep['PATH']}"
        done = subprocess.run(program + list(arguments), cwd=self.tree, env=keep, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"`cargo {' '.join(arguments)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def fillings(self):
        """How often the fixture was computed so far, where that is known to the store."""
        total = 0
        for log in (self.tree / "target/mamo/logs/v1").glob("*.log"):
            for line in log.read_text().splitlines():
                fields = line.split("\t")
                if fields[1:2] == [KEY]:
                    total += int(fields[4])
        return total

    def run(self):
        """Seconds, and how often the directory was filled."""
        before, start = self.fillings(), time.monotonic()
        if self.is_plain() and self.args.way == "build":
            self.cargo("mamo", "build", "--tests")
        self.cargo(*self.command)
        return time.monotonic() - start, self.fillings() - before

    def edit(self, file, old, new):
        path = self.tree / file
        text = path.read_text()
        if old not in text:
            raise Failed(f"`{file}` has no `{old}`")
        time.sleep(1.1)  # cargo compares times, some in seconds
        path.write_text(text.replace(old, new))


def measure(args, directory):
    """The table's rows, and whether all was filled that should be and nothing else."""
    sides = [Side(directory / str(at), command, args) for at, command in enumerate(SIDES.values())]
    right = True
    for name, edit, expected in ROWS:
        cells = []
        for side in sides:
            if edit:
                side.edit(*edit)
            seconds, filled = side.run()
            # Without a snapshot nothing is logged, since nothing may be stored.
            right &= filled == expected or side.is_plain() and args.way == "none"
            cells.append(f"{seconds:.1f} s, filled {filled}")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    return right


def main():
    """Measures; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mamo", default="cargo-mamo", help="the cargo-mamo to measure (default: the installed one)")
    parser.add_argument("--way", choices=["build", "runner", "none"], default="build", help="how plain runs get a snapshot")
    args = parser.parse_args()
    program = shutil.which(args.mamo)
    if not program:
        print(f"error: there is no `{args.mamo}`; build it, and name it with --mamo", file=sys.stderr)
        return 3
    args.mamo = str(pathlib.Path(program).resolve())
    directory = pathlib.Path(tempfile.mkdtemp(prefix="mamo-database-"))
    directory.chmod(0o755)  # PostgreSQL may run as another user
    try:
        print(f"| ({args.way}) | {' | '.join(f'`{side}`' for side in SIDES)} |\n|---|{'---|' * len(SIDES)}")
        return 0 if measure(args, directory) else 1
    except Failed as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 3
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
