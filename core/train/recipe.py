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
class DetailRecipe(StageRecipe):
    """The detail stage: weights of the terms in its loss, and the critic's learning rate. 0 leaves a term out.

    | field | meaning |
    | --- | --- |
    | critic_rate | the critic's learning rate |
    | fidelity, residual | L1 where W is 0, and where W is 1 |
    | bands | wavelet bands: VPD-SR's high-frequency perception |
    | grid | what is locked to the source's grid |
    | features | perceptual features, where a network for them is at hand |
    | adversary, roughness | VPD-SR's adversarial term, and the critic's gradient penalty |
    | caution | how much more truth, and less adversary, a source that is to be cleaned gets: × 1 + caution · clean-up |
    | semantic | SAMSR's semantic consistency, region by region |
    | position | SAM-DiffSR's structural position encoding, added to the noise |
    | segmenter_share | how many maps follow what a segmenter saw in the whole photograph, 0 … 1 |
    """

    rate: float = 4e-4
    critic_rate: float = 2e-4
    fidelity: float = 1.0
    residual: float = 0.1
    bands: float = 0.5
    grid: float = 5.0
    features: float = 1.0
    adversary: float = 0.02
    roughness: float = 1.0
    caution: float = 0.0
    semantic: float = 0.0
    position: float = 0.0
    segmenter_share: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """All stages of `compact`, in order, and the seed of everything random."""

    seed: int = 0
    fidelity: StageRecipe = field(default_factory=StageRecipe)
    detail: DetailRecipe = field(default_factory=DetailRecipe)
    gauge: StageRecipe = field(default_factory=StageRecipe)


def read_recipe(path: Path) -> Recipe:
    """Raises InputError where the file cannot be read, UsageError where it names what no recipe has."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"The recipe {path} cannot be read: {error}.", "Take resources/recipes/compact.toml."
        ) from error
    kinds = {"fidelity": StageRecipe, "detail": DetailRecipe, "gauge": StageRecipe}
    parts = {name: _made(kinds[name], value) if name in kinds else value for name, value in table.items()}
    return _made(Recipe, parts)


def _made(kind: type, values: Any) -> Any:
    known = {entry.name for entry in fields(kind)}
    if not isinstance(values, dict) or not set(values) <= known:
        strange = sorted(set(values) - known) if isinstance(values, dict) else values
        raise UsageError(
            f"The recipe says {strange}, which {kind.__name__} does not know.", f"It knows {sorted(known)}."
        )
    return kind(**values)
