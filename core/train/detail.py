"""Second stage: the detail branch learns to add what the map asks for; trunk and base rest.

Each pixel is taught in proportion to its W: fidelity by 1 − W, the perceptual and adversarial terms by W.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.diffusion.consistency import keep, shrink
from core.engine.compact import step
from core.engine.method import TileInput
from core.nets.compact import SCALE, bicubic
from core.train.average import Average
from core.train.losses import feature_distance, grid, high_frequency, relativistic, roughness, weighted_mean
from core.train.maps import draw_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.nets.compact import Compact
    from core.train.critic import Critic
    from core.train.pairs import Batch
    from core.train.recipe import DetailRecipe


class Shown(NamedTuple):
    """What a batch looks like to the losses: the network's answer, and what it is compared with."""

    fake: Tensor
    real: Tensor
    enlarged: Tensor
    weight: Tensor


@dataclass(frozen=True)
class Teachers:
    """The critic, and the perceptual features where a network for them is at hand."""

    critic: Critic
    features: Callable[[Tensor], tuple[Tensor, ...]] | None = None


def draw_weights(rng: np.random.Generator, source: Tensor) -> Tensor:
    """A random map for each source (B, 3, s, s): (B, 1, 4s, 4s)."""
    pictures = ((source + 1) * 127.5).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
    maps = np.stack([draw_map(rng, picture) for picture in pictures])[:, None]
    return F.interpolate(torch.from_numpy(maps), scale_factor=SCALE, mode="bilinear").clamp_(0, 1)


class DetailStage:
    """Updates the detail branch of `network` against a critic."""

    name = "detail"

    def __init__(self, network: Compact, teachers: Teachers, recipe: DetailRecipe, seed: int) -> None:
        self.network, self.teachers, self.recipe = network, teachers, recipe
        self.average = Average(network, recipe.memory)
        self.optimizer = torch.optim.Adam(network.detail.parameters(), recipe.rate, (0.5, 0.99))
        self.critic_optimizer = torch.optim.Adam(
            teachers.critic.parameters(), recipe.critic_rate, (0.5, 0.99)
        )
        self._rng = np.random.default_rng(seed)
        network.trunk.requires_grad_(False)
        network.base.requires_grad_(False)

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update of the branch and one of the critic, at `share` of their learning rates; losses by name."""
        self.optimizer.param_groups[0]["lr"] = self.recipe.rate * share
        self.critic_optimizer.param_groups[0]["lr"] = self.recipe.critic_rate * share
        shown = self._show(batch)
        losses = self._teach(shown)
        losses["critic"] = self._judge(shown._replace(fake=shown.fake.detach()))
        self.average.update(self.network)
        return losses

    def _show(self, batch: Batch) -> Shown:
        weight = draw_weights(self._rng, batch.source)
        tile = TileInput(batch.source, weight, torch.randn_like(batch.target), batch.clean_up)
        estimates = step(self.network, tile)
        # The product pulls its targets to the source: what the pull takes away must not be learnt.
        fake = keep(estimates.target, shrink(estimates.faithful.detach()))
        return Shown(fake, batch.target, bicubic(batch.source), weight)

    def _teach(self, shown: Shown) -> dict[str, float]:
        recipe, weight = self.recipe, shown.weight
        off = (shown.fake - shown.real).abs()
        terms = {
            "l1": recipe.fidelity * weighted_mean(off, 1 - weight)
            + recipe.residual * weighted_mean(off, weight),
            "bands": recipe.bands * high_frequency(shown.fake, shown.real, weight),
            "grid": recipe.grid * grid(shown.fake, shown.real),
        }
        if self.teachers.features:
            terms["features"] = recipe.features * feature_distance(
                self.teachers.features, shown.fake, shown.real, weight
            )
        self.teachers.critic.requires_grad_(False)
        real, fake = self._logits(shown, shown.real), self._logits(shown, shown.fake)
        terms["adversary"] = recipe.adversary * relativistic(fake, real, weight)
        self.optimizer.zero_grad()
        torch.stack(list(terms.values())).sum().backward()
        self.optimizer.step()
        return {name: value.item() for name, value in terms.items()}

    def _judge(self, shown: Shown) -> float:
        self.teachers.critic.requires_grad_(True)
        real, fake = self._logits(shown, shown.real), self._logits(shown, shown.fake)
        loss = relativistic(real, fake, shown.weight)
        for picture, logits in ((shown.real, real), (shown.fake, fake)):
            loss = loss + self.recipe.roughness * roughness(lambda x: self._logits(shown, x), picture, logits)
        self.critic_optimizer.zero_grad()
        loss.backward()
        self.critic_optimizer.step()
        return loss.item()

    def _logits(self, shown: Shown, picture: Tensor) -> Tensor:
        """What the critic says of a picture's detail beyond the enlarged source.

        Where nothing may be invented there is nothing to judge: there it sees the truth on either side.
        """
        mixed = torch.lerp(shown.real, picture, (shown.weight > 0).to(picture))
        return self.teachers.critic(mixed - shown.enlarged, shown.enlarged)

    def state(self) -> dict[str, Any]:
        """Everything needed to go on."""
        return {
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "updates": self.average.updates,
            "optimizer": self.optimizer.state_dict(),
            "critic": self.teachers.critic.state_dict(),
            "critic_optimizer": self.critic_optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.average.updates = state["updates"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.teachers.critic.load_state_dict(state["critic"])
        self.critic_optimizer.load_state_dict(state["critic_optimizer"])
