"""How each published model is sampled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import torch

from core.diffusion import sampling
from core.diffusion.pixelwise import SamsrSchedule
from core.diffusion.sam_noise import noise_strength, semantic_weight, standardised
from core.diffusion.schedule import FIFTEEN_STEPS, FOUR_STEPS, ScheduleParams, build_schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from torch import Tensor

    from core.diffusion.rates import Steps
    from core.diffusion.schedule import Schedule


@dataclass(frozen=True)
class Recipe:
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


SINSR = Recipe("sinsr", FIFTEEN_STEPS, 1, sampling.deterministic)
SAMSR = Recipe("samsr", FIFTEEN_STEPS, 1, None, masked=True)
RESSHIFT = Recipe("resshift", FOUR_STEPS, 4, sampling.stochastic)
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


def sampled(recipe: Recipe, start: Start, denoiser: sampling.Denoiser, steps: int | None = None) -> Tensor:
    """The clean latent, after the recipe's steps or as many as asked for (1 … `most_steps`)."""
    plain = build_schedule(recipe.schedule)
    schedule, noises = masked(plain, start) if recipe.masked else (plain, start.noises)
    swayed = (start.strength * noise for noise in noises)
    steps = steps or recipe.steps
    if steps == 1 or recipe.chain is None:
        return sampling.result(sampling.one_step(schedule, start.y, denoiser, swayed))
    return sampling.result(recipe.chain(plain.respaced(steps), start.y, denoiser, swayed))


def masked(plain: Schedule, start: Start) -> tuple[Steps, Iterable[Tensor]]:
    """SAMSR's schedule and noise: κ~ and r~ by the count of masks, noise 1/√count, then standardised.

    Its authors average as many noises as masks overlap; 1/√count times one noise has the same distribution, and takes
    no memory per mask.
    """
    overlaps = torch.ones_like(start.y[:, :1]) if start.overlaps is None else start.overlaps
    spread = noise_strength(overlaps)
    noises = (standardised(spread * noise) for noise in start.noises)
    return SamsrSchedule(plain, semantic_weight(overlaps)), noises
