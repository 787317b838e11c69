"""Nothing changed: `cargo mamo test` beside `cargo test --no-run` and `cargo test`."""

import statistics

from table import ratios, spread, table


def run(project, args):
    """Measures and prints; the exit code."""
    # Once each, so that both have nothing left to do.
    first, plain = project.mamo(), project.cargo()
    rounds = [(project.mamo(), project.cargo("--no-run"), project.cargo()) for _ in range(args.repeat)]
    mamo, building, testing = ([side.seconds for side in column] for column in zip(*rounds))
    print(table(
        ["command", "seconds: median (spread)", "`cargo mamo test` over it: median (spread)"],
        [
            ["`cargo mamo test`", spread(mamo, 3), ""],
            ["`cargo test --no-run`", spread(building, 3), ratios(mamo, building)],
            ["`cargo test`", spread(testing, 3), ratios(mamo, testing, 3)],
        ],
    ))
    print(steps([side for side, _, _ in rounds]))
    ran = sum(side.run for side, _, _ in rounds)
    built = sum(side.built for side, _, _ in rounds)
    print(f"Tests: {first.all} in mamo's plan, {plain.ran} run by cargo. In the {args.repeat} rounds mamo ran {ran} and compiled {built}.\n")
    return 0


def steps(runs):
    """Where mamo's own time went: medians."""
    parts = [f"{name} {statistics.median(side.steps[name] for side in runs):.0f}" for name in runs[0].steps]
    return f"mamo's milliseconds (medians): {', '.join(parts)}; own {spread([side.own for side in runs], 0)}.\n"
