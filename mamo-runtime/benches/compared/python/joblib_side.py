"""joblib's side: `joblib.Memory`, started by the program beside this directory.

Prints `row<TAB>joblib<TAB>seconds` lines, as the other sides do.
"""

import sys
import time

import joblib
import numpy

DIRECTORY, TASK, ROUND = sys.argv[1], sys.argv[2], int(sys.argv[3])
LARGE = 12_500_000
memory = joblib.Memory(DIRECTORY + "/joblib", verbose=0)
MADE = []


@memory.cache
def square(n):
    return n * n


@memory.cache
def numbers(n):
    return MADE[0]


@memory.cache
def first(values):
    return float(values[0])


def tell(row, seconds):
    print(f"{row}\tjoblib\t{seconds:e}")


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main():
    if TASK == "store":
        MADE.append(numpy.arange(LARGE, dtype="f8") + ROUND)
        tell("store", timed(lambda: numbers(ROUND))[0])
        square(7)
        first(MADE[0])
        return
    took, result = timed(lambda: square(7))
    assert result == 49
    tell("first", took)
    took, values = timed(lambda: numbers(ROUND))
    assert values.shape == (LARGE,) and values[1] == 1 + ROUND
    tell("large", took)
    tell("argument", timed(lambda: first(values))[0])


main()
