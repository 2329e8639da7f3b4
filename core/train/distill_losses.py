"""The losses by which SinSR and SAMSR are distilled from ResShift's chain of fifteen steps.

One network goes both ways, told by its time index: T − 1 makes the clean latent from noise, 0 finds the noise that a
clean latent would have come from. Its input is divided by the last step's divisor, also at 0, as its authors do it.
Latents are (B, 3, h, w), pictures (B, 3, 4h, 4w) in [−1, 1]; every loss is (B,).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from core.diffusion.sampling import scale_input

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from core.diffusion.sampling import Denoiser
    from core.diffusion.schedule import Schedule


class DistillPair(NamedTuple):
    """`start` is x_T, `taught` what the teacher's chain makes of it, `truth` the latent of the true target."""

    start: Tensor
    taught: Tensor
    truth: Tensor


class Distilled(NamedTuple):
    """`forward`: the teacher's answer in one step. `inverse`: back from it to the noise. `truth`: the true target."""

    forward: Tensor
    inverse: Tensor
    truth: Tensor

    @property
    def total(self) -> Tensor:
        """All three, equally weighted."""
        return self.forward + self.inverse + self.truth


def mean_square(one: Tensor, other: Tensor) -> Tensor:
    """(B,): mean of the squared difference of each sample."""
    return (one - other).square().flatten(1).mean(1)


class BothWays:
    """A student, and the schedule that scales what it is given."""

    def __init__(self, student: Denoiser, schedule: Schedule) -> None:
        self._student, self._last = student, schedule.at(schedule.steps - 1)
        self._times = {True: schedule.timestep_map[-1], False: schedule.timestep_map[0]}

    def clean(self, start: Tensor) -> Tensor:
        """The clean latent, from x_T."""
        return self._call(start, forward=True)

    def noisy(self, clean: Tensor) -> Tensor:
        """x_T, from the clean latent."""
        return self._call(clean, forward=False)

    def _call(self, latent: Tensor, *, forward: bool) -> Tensor:
        time = torch.full((len(latent),), self._times[forward], device=latent.device)
        return self._student(scale_input(self._last, latent), time)


def latent_losses(student: BothWays, lesson: DistillPair) -> Distilled:
    """SinSR's three losses, in the latent space."""
    answer, answer_to_truth = _answers(student, lesson)
    return Distilled(
        mean_square(lesson.taught, answer),
        mean_square(lesson.start, student.noisy(lesson.taught)),
        mean_square(lesson.truth, answer_to_truth),
    )


def picture_losses(
    student: BothWays, lesson: DistillPair, decode: Callable[[Tensor], Tensor], true_target: Tensor
) -> Distilled:
    """The same with the first and the last loss between pictures; `decode` lets gradients through its codes."""
    answer, answer_to_truth = _answers(student, lesson)
    return Distilled(
        mean_square(decode(lesson.taught), decode(answer)),
        mean_square(lesson.start, student.noisy(lesson.taught)),
        mean_square(true_target, decode(answer_to_truth)),
    )


def _answers(student: BothWays, lesson: DistillPair) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        found = student.noisy(lesson.truth)
    return student.clean(lesson.start), student.clean(found)


def semantic_loss(planes: Tensor, true_planes: Tensor) -> Tensor:
    """SAMSR's: mean square of the difference in mask counts, (B, M + 1, H, W) each, background included.

    Counts come from a segmenter, so no gradient passes: its authors' configuration leaves it out.
    """
    return (planes.sum(1) - true_planes.sum(1)).square().flatten(1).mean(1)


def resshift_loss(
    denoiser: Denoiser, schedule: Schedule, noisy: tuple[Tensor, Tensor], truth: Tensor
) -> Tensor:
    """ResShift's own: the clean latent guessed from x_t at step t; `noisy` is (x_t, t), t (B,) int64. Unweighted."""
    x_t, t = noisy
    times = torch.tensor(schedule.timestep_map, device=x_t.device)[t]
    return mean_square(truth, denoiser(scale_input(schedule.at(t), x_t), times))
