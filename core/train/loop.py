"""Runs a stage from where it stands to its end, keeping a state from which it can go on."""

from __future__ import annotations

import io
import math
import pickle
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import torch

from core.errors import CheckpointError, SelfTestError
from core.files import write_whole
from core.train.distributed import average_losses

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from core.train.data import Batch

FALL = 1 / 3  # the part of a stage at its end over which the learning rate falls to nothing
KEEP_EVERY = 250
MOST_SKIPPED = 10
UNREADABLE = (
    pickle.UnpicklingError, RuntimeError, KeyError, ValueError, TypeError, AttributeError, EOFError, OSError,
)  # fmt: skip


class TrainingStage(Protocol):
    """Something that learns from batches."""

    name: str
    device: torch.device

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update at `share` (0 … 1) of its learning rate; losses by name."""
        ...

    def state(self) -> dict[str, Any]:
        """Everything needed to go on."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        ...


class UpdateResult(NamedTuple):
    """After one update: how many are done, at which share of the learning rate, and the losses."""

    done: int
    share: float
    losses: dict[str, float]


def share_at(done: int, steps: int) -> float:
    """Share of the learning rate: a short rise, a plateau, a straight fall."""
    return min(1.0, (done + 1) / 50, (steps - done) / max(1.0, steps * FALL))


def learn(  # noqa: PLR0913  (two of them have defaults)
    stage: TrainingStage,
    batches: Callable[[int], Generator[Batch, None, None]],
    steps: int,
    file: Path,
    *,
    writes: bool = True,
    tell: Callable[[str], object] = str,
) -> Iterator[UpdateResult]:
    """Update after update up to `steps`, going on from `file` where it exists; yields after each.

    `batches` is told how many updates are done, so that a resumed run does not see the same pairs again.
    The state is kept every 250 updates, at the end, and when the caller stops listening, by the process that `writes`.
    An update whose loss or gradient is no number changes nothing: it is skipped, counted and told; after ten of them,
    or where a weight is no number, SelfTestError is raised and the state before stays. CheckpointError where the file
    belongs to another model, OutputError where the disk is full.
    """
    done, skipped = _resume(stage, file), 0
    stream, sound = batches(done), True
    try:
        while done < steps:
            share = share_at(done, steps)
            sound = False  # until the update has gone well: what it leaves half done is not kept
            losses = average_losses(stage.step(next(stream), share), stage.device)
            done += 1
            skipped += _skips(stage, done, losses, tell)
            if skipped == MOST_SKIPPED:
                raise _diverged(stage, done, file, f"{skipped} updates were no numbers, the last {losses}")
            sound = True
            if done % KEEP_EVERY == 0 and writes:
                sound = False  # where this fails there is nothing to try again
                keep_state(stage, done, file)
                sound = True
            yield UpdateResult(done, share, losses)
    finally:
        stream.close()
        if sound and writes:
            keep_state(stage, done, file)


def _skips(
    stage: TrainingStage, update: int, losses: dict[str, float], tell: Callable[[str], object]
) -> bool:
    """Whether an update was no number, and so changed nothing."""
    whole = all(math.isfinite(value) for value in losses.values())
    if not whole:
        tell(
            f"{stage.name} {update}: {losses} is no number; the update is skipped, {MOST_SKIPPED} of them end it."
        )
    return not whole


def keep_state(stage: TrainingStage, done: int, file: Path) -> None:
    """Write beside, then rename. SelfTestError where a weight is no number, OutputError where the disk is full."""
    state = stage.state()
    if not _finite(state):
        raise _diverged(stage, done, file, "a weight is no number")
    whole = io.BytesIO()
    torch.save({"stage": stage.name, "done": done, "state": state}, whole)
    write_whole(file, whole.getvalue())


def _diverged(stage: TrainingStage, update: int, file: Path, found: str) -> SelfTestError:
    kept = f"go on from {file}, kept before it" if file.exists() else "start again"
    return SelfTestError(
        f"Stage {stage.name} diverged at update {update}: {found}.", f"Lower its learning rate and {kept}."
    )


def _finite(state: Any) -> bool:
    """Whether every number in nested dictionaries and lists of tensors is one."""
    if isinstance(state, torch.Tensor):
        return not state.is_floating_point() or bool(torch.isfinite(state).all())
    if isinstance(state, dict):
        return all(_finite(value) for value in state.values())
    return all(_finite(value) for value in state) if isinstance(state, list | tuple) else True


def _resume(stage: TrainingStage, file: Path) -> int:
    if not file.exists():
        return 0
    try:
        kept = torch.load(file, map_location=stage.device, weights_only=True)
        if kept["stage"] != stage.name:
            raise CheckpointError(
                f"{file} holds stage {kept['stage']}, not {stage.name}.", "Name another folder."
            )
        stage.restore(kept["state"])
    except UNREADABLE as error:
        raise CheckpointError(f"{file} does not fit this model: {error}.", "Name another folder.") from error
    return int(kept["done"])
