"""The Python mamo's side, started by the program beside this directory. It wants Python 3.8.

Prints `row<TAB>python mamo<TAB>seconds` lines, as the other sides do. A hit of an array is a memory map, so it is summed.
"""

import os
import sys
import time
import types

import mamo
import mamo.support.numpy  # arrays go into files of their own
import numpy

DIRECTORY, TASK, ROUND = sys.argv[1], sys.argv[2], int(sys.argv[3])
LARGE = 12_500_000
stash = types.ModuleType("stash")  # it looks at what a function names, but not into modules


def made():
    return stash.made


@mamo.mamo
def square(n):
    return n * n


@mamo.mamo
def numbers(n):
    return made()


@mamo.mamo
def first(values):
    return float(values[0])


def tell(row, seconds):
    print(f"{row}\tpython mamo\t{seconds:e}")


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main():
    store = DIRECTORY + "/python-mamo"
    os.makedirs(store, exist_ok=True)
    mamo.init_mamo(memory_only=False, path=store + "/store", externally_cached_path=store)
    if TASK == "store":
        stash.made = numpy.arange(LARGE, dtype="f8") + ROUND
        tell("store", timed(lambda: numbers(ROUND))[0])
        square(7)
    else:
        took, result = timed(lambda: square(7))
        assert result == 49
        tell("first", took)
        took, total = timed(lambda: float(numbers(ROUND).sum()))
        assert total > 0
        tell("mapped", took)
        values = numpy.arange(LARGE, dtype="f8")
        first(values)
        again = values.copy()  # it knows an object that it has seen
        tell("argument", timed(lambda: first(again))[0])
    mamo.main.mamo.testing_close()


main()
