"""`semantic-upscale upscale`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.cli import options
from core.cli import options as o
from core.cli.errors import end_with_code
from core.cli.options import UpscaleOptions, WantedSize, check_method, wanted_size
from core.cli.paths import STDIO, check_added, check_output, found_pictures, is_folder, passed_over
from core.cli.recipe import check_regions_option
from core.cli.terminal import Terminal, console_for
from core.engine.record import Record
from core.engine.settings import parse_size
from core.errors import InputError, UsageError
from core.image.io import read_record
from core.regions.project import hash_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from core.image.picture import Depth


# From a target back to its source and its recipe.


def target_record(target: Path) -> Record:
    """The record in a target. InputError where there is none, or none that can be used."""
    text = read_record(target)
    if text is None:
        raise InputError(
            f"“{target}” carries no record of a run.", "Take a target that was made without --no-record."
        )
    return Record.from_json(text)


def source_again(record: Record, target: Path, wishes: UpscaleOptions) -> Path:
    """The source of a target: the one named, or where the record says. InputError where it is gone or another."""
    if len(wishes.inputs) > 1:
        raise UsageError("--again repeats one run on one picture.", "Name one source, or none.")
    if not (wishes.inputs or record.source.path):
        raise InputError(f"The source of “{target}” came from stdin.", "Name the source file before --again.")
    source = wishes.inputs[0] if wishes.inputs else target.parent / record.source.path
    if not source.is_file():
        raise InputError(
            f"The source of “{target}” is not where it was: there is no file “{source}”.",
            "Put it back, or name it: semantic-upscale upscale SOURCE --again TARGET.",
        )
    if hash_of(source) != record.source.sha256:
        raise InputError(
            f"“{source}” is not the source that “{target}” was made from: it was changed since, or is another.",
            "Name the right source, or upscale this one without --again.",
        )
    return source


DEPTHS: Mapping[str, Depth | Literal["same"]] = {"same": "same", "8": 8, "16": 16, "float": "float"}


@end_with_code
def upscale(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    inputs: o.Inputs = None,
    more_inputs: o.MoreInputs = None,
    output: o.Output = None,
    regions: o.Regions = None,
    masks: o.Masks = None,
    priorities: o.Priorities = None,
    detail: o.Detail = None,
    clean: o.Clean = None,
    scale: o.Scale = None,
    width: o.Width = None,
    height: o.Height = None,
    long_edge: o.LongEdge = None,
    megapixels: o.Megapixels = None,
    print_size: o.Print = None,
    seed: o.Seed = None,
    method: o.Method = None,
    steps: o.Steps = None,
    seamless: o.Seamless = False,
    suffix: o.Format = None,
    bit_depth: o.DepthOption = None,
    quality: o.Quality = None,
    lossless: o.Lossless = False,
    compression: o.Compression = None,
    keep_hidden: o.KeepHidden = False,
    salvage: o.Salvage = False,
    pages: o.Pages = o.PageChoice.first,
    strict: o.Strict = False,
    strip: o.Strip = False,
    no_location: o.NoLocation = False,
    name: o.Name = "{name}_x{scale}",
    recursive: o.Recursive = False,
    number: o.Number = False,
    skip_existing: o.Skip = False,
    overwrite: o.Overwrite = False,
    again: o.Again = None,
    record: o.Record = True,
    label: o.Label = True,
    added: o.Added = None,
    dry_run: o.DryRun = False,
    device: o.Device = None,
    precision: o.Precision = None,
    tile: o.Tile = None,
    memory: o.Memory = None,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    no_color: o.NoColor = False,
    no_input: o.NoInput = False,
) -> None:
    """Enlarge pictures up to ×4, inventing detail only where it may.

    semantic-upscale upscale photo.jpg

    semantic-upscale upscale photo.jpg -o out.png --regions photo.suproj --seed 7 --detail +0.5

    semantic-upscale upscale scans/ -o big/ --recursive --skip-existing --json
    """
    wishes = _wishes(dict(locals()))
    _carry_out(wishes, Terminal(quiet, verbose, as_json, console_for(not no_color)), again)


def _wishes(said: Mapping[str, Any]) -> UpscaleOptions:
    """The options as values. UsageError for the first that makes none."""
    return UpscaleOptions(
        inputs=(*(said["inputs"] or ()), *(said["more_inputs"] or ())),
        output=Path(said["output"]) if said["output"] else None,
        into_folder=(said["output"] or "").endswith(("/", os.sep)),
        regions=said["regions"],
        masks=tuple(options.mask(text) for text in said["masks"] or ()),
        priorities=tuple(options.assignment(text, "--priority") for text in said["priorities"] or ()),
        detail=said["detail"],
        clean_up=said["clean"],
        seed=said["seed"],
        scale=said["scale"],
        method=said["method"],
        steps=said["steps"],
        seamless=said["seamless"] or None,
        device=options.device(said["device"]) if said["device"] else None,
        precision=said["precision"],
        tile=options.tile(said["tile"]) if said["tile"] else None,
        memory_bytes=parse_size(said["memory"], "--memory") if said["memory"] else None,
        suffix=options.suffix(said["suffix"]) if said["suffix"] else None,
        bit_depth=DEPTHS[said["bit_depth"].value] if said["bit_depth"] else None,
        quality=None if said["quality"] is None else options.quality(said["quality"]),
        name=said["name"],
        recursive=said["recursive"],
        on_exists=_on_exists(said),
        dry_run=said["dry_run"],
        record=said["record"],
        label=said["label"],
        added=said["added"],
        wanted=_wanted(said),
        lossless=said["lossless"],
        compression=said["compression"],
        keep_hidden=said["keep_hidden"],
        salvage=said["salvage"],
        all_pages=said["pages"] is o.PageChoice.all,
        dpi=options.print_size(said["print_size"])[1] if said["print_size"] else None,
        strict=said["strict"],
        strip=said["strip"],
        location=not said["no_location"],
    )


def _wanted(said: Mapping[str, Any]) -> WantedSize | None:
    sides: dict[options.Side, float | None] = {
        "width": said["width"],
        "height": said["height"],
        "long-edge": said["long_edge"],
        "megapixels": said["megapixels"],
    }
    wanted = wanted_size(said["scale"], sides)
    if not said["print_size"]:
        return wanted
    if wanted or said["scale"]:
        raise UsageError("--print and another size cannot both hold.", "Take one.")
    return options.print_size(said["print_size"])[0]


def _on_exists(said: Mapping[str, Any]) -> Literal["number", "skip", "overwrite"]:
    chosen = [name for name in ("number", "skip_existing", "overwrite") if said[name]]
    if len(chosen) > 1:
        raise UsageError("Only one of --number, --skip-existing and --overwrite can hold.", "Take one.")
    words: dict[str, Literal["number", "skip", "overwrite"]] = {
        "skip_existing": "skip",
        "overwrite": "overwrite",
    }
    return words.get(chosen[0], "number") if chosen else "number"


def _check_streams(wishes: UpscaleOptions, as_json: bool) -> None:
    to_stdout = wishes.output == STDIO or (STDIO in wishes.inputs and not wishes.output)
    if to_stdout and as_json:
        raise UsageError("Stdout cannot hold a picture and JSON.", "Give -o a file, or leave --json out.")
    if wishes.inputs.count(STDIO) > 1:
        raise UsageError("Stdin holds one picture.", "Name it once.")


def _carry_out(wishes: UpscaleOptions, voice: Terminal, again: Path | None) -> None:
    """Check what can be checked at once, then wake the engine."""
    _check_streams(wishes, voice.as_json)
    _ = wishes.request()
    check_method(wishes.method or "compact")
    check_regions_option(wishes.regions)
    check_output(wishes)
    check_added(wishes)
    record = target_record(again) if again else None
    if again and record:
        wishes = _repeating(wishes, again, record)
    elif not wishes.inputs:
        raise UsageError("No picture was named.", "semantic-upscale upscale photo.jpg")
    found = found_pictures(wishes)
    for sentence in passed_over(wishes):
        voice.warn(sentence)
    if not found:
        voice.say(
            "Nothing to do: no pictures there. (Folders in folders are only looked into with --recursive.)"
        )
        return
    from core.cli.run import run_all  # noqa: PLC0415  (torch takes seconds; a wrong option should not)

    run_all(found, wishes, voice, record)


def _repeating(wishes: UpscaleOptions, target: Path, record: Record) -> UpscaleOptions:
    """The wishes for the source of a target: in its format and, where no -o was given, beside it."""
    wishes = replace(wishes, inputs=(source_again(record, target, wishes),))
    if wishes.output is None:
        return replace(wishes, output=target.with_suffix(wishes.suffix or target.suffix))
    named = wishes.output != STDIO and not is_folder(wishes)
    return wishes if named else replace(wishes, suffix=wishes.suffix or record.saving.suffix)
