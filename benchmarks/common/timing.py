"""Interleaved timing: on a busy machine only ratios within one run mean anything."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Times:
    """Seconds of each repetition. The least is the one that was disturbed least."""

    seconds: tuple[float, ...]

    @property
    def least(self) -> float:
        """The fastest repetition."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that one call takes by a clock."""
    began = clock()
    work()
    return clock() - began


def interleaved(
    works: Mapping[str, Callable[[], object]],
    repetitions: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Times]:
    """Every work once to warm up, then all in turn, again and again, so that disturbances hit all alike."""
    for work in works.values():
        work()
    rounds = [{name: timed(work, clock) for name, work in works.items()} for _ in range(repetitions)]
    return {name: Times(tuple(one[name] for one in rounds)) for name in works}


def by_cpu(works: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, Times]:
    """As `interleaved`, in CPU seconds of one thread: what other programs do hardly matters to it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return interleaved(works, repetitions, time.thread_time)
    finally:
        torch.set_num_threads(threads)
