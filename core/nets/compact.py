"""The trunk of the bundled model: source and clean-up → features and the most faithful estimate.

    y = bicubic(source) + base(source, c)

No noise and no map ever reach it: y is the same for every seed. What y lacks is the matter of `core.nets.denoiser`.
Weights of version 0.1.0 have a *detail* branch instead (`detail_blocks` > 0), which sees the trunk's features, the
noisy start x_T and the semantic weight W, and what it adds grows with W:

    x_0 = bicubic(source) + base(source, c) + W (1 + LIFT (1 − c)² W) · detail(features, x_T, W)

So W = 0 is exactly the faithful estimate, and W acts no farther than the branch's own receptive field reaches
(`REACH_PX` source pixels). Only plain 3×3 convolutions: the fastest thing a CPU does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import UsageError
from core.geometry import SCALE

LIFT = 0.5  # the branch saturates towards W = 1; this keeps the five steps apart, less so where dirt could be amplified


@dataclass(frozen=True)
class CompactConfig:
    """Sizes of the network: channels and residual blocks of each part."""

    width: int = 48
    deep_width: int = 96
    entry_blocks: int = 2
    deep_blocks: int = 4
    exit_blocks: int = 2
    detail_width: int = 48
    detail_blocks: int = 4  # 0 for a trunk without the detail branch of 0.1.0

    @property
    def reach_px(self) -> int:
        """How far, in source pixels, one pixel of W or of the noise can act on the target."""
        return 2 * self.detail_blocks + 3


TRUNK_ALONE = CompactConfig(detail_width=0, detail_blocks=0)


class Residual(nn.Module):
    """x + conv(act(conv(x))), shape kept."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, h, w) → the same."""
        return self.second(F.leaky_relu(self.first(x), 0.1, inplace=True)).add_(x)  # in place: memory is slow


def residuals(width: int, count: int) -> nn.Sequential:
    """A row of residual blocks."""
    return nn.Sequential(*(Residual(width) for _ in range(count)))


class Trunk(nn.Module):
    """Source (B, 3, h, w) and clean-up (B, 1, h, w) → features (B, width, h, w), h and w even."""

    def __init__(self, config: CompactConfig) -> None:
        super().__init__()
        self.entry = nn.Conv2d(4, config.width, 3, padding=1)
        self.before = residuals(config.width, config.entry_blocks)
        self.down = nn.Conv2d(config.width, config.deep_width, 2, stride=2)
        self.deep = residuals(config.deep_width, config.deep_blocks)
        self.up = nn.Conv2d(config.deep_width, 4 * config.width, 1)
        self.after = residuals(config.width, config.exit_blocks)

    def forward(self, source: Tensor, clean_up: Tensor) -> Tensor:
        """One pass down and up, with the skip added."""
        wide = self.before(self.entry(torch.cat((source, clean_up), 1)))
        deep = self.deep(self.down(wide))
        return self.after(wide + F.pixel_shuffle(self.up(deep), 2))


class Detail(nn.Module):
    """Features, x_T and W → what may be added, (B, 3, 4h, 4w); the caller multiplies it by W."""

    def __init__(self, config: CompactConfig) -> None:
        super().__init__()
        fold = SCALE * SCALE
        self.entry = nn.Conv2d(config.width + 4 * fold, config.detail_width, 3, padding=1)
        self.body = residuals(config.detail_width, config.detail_blocks)
        self.exit = nn.Conv2d(config.detail_width, 3 * fold, 3, padding=1)

    def forward(self, features: Tensor, start: Tensor, weight: Tensor) -> Tensor:
        """`start` (B, 3, 4h, 4w) is x_T; `weight` (B, 1, 4h, 4w) is W."""
        folded = (F.pixel_unshuffle(start, SCALE), F.pixel_unshuffle(weight, SCALE))
        x = self.entry(torch.cat((features, *folded), 1))
        return F.pixel_shuffle(self.exit(self.body(x)), SCALE)


class Reading(NamedTuple):
    """Features (B, width, h′, w′) at even sides, the most faithful estimate (B, 3, 4h, 4w), and LIFT (1 − c)²."""

    features: Tensor
    faithful: Tensor
    lift: Tensor


@lru_cache(maxsize=1)
@torch.inference_mode(mode=False)  # what is kept here may later be part of a training step
def _phases() -> Tensor:
    """(16, 1, 5, 5): what each of the 4×4 target pixels of a source pixel takes from the 5×5 around it."""
    point = torch.zeros(1, 1, 9, 9)
    point[..., 4, 4] = 1.0
    response = F.interpolate(point, scale_factor=SCALE, mode="bicubic")[..., 8:28, 8:28]
    return F.pixel_unshuffle(response, SCALE).flip(-1, -2).reshape(SCALE * SCALE, 1, 5, 5)


def bicubic(source: Tensor) -> Tensor:
    """(B, C, h, w) → (B, C, 4h, 4w): torch's bicubic (a = −0.75, half-pixel centres, borders repeated), not clamped.

    As one convolution and a shuffle: several times as fast as `interpolate`, and equal to it within rounding.
    """
    kernel = _phases().to(source.device).repeat(source.shape[1], 1, 1, 1)
    around = F.pad(source.float(), (2, 2, 2, 2), mode="replicate")
    return F.pixel_shuffle(F.conv2d(around, kernel, groups=source.shape[1]), SCALE).to(source.dtype)


class Compact(nn.Module):
    """The trunk of the `compact` method, and of 0.1.0 its detail branch; see the module's text for the formulas."""

    def __init__(self, config: CompactConfig | None = None) -> None:
        super().__init__()
        self.config = config or CompactConfig()
        self.trunk = Trunk(self.config)
        self.base = nn.Conv2d(self.config.width, 3 * SCALE * SCALE, 3, padding=1)
        self.detail = Detail(self.config) if self.config.detail_blocks else None

    def read(self, source: Tensor, clean_up: Tensor) -> Reading:
        """`source` (B, 3, h, w) in [−1, 1], any h, w ≥ 1, and `clean_up` (B,) in [0, 1] → what the trunk made of it.

        The most faithful estimate is summed in the precision of `base`, which may be finer than the trunk's.
        """
        height, width = source.shape[2:]
        whole = _even(source, 1)
        plane = clean_up.to(whole)[:, None, None, None].expand(-1, 1, *whole.shape[2:])
        inner, exact = self.trunk.entry.weight.dtype, self.base.weight.dtype
        features = self.trunk(whole.to(inner), plane.to(inner))
        faithful = bicubic(whole.to(exact)) + F.pixel_shuffle(self.base(features.to(exact)), SCALE)
        lift = LIFT * (1 - clean_up.to(whole)[:, None, None, None]) ** 2
        return Reading(features, faithful[:, :, : SCALE * height, : SCALE * width], lift)

    def denoise(self, reading: Reading, start: Tensor, weight: Tensor) -> Tensor:
        """What a model of version 0.1.0 predicts in one step: (B, 3, 4h, 4w), not clamped.

        `start` is x_T (B, 3, 4h, 4w), `weight` W (B, 1, 4h, 4w) in [0, 1]. What is added counts W (1 + lift · W).
        """
        height, width = start.shape[2:]
        if self.detail is None:
            raise UsageError("This model has no detail branch.", "Its denoiser adds what it lacks.")
        added = self.detail(reading.features, _even(start, SCALE), _even(weight, SCALE))
        return reading.faithful + weight * (1 + reading.lift * weight) * added[:, :, :height, :width]

    def forward(self, start: Tensor, weight: Tensor, source: Tensor, clean_up: Tensor) -> Tensor:
        """`read` and `denoise` in one call."""
        return self.denoise(self.read(source, clean_up), start, weight)


def _even(x: Tensor, unit: int) -> Tensor:
    """Repeat the last column and row until both sides are multiples of two units."""
    below, right = -x.shape[2] % (2 * unit), -x.shape[3] % (2 * unit)
    return F.pad(x, (0, right, 0, below), mode="replicate") if below or right else x


def describe(config: CompactConfig) -> dict[str, str]:
    """Sizes as strings, for a weights file's metadata; `CompactConfig(**{k: int(v)})` reads them back."""
    return {name: str(value) for name, value in asdict(config).items()}


# A small network that looks at a patch of a source and says how much clean-up it calls for.

PATCH_PX = 64
FINE_GAIN = 8.0  # the finest differences, brought to the size of the picture itself


class DirtGauge(nn.Module):
    """Patches (B, 3, h, w) in [−1, 1], h and w ≥ 16 → clean-up (B,) in [0, 1].

    Noise and blocks live in the finest differences, so the patch is first compared with its own blur. The last
    features see 21 pixels, more than two blocks of a JPEG.
    """

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.first = nn.Conv2d(6, width, 3)
        self.second = nn.Conv2d(width, 2 * width, 3, stride=2)
        self.third = nn.Conv2d(2 * width, 3 * width, 3, stride=2, padding=1)
        self.fourth = nn.Conv2d(3 * width, 3 * width, 3, padding=1)
        self.weigh = nn.Linear(6 * width, 2 * width)
        self.answer = nn.Linear(2 * width, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Mean and spread of the last features over the patch decide."""
        fine = FINE_GAIN * (patches - F.avg_pool2d(patches, 3, 1, 1, count_include_pad=False))
        x = torch.cat((patches, fine), 1)
        for layer in (self.first, self.second, self.third, self.fourth):
            x = F.leaky_relu(layer(x), 0.1)
        spread = x.var((2, 3), unbiased=False).add(1e-6).sqrt()
        seen = F.leaky_relu(self.weigh(torch.cat((x.mean((2, 3)), spread), 1)), 0.1)
        return torch.sigmoid(self.answer(seen))[:, 0]
