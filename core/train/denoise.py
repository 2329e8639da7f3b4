"""Second stage: the denoiser learns residual-shifting diffusion of what the faithful estimate lacks; the trunk rests.

Mean squared error alone, each noise level weighted as in EDM (Karras et al. 2022): no critic, no balance to lose.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from core.diffusion.residual import HIGHEST_ETA, add_noise, input_scale, residual_schedule
from core.nets.compact import SCALE
from core.train.distributed import half_precision
from core.train.stages import Learner
from core.train.student import read

if TYPE_CHECKING:
    from torch import Tensor

    from core.nets.compact import Compact
    from core.nets.denoiser import Denoiser
    from core.train.data import Batch
    from core.train.recipe import DenoiserRecipe

SCHEDULE = residual_schedule(1)  # for κ and σ_r
SHARE_OF_LOW = 0.8  # a power below 1 draws high noise a little more often: one step begins there


class DenoiserStage(Learner["Denoiser"]):
    """Updates the denoiser over a trunk at rest."""

    name = "denoiser"

    def __init__(self, network: Denoiser, trunk: Compact, recipe: DenoiserRecipe) -> None:
        super().__init__(network, network.parameters(), recipe)
        self.trunk, self.recipe = trunk.requires_grad_(False), recipe

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update at `share` of the learning rate; the weighted loss."""
        batch = batch.to(self.device)
        seen = read(self.trunk, batch)
        wanted = F.pixel_unshuffle(batch.target, SCALE) - seen.folded
        log_eta = self._draw(len(wanted))
        eta = log_eta.exp()[:, None, None, None]
        scaled = add_noise(SCHEDULE, wanted, eta, torch.randn_like(wanted)) * input_scale(SCHEDULE, eta)
        with half_precision(scaled):
            found = self.network(seen.features, seen.folded, scaled, log_eta).float()
        error = (found - wanted / SCHEDULE.sigma).square().mean((1, 2, 3))
        loss = (error * edm_weight(log_eta.exp(), self.recipe.most_weight)).mean()
        return {"error": self.descend(loss, share)}

    def _draw(self, count: int) -> Tensor:
        low, high = math.log(self.recipe.lowest), math.log(HIGHEST_ETA)
        return low + torch.rand(count, device=self.device) ** SHARE_OF_LOW * (high - low)


def edm_weight(eta: Tensor, most: float) -> Tensor:
    """EDM's (σ² + σ_r²) / (σ σ_r)², times σ_r², with σ = κ √η / (1 − η); at most `most`."""
    sigma = SCHEDULE.kappa * eta.sqrt() / (1 - eta)
    return ((sigma**2 + SCHEDULE.sigma**2) / sigma**2).clamp(max=most)
