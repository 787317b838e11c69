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
    heads = ["commit", "", "tests run", "compiled: mamo, cargo", "seconds: mamo, cargo", "mamo over cargo", "outcomes changed", "of them unplanned"]
    print(line(heads), line(["---"] * len(heads)), sep="\n", flush=True)
    first, steps = None, []
    before = {}
    for number, commit in enumerate(commits):
        project.check_out(commit)
        # By turns, so that neither always finds the files cold.
        if number % 2 == 0:
            mamo, cargo = project.mamo(), project.cargo()
        else:
            cargo, mamo = project.cargo(), project.mamo()
        step = Step(project, commit, mamo, cargo, before)
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
    print(sums(steps))
    return 3 if any(step.wrong for step in [first, *steps]) else 0


def named(found):
    """Outcomes under names that outlive moved lines."""
    names = outcomes.lasting(found)
    return {names[test]: outcome for test, outcome in found.items()}


class Step:
    """One commit, run on both sides."""

    def __init__(self, project, commit, mamo, cargo, before):
        self.title = project.call("git", "log", "-1", "--format=%h|%s", commit).replace("\\", "").split("|", 1)
        self.mamo, self.cargo = mamo, cargo
        names = outcomes.lasting(cargo.outcomes)
        self.changed = [test for test, outcome in cargo.outcomes.items() if outcome != "ignored" and before.get(names[test]) != outcome]
        self.unplanned = [test for test in self.changed if not self.answered(test)]
        self.wrong = [f"unplanned: {' '.join(test)}" for test in self.unplanned]
        self.wrong += [f"mamo says {mamo.outcomes.get(test)}, cargo {cargo.outcomes[test]}: {' '.join(test)}" for test in self.unlike()]
        if mamo.code != cargo.code:
            self.wrong.append(f"mamo ended with {mamo.code}, cargo with {cargo.code}")

    def answered(self, test):
        """Did mamo run a test, or show the outcome that it has now?"""
        return self.mamo.has_run(test) or self.mamo.outcomes.get(test) == self.cargo.outcomes[test]

    def unlike(self):
        """Tests that were reused or left out, and now end otherwise than mamo says."""
        ends = ((test, outcome) for test, outcome in self.cargo.outcomes.items() if outcome != "ignored")
        return [test for test, outcome in ends if not self.mamo.has_run(test) and self.mamo.outcomes.get(test) != outcome]

    def row(self):
        """The commit's line in the table."""
        mamo, cargo = self.mamo, self.cargo
        tests = f"{mamo.run} of {mamo.all}" if mamo.whole else "does not build"
        seconds = f"{mamo.seconds:.1f}, {cargo.seconds:.1f}"
        subject = self.title[1].replace("|", "\\|")
        subject = subject if len(subject) < 50 else subject[:48] + "…"
        return [self.title[0], subject, tests, f"{mamo.built}, {cargo.built}", seconds, f"{mamo.seconds / cargo.seconds:.2f}", len(self.changed), len(self.unplanned)]

    def tell(self):
        """What is wrong, and what could not be compared."""
        for what in [*self.wrong, *self.cargo.doubts]:
            print(f"{self.title[0]}: {what}\n")


def sums(steps):
    """The totals over all commits but the first, which only sets the stage."""
    mamo, cargo = sum(step.mamo.seconds for step in steps), sum(step.cargo.seconds for step in steps)
    run, all_of = sum(step.mamo.run for step in steps), sum(step.mamo.all for step in steps)
    built, built_by_cargo = sum(step.mamo.built for step in steps), sum(step.cargo.built for step in steps)
    own = sum(step.mamo.own for step in steps) / 1000
    each = sorted(step.mamo.seconds / step.cargo.seconds for step in steps)
    changed, unplanned = sum(len(step.changed) for step in steps), sum(len(step.unplanned) for step in steps)
    return (
        f"{len(steps)} commits, {sum(not step.cargo.whole for step in steps)} of which do not build: mamo ran {run} of {all_of} tests "
        f"({run / max(all_of, 1):.0%}), compiled {built} where cargo compiled {built_by_cargo}, and took {mamo / cargo:.2f} of cargo's time, "
        f"{own / mamo:.0%} of it mamo's own "
        f"(median commit {each[len(each) // 2]:.2f}, from {each[0]:.2f} to {each[-1]:.2f}). Outcomes changed: {changed}; of them unplanned: "
        f"{unplanned}; otherwise wrong: {sum(len(step.wrong) - len(step.unplanned) for step in steps)}.\n"
    )
