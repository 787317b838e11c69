"""A clone of the repository, and the two sides that are run in it: mamo and plain cargo."""

import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import outcomes


class Failed(Exception):
    """One side could not do its work."""


class Side:
    """One command, run: how long it took, what all its processes computed, and what it said."""

    def __init__(self, seconds, cpu, code, text):
        self.seconds, self.cpu, self.code, self.text = seconds, cpu, code, text


class Project:
    """A clone with a target directory for each side beside it."""

    def __init__(self, args):
        self.args = args
        self.source = pathlib.Path(args.path).resolve()
        self.own = None if args.dir else tempfile.mkdtemp(prefix="mamo-daily-")
        self.dir = pathlib.Path(args.dir or self.own).resolve()
        self.tree = self.dir / "tree"
        self.scope = ["--workspace"] if args.workspace else []
        # Without a word the default of mamo itself decides.
        self.trusts = args.trust or [None]
        program = shutil.which(args.mamo)
        if not program:
            raise Failed(f"there is no `{args.mamo}`; build it, and name it with --mamo")
        self.mamo_program = str(pathlib.Path(program).resolve())

    def __enter__(self):
        if not self.tree.exists():
            self.dir.mkdir(parents=True, exist_ok=True)
            self.call("git", "clone", "--quiet", str(self.source), str(self.tree), cwd=self.dir)
            # Dependencies as the user has them, where the lockfile is not under version control.
            lock = self.source / "Cargo.lock"
            if lock.exists() and not (self.tree / "Cargo.lock").exists():
                shutil.copy(lock, self.tree)
        self.check_out(getattr(self.args, "end", "HEAD"))
        # What an earlier measurement left in mamo's memory would be reused now.
        for trust in self.trusts:
            shutil.rmtree(self.dir / side_of(trust) / "mamo", ignore_errors=True)
        return self

    def __exit__(self, *_):
        if self.own:
            shutil.rmtree(self.own, ignore_errors=True)

    def call(self, *command, cwd=None):
        """A command that must end well; its stdout."""
        done = subprocess.run(command, cwd=cwd or self.tree, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"`{' '.join(command)}`: {done.stderr.strip()}")
        return done.stdout.strip()

    def commit(self, revision):
        """The full name of a commit of the repository."""
        return self.call("git", "rev-parse", "--verify", f"{revision}^{{commit}}", cwd=self.source)

    def check_out(self, revision):
        """The tree of a commit; what git ignores stays."""
        self.call("git", "checkout", "--quiet", "--force", "--detach", self.commit(revision))

    def environment(self, side):
        """The user's, without what would make the sides unlike."""
        kept = ("CARGO_HOME", "CARGO_NET_OFFLINE", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN")
        known = {name: value for name, value in os.environ.items() if name in kept or not name.startswith(("CARGO", "RUST", "MAMO_"))}
        return known | {"CARGO_TARGET_DIR": str(self.dir / side), "CARGO_TERM_COLOR": "never", "MAMO_TIMES": "1"}

    def timed(self, side, command, **more):
        """Runs one side. Both of its streams are read in the order in which they come."""
        started, before = time.monotonic(), computed()
        done = subprocess.run(
            command, cwd=self.tree, env=self.environment(side) | more, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        )
        ran = Side(time.monotonic() - started, computed() - before, done.returncode, done.stdout)
        print(f"  {ran.seconds:8.2f} s  {side}: {' '.join(command[1:])}", file=sys.stderr)
        if done.returncode not in (0, 101):
            raise Failed(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stdout[-4000:]}")
        return ran

    def mamo(self, *more, said=True, trust=None):
        """`cargo mamo test`, and what its plan and outcomes were; without `said` the totals alone."""
        trust = trust or self.trusts[0]
        form = ["--message-format", "json"] if said else []
        command = [self.mamo_program, "mamo", "test", "--no-fail-fast", *form, *self.scope, *more]
        ran = outcomes.Mamo(self.timed(side_of(trust), command, **({"MAMO_TRUST": trust} if trust else {})))
        print(f"{'':12} {ran.run} of {ran.all} run, {ran.built} compiled, ms: {ran.steps}", file=sys.stderr)
        return ran

    def cargo(self, *more, said=True):
        """`cargo test`, and what its outcomes were; without `said` its time alone."""
        form = ["--message-format", "json-render-diagnostics"] if said else []
        command = ["cargo", "test", "--no-fail-fast", *form, *self.scope, *more]
        ran = self.timed("cargo", command)
        return outcomes.Plain(ran, self.tree)


def side_of(trust):
    """The directory of the side that trusts it."""
    return f"mamo-{trust}" if trust else "mamo"


def computed():
    """CPU seconds of all processes that were started and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
