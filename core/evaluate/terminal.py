"""Tables for a terminal, and a line that says how far the work is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table as Grid

from core.evaluate.page import heading, words

if TYPE_CHECKING:
    from core.metrics.tables import Table
    from core.progress import Progress, Reporter


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
