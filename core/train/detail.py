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
from core.diffusion.position import label_encoding
from core.engine.compact import step
from core.engine.method import TileInput
from core.nets.compact import SCALE, bicubic
from core.train.average import Average
from core.train.crew import average_gradients, device_of, half_precision
from core.train.losses import feature_distance, grid, high_frequency, relativistic, roughness, weighted_mean
from core.train.maps import draw_map
from core.train.semantic import semantic_consistency

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.nets.compact import Compact
    from core.train.critic import Critic
    from core.train.pairs import Batch
    from core.train.recipe import DetailRecipe


class Shown(NamedTuple):
    """What a batch looks like to the losses: the network's answer, and what it is compared with.

    `labels` (B, h, w) are the regions of the map, from 0; `caution` (B, 1, 1, 1), from 1 on, grows with the clean-up.
    """

    fake: Tensor
    real: Tensor
    enlarged: Tensor
    weight: Tensor
    labels: Tensor
    caution: Tensor


@dataclass(frozen=True)
class Teachers:
    """The critic, and the perceptual features where a network for them is at hand."""

    critic: Critic
    features: Callable[[Tensor], tuple[Tensor, ...]] | None = None


def draw_weights(
    rng: np.random.Generator, source: Tensor, seen: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """A random map for each source (B, 3, s, s): W (B, 1, 4s, 4s), and its regions (B, s, s) uint8.

    `seen` (B, s, s) uint8 are a segmenter's regions where there are some, see `draw_map`.
    """
    pictures = ((source + 1) * 127.5).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
    given = [None] * len(pictures) if seen is None else seen.numpy()
    maps = [draw_map(rng, picture, labels) for picture, labels in zip(pictures, given, strict=True)]
    weights = torch.from_numpy(np.stack([one.weight for one in maps])[:, None])
    labels = torch.from_numpy(np.stack([one.labels for one in maps]))
    return F.interpolate(weights, scale_factor=SCALE, mode="bilinear").clamp_(0, 1), labels


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
        self.device, self._rng = device_of(network), np.random.default_rng(seed)
        network.trunk.requires_grad_(False)
        network.base.requires_grad_(False)

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update of the branch and one of the critic, at `share` of their learning rates; losses by name."""
        self.optimizer.param_groups[0]["lr"] = self.recipe.rate * share
        self.critic_optimizer.param_groups[0]["lr"] = self.recipe.critic_rate * share
        shown = self._show(batch)
        losses = self._teach(shown)
        if self.recipe.adversary:
            losses["critic"] = self._judge(shown._replace(fake=shown.fake.detach()))
        self.average.update(self.network)
        return losses

    def _show(self, batch: Batch) -> Shown:
        weight, labels = (one.to(self.device) for one in draw_weights(self._rng, batch.source, batch.labels))
        batch = batch.to(self.device)
        tile = TileInput(batch.source, weight, self._noise(batch, labels), batch.clean_up)
        with half_precision(batch.source):
            estimates = step(self.network, tile)
        # The product pulls its targets to the source: what the pull takes away must not be learnt.
        fake = keep(estimates.target.float(), shrink(estimates.faithful.detach().float()))
        caution = 1 + self.recipe.caution * batch.clean_up[:, None, None, None]
        return Shown(fake, batch.target, bicubic(batch.source), weight, labels, caution)

    def _noise(self, batch: Batch, labels: Tensor) -> Tensor:
        """White noise; where the recipe says so its mean tells where the regions lie (SAM-DiffSR, at the last step)."""
        noise = torch.randn_like(batch.target)
        if not self.recipe.position:
            return noise
        encoded = F.interpolate(label_encoding(labels.cpu()), scale_factor=SCALE, mode="nearest")
        return noise + self.recipe.position * encoded.to(noise)

    def _teach(self, shown: Shown) -> dict[str, float]:
        recipe, weight, true = self.recipe, shown.weight, shown.weight * shown.caution
        off = (shown.fake - shown.real).abs()
        terms = {
            "l1": recipe.fidelity * weighted_mean(off, 1 - weight)
            + recipe.residual * weighted_mean(off, true),
        }
        if recipe.bands:
            terms["bands"] = recipe.bands * high_frequency(shown.fake, shown.real, weight)
        terms["grid"] = recipe.grid * grid(shown.fake, shown.real)
        if self.teachers.features and recipe.features:
            terms["features"] = recipe.features * feature_distance(
                self.teachers.features, shown.fake, shown.real, true
            )
        if recipe.semantic:
            terms["semantic"] = recipe.semantic * semantic_consistency(shown.fake, shown.real, shown.labels)
        if recipe.adversary:
            self.teachers.critic.requires_grad_(False)
            real, fake = self._logits(shown, shown.real), self._logits(shown, shown.fake)
            terms["adversary"] = recipe.adversary * relativistic(fake, real, weight / shown.caution)
        self._descend(terms)
        return {name: value.item() for name, value in terms.items()}

    def _descend(self, terms: dict[str, Tensor]) -> None:
        self.optimizer.zero_grad()
        torch.stack(list(terms.values())).sum().backward()
        average_gradients(self.network.detail.parameters())
        self.optimizer.step()

    def _judge(self, shown: Shown) -> float:
        self.teachers.critic.requires_grad_(True)
        real, fake = self._logits(shown, shown.real), self._logits(shown, shown.fake)
        loss = relativistic(real, fake, shown.weight)
        for picture, logits in ((shown.real, real), (shown.fake, fake)):
            loss = loss + self.recipe.roughness * roughness(lambda x: self._logits(shown, x), picture, logits)
        self.critic_optimizer.zero_grad()
        loss.backward()
        average_gradients(self.teachers.critic.parameters())
        self.critic_optimizer.step()
        return loss.item()

    def _logits(self, shown: Shown, picture: Tensor) -> Tensor:
        """What the critic says of a picture's detail beyond the enlarged source.

        Where nothing may be invented there is nothing to judge: there it sees the truth on either side.
        """
        mixed = torch.lerp(shown.real, picture, (shown.weight > 0).to(picture))
        with half_precision(mixed):
            logits = self.teachers.critic(mixed - shown.enlarged, shown.enlarged)
        return logits.float()

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
