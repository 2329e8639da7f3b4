"""A prompt asked of Segment Anything's decoder, by the package's own predictor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.segment.sam.finish import Clicks
from core.segment.sam.seen import Seen, Shape, predictor_of

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

    from core.segment.interface import Prompt

LOW_PX_SHARE = 4  # the decoder answers at a quarter of the encoder's square


@dataclass(frozen=True)
class Answer:
    """`logits` (n, h, w) float32, inside where above 0; `scores` (n,) as predicted; `low` (n, p, p) to be fed back."""

    logits: np.ndarray
    scores: np.ndarray
    low: np.ndarray


def ask(network: Sam, seen: Seen, prompt: Prompt, shape: Shape) -> Answer:
    """One click: three answers; else one. Logits of `shape`, the picture's (as in the package) or the frame's."""
    predictor = predictor_of(network, seen, shape)
    low_px = network.image_encoder.img_size // LOW_PX_SHARE
    memory = prompt.memory if is_memory(prompt.memory, low_px) else None
    logits, scores, low = predictor.predict(
        **_places(seen, prompt, shape),
        mask_input=memory,
        multimask_output=prompt.single_click and memory is None,
        return_logits=True,
    )
    return Answer(np.asarray(logits), np.asarray(scores), np.asarray(low))


def is_memory(memory: object, low_px: int) -> bool:
    """Whether this is what an answer left to be fed back; another segmenter's memory is none."""
    return isinstance(memory, np.ndarray) and memory.shape == (1, low_px, low_px)


def _places(seen: Seen, prompt: Prompt, shape: Shape) -> dict[str, np.ndarray | None]:
    """Points and box as the predictor takes them, in pixels of the shape it was told."""
    scale = _scale(seen, shape)
    points = np.array([(point.x, point.y) for point in prompt.points], float).reshape(-1, 2) * scale
    labels = np.array([point.include for point in prompt.points], int)
    box = prompt.box
    corners = None if box is None else np.array((box.x, box.y, box.right, box.bottom)) * np.tile(scale, 2)
    return {
        "point_coords": points if len(points) else None,
        "point_labels": labels if len(points) else None,
        "box": corners,
    }


def _scale(seen: Seen, shape: Shape) -> np.ndarray:
    """Pixels of `shape` per picture pixel: across, down."""
    return np.array((shape[1] / seen.shape[1], shape[0] / seen.shape[0]))


def clicks_of(seen: Seen, prompt: Prompt, shape: Shape) -> Clicks:
    """The prompt's points as rows and columns of `shape`."""
    across, down = _scale(seen, shape)

    def places(include: bool) -> tuple[tuple[int, int], ...]:
        chosen = [point for point in prompt.points if point.include == include]
        return tuple((int((p.y + 0.5) * down), int((p.x + 0.5) * across)) for p in chosen)

    return Clicks(places(True), places(False))
