"""The options of `upscale`, each with its help. None means: not said."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

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
        help="How far noise, blocks and blur go: 0 to 1.",
        show_default="estimated from the source",
        rich_help_panel=HOW,
    ),
]
Scale = Annotated[
    float | None,
    typer.Option("-s", "--scale", help="Above 1, up to 4.", show_default="4", rich_help_panel=HOW),
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
        help="Of diffusion, 1 to 15; sinsr and resshift take more than one.",
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
Depth = Annotated[BitDepth | None, typer.Option("--bit-depth", show_default="same", rich_help_panel=FILES)]
Quality = Annotated[
    int | None,
    typer.Option(help="1 to 100, for lossy formats.", show_default="95, AVIF 85", rich_help_panel=FILES),
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
