"""Third stage: the many-step denoiser is distilled into a student that answers in one step.

After SinSR (Wang et al. 2024) and VPD-SR (2025), whose semantic and high-frequency terms have no public formula; ours
are defined here:

- distillation: at first the student follows the denoiser's own deterministic chain from the same ε;
- high-frequency perception and semantic supervision as *energy scores* (Gneiting & Raftery 2007) on wavelet bands and
  on frozen perceptual features: two answers to one source, from two noises, must each be near the truth and as far from
  each other as they are from it. A mean cannot win that game, nor can a network that does not hear its noise;
- an adversary: a critic on projected frozen features (Sauer et al. 2021) that also sees the trunk's features;
- nothing may stand on the lattice of four target pixels.

The trunk may go on learning beside the student (`trunk_rate`): y by L1 alone, so that it stays the mean; the features
by y and by all that the student is asked.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from core.diffusion.consistency import correction, shrink
from core.diffusion.residual import one_step_strength, residual_schedule, sample
from core.diffusion.sampling import result
from core.nets.compact import SCALE
from core.train.distributed import average_gradients, device_of, finite_gradients, half_precision
from core.train.losses import colour_bands, energy_score, feature_score, hinge, lattice_excess
from core.train.stages import Average

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from core.nets.compact import Compact
    from core.nets.denoiser import Denoiser
    from core.train.data import Batch
    from core.train.losses import ProjectedCritic
    from core.train.recipe import StudentRecipe

ONE_STEP = residual_schedule(1)
LEVELS = (1, 2)  # dilations of the wavelet bands
LEVEL_WEIGHTS = (1.0, 0.5)  # finest first: what the source lacks most


@dataclass(frozen=True)
class Supervisors:
    """Who teaches the student: trunk and many-step denoiser at rest, critic, and features where they are at hand."""

    trunk: Compact
    denoiser: Denoiser
    critic: ProjectedCritic | None = None
    features: Callable[[Tensor], tuple[Tensor, ...]] | None = None


class Read(NamedTuple):
    """What the trunk made of a batch: features, y, and y folded."""

    features: Tensor
    faithful: Tensor
    folded: Tensor


def see(trunk: Compact, batch: Batch) -> Read:
    """Features (B, C, h, w), y (B, 3, 4h, 4w), y folded (B, 48, h, w)."""
    with half_precision(batch.source):
        reading = trunk.read(batch.source, batch.clean_up)
    faithful = reading.faithful.float()
    return Read(reading.features, faithful, F.pixel_unshuffle(faithful, SCALE))


@torch.no_grad()
def read(trunk: Compact, batch: Batch) -> Read:
    """The same without gradients."""
    return see(trunk, batch)


def answer(network: Denoiser, seen: Read, scaled: Tensor, log_eta: float) -> Tensor:
    """The network's r₀ / σ_r, folded, in float32."""
    told = torch.full((len(scaled),), log_eta, device=scaled.device)
    with half_precision(scaled):
        return network(seen.features, seen.folded, scaled, told).float()


def one_step(network: Denoiser, seen: Read, noise: Tensor) -> Tensor:
    """The folded r̂₀ of folded ε in one step."""
    return result(
        sample(ONE_STEP, lambda scaled, log_eta: answer(network, seen, scaled, log_eta), noise)
    ).float()


def inventive(batch: Batch) -> Tensor:
    """How strong the product lets the noise be where its map says Inventive: (B, 1, 1, 1)."""
    return one_step_strength(batch.source.new_ones(len(batch.source), 1, 1, 1), batch.clean_up)


def draw_strength(batch: Batch, weakest: float) -> Tensor:
    """What share of the product's strongest noise each source gets, (B, 1, 1, 1): half of them all of it.

    So the student knows every strength that a map may ask for: the weaker, the nearer its answers to each other.
    """
    drawn = torch.rand(len(batch.source), 1, 1, 1, device=batch.source.device)
    return torch.where(drawn < 0.5, weakest + (1 - weakest) * 2 * drawn, 1.0)


@torch.no_grad()
def chain(network: Denoiser, seen: Read, noise: Tensor, steps: int) -> Tensor:
    """The folded r̂₀ of folded ε by the deterministic chain of so many steps (SinSR's teacher)."""
    drawn = sample(residual_schedule(steps), lambda x, log_eta: answer(network, seen, x, log_eta), noise)
    return result(drawn)


def pull_to_zero(residual: Tensor) -> Tensor:
    """What is left of r̂₀ (B, 3, H, W) after the product has pulled the target to what the source says."""
    return residual - correction(shrink(residual))


class Learning:
    """A trunk that goes on learning beside the student: itself, its average, its optimizer."""

    def __init__(self, trunk: Compact, rate: float, memory: float) -> None:
        self.average, self.rate = Average(trunk, memory), rate
        self.network = copy.deepcopy(trunk).train().requires_grad_(True)
        self.optimizer = torch.optim.Adam(self.network.parameters(), rate, (0.9, 0.99))

    def state(self) -> dict[str, Any]:
        """Everything needed to go on."""
        kept = {"network": self.network, "average": self.average.network, "optimizer": self.optimizer}
        return {**{name: part.state_dict() for name, part in kept.items()}, "updates": self.average.updates}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.updates = state["updates"]


class StudentStage:
    """Updates a student, which began as the denoiser, its critic, and the trunk where the recipe lets it learn."""

    name = "student"

    def __init__(self, network: Denoiser, supervisors: Supervisors, recipe: StudentRecipe) -> None:
        self.network, self.supervisors, self.recipe = network, supervisors, recipe
        self.average, self.device = Average(network, recipe.memory), device_of(network)
        self.optimizer = torch.optim.Adam(network.parameters(), recipe.rate, (0.5, 0.99))
        self.trunk = (
            Learning(supervisors.trunk, recipe.trunk_rate, recipe.memory) if recipe.trunk_rate else None
        )
        self._critic_optimizer = None
        if supervisors.critic is not None and supervisors.features is not None and recipe.adversary:
            self._critic_optimizer = torch.optim.Adam(
                supervisors.critic.parameters(), recipe.critic_rate, (0.5, 0.99)
            )

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update of the student and one of the critic at `share` of their learning rates; losses by name."""
        batch, recipe = batch.to(self.device), self.recipe
        self.optimizer.param_groups[0]["lr"] = recipe.rate * share
        seen, terms = self._seen(batch)
        strength = draw_strength(batch, recipe.weakest)
        noises = torch.randn(2, *_folded(batch), device=self.device) * inventive(batch) * strength
        folded = one_step(self.network, Read(*(torch.cat((t, t)) for t in seen)), noises.flatten(0, 1))
        added = pull_to_zero(F.pixel_shuffle(folded, SCALE))
        terms |= self._terms(seen, added, batch.target, recipe.spread * strength.flatten())
        if self.average.updates < recipe.distilled:
            wanted = chain(self.supervisors.denoiser, seen, noises[0], recipe.teacher_steps)
            off = pull_to_zero(F.pixel_shuffle(wanted, SCALE)) - added[: len(wanted)]
            terms["distillation"] = recipe.distillation * off.abs().mean()
        return self._descend(terms, share)

    def _seen(self, batch: Batch) -> tuple[Read, dict[str, Tensor]]:
        """What the trunk sees; where it learns, with gradients in the features alone, and y's L1 as a term."""
        if self.trunk is None:
            return read(self.supervisors.trunk, batch), {}
        seen = see(self.trunk.network, batch)
        fidelity = self.recipe.fidelity * (seen.faithful - batch.target).abs().mean()
        return Read(seen.features, seen.faithful.detach(), seen.folded.detach()), {"fidelity": fidelity}

    def _terms(self, seen: Read, added: Tensor, target: Tensor, spread: Tensor) -> dict[str, Tensor]:
        recipe = self.recipe
        first, second = (seen.faithful + each for each in added.chunk(2))
        terms = {"lattice": recipe.lattice * lattice_excess(added)}
        for level, weight in zip(LEVELS, LEVEL_WEIGHTS, strict=True):
            ours, others, true = (colour_bands(each, level) for each in (first, second, target))
            terms[f"bands {level}"] = recipe.bands * weight * energy_score(ours, others, true, spread)
        if self.supervisors.features is None:
            return terms
        with torch.no_grad():
            wanted = self.supervisors.features(target)
        found = self.supervisors.features(torch.cat((first, second)))
        terms["features"] = recipe.features * feature_score(found, wanted, spread)
        if self._critic_optimizer is not None and self.supervisors.critic is not None:
            told = seen.features.detach()
            self._judge(told, [f.detach() for f in found], wanted)
            self.supervisors.critic.requires_grad_(False)
            twice = torch.cat((told, told))
            terms["adversary"] = -recipe.adversary * self.supervisors.critic(found, twice).mean()
            self.supervisors.critic.requires_grad_(True)
        return terms

    def _judge(self, told: Tensor, found: list[Tensor], wanted: tuple[Tensor, ...]) -> None:
        critic, optimizer = self.supervisors.critic, self._critic_optimizer
        if critic is None or optimizer is None:
            return
        real, fake = critic(wanted, told), critic(found, torch.cat((told, told)))
        optimizer.param_groups[0]["lr"] = self.recipe.critic_rate
        optimizer.zero_grad()
        loss = hinge(real, fake)
        loss.backward()
        average_gradients(critic.parameters())
        if finite_gradients(critic.parameters(), loss):
            optimizer.step()

    def _descend(self, terms: dict[str, Tensor], share: float) -> dict[str, float]:
        """One update by Adam; where loss or gradient is no number nothing is changed, and a loss is no number."""
        pairs, loss = self._learners(share), torch.stack(list(terms.values())).sum()
        learners = [weight for network, _, _ in pairs for weight in network.parameters()]
        for _, optimizer, _ in pairs:
            optimizer.zero_grad()
        loss.backward()
        average_gradients(learners)
        losses = {name: value.item() for name, value in terms.items()}
        if not finite_gradients(learners, loss):
            return {**losses, "gradient": math.nan}
        for network, optimizer, average in pairs:
            torch.nn.utils.clip_grad_norm_(network.parameters(), self.recipe.most_gradient)
            optimizer.step()
            average.update(network)
        return losses

    def _learners(self, share: float) -> list[tuple[nn.Module, torch.optim.Optimizer, Average[Any]]]:
        """Who learns in this update, at `share` of its learning rate: network, optimizer, average."""
        pairs: list[tuple[nn.Module, torch.optim.Optimizer, Average[Any]]] = [
            (self.network, self.optimizer, self.average)
        ]
        if self.trunk is not None:
            self.trunk.optimizer.param_groups[0]["lr"] = self.trunk.rate * share
            pairs.append((self.trunk.network, self.trunk.optimizer, self.trunk.average))
        return pairs

    def state(self) -> dict[str, Any]:
        """Everything needed to go on."""
        critic, optimizer = self.supervisors.critic, self._critic_optimizer
        return {
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "updates": self.average.updates,
            "optimizer": self.optimizer.state_dict(),
            "critic": critic.state_dict() if critic is not None else {},
            "critic_optimizer": optimizer.state_dict() if optimizer is not None else {},
            "trunk": self.trunk.state() if self.trunk is not None else {},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state; a critic that was not there before begins fresh."""
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.average.updates = state["updates"]
        self.optimizer.load_state_dict(state["optimizer"])
        if self.supervisors.critic is not None and state["critic"]:
            self.supervisors.critic.load_state_dict(state["critic"])
        if self._critic_optimizer is not None and state["critic_optimizer"]:
            self._critic_optimizer.load_state_dict(state["critic_optimizer"])
        if self.trunk is not None and state.get("trunk"):
            self.trunk.restore(state["trunk"])


def _folded(batch: Batch) -> tuple[int, int, int, int]:
    count, colours, height, width = batch.target.shape
    return count, colours * SCALE**2, height // SCALE, width // SCALE
