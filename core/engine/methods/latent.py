"""Methods from weights files."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from core.checkpoints.detect import CODEC, DENOISER, network_of
from core.diffusion import sampling
from core.diffusion.consistency import enlarge
from core.diffusion.samsr import SamsrSchedule, noise_strength, semantic_weight, standardise
from core.diffusion.schedule import FIFTEEN_STEPS, FOUR_STEPS, ScheduleParams, build_schedule
from core.engine.methods.base import Estimates, TileInput, TileNeeds
from core.geometry import SCALE
from core.tiling import MemoryCost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from core.checkpoints.files import Weights
    from core.diffusion.sampling import Denoiser
    from core.diffusion.schedule import Schedule, Steps
    from core.engine.methods.base import Method
    from core.nets.swin_unet import SwinUNet
    from core.nets.vq import VqAutoencoder


# How the person's map W steers models that were trained without one.
#
# Two levers, both growing with W, so that more priority gives more of what the model invents:
#
# - **Noise strength.** The published models were trained with noise of one strength and invent most at it; less noise
#   keeps them nearer to the source. Every noise that enters is multiplied by s(W) = ½ + ½ W, so the start is
#   x_T = z_y + κ √η_T s(W) ε. At W = 1 that is the published start. (SAMSR's own formula moves the strength by 4 %
#   at most; it stays in force under ours for its own weights.)
# - **Blend.** In pixels, target = faithful + W · (generated − faithful). The faithful estimate hears no seed and no
#   map, so W = 0 is free of both, and W = 1 is the published model's own answer, to the number.

LEAST_STRENGTH = 0.5
"""s at W = 0. SAMSR's weights know strengths from 0.4 to 1, so nothing here is new to them."""


def strength(weight: Tensor) -> Tensor:
    """s(W): (B, 1, 4h, 4w) in [0, 1] → (B, 1, h, w) in [½, 1], at the latent's resolution."""
    return LEAST_STRENGTH + (1.0 - LEAST_STRENGTH) * F.avg_pool2d(weight.float(), SCALE)


def blend_by_weight(faithful: Tensor, generated: Tensor, weight: Tensor) -> Tensor:
    """Faithful + W (generated − faithful): (B, 3, H, W) float32, `weight` (B, 1, H, W)."""
    return torch.lerp(faithful.float(), generated.float(), weight.float())


def latent_noises(noise: Tensor) -> Iterator[Tensor]:
    """Sixteen independent N(0, 1) batches (B, C, h, w) from one of (B, C, 4h, 4w): its sixteen sub-grids.

    So tiles agree, and regions keep seeds of their own, as with every other method.
    """
    for index in range(SCALE * SCALE):
        yield noise[:, :, index // SCALE :: SCALE, index % SCALE :: SCALE].float()


# Denoiser and autoencoder together, between pictures and latents.


@dataclass(frozen=True, eq=False)
class LatentModel:
    """Networks in `dtype`; the latents between them stay float32, as in the authors' half-precision runs."""

    denoiser: SwinUNet
    codec: VqAutoencoder
    dtype: torch.dtype

    @property
    def multiple(self) -> int:
        """Sides of the source must be multiples of this."""
        return self.denoiser.config.multiple

    def encode(self, source: Tensor) -> Tensor:
        """(B, 3, h, w) in [−1, 1] → z_y, the latent of its bicubic enlargement, (B, 3, h, w) float32."""
        return self.codec.encode(enlarge(source.float()).to(self.dtype)).float()

    def listening_to(self, source: Tensor) -> Denoiser:
        """The denoiser with the picture (B, 3, h, w) bound: (x_t at unit scale, timestep) → x_0, float32."""
        heard = source.to(self.dtype)

        def denoise(x: Tensor, timestep: Tensor) -> Tensor:
            return self.denoiser(x.to(self.dtype), timestep, heard).float()

        return denoise

    def decode(self, latent: Tensor) -> Tensor:
        """(B, 3, h, w) float32 → (B, 3, 4h, 4w) float32 within [−1, 1]; nearest codes are sought in float32."""
        return self.codec.decode(latent).float().clamp(-1.0, 1.0)


# Sides that a network asks for, from sides as they are.


def reflect_indices(length: int, wanted: int) -> Tensor:
    """(wanted,) int64: indices that run to the end and back without repeating the edge, as often as it takes.

    Up to a length of 2·length − 1 this is torch's "reflect"; a length of 1 is repeated.
    """
    period = max(1, 2 * (length - 1))
    place = torch.arange(wanted) % period
    return torch.minimum(place, (period - place) % period if length > 1 else place)


def pad_to_multiple(batch: Tensor, multiple: int) -> Tensor:
    """(…, h, w) with rows below and columns to the right until both sides are multiples; itself where they are."""
    for axis in (-2, -1):
        length = batch.shape[axis]
        if length % multiple:
            wanted = -(-length // multiple) * multiple
            batch = batch.index_select(axis, reflect_indices(length, wanted).to(batch.device))
    return batch


# How each published model is sampled.


@dataclass(frozen=True)
class ModelRecipe:
    """What a model was trained for.

    | field | meaning |
    | --- | --- |
    | name | of the method |
    | schedule | that it was trained with; its T is the most steps it can take |
    | steps | how many it takes unless told otherwise |
    | chain | the sampler where more than one step is asked for; None: it can only take one |
    | masked | noise strength follows the overlap of the masks (SAMSR) |
    """

    name: str
    schedule: ScheduleParams
    steps: int
    chain: Callable[..., Iterator[sampling.Sampled]] | None
    masked: bool = False

    @property
    def most_steps(self) -> int:
        """The most steps that it can take."""
        return self.schedule.steps if self.chain else 1


SINSR = ModelRecipe("sinsr", FIFTEEN_STEPS, 1, sampling.deterministic)
SAMSR = ModelRecipe("samsr", FIFTEEN_STEPS, 1, None, masked=True)
RESSHIFT = ModelRecipe("resshift", FOUR_STEPS, 4, sampling.stochastic)
RESSHIFT_15 = replace(RESSHIFT, schedule=FIFTEEN_STEPS, steps=15)


class Start(NamedTuple):
    """`y` (B, C, h, w): the latent of the enlarged source. `noises`: N(0, 1) batches like it, taken as needed.

    `strength` multiplies every noise in the end, a number or (B, 1, h, w). `overlaps` (B, 1, h, w) ≥ 1: in how many
    masks a position lies, counting as one what lies in none; None: 1 everywhere.
    """

    y: Tensor
    noises: Iterable[Tensor]
    strength: Tensor | float = 1.0
    overlaps: Tensor | None = None


def sample_latent(
    recipe: ModelRecipe, start: Start, denoiser: sampling.Denoiser, steps: int | None = None
) -> Tensor:
    """The clean latent, after the recipe's steps or as many as asked for (1 … `most_steps`)."""
    plain = build_schedule(recipe.schedule)
    schedule, noises = mask_schedule(plain, start) if recipe.masked else (plain, start.noises)
    swayed = (start.strength * noise for noise in noises)
    steps = steps or recipe.steps
    if steps == 1 or recipe.chain is None:
        return sampling.result(sampling.one_step(schedule, start.y, denoiser, swayed))
    return sampling.result(recipe.chain(plain.respaced(steps), start.y, denoiser, swayed))


def mask_schedule(plain: Schedule, start: Start) -> tuple[Steps, Iterable[Tensor]]:
    """SAMSR's schedule and noise: κ~ and r~ by the count of masks, noise 1/√count, then standardised.

    Its authors average as many noises as masks overlap; 1/√count times one noise has the same distribution, and takes
    no memory per mask.
    """
    overlaps = torch.ones_like(start.y[:, :1]) if start.overlaps is None else start.overlaps
    spread = noise_strength(overlaps)
    noises = (standardise(spread * noise) for noise in start.noises)
    return SamsrSchedule(plain, semantic_weight(overlaps)), noises


# `sinsr`, `samsr` and `resshift` as ways to upscale.

OVERLAP_PX, MARGIN_PX = 32, 8  # the authors' overlap at tiles of 256
COST = MemoryCost(48_000.0, 400.0)


@dataclass(frozen=True)
class Named:
    """The weights file and its hash."""

    checkpoint: str
    sha256: str


class PublishedMethod:
    """A published model with its weights on a device; `licence` is for the shelf to say.

    What is most faithful is the estimate of `base`, another method, so that Faithful and clean-up mean the same for
    all methods; without one it is the bicubic enlargement.
    """

    def __init__(
        self, recipe: ModelRecipe, model: LatentModel, file: Named, base: Method | None = None
    ) -> None:
        self.name, self.checkpoint, self.sha256 = recipe.name, file.checkpoint, file.sha256
        self.licence = ""
        self.needs = TileNeeds(
            OVERLAP_PX, MARGIN_PX, model.multiple, COST, most_steps=recipe.most_steps, overlaps=recipe.masked
        )
        self._recipe, self._model, self._base = recipe, model, base

    def estimate(self, tile: TileInput) -> Estimates:
        """See `Method.estimate`; sources of any size and batches of any length."""
        faithful = self._faithful(tile)
        if tile.noise is None:
            return Estimates(faithful, faithful)
        return Estimates(blend_by_weight(faithful, self.generate(tile, tile.noise), tile.weight), faithful)

    def generate(self, tile: TileInput, noise: Tensor) -> Tensor:
        """What the model makes of a tile: (B, 3, 4h, 4w) float32 within [−1, 1]; its authors' answer at W = 1."""
        height, width = tile.source.shape[2:]
        multiple, model = self._model.multiple, self._model
        source, sway = (
            pad_to_multiple(tile.source, multiple),
            pad_to_multiple(strength(tile.weight), multiple),
        )
        noises = (pad_to_multiple(one, multiple) for one in latent_noises(noise))
        overlaps = None if tile.overlaps is None else pad_to_multiple(tile.overlaps, multiple)
        start = Start(model.encode(source), noises, sway, overlaps)
        latent = sample_latent(self._recipe, start, model.listening_to(source), tile.steps)
        return model.decode(latent)[:, :, : SCALE * height, : SCALE * width]

    def dirt(self, source: Tensor) -> float | None:
        """See `Method.dirt`."""
        return self._base.dirt(source) if self._base else None

    def _faithful(self, tile: TileInput) -> Tensor:
        if self._base is None:
            return enlarge(tile.source.float())
        return self._base.estimate(tile._replace(noise=None)).faithful


RECIPES = {recipe.name: recipe for recipe in (SINSR, SAMSR, RESSHIFT)}
CODEC_ID = "vq-f4"


def recipe_of(method: str, file_name: str) -> ModelRecipe:
    """The recipe of a method; ResShift's released files say in their names whether they take 4 or 15 steps."""
    steps = re.search(r"_s(\d+)(?!\d)", file_name)
    if method == RESSHIFT.name and steps and int(steps[1]) == RESSHIFT_15.steps:
        return RESSHIFT_15
    return RECIPES[method]


def latent_model(
    denoiser: tuple[Weights, str], codec: tuple[Weights, str], device: str, dtype: torch.dtype
) -> LatentModel:
    """Both networks on a device, each from weights and the name of their file.

    CheckpointError where a file is of another architecture, or holds too little or too much.
    """
    unet = network_of(denoiser[0], DENOISER, denoiser[1])
    autoencoder = network_of(codec[0], CODEC, codec[1])
    book = autoencoder.get_parameter("quantize.embedding.weight")
    codes = book.data
    for network in (unet, autoencoder):
        network.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    # Nearest codes are sought among the codes as they were published, whatever the precision.
    book.data = codes.to(device)
    return LatentModel(unet, autoencoder, dtype)  # type: ignore[arg-type]


def published_method(
    method: str, model: LatentModel, file: Named, released_as: str, base: Method | None = None
) -> PublishedMethod:
    """The method of this name around a loaded model; `released_as` is the file name that its authors gave."""
    return PublishedMethod(recipe_of(method, released_as), model, file, base)


def released_as(weights: Weights, file_name: str) -> str:
    """The name under which its authors gave a file: from the notes of its conversion, else its own."""
    return weights.metadata.get("source_file", file_name)
