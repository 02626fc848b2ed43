"""Times of pieces of work, by a clock that the machine's other users do not move."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

#: The CPU time of this process, in nanoseconds.
cpu = time.process_time_ns


class Times(NamedTuple):
    """Microseconds for a single piece of work: the middle one, the slowest of a hundred, the average."""

    p50: float
    p99: float
    mean: float

    @classmethod
    def of(cls, taken: list[int]) -> Times:
        """From nanoseconds."""
        found = sorted(taken)
        return cls(
            found[len(found) // 2] / 1000,
            found[len(found) * 99 // 100] / 1000,
            statistics.fmean(taken) / 1000,
        )


#: How many times in a row a way is timed before the next one: few, so that what slows the machine
#: slows all ways alike; not one, so that no way finds its memory driven out of the processor's cache.
TURN = 100


def side_by_side(*ways: tuple[Callable[[Any], object], Sequence[Any]]) -> list[Times]:
    """CPU time of each way on each of its items, in turns."""
    gc.collect()
    taken: list[list[int]] = [[] for _ in ways]
    for start in range(0, max(len(items) for _, items in ways), TURN):
        for (work, items), times in zip(ways, taken, strict=True):
            for item in items[start : start + TURN]:
                begun = cpu()
                work(item)
                times.append(cpu() - begun)
    return [Times.of(times) for times in taken]


def median_ms(
    work: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter, repeats: int = 60
) -> float:
    """Median of so many runs in milliseconds, after a warm-up of five."""
    for _ in range(5):
        work()
    gc.collect()
    taken = []
    for _ in range(repeats):
        begun = clock()
        work()
        taken.append((clock() - begun) * 1000)
    return statistics.median(taken)
