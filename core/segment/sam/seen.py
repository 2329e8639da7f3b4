"""A picture as Segment Anything's encoder has understood it, and how it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from safetensors.torch import load, save
from segment_anything import SamPredictor

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

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
    predictor.set_image(shown(image, network.image_encoder.img_size))
    if predictor.features is None:
        raise AssertionError  # set_image has set it
    height, width = predictor.original_size
    return Seen(predictor.features, (height, width), (predictor.input_size[0], predictor.input_size[1]))


def shown(image: np.ndarray, side_px: int) -> np.ndarray:
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
