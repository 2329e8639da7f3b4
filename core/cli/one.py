"""One picture, from its file to the target's."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.cli.added import drawn, shown_grey, write_added
from core.cli.bar import reporting
from core.cli.done import Done
from core.cli.note import Deed, invention_allowed, record_of, with_record
from core.cli.recipe import AUTO, Recipe, find_regions, recipe_for, regions_for
from core.cli.sources import STDIO, Found, called
from core.cli.space import check_source_space, check_target_space
from core.cli.targets import ready_folder, suffix_of, target_for
from core.cli.version import program_version
from core.engine.added import Finished, added_by_region, what_was_added
from core.engine.upscale import Desk, upscale
from core.errors import OutputError
from core.geometry import Size
from core.image.io import Encoder, SaveOptions, check_format, free_name, open_picture, save_picture
from core.image.loading import opened

if TYPE_CHECKING:
    from pathlib import Path

    from core.cli.added import Shares
    from core.cli.voice import Voice
    from core.cli.wishes import Wishes
    from core.engine.record import Record
    from core.engine.shelf import Shelf
    from core.engine.upscale import UpscaleResult
    from core.image.picture import Picture
    from core.regions.region_set import RegionSet

ENGINE_SCALE = 4


@dataclass(frozen=True)
class Bench:
    """What all pictures of a run share. `taken` holds the targets already promised to one of them."""

    wishes: Wishes
    voice: Voice
    shelf: Shelf
    scratch: Path
    taken: set[Path]
    record: Record | None = None


@dataclass(frozen=True)
class Order:
    """One picture that can be enlarged as far as its header tells.

    `file` is the source, or where stdin's bytes lie; `regions` are without those that are yet to be found.
    """

    found: Found
    file: Path
    size: Size
    recipe: Recipe
    target: Path
    options: SaveOptions
    regions: RegionSet | None

    @property
    def final(self) -> Size:
        """The target's size."""
        return self.options.resize_to or self.size.scaled(ENGINE_SCALE)


def enlarge(bench: Bench, found: Found, title: str) -> Done:
    """Enlarge a picture, or only say what would be done (dry run, target there).

    Raises InputError, OutputError, UsageError, OutOfMemoryError for this picture; CheckpointError and DeviceError for
    any; KeyboardInterrupt leaves nothing behind.
    """
    order = _order(bench, found)
    done = Done(found.path, order.target, order.final, order.recipe.request.seed, order.regions)
    if bench.wishes.on_exists == "skip" and order.target.exists():
        return replace(done, skipped=True)
    if bench.wishes.dry_run:
        return done
    if order.target != STDIO:
        ready_folder(order.target, found.path, bench.wishes.on_exists == "overwrite")
    if bench.wishes.added:
        ready_folder(bench.wishes.added, found.path, bench.wishes.on_exists == "overwrite")
    if order.recipe.words:
        bench.voice.say(f"{called(found.path)}: {order.recipe.words}.")
    check_source_space(order.size, bench.scratch)
    with open_picture(order.file, bench.scratch) as picture:
        return _enlarged(bench, order, picture, title)


def _order(bench: Bench, found: Found) -> Order:
    """Everything the header and the options tell; what cannot be is refused here."""
    wishes = bench.wishes
    file = _spooled(bench.scratch) if found.path == STDIO else found.path
    header = opened(file)
    recipe = recipe_for(file, header.size, wishes, bench.record)
    request = recipe.request
    suffix = suffix_of(found.path, header.format.name, wishes)
    options = SaveOptions(
        suffix=suffix,
        quality=wishes.quality or recipe.saving.quality,
        depth=wishes.depth(recipe.saving.depth),
        on_exists="overwrite" if wishes.on_exists == "overwrite" else "number",
        resize_to=_resized(header.size, request.scale),
        software=f"Semantic Upscale {program_version()}",
    )
    check_format(suffix, options.resize_to or header.size.scaled(ENGINE_SCALE))
    target = _promised(target_for(found, suffix, request.scale, wishes), bench.taken)
    regions = None if wishes.regions == AUTO else regions_for(recipe, wishes, header.size)
    return Order(found, file, header.size, recipe, target, options, regions)


def _enlarged(bench: Bench, order: Order, picture: Picture, title: str) -> Done:
    wishes, request = bench.wishes, order.recipe.request
    desk = Desk(bench.shelf, Encoder(picture.carried, order.options), bench.scratch)
    beside = bench.scratch / "target" if order.target == STDIO else order.target
    check_target_space(
        order.size.scaled(ENGINE_SCALE), order.final, desk.encoder.layout, beside, bench.scratch
    )
    with reporting(bench.voice, title) as report:
        regions = order.regions
        if wishes.regions == AUTO:
            regions = regions_for(order.recipe, wishes, order.size, find_regions(picture, report))
        result = upscale(picture, regions, request, desk, report)
    deed = Deed(order.found.path, order.file, order.target, order.size, regions, request, result.outcome)
    try:
        options, left_out = _annotated(order, deed, wishes, picture)
        target, lost = _saved(bench, order, result, options, picture)
        run = Finished(result.target, regions, request, result.outcome)
        added = _added(bench, picture, run, desk, title)
    finally:
        result.target.close()
    notes = (*picture.notices, *result.outcome.notes, *left_out, *lost)
    done = Done(order.found.path, target, order.final, request.seed, regions, result.outcome, notes)
    return replace(done, estimated=request.clean_up is None, added=added)


def _added(bench: Bench, picture: Picture, run: Finished, desk: Desk, title: str) -> Shares:
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


def _annotated(
    order: Order, deed: Deed, wishes: Wishes, picture: Picture
) -> tuple[SaveOptions, tuple[str, ...]]:
    invented = wishes.label and invention_allowed(deed.regions, deed.size, deed.request.detail)
    options = replace(order.options, invented=invented)
    return with_record(options, record_of(deed, options), picture.carried) if wishes.record else (options, ())


def _saved(
    bench: Bench, order: Order, result: UpscaleResult, options: SaveOptions, picture: Picture
) -> tuple[Path, tuple[str, ...]]:
    """Where the target is in the end, and what it did not keep."""
    if order.target != STDIO:
        saved = save_picture(result.target, order.target, options, picture.carried)
        return saved.path, saved.notices
    saved = save_picture(result.target, bench.scratch / f"stdout{options.suffix}", options, picture.carried)
    with saved.path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    saved.path.unlink()
    return STDIO, saved.notices


def _resized(source: Size, scale: float) -> Size | None:
    """None at the engine's own scale."""
    if scale == ENGINE_SCALE:
        return None
    return Size(max(1, round(source.width * scale)), max(1, round(source.height * scale)))


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
