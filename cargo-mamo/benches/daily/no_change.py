"""Nothing changed: `cargo mamo test` beside `cargo test --no-run` and `cargo test`."""

import statistics

from table import ratios, spread, table


# In every so many rounds `cargo test` runs, too: it takes far longer than the rest.
EVERY = 3


def run(project, args):
    """Measures and prints; the exit code."""
    # Once each, so that both have nothing left to do.
    first, plain = project.mamo(), project.cargo()
    mamo, building, testing, beside = [], [], [], []
    for turn in range(args.repeat):
        mamo.append(project.mamo(said=False))
        building.append(project.cargo("--no-run", said=False))
        if turn % EVERY == 0:
            beside.append(mamo[-1])
            testing.append(project.cargo(said=False))
    mamo_seconds, building, testing, beside = ([side.seconds for side in sides] for sides in (mamo, building, testing, beside))
    print(table(
        ["command", "seconds: median (spread)", "rounds", "`cargo mamo test` over it: median (spread)"],
        [
            ["`cargo mamo test`", spread(mamo_seconds, 3), len(mamo), ""],
            ["`cargo test --no-run`", spread(building, 3), len(building), ratios(mamo_seconds, building)],
            ["`cargo test`", spread(testing, 3), len(testing), ratios(beside, testing, 4)],
        ],
    ))
    print(steps(mamo))
    ran, built = sum(side.run for side in mamo), sum(side.built for side in mamo)
    print(f"{first.all} tests in mamo's plan, {plain.ran} run by cargo. In the rounds above mamo ran {ran} and compiled {built}.\n")
    return 0


def steps(runs):
    """Where mamo's own time went: medians."""
    parts = [f"{name} {statistics.median(side.steps[name] for side in runs):.0f}" for name in runs[0].steps]
    return f"mamo's milliseconds (medians): {', '.join(parts)}; own {spread([side.own for side in runs], 0)}.\n"
