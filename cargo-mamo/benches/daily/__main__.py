"""Measures `cargo mamo test` beside plain `cargo test` on any git repository.

Both sides stand in one run, by turns, each with a target directory of its own, in a clone of the repository. Printed are
markdown tables of ratios and their spread; `docs/measured.md` says how to read them. Standard library only.

    python3 cargo-mamo/benches/daily no-change PATH
    python3 cargo-mamo/benches/daily edit PATH src/core.rs:wrap 'src/lib.rs:s/old/new {n}/'
    python3 cargo-mamo/benches/daily history PATH --commits 30 --end REV
    python3 cargo-mamo/benches/daily --trust source --trust code history PATH

Exit codes: 0; 2 the command line is wrong; 3 a test whose outcome changed was not planned, or a side could not do its work.
"""

import argparse
import sys

import edit
import history
import no_change
from project import Failed, Project
from table import machine


def arguments():
    """What was typed."""
    parser = argparse.ArgumentParser(prog="daily", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mamo", default="cargo-mamo", help="the cargo-mamo to measure (default: the installed one)")
    parser.add_argument("--dir", help="keep clone and target directories here, and go on from them")
    parser.add_argument("--workspace", action="store_true", help="give `--workspace` to both sides")
    parser.add_argument("--trust", action="append", choices=["source", "code"], help="what decides for mamo; `history` sets several side by side")
    parser.add_argument("--repeat", type=int, default=5, help="rounds to measure (default 5)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("no-change", help="nothing changed since the last run")
    verb.add_argument("path", help="a git repository")
    verb.set_defaults(run=no_change.run)
    verb = verbs.add_parser("edit", help="one edit before each run")
    verb.add_argument("path", help="a git repository")
    verb.add_argument("edits", nargs="+", metavar="FILE:FUNCTION | FILE:s/OLD/NEW/", help="`{n}` in NEW is the round")
    verb.set_defaults(run=edit.run)
    verb = verbs.add_parser("history", help="commit by commit")
    verb.add_argument("path", help="a git repository")
    verb.add_argument("--commits", type=int, default=30)
    verb.add_argument("--end", default="HEAD", help="the last commit")
    verb.set_defaults(run=history.run)
    return parser.parse_args()


def main():
    """Measures; the exit code."""
    args = arguments()
    try:
        with Project(args) as project:
            print(machine(project, args))
            return args.run(project, args)
    except Failed as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
