"""One edit before each run: what either side compiles and runs, and how long it takes.

Every round makes a text that was never seen before, since mamo would remember the passes of one that was.
"""

import re

from no_change import steps
from project import Failed
from table import ratios, spread, table


def run(project, args):
    """Measures and prints; the exit code."""
    edits = [Edit(project.tree, text) for text in args.edits]
    first, plain = project.mamo(), project.cargo()
    project.cargo("--no-run")
    rows, runs = [], []
    number = 0
    for edit in edits:
        ours, theirs = [], []
        for turn in range(args.repeat):
            number += 1
            edit.write(number, edits)
            # By turns, so that neither always finds the file cold.
            if turn % 2 == 0:
                ours.append(project.mamo(said=False))
                theirs.append(project.cargo())
            else:
                theirs.append(project.cargo())
                ours.append(project.mamo(said=False))
        rows.append(row(edit, ours, theirs))
        runs += ours
    print(table(
        ["edit", "tests run", "compiled: mamo, cargo", "own ms: median (spread)", "mamo s", "cargo s", "mamo over cargo: median (spread)"], rows,
    ))
    print(steps(runs))
    print(f"{first.all} tests in mamo's plan, {plain.ran} run by cargo; {plain.artifacts} compilations and build scripts in the build.\n")
    return 0


def row(edit, ours, theirs):
    """An edit's line in the table."""
    (mamo, cargo) = ([side.seconds for side in sides] for sides in (ours, theirs))
    compiled = f"{several(side.built for side in ours)}, {several(side.built for side in theirs)}"
    tests = f"{several(side.run for side in ours)} of {ours[0].all}"
    return [f"`{edit.text}`", tests, compiled, spread([side.own for side in ours], 0), spread(mamo), spread(cargo), ratios(mamo, cargo)]


def several(values):
    """All different values."""
    return "/".join(str(value) for value in sorted(set(values)))


class Edit:
    """`FILE:FUNCTION` writes a statement into its body; `FILE:s/OLD/NEW/` exchanges the first OLD."""

    def __init__(self, tree, text):
        self.text, self.now = text, None
        name, _, what = text.partition(":")
        self.path = tree / name
        if not self.path.is_file():
            raise Failed(f"there is no `{name}`")
        self.base = self.path.read_text()
        parts = what.split(what[1]) if what.startswith("s") and len(what) > 1 and not what[1].isalnum() and what[1] != "_" else []
        if len(parts) == 4:
            old, self.new = parts[1], parts[2]
            self.start = self.base.find(old)
            self.end = self.start + len(old)
            if not old or self.start < 0 or "{n}" not in self.new:
                raise Failed(f"`{name}` must hold `{old}`, and the new text `{{n}}`")
        else:
            self.start = self.end = self.body(what)
            self.new = " let _ = {n};"

    def body(self, function):
        """Where the body of a function begins."""
        head = re.search(rf"\bfn {re.escape(function)}\b", self.base)
        depth = 0
        for at in range(head.end() if head else len(self.base), len(self.base)):
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(self.base[at], 0)
            if depth == 0 and self.base[at] in "{;":
                if self.base[at] == "{":
                    return at + 1
                break
        raise Failed(f"there is no function `{function}` in `{self.path.name}`")

    def write(self, number, edits):
        """Writes the text of one round; edits of the same file that came earlier stay."""
        self.now = self.new.replace("{n}", str(number))
        text, at = "", 0
        for other in sorted((one for one in edits if one.path == self.path and one.now is not None), key=lambda one: one.start):
            text, at = text + self.base[at : other.start] + other.now, other.end
        self.path.write_text(text + self.base[at:])
