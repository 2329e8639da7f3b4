"""All pictures of a run: what fails is told, and the rest go on."""

from __future__ import annotations

import io
import os
import shutil
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import typer
from PIL import Image, ImageDraw, ImageFont

from core.cli.errors import write_crash_report
from core.cli.paths import (
    STDIO,
    PictureFile,
    check_folder,
    check_replaces_no_source,
    check_source_space,
    check_target_space,
    describe_source,
    identities,
    ready_folder,
    scratch_folder,
    suffix_of,
    target_for,
    target_made_of,
)
from core.cli.recipe import AUTO, RegionRecipe, find_regions, recipe_for, regions_for
from core.cli.terminal import reporting
from core.cli.version import program_version
from core.engine.added import FinishedTarget, added_by_region, what_was_added
from core.engine.methods.registry import MethodRegistry
from core.engine.record import Record, Saving, invention_allowed
from core.engine.upscale import Resources, upscale
from core.errors import InputError, OutOfMemoryError, OutputError, SemanticUpscaleError, UsageError
from core.files import write_whole
from core.image.io import (
    Planes,
    ReadOptions,
    SaveOptions,
    check_format,
    free_name,
    open_picture,
    save_picture,
    strips,
)
from core.image.metadata import without_location, without_metadata
from core.image.plates import encoder_for
from core.image.read import open_header
from core.image.write import check_losses
from core.regions.project import ProjectSource, hash_of
from core.regions.region import RegionSet

if TYPE_CHECKING:
    from pathlib import Path

    from core.cli.options import UpscaleOptions
    from core.cli.terminal import Terminal
    from core.engine.record import Outcome
    from core.engine.upscale import UpscaleResult
    from core.geometry import Size
    from core.image.picture import Picture
    from core.metrics.detail import Added
    from core.request import UpscaleRequest


# What came out of one picture, as people and programs read it.


@dataclass(frozen=True)
class RunResult:
    """One picture that went well. `outcome` is None where nothing was computed: a dry run, or a target that was there.

    `target` is "-" for stdout; `estimated` says that clean-up was measured, not asked for; `added` is each
    region's name and the share of its finest detail that was invented, where that was asked for. `losses` say what the
    source had and the target has not, `notes` all else that is worth saying.
    """

    source: Path
    target: Path
    size: Size
    seed: int
    regions: RegionSet | None = None
    outcome: Outcome | None = None
    notes: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    skipped: bool = False
    estimated: bool = False
    added: tuple[tuple[str, float], ...] = ()


def values_of(done: RunResult) -> dict[str, Any]:
    """The JSON line of a picture."""
    outcome = done.outcome
    return {
        "source": str(done.source),
        "target": str(done.target),
        "size": [done.size.width, done.size.height],
        "seconds": outcome.elapsed_s if outcome else None,
        "clean_up": outcome.clean_up if outcome else None,
        "seed": done.seed,
        "regions": _region_values(done.regions),
        "rest": 0.0 if done.regions is None else done.regions.rest,
        "added": [{"name": name, "share": round(share, 4)} for name, share in done.added],
        "notes": list(done.notes),
        "losses": list(done.losses),
        "skipped": done.skipped,
        "error": None,
    }


def values_of_failure(source: Path, error: SemanticUpscaleError) -> dict[str, Any]:
    """The JSON line of a picture that could not be enlarged."""
    told = {"message": str(error), "advice": error.advice, "exit_code": error.exit_code}
    return {"source": str(source), "target": None, "error": told}


def _region_values(regions: RegionSet | None) -> list[dict[str, Any]]:
    known = () if regions is None else regions.regions
    return [{"id": r.id, "name": r.name, "priority": r.priority, "locked": r.locked} for r in known]


# What is written into a target besides pixels: the record and the honest label.

__all__ = ["FinishedRun", "invention_allowed", "record_of"]


@dataclass(frozen=True)
class FinishedRun:
    """One finished run: what was asked of which file, and what came of it. `file` is where a stdin's bytes lie."""

    source: Path
    file: Path
    target: Path
    size: Size
    regions: RegionSet | None
    request: UpscaleRequest
    outcome: Outcome


def record_of(deed: FinishedRun, options: SaveOptions) -> Record:
    """Everything that it takes to run it again."""
    saving = Saving(options.suffix, options.depth, options.quality)
    regions = RegionSet(deed.size) if deed.regions is None else deed.regions
    return Record(program_version(), _source(deed), regions, deed.request, saving, deed.outcome)


def _source(deed: FinishedRun) -> ProjectSource:
    if deed.source == STDIO:
        return ProjectSource("", hash_of(deed.file), deed.file.stat().st_size)
    name = os.fsencode(deed.source.name).decode("utf-8", "replace")
    return ProjectSource(
        name, hash_of(deed.source), deed.source.stat().st_size
    )  # no folder: that is nobody's business


# `--added`: the picture that shows where detail was invented, and how much.

MOST_PX = 1600  # longer pictures are shown smaller: this one is to be looked at, not worked on
LEAST_WIDTH_PX = 480
FONT_PX, LINE_PX, EDGE_PX = 15, 22, 10
GREY_SHARE = 0.55  # how bright the source shines under the colours
Shares = tuple[tuple[str, float], ...]


def percent(share: float) -> str:
    """As in "12 %"; what is above nothing is never called 0."""
    return f"{100 * share:.0f} %" if share == 0 or share >= 0.005 else "under 1 %"


def in_words(shares: Shares) -> str:
    """As in "Hair 41 %, rest 3 %"."""
    return ", ".join(f"{name} {percent(share)}" for name, share in shares)


def shown_grey(colour: Planes) -> np.ndarray:
    """The source as grey levels (h, w) uint8, read strip by strip."""
    rows = [_grey(colour.read(strip)) for strip in strips(colour.size)]
    return np.concatenate(rows)


def _grey(strip: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(strip.mean(axis=2), 0, 1) * 255).astype(np.uint8)


def drawn(added: Added, grey: np.ndarray, shares: Shares) -> np.ndarray:
    """The map in cividis over the grey source, a scale and a line for each region below: (height, width, 3) uint8."""
    factor = _factor(*grey.shape)
    levels, below = (_resized_map(plane, factor) for plane in (added.levels, grey))
    picture = colour_map(levels, below)
    legend = _legend(picture.shape[1], shares)
    return np.concatenate((picture, legend))


def colour_map(levels: np.ndarray, grey: np.ndarray) -> np.ndarray:
    """(h, w) uint8 invention over (h, w) uint8 grey: (h, w, 3). Where nothing was invented the source stays grey."""
    colours = cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_CIVIDIS), cv2.COLOR_BGR2RGB)
    strength = np.sqrt(levels[..., None] / 255.0)  # a little invention is worth seeing, too
    plain = grey[..., None] * GREY_SHARE
    return np.rint(plain + (colours - plain) * strength).astype(np.uint8)


def _factor(height: int, width: int) -> float:
    shrinking = min(1.0, MOST_PX / max(height, width))
    return max(shrinking, float(np.ceil(LEAST_WIDTH_PX / width))) if width < LEAST_WIDTH_PX else shrinking


def _resized_map(plane: np.ndarray, factor: float) -> np.ndarray:
    size = (max(1, round(plane.shape[1] * factor)), max(1, round(plane.shape[0] * factor)))
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_NEAREST)


def _legend(width: int, shares: Shares) -> np.ndarray:
    lines = ["Share of the finest detail that was invented:", *(f"{n}   {percent(s)}" for n, s in shares)]
    image = Image.new("RGB", (width, LINE_PX * (len(lines) + 2) + 2 * EDGE_PX), (24, 24, 24))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(FONT_PX)
    draw.text((EDGE_PX, EDGE_PX), "What was added", font=font, fill=(240, 240, 240))
    _scale(image, draw, font)
    for number, line in enumerate(lines):
        draw.text((EDGE_PX, EDGE_PX + LINE_PX * (number + 2)), line, font=font, fill=(200, 200, 200))
    return np.asarray(image)


def _scale(
    image: Image.Image, draw: ImageDraw.ImageDraw, font: ImageFont.ImageFont | ImageFont.FreeTypeFont
) -> None:
    """From "nothing" to "much", in the colours of the map."""
    top, left, right = EDGE_PX + LINE_PX, EDGE_PX + 60, min(image.width - EDGE_PX - 50, EDGE_PX + 300)
    ramp = np.tile(np.linspace(0, 255, max(2, right - left)).astype(np.uint8), (14, 1))
    image.paste(Image.fromarray(colour_map(ramp, np.zeros_like(ramp))), (left, top + 2))
    for x, word in ((EDGE_PX, "nothing"), (right + 8, "much")):
        draw.text((x, top), word, font=font, fill=(200, 200, 200))


def write_added(pixels: np.ndarray, path: Path) -> None:
    """As PNG. OutputError where that fails."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    write_whole(path, file.getvalue())


# One picture, from its file to the target's.

ENGINE_SCALE = 4


@dataclass(frozen=True)
class RunContext:
    """What all pictures of a run share. `taken` holds the targets already promised to one of them."""

    wishes: UpscaleOptions
    voice: Terminal
    shelf: MethodRegistry
    scratch: Path
    taken: set[Path]
    sources: dict[tuple[int, int], Path]
    record: Record | None = None


@dataclass(frozen=True)
class PictureRun:
    """One picture that can be enlarged as far as its header tells.

    `file` is the source, or where stdin's bytes lie; `regions` are without those that are yet to be found.
    """

    found: PictureFile
    file: Path
    size: Size
    recipe: RegionRecipe
    target: Path
    options: SaveOptions
    regions: RegionSet | None

    @property
    def final(self) -> Size:
        """The target's size."""
        return self.options.resize_to or self.size.scaled(ENGINE_SCALE)


def enlarge(bench: RunContext, found: PictureFile, title: str) -> RunResult:
    """Enlarge a picture, or only say what would be done (dry run, target there).

    Raises InputError, OutputError, UsageError, OutOfMemoryError for this picture; CheckpointError and DeviceError for
    any; KeyboardInterrupt leaves nothing behind.
    """
    order = _order(bench, found)
    done = RunResult(found.path, order.target, order.final, order.recipe.request.seed, order.regions)
    if bench.wishes.on_exists == "skip" and order.target.exists():
        made = target_made_of(order.target, hash_of(order.file))
        if made:
            return replace(done, target=made, skipped=True)
    for written in (order.target, bench.wishes.added):
        if written and written != STDIO:
            _check_place(bench, found, written)
    if bench.wishes.dry_run:
        return done
    if order.recipe.words:
        bench.voice.say(f"{describe_source(found.path)}: {order.recipe.words}.")
    check_source_space(order.size, bench.scratch)
    how = ReadOptions(salvage=bench.wishes.salvage, keep_hidden=bench.wishes.keep_hidden, page=found.page)
    with open_picture(order.file, bench.scratch, how) as picture:
        check_losses(order.target, picture.carried.left_out, order.options)
        return _enlarged(bench, order, picture, title)


def _check_place(bench: RunContext, found: PictureFile, written: Path) -> None:
    """Make the folder, in a dry run only look; OutputError where this cannot be written."""
    if bench.wishes.on_exists == "overwrite":
        check_replaces_no_source(written, found.path, bench.sources)
    if bench.wishes.dry_run:
        check_folder(written)
    else:
        ready_folder(written)


def _order(bench: RunContext, found: PictureFile) -> PictureRun:
    """Everything the header and the options tell; what cannot be is refused here."""
    file = _spooled(bench.scratch) if found.path == STDIO else found.path
    header = open_header(file, salvage=bench.wishes.salvage, page=found.page)
    wishes = bench.wishes.sized(header.size)
    recipe = recipe_for(file, header.size, wishes, bench.record)
    request = recipe.request
    suffix = suffix_of(found.path, header.format.name, wishes)
    options = SaveOptions(
        suffix=suffix,
        quality=wishes.quality or recipe.saving.quality,
        lossless=wishes.lossless,
        compression=wishes.compression,
        strict=wishes.strict,
        depth=wishes.depth(recipe.saving.depth),
        on_exists="overwrite" if wishes.on_exists == "overwrite" else "number",
        resize_to=_resized(header.size, request.scale),
        software=f"Semantic Upscale {program_version()}",
    )
    check_format(suffix, options.resize_to or header.size.scaled(ENGINE_SCALE))
    target = _promised(target_for(found, suffix, request.scale, wishes), bench.taken)
    regions = None if wishes.regions == AUTO else regions_for(recipe, wishes, header.size)
    return PictureRun(found, file, header.size, recipe, target, options, regions)


def _enlarged(bench: RunContext, order: PictureRun, picture: Picture, title: str) -> RunResult:
    wishes, request = bench.wishes, order.recipe.request
    desk = Resources(bench.shelf, encoder_for(picture, order.options), bench.scratch)
    beside = bench.scratch / "target" if order.target == STDIO else order.target
    check_target_space(
        order.size.scaled(ENGINE_SCALE), order.final, desk.encoder.layout, beside, bench.scratch
    )
    with reporting(bench.voice, title) as report:
        regions = order.regions
        if wishes.regions == AUTO:
            regions = regions_for(order.recipe, wishes, order.size, find_regions(picture, report))
        result = upscale(picture, regions, request, desk, report)
    deed = FinishedRun(
        order.found.path, order.file, order.target, order.size, regions, request, result.outcome
    )
    try:
        options = _annotated(order, deed, wishes)
        target, lost = _saved(bench, order, result, options, picture)
        run = FinishedTarget(result.target, regions, request, result.outcome)
        added = _added(bench, picture, run, desk, title)
    finally:
        result.target.close()
    known = picture.carried.left_out
    notes = (*(n for n in picture.notices if n not in known), *result.outcome.notes)
    done = RunResult(order.found.path, target, order.final, request.seed, regions, result.outcome, notes)
    return replace(done, estimated=request.clean_up is None, added=added, losses=(*known, *lost))


def _added(bench: RunContext, picture: Picture, run: FinishedTarget, desk: Resources, title: str) -> Shares:
    """Draw what was invented, and say how much by region; nothing where that was not asked for."""
    path = bench.wishes.added
    if path is None:
        return ()
    with reporting(bench.voice, f"{title}, what was added") as report:
        found = what_was_added(picture, run, desk, report)
    shares = added_by_region(found, run.regions)
    free = path if bench.wishes.on_exists == "overwrite" else free_name(path)
    write_added(drawn(found, shown_grey(picture.colour), shares), free)
    bench.voice.say(f"What was added is shown in “{free}”.")
    return shares


def _annotated(order: PictureRun, deed: FinishedRun, wishes: UpscaleOptions) -> SaveOptions:
    if wishes.strip:
        return replace(order.options, software=None)
    invented = wishes.label and invention_allowed(deed.regions, deed.size, deed.request.detail)
    options = replace(order.options, invented=invented, source_sha256=hash_of(order.file))
    return replace(options, record=record_of(deed, options).to_json()) if wishes.record else options


def _saved(
    bench: RunContext, order: PictureRun, result: UpscaleResult, options: SaveOptions, picture: Picture
) -> tuple[Path, tuple[str, ...]]:
    """Where the target is in the end, and what it did not keep."""
    carried = picture.carried if bench.wishes.location else without_location(picture.carried)
    carried = without_metadata(carried) if bench.wishes.strip else carried
    if bench.wishes.dpi:
        carried = replace(carried, dpi=(bench.wishes.dpi, bench.wishes.dpi))
    if order.target != STDIO:
        saved = save_picture(result.target, order.target, options, carried, picture.data)
        return saved.path, saved.losses
    beside = bench.scratch / f"stdout{options.suffix}"
    saved = save_picture(result.target, beside, options, carried, picture.data)
    with saved.path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    saved.path.unlink()
    return STDIO, saved.losses


def _resized(source: Size, scale: float) -> Size | None:
    """None at the engine's own scale."""
    if scale == ENGINE_SCALE:
        return None
    return source.enlarged(scale)


def _promised(target: Path, taken: set[Path]) -> Path:
    """The target itself, or numbered where an earlier picture of this run was promised the name."""
    number, free = 1, target
    while free in taken and target != STDIO:
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    taken.add(free)
    return free


def _spooled(scratch: Path) -> Path:
    """Stdin's bytes in a file."""
    path = scratch / "stdin"
    try:
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(f"Stdin could not be kept: {error.strerror}.", "Free some space.") from error
    return path


class UnforeseenError(SemanticUpscaleError):
    """A fault of the program that met one picture; a report lies in the log folder."""


OF_ONE_PICTURE = (InputError, OutputError, UsageError, OutOfMemoryError, UnforeseenError)
SOME_FAILED = 1


def run_all(
    found: list[PictureFile], wishes: UpscaleOptions, voice: Terminal, record: Record | None = None
) -> None:
    """Enlarge every picture.

    Where one was named, typer.Exit with the code of what it raised; of several, typer.Exit(1) at the end where some
    failed. What would fail for each of them alike (model, device) is raised at once.
    """
    failures = 0
    sources = identities(one.path for one in found if one.path != STDIO)
    with scratch_folder() as scratch:
        bench = RunContext(wishes, voice, MethodRegistry(), scratch, set(), sources, record)
        for number, one in enumerate(found, 1):
            title = (
                describe_source(one.path)
                if len(found) == 1
                else f"[{number}/{len(found)}] {describe_source(one.path)}"
            )
            try:
                done = _guarded(bench, one, title)
            except OF_ONE_PICTURE as error:
                _tell_failure(voice, one, error)
                if len(found) == 1:
                    raise typer.Exit(error.exit_code) from error
                failures += 1
            else:
                _tell(voice, done)
    if failures:
        voice.warn(f"{failures} of {len(found)} pictures could not be enlarged.")
        raise typer.Exit(SOME_FAILED)


def _guarded(bench: RunContext, found: PictureFile, title: str) -> RunResult:
    """Enlarge; what nobody foresaw is this picture's failure, with a report, and not that of all after it."""
    try:
        return enlarge(bench, found, title)
    except SemanticUpscaleError:
        raise
    except Exception as error:
        if isinstance(error, BrokenPipeError):
            raise  # whoever read stdout has gone
        where = write_crash_report(error)
        if bench.voice.verbose:
            bench.voice.console.print_exception()
        raise UnforeseenError(
            f"Something in the program broke ({type(error).__name__}: {error}).",
            f"A report for the authors is in {where}."
            if where
            else "The report could not be written: see -v.",
        ) from error


def _tell_failure(voice: Terminal, one: PictureFile, error: SemanticUpscaleError) -> None:
    """On stderr for people, and with --json on stdout too."""
    voice.error(error, describe_source(one.path))
    voice.result("", values_of_failure(one.path, error))


def _tell(voice: Terminal, done: RunResult) -> None:
    name = describe_source(done.source)
    for note in (*done.notes, *done.losses):
        voice.warn(f"{name}: {note}")
    if done.skipped:
        voice.say(f"{name}: “{done.target}” is there already.")
    if done.outcome:
        _tell_outcome(voice, done, done.outcome)
    if done.target != STDIO or done.outcome is None:
        voice.result("" if done.skipped else str(done.target), values_of(done))


def _tell_outcome(voice: Terminal, done: RunResult, outcome: Outcome) -> None:
    guess = " (estimated)" if done.estimated else ""
    seconds = f"{outcome.elapsed_s:.1f} s"
    voice.say(
        f"{describe_source(done.source)}: {done.size} pixels, clean-up {outcome.clean_up:.2f}{guess}, {seconds}."
    )
    if done.added:
        voice.say(f"Invented, of the finest detail: {in_words(done.added)}.")
    peak = f"{outcome.peak_bytes / 2**20:,.0f} MiB at most"
    voice.detail(
        f"{outcome.tiles} tiles of {outcome.tile} on {outcome.device} in {outcome.precision}, {peak}."
    )
