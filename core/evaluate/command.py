"""`semantic-upscale evaluate`: tables on stdout, progress on stderr, a report and JSON where asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table as Grid

from core.evaluate.data import Protocol, samples_folder
from core.evaluate.evaluation import EvaluationTask, run
from core.evaluate.quality import Upscaler
from core.evaluate.report import check_place, heading, tables, words, write_json, write_report
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from core.metrics.tables import Table
    from core.progress import Progress, Reporter


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
        help="How sources are made: bicubic ÷4; degraded: blur, ÷4, noise, JPEG; none: the pictures themselves.",
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


def evaluate(  # noqa: PLR0913, PLR0917  (one parameter an option)
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
) -> None:
    """Measure quality and control on a folder of pictures, beside bicubic and other methods at hand."""
    task = EvaluationTask(set_folder or samples_folder(), masks, protocol, limit, regions)
    for path in filter(None, (report, json)):
        check_place(path)
    studio = Upscaler(UpscaleRequest(method=method, seed=seed, device=device))
    with bars() as shown:
        found = run(task, studio, reporter(shown))
    show(tables(found))
    if report:
        write_report(found, report)
    if json:
        write_json(found, json)
