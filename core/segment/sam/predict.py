"""A prompt asked of Segment Anything's decoder, by the package's own predictor."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from safetensors.torch import load, save
from segment_anything import SamPredictor
from segment_anything.utils.amg import batched_mask_to_box, build_point_grid, calculate_stability_score
from torchvision.ops import nms

from core.geometry import Box, Size
from core.progress import Progress, Reporter, silent
from core.regions.mask import Mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segment_anything.modeling import Sam

    from core.segment.interface import Prompt


# A picture as Segment Anything's encoder has understood it, and how it is kept.

Shape = tuple[int, int]


@dataclass(frozen=True)
class Seen:
    """What later questions need.

    `features` (1, 256, image_px / 16, image_px / 16) float32; `shape` of the picture shown and `frame`, its size inside
    the encoder's square, both (height, width).
    """

    features: torch.Tensor
    shape: Shape
    frame: Shape

    def packed(self) -> bytes:
        """For a cache."""
        shapes = torch.tensor([self.shape, self.frame])
        return save({"features": self.features.cpu().contiguous(), "shapes": shapes})

    @classmethod
    def unpacked(cls, data: bytes, device: torch.device) -> Seen:
        """The inverse of `packed`."""
        tensors = load(data)
        shape, frame = tensors["shapes"].tolist()
        return cls(tensors["features"].to(device), (shape[0], shape[1]), (frame[0], frame[1]))


def see(network: Sam, image: np.ndarray) -> Seen:
    """Encode a picture (H, W, 3) float32 in [0, 1]; seconds on a CPU."""
    predictor = SamPredictor(network)
    predictor.set_image(encode_view(image, network.image_encoder.img_size))
    if predictor.features is None:
        raise AssertionError  # set_image has set it
    height, width = predictor.original_size
    return Seen(predictor.features, (height, width), (predictor.input_size[0], predictor.input_size[1]))


def encode_view(image: np.ndarray, side_px: int) -> np.ndarray:
    """The picture as (H, W, 3) uint8; one too thin to leave a line in a square of `side_px` is widened by its edge."""
    picture = cv2.convertScaleAbs(np.ascontiguousarray(image), alpha=255.0)
    height, width = picture.shape[:2]
    least = -(-max(height, width) // (2 * side_px))
    down, across = max(0, least - height), max(0, least - width)
    if down == across == 0:
        return picture
    return cv2.copyMakeBorder(picture, 0, down, 0, across, cv2.BORDER_REPLICATE)


def predictor_of(network: Sam, seen: Seen, shape: Shape) -> SamPredictor:
    """The package's predictor, ready to be asked about `shape`: the picture's own or the frame's."""
    predictor = SamPredictor(network)
    predictor.features = seen.features  # pyright: ignore[reportAttributeAccessIssue]
    predictor.original_size, predictor.input_size = shape, seen.frame
    predictor.is_image_set = True
    return predictor


# Everything in a picture: a grid of clicks, their answers judged, the double ones dropped.
#
# As the package's automatic generator does it without crops (arXiv 2304.02643, §5 and appendix B), but in small
# batches that can be stopped, and enlarging only answers that may stay.

LARGEST_PX = 1024


@dataclass(frozen=True)
class Limits:
    """How many clicks a side, how many at once, and which answers stay; the package's own numbers but for the batch.

    `score` is the least predicted IoU, `stability` the least IoU of the mask at logits ±1, `overlap` the box IoU
    above which the lower of two answers is dropped.
    """

    points_per_side: int = 32
    points_per_batch: int = 16
    score: float = 0.88
    stability: float = 0.95
    overlap: float = 0.7


@dataclass(frozen=True)
class ScoredMasks:
    """Answers, best first: `low` (n, p, p) logits and `scores` (n,), both on the network's device."""

    low: torch.Tensor
    scores: torch.Tensor


@torch.no_grad()
def everything(network: Sam, seen: Seen, limits: Limits, report: Reporter = silent) -> ScoredMasks:
    """What the grid of clicks finds. `report` hears each batch and may raise Cancelled."""
    shape = judged_at(seen)
    predictor = predictor_of(network, seen, shape)
    low, scores, boxes = [], [], []
    for points in _batches(predictor, shape, limits, report):
        answers, predicted, around = _judged(predictor, points, limits)
        low.append(answers)
        scores.append(predicted)
        boxes.append(around)
    found = ScoredMasks(torch.cat(low), torch.cat(scores))
    kept = nms(torch.cat(boxes).float(), found.scores, limits.overlap)
    return ScoredMasks(found.low[kept], found.scores[kept])


def judged_at(seen: Seen) -> Shape:
    """The size at which answers are compared: the picture's, where it is no larger than the frame is meant to be."""
    return seen.shape if max(seen.shape) <= LARGEST_PX else seen.frame


def _batches(
    predictor: SamPredictor, shape: Shape, limits: Limits, report: Reporter
) -> Iterator[torch.Tensor]:
    """Points (n, 2) in pixels of the encoder's square; progress is told around each batch."""
    grid = build_point_grid(limits.points_per_side) * (shape[1], shape[0])
    places = predictor.transform.apply_coords(grid, shape)
    dtype = torch.float32 if predictor.device.type == "mps" else torch.float64
    points = torch.as_tensor(places, dtype=dtype, device=predictor.device)
    started, total = time.monotonic(), len(points)
    for first in range(0, total, limits.points_per_batch):
        report(Progress("find objects", first, total, time.monotonic() - started))
        yield points[first : first + limits.points_per_batch]
    report(Progress("find objects", total, total, time.monotonic() - started))


def _judged(
    predictor: SamPredictor, points: torch.Tensor, limits: Limits
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Low logits (n, p, p), scores (n,) and boxes (n, 4) of the answers to a batch that may stay."""
    low, scores = _decoded(predictor, points)
    sure = scores > limits.score
    low, scores = low[sure], scores[sure]
    logits = enlarged_by_package(predictor, low)
    threshold = predictor.model.mask_threshold
    steady = calculate_stability_score(logits, threshold, 1.0) >= limits.stability
    boxes = batched_mask_to_box(logits[steady] > threshold)
    return low[steady], scores[steady], boxes


def _decoded(predictor: SamPredictor, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """All three answers to each point: low logits (3 n, p, p), scores (3 n,)."""
    model = predictor.model
    labels = torch.ones((len(points), 1), dtype=torch.int, device=points.device)
    sparse, dense = model.prompt_encoder(points=(points[:, None, :], labels), boxes=None, masks=None)
    low, scores = model.mask_decoder(
        image_embeddings=predictor.features,
        image_pe=model.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse,
        dense_prompt_embeddings=dense,
        multimask_output=True,
    )
    return low.flatten(0, 1), scores.flatten(0, 1)


def enlarged_by_package(predictor: SamPredictor, low: torch.Tensor) -> torch.Tensor:
    """Logits (n, h, w) of the size that the predictor was told, from low ones (n, p, p)."""
    if not len(low):
        return torch.zeros((0, *predictor.original_size), device=low.device)
    model = predictor.model
    return model.postprocess_masks(low[:, None], predictor.input_size, predictor.original_size)[:, 0]


# From logits to a mask worth keeping: holes filled, specks dropped, edges from enlarged logits, one pixel smooth.

SMALL_SHARE = 0.01  # pieces below this share of the largest are specks, gaps below it of the mask are holes
_STRIP_PIXELS = 1 << 22


@dataclass(frozen=True)
class Clicks:
    """Pixels of the logits (row, column): pieces with one of `wanted` stay, gaps with one of `unwanted` stay open."""

    wanted: tuple[tuple[int, int], ...] = ()
    unwanted: tuple[tuple[int, int], ...] = ()


def finish_mask(logits: np.ndarray, shape: tuple[int, int], clicks: Clicks = Clicks()) -> Mask:
    """Logits (h, w) float32, inside where above 0 → mask of a picture of `shape` (height, width)."""
    clean = clean_logits(logits, clicks)
    box = _reached(clean > 0, shape)
    if box.empty:
        return Mask.nothing()
    rough = enlarge_logits(clean, shape, box)
    smooth = cv2.medianBlur(rough.view(np.uint8), 3) > 0
    return Mask(box, smooth if smooth.any() else rough)


def clean_logits(logits: np.ndarray, clicks: Clicks) -> np.ndarray:
    """The logits with small pieces pushed below 0 and small gaps above it; the largest piece always stays."""
    result = logits.copy()
    whole = Box.of(Size(logits.shape[1], logits.shape[0]))
    # with a pixel around it, what lies outside the mask is as connected here as in all of it
    near = Box(*cv2.boundingRect((logits > 0).view(np.uint8))).grown(1).intersect(whole)
    inside, part = logits[near.slices] > 0, result[near.slices]
    pieces, gaps = _Pieces(inside), _Pieces(~inside)
    largest = int(pieces.areas[1:].max(initial=0))
    pieces.set_smaller(part, -1.0, SMALL_SHARE * largest, _moved(clicks.wanted, near))
    gaps.set_smaller(part, 1.0, SMALL_SHARE * np.count_nonzero(inside), _moved(clicks.unwanted, near))
    return result


def _moved(places: tuple[tuple[int, int], ...], near: Box) -> list[tuple[int, int]]:
    """Rows and columns as counted in a box, without those outside it."""
    return [(row - near.y, column - near.x) for row, column in places if near.contains(column, row)]


class _Pieces:
    """The connected pieces of the True pixels, diagonals included; piece 0 is what is False."""

    def __init__(self, pixels: np.ndarray) -> None:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(pixels.view(np.uint8), connectivity=8)
        self.labels, self.areas = np.asarray(labels, np.int32), np.asarray(stats[:, cv2.CC_STAT_AREA])

    def set_smaller(self, part: np.ndarray, value: float, limit: float, kept: list[tuple[int, int]]) -> None:
        """Write a value where pieces have fewer pixels than `limit`, but for those that hold a kept pixel."""
        small = self.areas < limit
        small[0] = False
        small[[int(self.labels[place]) for place in kept]] = False
        if small.any():
            part[small[self.labels]] = value


def _reached(inside: np.ndarray, shape: tuple[int, int]) -> Box:
    """The pixels of the picture that the mask can reach after enlarging, with one to spare for smoothing."""
    x, y, width, height = cv2.boundingRect(inside.view(np.uint8))
    if not width:
        return Box(0, 0, 0, 0)
    down, across = shape[0] / inside.shape[0], shape[1] / inside.shape[1]
    box = Box.between(
        int((x - 1) * across),
        int((y - 1) * down),
        int((x + width + 1) * across) + 1,
        int((y + height + 1) * down) + 1,
    )
    return box.grown(1).intersect(Box.of(Size(shape[1], shape[0])))


def enlarge_logits(logits: np.ndarray, shape: tuple[int, int], box: Box) -> np.ndarray:
    """Where logits (h, w), drawn bilinearly to `shape` (half-pixel centres), are above 0; bool, only in the box."""
    result = np.empty((box.height, box.width), bool)
    strip = max(1, _STRIP_PIXELS // shape[1])
    for top in range(0, box.height, strip):
        rows = _lines(logits, shape[0], box.y + top, min(box.y + top + strip, box.bottom))
        wide = cv2.resize(rows, (shape[1], rows.shape[0]), interpolation=cv2.INTER_LINEAR)
        result[top : top + strip] = wide.reshape(rows.shape[0], shape[1])[:, box.x : box.right] > 0
    return result


def _lines(logits: np.ndarray, height: int, first: int, end: int) -> np.ndarray:
    """Lines first … end − 1 of the logits drawn to another height; (end − first, w)."""
    last = logits.shape[0] - 1
    place = ((np.arange(first, end) + 0.5) * (logits.shape[0] / height) - 0.5).clip(0, last)
    above = np.floor(place).astype(np.intp)
    share = (place - above).astype(np.float32)[:, None]
    return logits[above] * (1 - share) + logits[np.minimum(above + 1, last)] * share


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
