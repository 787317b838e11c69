"""Commit by commit: what either side compiles and runs, and whether mamo ran every test whose outcome changed.

No commit is left out. One that does not build must fail on both sides; one whose tests fail must fail on both sides.
"""

import outcomes
from project import Failed
from table import line


def run(project, args):
    """Measures and prints; the exit code: 3 if a changed outcome was not planned."""
    end = project.commit(args.end)
    commits = project.call("git", "rev-list", "--first-parent", f"--max-count={args.commits + 1}", end).split()[::-1]
    if len(commits) < 2:
        raise Failed("there is no history")
    each = [trust or "mamo" for trust in project.trusts]
    sides = ", ".join([*each, "cargo"])
    heads = ["commit", "", f"tests run: {', '.join(each)}", f"compiled: {sides}", f"seconds: {sides}", f"CPU seconds: {sides}"]
    heads += ["mamo over cargo", "outcomes changed", "of them unplanned"]
    print(line(heads), line(["---"] * len(heads)), sep="\n", flush=True)
    first, steps = None, []
    before = {}
    for number, commit in enumerate(commits):
        project.check_out(commit)
        # By turns, so that no side always finds the files cold.
        turns = [*project.trusts, "cargo"] if number % 2 == 0 else ["cargo", *project.trusts]
        sides = {turn: project.cargo() if turn == "cargo" else project.mamo(trust=turn) for turn in turns}
        cargo = sides.pop("cargo")
        step = Step(project, commit, [One(sides[trust], cargo, before, trust) for trust in project.trusts], cargo)
        if cargo.whole:
            before = named(cargo.outcomes)
        # The first only sets the stage.
        if number == 0:
            first = step
        else:
            steps.append(step)
            print(line(step.row()), flush=True)
    print()
    for step in [first, *steps]:
        step.tell()
    for place, name in enumerate(each):
        print(sums(name, [(step.ones[place], step.cargo) for step in steps]))
    return 3 if any(one.wrong for step in [first, *steps] for one in step.ones) else 0


def named(found):
    """Outcomes under names that outlive moved lines."""
    names = outcomes.lasting(found)
    return {names[test]: outcome for test, outcome in found.items()}


class One:
    """mamo at one commit, beside cargo."""

    def __init__(self, mamo, cargo, before, trust):
        self.mamo, self.cargo = mamo, cargo
        names = outcomes.lasting(cargo.outcomes)
        self.changed = [test for test, outcome in cargo.outcomes.items() if outcome != "ignored" and before.get(names[test]) != outcome]
        self.unplanned = [test for test in self.changed if not self.answered(test)]
        self.wrong = [f"unplanned: {' '.join(test)}" for test in self.unplanned]
        self.wrong += [f"mamo says {mamo.outcomes.get(test)}, cargo {cargo.outcomes[test]}: {' '.join(test)}" for test in self.unlike()]
        if mamo.code != cargo.code:
            self.wrong.append(f"mamo ended with {mamo.code}, cargo with {cargo.code}")
        if trust:
            self.wrong = [f"trusting {trust}: {what}" for what in self.wrong]

    def answered(self, test):
        """Did mamo run a test, or show the outcome that it has now?"""
        return self.mamo.has_run(test) or self.mamo.outcomes.get(test) == self.cargo.outcomes[test]

    def unlike(self):
        """Tests that were reused or left out, and now end otherwise than mamo says."""
        ends = ((test, outcome) for test, outcome in self.cargo.outcomes.items() if outcome != "ignored")
        return [test for test, outcome in ends if not self.mamo.has_run(test) and self.mamo.outcomes.get(test) != outcome]

    def tests(self):
        """How many it ran."""
        return f"{self.mamo.run} of {self.mamo.all}" if self.mamo.whole else "does not build"


class Step:
    """One commit, run on all sides."""

    def __init__(self, project, commit, ones, cargo):
        self.title = project.call("git", "log", "-1", "--format=%h|%s", commit).replace("\\", "").split("|", 1)
        self.ones, self.cargo = ones, cargo

    def row(self):
        """The commit's line in the table."""
        sides = [*(one.mamo for one in self.ones), self.cargo]
        subject = self.title[1].replace("|", "\\|")
        subject = subject if len(subject) < 50 else subject[:48] + "…"
        return [
            self.title[0],
            subject,
            ", ".join(one.tests() for one in self.ones),
            ", ".join(str(side.built) for side in sides),
            ", ".join(f"{side.seconds:.1f}" for side in sides),
            ", ".join(f"{side.cpu:.1f}" for side in sides),
            ", ".join(f"{one.mamo.seconds / self.cargo.seconds:.2f}" for one in self.ones),
            len(self.ones[0].changed),
            ", ".join(str(len(one.unplanned)) for one in self.ones),
        ]

    def tell(self):
        """What is wrong, and what could not be compared."""
        for what in [*(what for one in self.ones for what in one.wrong), *self.cargo.doubts]:
            print(f"{self.title[0]}: {what}\n")


def sums(name, steps):
    """The totals over all commits but the first, which only sets the stage."""
    (mamo, cargo), (cpu, cpu_of_cargo) = (
        [sum(getattr(side, what) for side in sides) for sides in ([one.mamo for one, _ in steps], [cargo for _, cargo in steps])]
        for what in ("seconds", "cpu")
    )
    run, all_of = sum(one.mamo.run for one, _ in steps), sum(one.mamo.all for one, _ in steps)
    built, built_by_cargo = sum(one.mamo.built for one, _ in steps), sum(cargo.built for _, cargo in steps)
    own = sum(one.mamo.own for one, _ in steps) / 1000
    each = sorted(one.mamo.seconds / cargo.seconds for one, cargo in steps)
    changed, unplanned = sum(len(one.changed) for one, _ in steps), sum(len(one.unplanned) for one, _ in steps)
    return (
        f"{name}: {len(steps)} commits, {sum(not cargo.whole for _, cargo in steps)} of which do not build: mamo ran {run} of {all_of} tests "
        f"({run / max(all_of, 1):.0%}), compiled {built} where cargo compiled {built_by_cargo}, and took {mamo / cargo:.2f} of cargo's time "
        f"and {cpu / cpu_of_cargo:.2f} of its CPU seconds, {own / mamo:.0%} of the time mamo's own "
        f"(median commit {each[len(each) // 2]:.2f}, from {each[0]:.2f} to {each[-1]:.2f}). Outcomes changed: {changed}; of them unplanned: "
        f"{unplanned}; otherwise wrong: {sum(len(one.wrong) - len(one.unplanned) for one, _ in steps)}.\n"
    )
