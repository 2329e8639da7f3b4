"""`semantic-upscale regions`: propose regions of a picture and keep them for editing."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (typer reads the types)
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import options
from core.cli import options as o
from core.cli.errors import end_with_code
from core.cli.paths import scratch_folder
from core.cli.terminal import Terminal, console_for, reporting
from core.cli.version import program_version
from core.geometry import Box
from core.image.io import free_name, open_picture
from core.regions.project import Project, sidecar_of, source_of
from core.regions.region import Region, RegionSet
from core.regions.suproj import write_project

if TYPE_CHECKING:
    from core.image.picture import Picture
    from core.progress import Reporter
    from core.segment.interface import Prompt

BUILT_IN = "built-in"
Picked = Annotated[
    list[str] | None,
    typer.Option(
        "--points",
        help="One region at these source pixels: x,y for this, x,y- for not this.",
        metavar="x,y[+-]",
    ),
]
Boxed = Annotated[str | None, typer.Option("--box", help="One region in this box.", metavar="x,y,w,h")]


@end_with_code
def regions(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    picture: Annotated[Path, typer.Argument(help="The source.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", show_default="PICTURE.suproj, which upscale finds by itself"),
    ] = None,
    points: Picked = None,
    box: Boxed = None,
    segmenter: Annotated[
        str, typer.Option(help="Who finds the regions: built-in, auto, or a downloaded one of `models list`.")
    ] = BUILT_IN,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a project that is there.")] = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    no_color: o.NoColor = False,
) -> None:
    """Propose regions with priorities, and save them as a project for editing.

    semantic-upscale regions photo.jpg

    semantic-upscale regions photo.jpg --points "120,80 300,40-" -o face.suproj
    """
    voice = Terminal(quiet, verbose, as_json, console_for(not no_color))
    prompt = _prompt(points or [], box)
    with (
        scratch_folder() as scratch,
        open_picture(picture, scratch) as opened,
        reporting(voice, picture.name) as report,
    ):
        found = _regions(opened, prompt, segmenter, report)
    path = output or sidecar_of(picture)
    path = path if overwrite else free_name(path)
    source = source_of(picture.absolute(), path.absolute())
    write_project(Project(found, source, app_version=program_version()), path)
    _tell(voice, picture, path, found)


def _tell(voice: Terminal, picture: Path, path: Path, found: RegionSet) -> None:
    for region in found:
        voice.detail(f"{region.title}: {region.priority:+g}, {region.mask.area} pixels")
    voice.say(f"{picture.name}: {len(found)} region{'s' * (len(found) != 1)}.")
    if path != sidecar_of(picture):
        voice.say(f"Use them by --regions {path}")
    voice.result(str(path), {"source": str(picture), "project": str(path), "regions": len(found)})


def _prompt(points: list[str], box: str | None) -> Prompt | None:
    """What was pointed at; None for "everything"."""
    from core.segment.interface import Point, Prompt  # noqa: PLC0415  (OpenCV is only woken where it is needed)

    picked = tuple(Point(x, y, include) for x, y, include in options.points(points))
    return Prompt(picked, options.box(box) if box else None) if picked or box else None


def _regions(picture: Picture, prompt: Prompt | None, name: str, report: Reporter) -> RegionSet:
    """Everything, or the one region that was pointed at. InputError where nothing is there."""
    from core.segment.registry import (  # noqa: PLC0415
        auto_regions,
        pointed_at,
        segmenter_named,
    )
    from core.segment.zoom import refine_on_crop  # noqa: PLC0415

    segmenter, image = segmenter_named(name), picture.colour.read(Box.of(picture.size))
    if prompt is None:
        return auto_regions(image, segmenter, report)
    best = refine_on_crop(
        segmenter, image, pointed_at(segmenter, segmenter.encode(image), prompt), prompt.points
    )
    return RegionSet(picture.size, (Region("r1", best.label or "Region 1", best.mask),))
