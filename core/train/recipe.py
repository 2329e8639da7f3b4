"""The recipe of a model as a value, read from a TOML file."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from core.errors import InputError, UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pyright: ignore[reportMissingImports]

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class StageRecipe:
    """How long and on what a stage learns.

    | field | meaning |
    | --- | --- |
    | steps | updates in all |
    | count, patch_px | sources per update, and their side |
    | dirty_share | how many of them are degraded, 0 … 1 |
    | rate | Adam's learning rate; it falls linearly to 0 over the last third |
    | memory | EMA: how much of the average is kept per update |
    """

    steps: int = 0
    count: int = 8
    patch_px: int = 40
    dirty_share: float = 0.4
    rate: float = 1e-3
    memory: float = 0.999


@dataclass(frozen=True)
class DenoiserRecipe(StageRecipe):
    """The denoiser stage: log η is drawn from `lowest` to 0.998; the loss of each noise counts by EDM's weight.

    | field | meaning |
    | --- | --- |
    | lowest | the least η that is learnt; few-step sampling ends there |
    | most_weight | where the weight is cut off |
    """

    lowest: float = 0.005
    most_weight: float = 6.0


@dataclass(frozen=True)
class StudentRecipe(StageRecipe):
    """The student stage: weights of the terms of its loss. 0 leaves a term out.

    | field | meaning |
    | --- | --- |
    | critic_rate | the critic's learning rate |
    | distilled, distillation, teacher_steps | for how many updates the chain of how many steps is followed, how much |
    | bands | wavelet bands: VPD-SR's high-frequency perception, as an energy score |
    | features | perceptual features, where a network for them is at hand, as an energy score |
    | spread | how far two answers must lie apart: 1 as far as the truth's own spread, 0 not at all |
    | weakest | half of the sources get a weaker noise, from this share of the strongest on |
    | adversary | the critic's word; needs the features |
    | lattice | what stands on the lattice of four target pixels |
    | most_gradient | where the gradient's norm is cut off |
    | trunk_rate | the trunk's learning rate beside the student; 0 lets it rest |
    | fidelity | where it learns: the weight of y's L1 |
    """

    rate: float = 3e-4
    memory: float = 0.995
    critic_rate: float = 3e-4
    distilled: int = 0
    distillation: float = 20.0
    teacher_steps: int = 4
    bands: float = 20.0
    features: float = 0.5
    spread: float = 0.9
    weakest: float = 1.0
    adversary: float = 0.5
    lattice: float = 0.003
    most_gradient: float = 1.0
    trunk_rate: float = 0.0
    fidelity: float = 20.0


@dataclass(frozen=True)
class TrainingRecipe:
    """All stages of `compact`, in order, and the seed of everything random."""

    seed: int = 0
    fidelity: StageRecipe = field(default_factory=StageRecipe)
    denoiser: DenoiserRecipe = field(default_factory=DenoiserRecipe)
    student: StudentRecipe = field(default_factory=StudentRecipe)
    gauge: StageRecipe = field(default_factory=StageRecipe)


def read_recipe(path: Path) -> TrainingRecipe:
    """Raises InputError where the file cannot be read, UsageError where it names what no recipe has."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"The recipe {path} cannot be read: {error}.", "Take resources/recipes/compact.toml."
        ) from error
    kinds = {
        "fidelity": StageRecipe,
        "denoiser": DenoiserRecipe,
        "student": StudentRecipe,
        "gauge": StageRecipe,
    }
    parts = {name: _made(kinds[name], value) if name in kinds else value for name, value in table.items()}
    return _made(TrainingRecipe, parts)


def _made(kind: type, values: Any) -> Any:
    known = {entry.name for entry in fields(kind)}
    if not isinstance(values, dict) or not set(values) <= known:
        strange = sorted(set(values) - known) if isinstance(values, dict) else values
        raise UsageError(
            f"The recipe says {strange}, which {kind.__name__} does not know.", f"It knows {sorted(known)}."
        )
    return kind(**values)
