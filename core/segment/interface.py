"""What every segmenter takes and gives, whether it ships inside the program or runs a downloaded network.

Encode a picture once, then ask as often as the user points. What comes back are proposals: masks on offer, which
become regions only when somebody accepts them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from core.errors import InputError, UsageError
from core.geometry import Box, Size
from core.progress import Reporter, silent

if TYPE_CHECKING:
    from core.regions.mask import Mask

KINDS = ("part", "object", "whole", "")


@dataclass(frozen=True)
class Point:
    """A click on a source pixel; `include` False says "not this"."""

    x: int
    y: int
    include: bool = True


@dataclass(frozen=True)
class Prompt:
    """What the user pointed at. At least one including point or a box is needed; UsageError if there is none.

    `memory` is the `memory` of the proposal that this prompt corrects, for segmenters that feed their answer back.
    """

    points: tuple[Point, ...] = ()
    box: Box | None = None
    memory: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.box is None and not self.included:
            raise UsageError("The prompt points at nothing.", "Give a point to include, or a box.")

    @property
    def included(self) -> tuple[Point, ...]:
        """Points that must be inside."""
        return tuple(point for point in self.points if point.include)

    @property
    def excluded(self) -> tuple[Point, ...]:
        """Points that must stay outside."""
        return tuple(point for point in self.points if not point.include)

    @property
    def single_click(self) -> bool:
        """One including point and nothing else: the prompt that has three answers."""
        return self.box is None and len(self.points) == 1


@dataclass(frozen=True)
class Proposal:
    """A mask on offer. `score` 0 … 1, higher is surer; `kind` one of KINDS.

    `memory` is opaque: hand it back in the next `Prompt` to correct this proposal.
    """

    mask: Mask
    score: float
    kind: str
    label: str = ""
    memory: Any = field(default=None, compare=False, repr=False)

    @property
    def area(self) -> int:
        """Number of source pixels."""
        return self.mask.area


@dataclass(frozen=True)
class Embedding:
    """A picture as one segmenter has understood it. Only that segmenter looks inside `content`.

    `fingerprint` is the same for the same pixels and segmenter, and for nothing else: a key for caches.
    """

    size: Size
    segmenter: str
    fingerprint: str
    content: Any = field(compare=False, repr=False)


@runtime_checkable
class Segmenter(Protocol):
    """Finds objects. Implementations keep no state between calls and may be called from several threads."""

    @property
    def id(self) -> str:
        """Short name that never changes: "built-in", "mobile-sam"."""
        ...

    def encode(self, image: np.ndarray) -> Embedding:
        """Understand a picture (H, W, 3) float32 in [0, 1], sRGB-encoded. InputError for another shape."""
        ...

    def propose(self, embedding: Embedding, prompt: Prompt) -> tuple[Proposal, ...]:
        """Masks that answer a prompt; empty where nothing is found.

        One click: up to three, part, object, whole, smallest first. Any other prompt: best first.
        UsageError if a point or the box lies outside the picture, or the embedding is another segmenter's.
        """
        ...

    def propose_everything(self, embedding: Embedding, report: Reporter = silent) -> tuple[Proposal, ...]:
        """Everything found, smallest first; proposals may nest. `report` hears each step and may raise Cancelled."""
        ...


def checked_image(image: np.ndarray) -> np.ndarray:
    """The picture as (H, W, 3) float32 in [0, 1], copied only where it was not.

    InputError if it has another shape or no pixel.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise InputError(f"A picture of shape {image.shape} cannot be searched.", "Give height × width × 3.")
    own = np.asarray(image, np.float32)
    if own.min() >= 0.0 and own.max() <= 1.0:  # false where anything is not a number
        return own
    return np.nan_to_num(own, nan=0.0, posinf=1.0, neginf=0.0).clip(0.0, 1.0)


def fingerprint(image: np.ndarray, segmenter: str) -> str:
    """Hex key of the pixels, their shape and the segmenter."""
    digest = hashlib.blake2b(f"{segmenter} {image.shape} {image.dtype}".encode(), digest_size=16)
    digest.update(np.ascontiguousarray(image).data)
    return digest.hexdigest()


def check_embedding(embedding: Embedding, segmenter: str) -> None:
    """UsageError unless the embedding is this segmenter's own."""
    if embedding.segmenter != segmenter:
        raise UsageError(
            f"{segmenter} cannot read an embedding of {embedding.segmenter}.", "Encode the picture again."
        )


def check_prompt(embedding: Embedding, prompt: Prompt, segmenter: str) -> None:
    """UsageError unless the prompt lies in the picture and the embedding is this segmenter's own."""
    check_embedding(embedding, segmenter)
    whole = Box.of(embedding.size)
    for point in prompt.points:
        if not whole.contains(point.x, point.y):
            raise UsageError(f"The point {point.x},{point.y} is outside the picture of {embedding.size} px.")
    box = prompt.box
    if box is not None and (box.empty or box.intersect(whole) != box):
        place = f"{box.x},{box.y},{box.width},{box.height}"
        raise UsageError(f"The box {place} does not lie in the picture of {embedding.size} px.")
