"""Markdown tables, and how far the repetitions lay apart."""

import os
import platform
import statistics


def table(heads, rows):
    """A markdown table."""
    return "\n".join(line(row) for row in [heads, ["---"] * len(heads), *rows]) + "\n"


def line(cells):
    """One line of it."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def spread(values, digits=2):
    """The median, and between which ends the repetitions lay."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def ratios(ours, theirs, digits=2):
    """Round by round, ours over theirs."""
    return spread([mine / other for mine, other in zip(ours, theirs)], digits)


def machine(project, args):
    """What was measured, and on what."""
    rustc = project.call("rustc", "--version")
    head = project.call("git", "rev-parse", "--short", "HEAD")
    mamo = project.call(project.mamo_program, "mamo", "--version")
    load = os.getloadavg()
    lines = sum(text.count(b"\n") for text in sources(project))
    return (
        f"`{args.verb}` on {project.source.name} at {head} ({lines // 1000} thousand lines of Rust); {mamo}, {rustc}, "
        f"{platform.system()}, {os.cpu_count()} cores, load {load[0]:.1f} at the start.\n"
    )


def sources(project):
    """The text of each Rust file that git tracks."""
    for name in project.call("git", "ls-files", "*.rs").splitlines():
        path = project.tree / name
        if path.is_file():
            yield path.read_bytes()
