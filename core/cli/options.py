"""The options of `upscale`, each with its help. None means: not said."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from core.checkpoints.catalog import catalog
from core.errors import UsageError
from core.geometry import Box, Size
from core.request import UpscaleRequest, checked_priority
from plugin.bridge.facts import PRIORITY_NAMES

if TYPE_CHECKING:
    from core.image.picture import Depth


STEPS = "−2 Faithful, −1 Careful, 0 Balanced, +1 Rich, +2 Inventive"
WHICH, HOW, FILES, SPEECH = "Regions", "The picture", "Files", "Output and machine"


class BitDepth(str, Enum):
    """Choices of --bit-depth."""

    same = "same"
    eight = "8"
    sixteen = "16"
    floating = "float"


Inputs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="INPUT...", help="Pictures or folders; - is stdin.", show_default=False),
]
MoreInputs = Annotated[
    list[Path] | None, typer.Option("-i", "--input", help="The same as INPUT.", hidden=True)
]
Output = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        help="File or folder; - is stdout.",
        show_default="beside the source",
        rich_help_panel=FILES,
    ),
]
Regions = Annotated[
    str | None,
    typer.Option(
        help="A .suproj, a mask (painted is Rich), auto, or none.",
        metavar="FILE|auto|none",
        show_default="PICTURE.suproj where there is one",
        rich_help_panel=WHICH,
    ),
]
Masks = Annotated[
    list[str] | None,
    typer.Option(
        "--mask",
        help="A mask as a region, above those before it.",
        metavar="FILE=PRIORITY",
        rich_help_panel=WHICH,
    ),
]
Priorities = Annotated[
    list[str] | None,
    typer.Option(
        "--priority", help=f"{STEPS}; or between.", metavar="NAME|rest=PRIORITY", rich_help_panel=WHICH
    ),
]
Detail = Annotated[
    float | None, typer.Option(help="Added to every priority.", show_default="0", rich_help_panel=WHICH)
]
Clean = Annotated[
    float | None,
    typer.Option(
        "--clean",
        "--clean-up",
        help="How far noise, blocks and blur go: 0 to 1.",
        show_default="estimated from the source",
        rich_help_panel=HOW,
    ),
]
Scale = Annotated[
    float | None,
    typer.Option("-s", "--scale", help="Above 1, up to 4.", show_default="4", rich_help_panel=HOW),
]
Width = Annotated[
    int | None, typer.Option(min=1, help="Of the target, in pixels; instead of --scale.", rich_help_panel=HOW)
]
Height = Annotated[
    int | None, typer.Option(min=1, help="Of the target, in pixels; instead of --scale.", rich_help_panel=HOW)
]
LongEdge = Annotated[
    int | None,
    typer.Option(min=1, help="The target's longer side, in pixels; instead of --scale.", rich_help_panel=HOW),
]
Megapixels = Annotated[
    float | None, typer.Option(help="Of the target; instead of --scale.", rich_help_panel=HOW)
]
Seed = Annotated[
    int | None,
    typer.Option(help="Another number, other invented detail.", show_default="0", rich_help_panel=HOW),
]
Method = Annotated[
    str | None,
    typer.Option("-n", "--method", help="The way to upscale.", show_default="compact", rich_help_panel=HOW),
]
Steps = Annotated[
    int | None,
    typer.Option(
        help="Of diffusion, 1 to 15, where the method takes more than one.",
        show_default="as the method is made for",
        rich_help_panel=HOW,
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "-f",
        "--format",
        help="png, jpeg, webp, tiff or avif.",
        show_default="the source's",
        rich_help_panel=FILES,
    ),
]
DepthOption = Annotated[
    BitDepth | None, typer.Option("--bit-depth", show_default="same", rich_help_panel=FILES)
]
Quality = Annotated[
    int | None,
    typer.Option(help="1 to 100, for lossy formats.", show_default="95, AVIF 85", rich_help_panel=FILES),
]
Lossless = Annotated[
    bool, typer.Option("--lossless", help="WebP and AVIF without loss.", rich_help_panel=FILES)
]
Compression = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=9,
        help="How hard PNG, TIFF, WebP and AVIF try to be small; 0 is fastest.",
        show_default="6",
        rich_help_panel=FILES,
    ),
]


class PageChoice(str, Enum):
    """Which pages of a TIFF, frames of a GIF or WebP."""

    first = "first"
    all = "all"


Pages = Annotated[
    PageChoice,
    typer.Option(
        help="Of a TIFF, or frames of a GIF or WebP: the first, or each as a target.", rich_help_panel=FILES
    ),
]
KeepHidden = Annotated[
    bool,
    typer.Option(
        "--keep-hidden", help="Colour under zero alpha is data: enlarge it as it is.", rich_help_panel=FILES
    ),
]
Salvage = Annotated[
    bool,
    typer.Option("--salvage", help="Take what is there of a file that is cut short.", rich_help_panel=FILES),
]
Print = Annotated[
    str | None,
    typer.Option(
        "--print",
        help="Fit a print, as 30x40cm@300dpi, 8x10in; instead of --scale.",
        metavar="SIZE",
        rich_help_panel=HOW,
    ),
]
Seamless = Annotated[
    bool,
    typer.Option(
        "--seamless",
        help="The picture is a texture that goes on at its other side; so does the target.",
        rich_help_panel=HOW,
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Write nothing that would lose something of the source: a page, a profile, a comment.",
        rich_help_panel=FILES,
    ),
]
Strip = Annotated[
    bool,
    typer.Option(
        "--strip", help="Nothing in the target but pixels, profile and resolution.", rich_help_panel=FILES
    ),
]
NoLocation = Annotated[
    bool,
    typer.Option("--no-location", help="Leave out where the picture was taken.", rich_help_panel=FILES),
]
Name = Annotated[str, typer.Option(help="The target's name in a folder.", rich_help_panel=FILES)]
Recursive = Annotated[
    bool, typer.Option("-r", "--recursive", help="Folders in folders too.", rich_help_panel=FILES)
]
Number = Annotated[
    bool,
    typer.Option(
        "--number", help="Number the target where its name is taken (default).", rich_help_panel=FILES
    ),
]
Skip = Annotated[
    bool,
    typer.Option("--skip-existing", help="Leave sources alone whose target is there.", rich_help_panel=FILES),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace a target that is there.", rich_help_panel=FILES)
]
Again = Annotated[
    Path | None,
    typer.Option(
        help="Repeat the run that made this target; options given here win over its record.",
        metavar="TARGET",
        rich_help_panel=FILES,
    ),
]
Record = Annotated[
    bool, typer.Option("--record/--no-record", help="Keep the recipe in the target.", rich_help_panel=FILES)
]
Label = Annotated[
    bool,
    typer.Option(
        "--label/--no-label",
        help="Say in the target that detail was invented, where it was.",
        rich_help_panel=FILES,
    ),
]
Added = Annotated[
    Path | None,
    typer.Option(
        help="Also write a PNG that shows where detail was invented; takes a second run.",
        metavar="FILE.png",
        rich_help_panel=FILES,
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would be done.", rich_help_panel=FILES)
]
Device = Annotated[
    str | None,
    typer.Option(
        "-g", "--device", help="auto, cpu, cuda, cuda:1, mps.", show_default="auto", rich_help_panel=SPEECH
    ),
]
Precision = Annotated[
    str | None,
    typer.Option(help="auto, float32, bfloat16 or float16.", show_default="auto", rich_help_panel=SPEECH),
]
Tile = Annotated[
    str | None,
    typer.Option(
        "-t",
        "--tile",
        metavar="PX",
        help="Side of a tile in source pixels.",
        show_default="auto",
        rich_help_panel=SPEECH,
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        help="What the tiles may take: 2GiB, 1500MB.",
        metavar="SIZE",
        show_default="auto",
        rich_help_panel=SPEECH,
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="One JSON line per picture on stdout.", rich_help_panel=SPEECH)
]
Quiet = Annotated[
    bool, typer.Option("-q", "--quiet", help="Warnings and errors only.", rich_help_panel=SPEECH)
]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say more.", rich_help_panel=SPEECH)]
NoColor = Annotated[
    bool, typer.Option("--no-color", help="No colours (NO_COLOR does it too).", rich_help_panel=SPEECH)
]
NoInput = Annotated[
    bool, typer.Option("--no-input", help="Never ask. Nothing is ever asked.", rich_help_panel=SPEECH)
]


# From the words of an option to a value. UsageError where they make none.

FORMATS = {
    "jpg": ".jpg",
    "jpeg": ".jpg",
    "tif": ".tif",
    "tiff": ".tif",
    "png": ".png",
    "webp": ".webp",
    "avif": ".avif",
}
_POINT = re.compile(r"(\d{1,7}),(\d{1,7})([+-]?)", re.ASCII)
_BOX = re.compile(r"(\d{1,7}),(\d{1,7}),(\d{1,7}),(\d{1,7})", re.ASCII)
_TILE = re.compile(r"(\d{1,6})(?:[x×](\d{1,6}))?", re.ASCII)


def priority(text: str, name: str = "priority") -> float:
    """−2 … +2, or a step's name: "faithful", "rich"."""
    steps = {step.casefold(): float(value) for value, step in PRIORITY_NAMES.items()}
    word = text.strip().casefold().replace("−", "-")
    if word in steps:
        return steps[word]
    return checked_priority(_number(word, f"The {name}"), name)


def assignment(text: str, option: str) -> tuple[str, float]:
    """NAME=PRIORITY; the name may hold an equals sign itself."""
    name, equals, value = text.rpartition("=")
    if not (equals and name):
        raise UsageError(f"{option} {text!r} has no priority.", f"Write it as {option} NAME=-2.")
    return name, priority(value, f"priority of {name!r}")


def mask(text: str) -> tuple[Path, float]:
    """FILE=PRIORITY."""
    name, value = assignment(text, "--mask")
    return Path(name), value


def tile(text: str) -> tuple[int | None, int | None]:
    """As in "512" or "512x256" source pixels; "0" lets the program choose."""
    found = _TILE.fullmatch(text.strip())
    if not found:
        raise UsageError(f"--tile {text!r} is no size.", "Write for example --tile 256.")
    width = int(found[1])
    return (width, int(found[2]) if found[2] else None) if width else (None, None)


def device(text: str) -> str:
    """The name itself; a bare number is a GPU's, −1 the CPU, as other programs count."""
    word = text.strip()
    if word == "-1":
        return "cpu"
    return f"cuda:{word}" if word.isascii() and word.isdigit() else word


def suffix(text: str) -> str:
    """The ending of a format's name: "jpeg" or ".JPG" → ".jpg"."""
    found = FORMATS.get(text.strip().lstrip(".").lower())
    if found is None:
        raise UsageError(f"No format is named {text!r}.", f"Take one of {', '.join(sorted(FORMATS))}.")
    return found


def quality(value: int) -> int:
    """1 … 100."""
    if not 1 <= value <= 100:
        raise UsageError(f"The quality is {value}.", "Take a whole number from 1 to 100.")
    return value


def points(texts: list[str]) -> list[tuple[int, int, bool]]:
    """As in "x,y", "x,y+" (both: this), "x,y-" (not this); spaces or semicolons part several in one text."""
    words = [word for text in texts for word in re.split(r"[\s;]+", text) if word]
    found = [_POINT.fullmatch(word) for word in words]
    wrong = next((word for word, match in zip(words, found, strict=True) if not match), None)
    if wrong is not None:
        raise UsageError(f"{wrong!r} is no point.", "Write x,y or x,y+ for “this”, x,y- for “not this”.")
    return [(int(match[1]), int(match[2]), match[3] != "-") for match in found if match]


def box(text: str) -> Box:
    """As in "x,y,width,height", source pixels."""
    found = _BOX.fullmatch(text.replace(" ", ""))
    if not found:
        raise UsageError(f"{text!r} is no box.", "Write x,y,width,height.")
    return Box(*(int(value) for value in found.groups()))


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise UsageError(
            f"{what} is {text!r}.", "Take a number from −2 to +2, or a step's name such as Faithful."
        )
    return value


# What the user asked of `upscale`, before any picture is looked at.

MOST_SCALE = 4
ASKED = (
    "detail",
    "clean_up",
    "seed",
    "scale",
    "method",
    "steps",
    "device",
    "precision",
    "memory_bytes",
    "seamless",
)


Side = Literal["width", "height", "long-edge", "megapixels", "print"]


@dataclass(frozen=True)
class WantedSize:
    """One measure of the target: `side` is width, height, long-edge (pixels), megapixels (millions) or print.

    Of a print `value` is the longer side in pixels, `other` the shorter one; the picture fits into it, however it lies.
    """

    side: Side
    value: float
    other: float = 0.0

    def scale_of(self, source: Size) -> float:
        """Above 1, up to 4. UsageError where this source would need another."""
        measures = {
            "width": source.width,
            "height": source.height,
            "long-edge": max(source.width, source.height),
            "megapixels": math.sqrt(source.area / 1e6),
        }
        if self.side == "print":
            short, long = sorted((source.width, source.height))
            scale = min(self.value / long, self.other / short)
        else:
            scale = (math.sqrt(self.value) if self.side == "megapixels" else self.value) / measures[self.side]
        if not 1 < scale <= MOST_SCALE:
            raise UsageError(
                f"--{self.side} {self.value:.6g} is ×{scale:.3g} for a picture of {source}; above 1, up to 4 can be.",
                "Ask for another size, or let the picture be as it is.",
            )
        return scale


_PRINT = re.compile(r"([\d.]+)\s*[x×]\s*([\d.]+)\s*(cm|mm|in)(?:\s*@\s*([\d.]+)\s*dpi)?", re.IGNORECASE)
_INCHES = {"cm": 1 / 2.54, "mm": 1 / 25.4, "in": 1.0}
USUAL_DPI = 300.0


def print_size(text: str) -> tuple[WantedSize, float]:
    """The size and the dots per inch of a print. UsageError where the text makes none."""
    found = _PRINT.fullmatch(text.strip())
    try:
        sides = sorted((float(found[1]), float(found[2]))) if found else [0.0]
        dpi = float(found[4] or USUAL_DPI) if found else 0.0
    except ValueError:
        sides, dpi = [0.0], 0.0
    if found is None or sides[0] <= 0 or dpi <= 0:
        raise UsageError(f"--print {text!r} is no size of a print.", "Write it as 30x40cm@300dpi or 8x10in.")
    short, long = (side * _INCHES[found[3].lower()] * dpi for side in sides)
    return WantedSize("print", long, short), dpi


def wanted_size(scale: float | None, sides: dict[Side, float | None]) -> WantedSize | None:
    """The one measure that was said. UsageError for two, or for one beside --scale."""
    said = [WantedSize(side, value) for side, value in sides.items() if value is not None]
    if len(said) + (scale is not None) > 1:
        raise UsageError(
            "Only one of --scale, --width, --height, --long-edge and --megapixels can hold.", "Take one."
        )
    if said and not (math.isfinite(said[0].value) and said[0].value > 0):
        raise UsageError(f"--{said[0].side} is {said[0].value:g}.", "Take a number above 0.")
    return said[0] if said else None


@dataclass(frozen=True)
class UpscaleOptions:
    """Options of `upscale`. None means: not said, so a project, a record or the default decides.

    `into_folder` says that -o was written as a folder.
    `regions` is a file, "auto" or "none"; `masks` are files with priorities, the first lowest; `on_exists` "skip"
    leaves sources alone whose target is there; `added` is where the picture of what was invented goes.
    """

    inputs: tuple[Path, ...] = ()
    output: Path | None = None
    into_folder: bool = False
    regions: str | None = None
    masks: tuple[tuple[Path, float], ...] = ()
    priorities: tuple[tuple[str, float], ...] = ()
    detail: float | None = None
    clean_up: float | None = None
    seed: int | None = None
    scale: float | None = None
    method: str | None = None
    steps: int | None = None
    seamless: bool | None = None
    device: str | None = None
    precision: str | None = None
    tile: tuple[int | None, int | None] | None = None
    memory_bytes: int | None = None
    suffix: str | None = None
    bit_depth: Depth | Literal["same"] | None = None
    quality: int | None = None
    name: str = "{name}_x{scale}"
    recursive: bool = False
    on_exists: Literal["number", "skip", "overwrite"] = "number"
    dry_run: bool = False
    record: bool = True
    label: bool = True
    added: Path | None = None
    wanted: WantedSize | None = None
    lossless: bool = False
    compression: int | None = None
    keep_hidden: bool = False
    salvage: bool = False
    all_pages: bool = False
    dpi: float | None = None
    strict: bool = False
    strip: bool = False
    location: bool = True

    def sized(self, source: Size) -> UpscaleOptions:
        """With the scale that gives a source of this size the size that was asked for. UsageError where none does."""
        return replace(self, scale=self.wanted.scale_of(source)) if self.wanted else self

    def request(self, base: UpscaleRequest | None = None) -> UpscaleRequest:
        """What was said, laid over what a project or record says. UsageError for a value outside its range."""
        said = {name: getattr(self, name) for name in ASKED if getattr(self, name) is not None}
        if self.tile is not None:
            said["tile_px"], said["tile_height_px"] = self.tile
        return replace(base or UpscaleRequest(), **said)

    def depth(self, recorded: Depth | None = None) -> Depth | None:
        """The target's depth; None: the source's."""
        if self.bit_depth is None:
            return recorded
        return None if self.bit_depth == "same" else self.bit_depth


def check_method(name: str) -> None:
    """UsageError for a method that the catalog does not know, before torch is woken."""
    known = [row.id for row in catalog() if row.task == "upscale"]
    if name not in known:
        raise UsageError(f"No method is named {name!r}.", f"Take one of: {', '.join(known)}.")
