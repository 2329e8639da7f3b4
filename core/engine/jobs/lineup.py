"""Whose turn it is: previews and clicks before upscales, and of equals the client that waits longest for a turn."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Kind → the worker's lane and the rank in it. Lanes work side by side, one job each.
SHORT, LONG, LOADS = "short", "long", "loads"
PLACES = {
    "preview": (SHORT, 0),
    "propose": (SHORT, 0),
    "estimate": (SHORT, 1),
    "prepare": (SHORT, 2),
    "suggest": (LONG, 0),
    "everything": (LONG, 0),
    "added": (LONG, 0),
    "upscale": (LONG, 1),
    "download": (LOADS, 0),
}
LANES = (SHORT, LONG, LOADS)


class Waiting(NamedTuple):
    """A job in the queue: `number` rises with every job that comes."""

    number: int
    kind: str
    client: str


def lane_of(kind: str) -> str:
    """The lane in which jobs of this kind are done."""
    return PLACES[kind][0]


def in_turn(waiting: Iterable[Waiting], served: Mapping[str, int], lane: str) -> list[Waiting]:
    """Jobs of one lane in the order in which they will be done, if no other comes.

    `served` tells for each client when it last had a turn (any rising number); who never had one comes first.
    """
    queues = _queues(job for job in waiting if lane_of(job.kind) == lane)
    turns = dict(served)
    now = max(turns.values(), default=0)
    order: list[Waiting] = []
    while queues:
        rank, client = min(queues, key=lambda key: (key[0], turns.get(key[1], -1), queues[key][0].number))
        queue = queues[rank, client]
        order.append(queue.popleft())
        if not queue:
            del queues[rank, client]
        now += 1
        turns[client] = now
    return order


def _queues(jobs: Iterable[Waiting]) -> dict[tuple[int, str], deque[Waiting]]:
    """Jobs by rank and client, oldest first."""
    queues: dict[tuple[int, str], deque[Waiting]] = {}
    for job in sorted(jobs):
        queues.setdefault((PLACES[job.kind][1], job.client), deque()).append(job)
    return queues
