"""What the two sides say of each test, under names that can be compared.

A test is `(package, kind, target, name)`, as in `docs/json.md`. Doctests leave out the package, which cargo does not print.
"""

import json
import pathlib
import re

RUNNING = re.compile(r"^\s+Running .* \((.+)\)$")
DOCTESTS = re.compile(r"^\s+Doc-tests (\S+)$")
BEGIN = re.compile(r"^running \d+ tests?$")
RESULT = re.compile(r"^test (.+) \.\.\. (ok|FAILED|ignored.*)$")
TOTALS = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;")
REMARK = re.compile(r" - (should panic|compile fail|compile)$")
FAILED = re.compile(r"^error: (test|doctest) failed, to rerun pass ")
TIMES = re.compile(r"^mamo: ms: (.*); own ([\d.]+) of ([\d.]+)(?:; compiled (\d+) of (\d+))?$")
SUMMARY = re.compile(r"^mamo: (\d+) reused, (\d+) run,")
LINE = re.compile(r" \(line (\d+)\)$")


class Mamo:
    """`cargo mamo test --message-format json` with `MAMO_TIMES=1`."""

    def __init__(self, side):
        self.seconds, self.cpu, self.code, self.text = side.seconds, side.cpu, side.code, side.text
        self.outcomes, self.ran, self.steps, self.own, self.built = {}, set(), {}, 0.0, 0
        summary = None
        for line in side.text.splitlines():
            event = parsed(line)
            times = TIMES.match(line)
            if times:
                steps = (step.rsplit(" ", 1) for step in times[1].split(", "))
                self.steps = {name: float(millis) for name, millis in steps}
                self.own, self.built = float(times[2]), int(times[4] or 0)
            elif event and event.get("type") == "test":
                test = key(event["package"], event["kind"], event["target"], event["name"])
                self.outcomes[test] = event["outcome"]
                if event["plan"] == "run":
                    self.ran.add(test)
            elif event and event.get("type") == "summary":
                summary = event
            elif SUMMARY.match(line) and not summary:
                reused, run = SUMMARY.match(line).groups()
                summary = {"run": int(run), "reuse": int(reused)}
        self.whole = summary is not None
        self.run, self.all = (summary["run"], summary["run"] + summary["reuse"]) if summary else (0, 0)

    def has_run(self, test):
        """Did it run, alone or with the doctests that go together?"""
        group = (*test[:3], "*")
        return test in self.ran or (test[1] == "doc" and group in self.ran)


class Plain:
    """`cargo test --message-format json-render-diagnostics`, both streams in one."""

    def __init__(self, side, tree):
        self.seconds, self.cpu, self.code, self.text = side.seconds, side.cpu, side.code, side.text
        self.outcomes, self.built, self.artifacts = {}, 0, 0
        self.totals, self.tree, self.programs = 0, pathlib.Path(tree), {}
        self.doubts = []
        at, seen = None, True
        for line in side.text.splitlines():
            message = parsed(line)
            if message and message.get("reason") == "compiler-artifact":
                self.artifact(message)
            elif RUNNING.match(line) or DOCTESTS.match(line):
                self.without_harness(at, seen)
                at, seen = self.program(line), False
            elif at and RESULT.match(line):
                self.result(at, *RESULT.match(line).groups())
            elif BEGIN.match(line):
                seen = True
            elif TOTALS.match(line):
                self.totals += sum(map(int, TOTALS.match(line).groups()))
            elif FAILED.match(line) and at and not seen:
                self.outcomes[(*at, "main")], seen = "failed", True
        self.without_harness(at, seen)
        named = sum(1 for test in self.outcomes if test[3] != "main" or test[1] == "doc")
        if self.whole and named != self.totals:
            self.doubts.append(f"cargo counts {self.totals} tests, of which {named} can be read by name")

    @property
    def ran(self):
        """How many tests ran."""
        return sum(outcome != "ignored" for outcome in self.outcomes.values())

    @property
    def whole(self):
        """Did it build, and run?"""
        return bool(self.outcomes) or self.code == 0

    def artifact(self, message):
        target = message["target"]
        self.artifacts += 1
        self.built += not message["fresh"]
        if message.get("executable"):
            kind = target["kind"][0]
            kind = kind if kind in ("bin", "test", "example", "bench") else "lib"
            self.programs[message["executable"]] = (package(message["package_id"]), kind, target["name"])

    def program(self, line):
        doc = DOCTESTS.match(line)
        if doc:
            return key("", "doc", doc[1], "")[:3]
        path = self.tree / RUNNING.match(line)[1]
        return self.programs.get(str(path), ("?", "?", str(path)))

    def result(self, at, name, result):
        # A remark of libtest's is no part of the name.
        name = REMARK.sub("", name)
        word = {"ok": "passed", "FAILED": "failed"}.get(result, "ignored")
        self.outcomes[(*at, name)] = word

    def without_harness(self, at, seen):
        """A program that listed nothing is one test, which passed if cargo did not say otherwise."""
        if at and not seen and at[1] != "doc":
            self.outcomes[(*at, "main")] = "passed"


def parsed(line):
    """A line's JSON object, if it is one."""
    if not line.startswith('{"'):
        return None
    try:
        return json.loads(line)
    except ValueError:
        return None


def key(package_name, kind, target, name):
    """The name of a test on both sides."""
    if kind == "doc":
        return ("", "doc", target.replace("-", "_"), name)
    return (package_name, kind, target, name)


def package(identity):
    """The name in cargo's package id: `…/dir#name@1.0.0`, or `…/name#1.0.0`."""
    path, _, rest = identity.rpartition("#")
    return rest.rpartition("@")[0] if "@" in rest else path.rpartition("/")[2]


def lasting(tests):
    """Names that outlive moved lines: a doctest's ordinal under its item stands for its line."""
    names, counts = {}, {}
    for test in sorted(tests, key=lambda test: (test[:3], line_of(test))):
        bare = (*test[:3], LINE.sub("", test[3])) if test[1] == "doc" else test
        counts[bare] = counts.get(bare, 0) + 1
        names[test] = (*bare[:3], f"{bare[3]} #{counts[bare]}") if test[1] == "doc" else test
    return names


def line_of(test):
    """The line in a doctest's name."""
    line = LINE.search(test[3])
    return int(line[1]) if line else 0
