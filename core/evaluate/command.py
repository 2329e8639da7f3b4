"""`semantic-upscale evaluate`: tables on stdout, progress on stderr, a report and JSON where asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.evaluate.evaluation import Task, run
from core.evaluate.protocols import Protocol
from core.evaluate.report import check_place, tables, write_json, write_report
from core.evaluate.sets import samples_folder
from core.evaluate.studio import Studio
from core.evaluate.terminal import bars, reporter, show
from core.request import UpscaleRequest

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
    task = Task(set_folder or samples_folder(), masks, protocol, limit, regions)
    for path in filter(None, (report, json)):
        check_place(path)
    studio = Studio(UpscaleRequest(method=method, seed=seed, device=device))
    with bars() as shown:
        found = run(task, studio, reporter(shown))
    show(tables(found))
    if report:
        write_report(found, report)
    if json:
        write_json(found, json)
