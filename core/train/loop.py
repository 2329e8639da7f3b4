"""Runs a stage from where it stands to its end, keeping a state from which it can go on."""

from __future__ import annotations

import math
import pickle
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import torch

from core.errors import CheckpointError, SelfTestError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from core.train.pairs import Batch

FALL = 1 / 3  # the part of a stage at its end over which the learning rate falls to nothing
KEEP_EVERY = 250


class Stage(Protocol):
    """Something that learns from batches."""

    name: str

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update at `share` (0 … 1) of its learning rate; losses by name."""
        ...

    def state(self) -> dict[str, Any]:
        """Everything needed to go on."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        ...


class Learnt(NamedTuple):
    """After one update: how many are done, at which share of the learning rate, and the losses."""

    done: int
    share: float
    losses: dict[str, float]


def share_at(done: int, steps: int) -> float:
    """Share of the learning rate: a short rise, a plateau, a straight fall."""
    return min(1.0, (done + 1) / 50, (steps - done) / max(1.0, steps * FALL))


def learn(
    stage: Stage, batches: Callable[[int], Generator[Batch, None, None]], steps: int, file: Path
) -> Iterator[Learnt]:
    """Update after update up to `steps`, going on from `file` where it exists; yields after each.

    `batches` is told how many updates are done, so that a resumed run does not see the same pairs again.
    The state is kept every 250 updates, at the end, and when the caller stops listening. A loss that is no number
    raises SelfTestError; the state before it stays. CheckpointError where the file belongs to another model.
    """
    done = _resume(stage, file)
    stream, sound = batches(done), True
    try:
        while done < steps:
            share = share_at(done, steps)
            losses = stage.step(next(stream), share)
            sound = all(math.isfinite(value) for value in losses.values())
            if not sound:
                raise SelfTestError(
                    f"Stage {stage.name} diverged at update {done + 1}: {losses}.",
                    f"Lower its learning rate and go on from {file}, kept before it.",
                )
            done += 1
            if done % KEEP_EVERY == 0:
                keep_state(stage, done, file)
            yield Learnt(done, share, losses)
    finally:
        stream.close()
        if sound:
            keep_state(stage, done, file)


def keep_state(stage: Stage, done: int, file: Path) -> None:
    """Write beside, then rename."""
    beside = file.with_suffix(".part")
    torch.save({"stage": stage.name, "done": done, "state": stage.state()}, beside)
    beside.replace(file)


def _resume(stage: Stage, file: Path) -> int:
    if not file.exists():
        return 0
    try:
        kept = torch.load(file, weights_only=True)
        if kept["stage"] != stage.name:
            raise CheckpointError(
                f"{file} holds stage {kept['stage']}, not {stage.name}.", "Name another folder."
            )
        stage.restore(kept["state"])
    except (pickle.UnpicklingError, RuntimeError, KeyError, ValueError, EOFError) as error:
        raise CheckpointError(f"{file} does not fit this model: {error}.", "Name another folder.") from error
    return int(kept["done"])
