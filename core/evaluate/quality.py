"""How good targets are: against the reference, against the source, and by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from core.engine.device import choose_device
from core.engine.methods.registry import MethodRegistry
from core.engine.upscale import Resources, upscale
from core.errors import InputError
from core.evaluate.data import SCALE
from core.geometry import Box, Size
from core.image.io import Carried, FileEncoder, SaveOptions, picture_from_array
from core.metrics.control import bit_equal, change
from core.metrics.fidelity import fidelity, lr_psnr
from core.metrics.lattice import seed_share
from core.metrics.niqe import load_pristine, niqe
from core.metrics.perceptual import NOT_AT_HAND, PRISTINE, at_hand, offered_distance
from core.metrics.seams import Seam, tile_seam
from core.metrics.tables import Column, Table, TableRow, mean
from core.request import UpscaleRequest
from core.tiling import plan_tiles
from plugin.bridge.facts import PRIORITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

    from core.engine.methods.base import TileNeeds
    from core.engine.upscale import Outcome
    from core.evaluate.data import TestPair
    from core.metrics.niqe import Pristine
    from core.metrics.perceptual import PerceptualDistance
    from core.metrics.tables import Cell
    from core.regions.region import RegionSet


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


def score_target(picture: str, candidate: Candidate, pair: TestPair, judges: Judges) -> Score:
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
    rows = tuple(TableRow(f"{score.picture} · {score.candidate}", score.cells) for score in scores)
    return Table("Quality, each picture", columns(judges), rows)


# The road, taken with arrays: source in, floating-point target out.

FLOAT = Carried(depth="float")
TIFF = SaveOptions(suffix=".tiff")


@dataclass(frozen=True)
class Made:
    """A target (4h, 4w, 3) float32, not rounded, and how it came about."""

    target: np.ndarray
    outcome: Outcome


@dataclass(frozen=True)
class Upscaler:
    """One method with its models loaded; `request` is what every run asks unless it says otherwise."""

    request: UpscaleRequest = field(default_factory=UpscaleRequest)
    shelf: MethodRegistry = field(default_factory=MethodRegistry)

    @property
    def needs(self) -> TileNeeds:
        """What the method asks of its tiles."""
        choice = choose_device(self.request.device, self.request.precision)
        return self.shelf.get(self.request.method, choice).needs

    def make(self, source: np.ndarray, regions: RegionSet | None = None, **changes: object) -> Made:
        """Enlarge a source (h, w, 3); `changes` are fields of the request. Errors are those of `upscale`."""
        picture = picture_from_array(source, carried=FLOAT)
        desk = Resources(self.shelf, FileEncoder(picture.carried, TIFF))
        result = upscale(picture, regions, replace(self.request, **changes), desk)  # type: ignore[arg-type]
        try:
            return Made(result.target.planes.read(Box.of(result.target.size)), result.outcome)
        finally:
            result.target.close()

    def everywhere(self, source: np.ndarray, priority: float, **changes: object) -> Made:
        """As `make`, with one priority for the whole picture: Balanced everywhere, and the detail dial turned."""
        return self.make(source, None, **changes, detail=priority)


def size_of(picture: np.ndarray) -> Size:
    """Width and height of (H, W, …)."""
    return Size(picture.shape[1], picture.shape[0])


# Repeatability: equal runs give equal bits, the seed acts only where it may, and tiles do not show.

TILE_PX = 96
FAITHFUL, INVENTIVE = -2.0, 2.0


@dataclass(frozen=True)
class Repeated:
    """What one picture showed.

    `seed_share` is the share of the energy Inventive adds that the seed moves. `seed_change` is the mean
    |Δ| in 8-bit units between two seeds at Inventive; `tile_change` the greatest |Δ| that small tiles made; `tiled` and
    `whole` the seams on the lines where small tiles meet (None where one tile held all).
    """

    picture: str
    same_seed_equal: bool
    faithful_any_seed_equal: bool
    seed_change: float
    seed_share: float | None
    tile_change: float | None
    tiled: Seam | None
    whole: Seam | None


def meeting_lines(starts: Sequence[int], tile: int) -> tuple[int, ...]:
    """Where tiles begin, end and are half faded, in target pixels."""
    pairs = [(before + tile, after) for before, after in pairwise(starts)]
    return tuple(sorted({SCALE * line for end, start in pairs for line in (start, end, (start + end) // 2)}))


def repeat_run(studio: Upscaler, picture: str, source: np.ndarray, **changes: object) -> Repeated:
    """Run a picture again with the same and with another seed, and in small tiles."""
    seed = studio.request.seed
    first = studio.everywhere(source, INVENTIVE, **changes).target
    again = studio.everywhere(source, INVENTIVE, **changes).target
    other = studio.everywhere(source, INVENTIVE, **changes, seed=seed + 1).target
    plain = studio.everywhere(source, FAITHFUL, **changes).target
    plain_other = studio.everywhere(source, FAITHFUL, **changes, seed=seed + 1).target
    tile_change, tiled, whole = _tiles(studio, source, first, changes)
    return Repeated(
        picture=picture,
        same_seed_equal=bit_equal(first, again),
        faithful_any_seed_equal=bit_equal(plain, plain_other),
        seed_change=255.0 * float(change(first, other).mean()),
        seed_share=seed_share(first, other, plain),
        tile_change=tile_change,
        tiled=tiled,
        whole=whole,
    )


def _tiles(
    studio: Upscaler, source: np.ndarray, whole: np.ndarray, changes: dict[str, object]
) -> tuple[float | None, Seam | None, Seam | None]:
    """The same picture in tiles as small as they come, against the one in large tiles."""
    needs = studio.needs
    side = max(TILE_PX, 2 * needs.overlap_px)
    plan = plan_tiles(size_of(source), Size(side, side), needs.overlap_px, needs.multiple)
    if len(plan) == 1:
        return None, None, None
    tiled = studio.everywhere(source, INVENTIVE, **changes, tile_px=side).target
    columns, rows = meeting_lines(plan.xs, plan.tile.width), meeting_lines(plan.ys, plan.tile.height)
    seams = [tile_seam(target, columns, rows, scale=SCALE) for target in (tiled, whole)]
    return 255.0 * float(change(tiled, whole).max()), seams[0], seams[1]


def repeat_table(results: Sequence[Repeated]) -> Table:
    """One row a picture."""
    table = Table(
        "Repeatability and tiles",
        (
            Column("same seed, same bits"),
            Column("Faithful: any seed, same bits"),
            Column("other seed changes Inventive by", "/255", digits=3),
            Column("share of what is added that the seed moves", "", "higher"),
            Column("small tiles change at most", "/255", "lower", 4),
            Column("seam, tiles", "×", "lower", 4),
        ),
    )
    for found in results:
        seam = found.tiled.over(found.whole) if found.tiled and found.whole else None
        equal = (found.same_seed_equal, found.faithful_any_seed_equal)
        table = table.with_row(
            found.picture, *equal, found.seed_change, found.seed_share, found.tile_change, seam
        )
    return table
