"""How good targets are: against the reference, against the source, and by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import InputError
from core.metrics.consistency import lr_psnr
from core.metrics.fidelity import fidelity
from core.metrics.files import NOT_AT_HAND, PRISTINE, at_hand
from core.metrics.naturalness import load_pristine, niqe
from core.metrics.perceptual import offered_distance
from core.metrics.tables import Column, Row, Table, mean
from core.request import PRIORITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

    from core.evaluate.protocols import Pair
    from core.metrics.naturalness import Pristine
    from core.metrics.perceptual import PerceptualDistance
    from core.metrics.tables import Cell

BORDER_PX = 4
STEPS = {name: float(step) for step, name in PRIORITY_NAMES.items()}


@dataclass(frozen=True)
class Judges:
    """The measures that need a file of numbers; None where it is not at hand."""

    pristine: Pristine | None = None
    distance: PerceptualDistance | None = None


def judges_at_hand() -> Judges:
    """Those whose files this machine has; CheckpointError where one is damaged."""
    path = at_hand(PRISTINE)
    return Judges(load_pristine(path) if path else None, offered_distance())


@dataclass(frozen=True)
class Score:
    """All numbers of one target; None where one could not be had. Units as in `columns`."""

    picture: str
    candidate: str
    psnr_y: float | None
    psnr_rgb: float | None
    ssim_y: float | None
    ssim_rgb: float | None
    lr_psnr: float | None
    niqe: float | None
    distance: float | None
    seconds: float

    @property
    def cells(self) -> tuple[Cell, ...]:
        """In the order of `columns`."""
        fidelities = (self.psnr_y, self.psnr_rgb, self.ssim_y, self.ssim_rgb)
        return (*fidelities, self.lr_psnr, self.niqe, self.distance, self.seconds)


def columns(judges: Judges) -> tuple[Column, ...]:
    """PSNR and SSIM: 4 px shaved, 8 bits. LR-PSNR: on the target as computed, shrunk back."""
    return (
        Column("PSNR Y", "dB", "higher"),
        Column("PSNR RGB", "dB", "higher"),
        Column("SSIM Y", "", "higher", 4),
        Column("SSIM RGB", "", "higher", 4),
        Column("LR-PSNR", "dB", "higher"),
        Column("NIQE", "", "lower", note="" if judges.pristine else NOT_AT_HAND),
        Column("distance", "", "lower", 5, note="" if judges.distance else NOT_AT_HAND),
        Column("time", "s"),
    )


@dataclass(frozen=True)
class Candidate:
    """One target of a picture, whose it is, and how long it took."""

    name: str
    target: np.ndarray
    seconds: float


def scored(picture: str, candidate: Candidate, pair: Pair, judges: Judges) -> Score:
    """Measure one target. Measures for which the picture is too small or flat are None."""
    target, reference = candidate.target, pair.reference
    near = None if reference is None else fidelity(target, reference, border_px=BORDER_PX, eight_bit=True)
    return Score(
        picture=picture,
        candidate=candidate.name,
        psnr_y=near and near.psnr_y,
        psnr_rgb=near and near.psnr_rgb,
        ssim_y=near and near.ssim_y,
        ssim_rgb=near and near.ssim_rgb,
        lr_psnr=lr_psnr(target, pair.source),
        niqe=_niqe(target, judges),
        distance=_distance(target, reference, judges),
        seconds=candidate.seconds,
    )


def _niqe(target: np.ndarray, judges: Judges) -> float | None:
    if judges.pristine is None:
        return None
    try:
        return niqe(target, judges.pristine, border_px=BORDER_PX)
    except InputError:  # too small or too flat, which is no fault of the target
        return None


def _distance(target: np.ndarray, reference: np.ndarray | None, judges: Judges) -> float | None:
    if judges.distance is None or reference is None:
        return None
    return judges.distance(target.clip(0.0, 1.0), reference, border_px=BORDER_PX)


def candidates_in(scores: Iterable[Score]) -> tuple[str, ...]:
    """Names in the order in which they came."""
    return tuple(dict.fromkeys(score.candidate for score in scores))


def of_candidate(scores: Iterable[Score], name: str) -> list[Score]:
    """The scores of one candidate."""
    return [score for score in scores if score.candidate == name]


def mean_table(scores: Sequence[Score], judges: Judges) -> Table:
    """One row a candidate, means over the pictures."""
    table = Table(f"Quality, mean of {len({score.picture for score in scores})} pictures", columns(judges))
    for name in candidates_in(scores):
        cells = zip(*(score.cells for score in of_candidate(scores, name)), strict=True)
        table = table.with_row(name, *(mean(list(column)) for column in cells))
    return table


def picture_table(scores: Sequence[Score], judges: Judges) -> Table:
    """One row a target."""
    rows = tuple(Row(f"{score.picture} · {score.candidate}", score.cells) for score in scores)
    return Table("Quality, each picture", columns(judges), rows)
