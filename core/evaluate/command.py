"""`semantic-upscale evaluate`: tables on stdout, progress on stderr, a report and JSON where asked."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table as Grid

from core.errors import UsageError
from core.evaluate.data import Protocol, samples_folder
from core.evaluate.evaluation import EvaluationTask, run
from core.evaluate.quality import Upscaler
from core.evaluate.report import check_place, heading, tables, words, write_json, write_report
from core.evaluate.studio import KEY_NAME, StudioTask, make_sheets
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from core.metrics.tables import Table
    from core.progress import Progress, Reporter


SHEETS = 24

# Tables for a terminal, and a line that says how far the work is.


def grid(table: Table) -> Grid:
    """A table as rich draws it."""
    drawn = Grid(title=table.title, title_justify="left", title_style="bold")
    drawn.add_column("")
    for column in table.columns:
        drawn.add_column(heading(column), justify="right")
    for row in table.rows:
        cells = (words(cell, column) for cell, column in zip(row.cells, table.columns, strict=True))
        drawn.add_row(row.name, *cells)
    return drawn


def show(tables: tuple[Table, ...], console: Console | None = None) -> None:
    """Print tables on stdout; into a file or pipe as wide as they need."""
    console = console or Console()
    wide = console if console.is_terminal else Console(file=console.file, width=max(console.width, 170))
    for table in tables:
        wide.print(grid(table), "")
        for column in table.columns:
            if column.note:
                wide.print(f"{column.name}: {column.note}.")


def bars() -> Bars:
    """A bar on stderr; plain where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Bars(*columns, console=Console(stderr=True), transient=True)


def reporter(shown: Bars) -> Reporter:
    """Moves a bar, or prints a line a picture where nobody watches a terminal."""
    task = shown.add_task("evaluate")

    def report(progress: Progress) -> None:
        shown.update(task, description=progress.stage, completed=progress.done, total=progress.total)
        if not shown.console.is_terminal and progress.done < progress.total:
            shown.console.print(f"{progress.done + 1}/{progress.total} {progress.stage}", highlight=False)

    return report


SetOption = Annotated[
    Path | None, typer.Option("--set", help="Folder of pictures. Without it: the sample pictures.")
]
MasksOption = Annotated[
    Path | None,
    typer.Option(
        "--masks",
        help="Folder of masks NAME.png, NAME_1.png …: black and white, or label maps. Without it: found by itself.",
    ),
]
ReportOption = Annotated[Path | None, typer.Option("--report", help="Write an HTML report here.")]
JsonOption = Annotated[Path | None, typer.Option("--json", help="Write every number here.")]
ProtocolOption = Annotated[
    Protocol,
    typer.Option(
        "--protocol",
        help="How sources are made: bicubic ÷4; degraded: blur, ÷4, noise, JPEG; dirty: four kinds of that in turn; "
        "none: the pictures themselves.",
    ),
]
LimitOption = Annotated[
    int | None, typer.Option("--most", "--limit", min=1, help="At most so many pictures, evenly chosen.")
]
RegionsOption = Annotated[
    int,
    typer.Option("--regions", min=0, help="Regions of a picture taken through all five steps; 0 for none."),
]
MethodOption = Annotated[str, typer.Option("--method", help="The method to evaluate.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of the noise.")]
DeviceOption = Annotated[str, typer.Option("--device", help="auto, cpu, cuda, cuda:1, mps.")]


class What(str, Enum):
    """What is made."""

    QUALITY = "quality"
    STUDIO = "studio"


WhatArgument = Annotated[
    What,
    typer.Argument(
        help="quality: tables of quality and control. studio: blind sheets beside the rivals' targets."
    ),
]
RivalsOption = Annotated[
    Path | None,
    typer.Option(
        "--rivals",
        help="Folder of realesr-general-x4v3 and 4xLSDIRCompactC3 (.param and .bin). Else $SEMANTIC_UPSCALE_RIVALS.",
    ),
]
StepsOption = Annotated[
    int | None, typer.Option("--steps", min=1, max=15, help="Steps of the sampler: 1, 4 or 15.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="For studio: a new folder for the sheets and their key.")
]


def evaluate(  # noqa: PLR0913, PLR0917  (one parameter an option)
    what: WhatArgument = What.QUALITY,
    set_folder: SetOption = None,
    masks: MasksOption = None,
    report: ReportOption = None,
    json: JsonOption = None,
    protocol: ProtocolOption = Protocol.BICUBIC,
    limit: LimitOption = None,
    regions: RegionsOption = 2,
    method: MethodOption = "compact",
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    steps: StepsOption = None,
    rivals: RivalsOption = None,
    out: OutOption = None,
) -> None:
    """Measure quality and control on a folder of pictures, beside bicubic and other methods at hand."""
    studio = Upscaler(UpscaleRequest(method=method, seed=seed, device=device, steps=steps))
    folder = set_folder or samples_folder()
    if what is What.STUDIO:
        if out is None:
            raise UsageError("The sheets need a folder.", "Name a new one with --out.")
        sheets = StudioTask(folder, out, protocol, limit or SHEETS, seed, rivals=rivals)
        with bars() as shown:
            made = make_sheets(sheets, studio, reporter(shown))
        typer.echo(f"{len(made)} sheets in {out}. Who is who: {out / KEY_NAME}, to be opened last.")
        return
    task = EvaluationTask(folder, masks, protocol, limit, regions, rivals=rivals)
    for path in filter(None, (report, json)):
        check_place(path)
    with bars() as shown:
        found = run(task, studio, reporter(shown))
    show(tables(found))
    if report:
        write_report(found, report)
    if json:
        write_json(found, json)
