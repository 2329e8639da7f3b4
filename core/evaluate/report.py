"""An evaluation as one HTML file and as JSON."""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
from typing import TYPE_CHECKING, Any

from core.errors import OutputError
from core.evaluate.bars import bar_table
from core.evaluate.control import BALANCED, control_table, energy_table, mean_curve
from core.evaluate.page import figure_html, page, section, table_html
from core.evaluate.plots import Axis, Line, plot
from core.evaluate.quality import mean_table, picture_table
from core.evaluate.repeat import repeat_table
from core.metrics.tables import json_ready, mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.evaluate.control import RegionRamp
    from core.evaluate.evaluation import Evaluation
    from core.metrics.tables import Table

JSON_VERSION = 1
LEAST_LEAK = 1e-5


def tables(evaluation: Evaluation) -> tuple[Table, ...]:
    """All tables that hold something, the most telling first."""
    made = (
        bar_table(evaluation.bars),
        mean_table(evaluation.scores, evaluation.judges),
        control_table(evaluation.ramps),
        energy_table(evaluation.ramps),
        repeat_table(evaluation.repeats),
        picture_table(evaluation.scores, evaluation.judges),
    )
    return tuple(table for table in made if table.rows)


def described(evaluation: Evaluation) -> tuple[str, ...]:
    """How the numbers came about, in sentences."""
    task, outcome = evaluation.task, evaluation.outcome
    model = f"{outcome.checkpoint} (SHA-256 {outcome.sha256[:12]}…)" if outcome.sha256 else outcome.checkpoint
    clean_ups = [picture.clean_up for picture in evaluation.pictures]
    cleaned = f"clean-up {min(clean_ups):g} … {max(clean_ups):g}"
    return (
        f"Method {outcome.method}, {model}, on {outcome.device} in {outcome.precision}.",
        f"Set “{task.folder.name}”, {len(clean_ups)} pictures, protocol {task.protocol.value}, {cleaned}.",
        f"Beside it: {', '.join(evaluation.rivals)}. The evaluation took {evaluation.seconds:.0f} s.",
    )


def as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Everything but the figures, ready for JSON."""
    task, outcome = evaluation.task, evaluation.outcome
    return json_ready(
        {
            "version": JSON_VERSION,
            "set": task.folder.name,
            "protocol": task.protocol.value,
            "run": outcome,
            "rivals": evaluation.rivals,
            "seconds": round(evaluation.seconds, 1),
            "bars": [
                {**json_ready(bar), "cleared": bar.cleared, "aimed": bar.aimed} for bar in evaluation.bars
            ],
            "means": mean_table(evaluation.scores, evaluation.judges),
            "clean_up": {picture.name: picture.clean_up for picture in evaluation.pictures},
            "scores": evaluation.scores,
            "ramps": evaluation.ramps,
            "leakage_over_distance": mean_curve(evaluation.ramps),
            "repeats": evaluation.repeats,
        }
    )


def leakage_plot(ramps: Sequence[RegionRamp]) -> str:
    """Share of the change that reaches each distance, Faithful to Inventive; thin lines are regions."""
    lines = [Line(_curve(ramp), ramp.name, thin=True) for ramp in ramps]
    lines.append(Line(mean_curve(ramps), "mean of all regions"))
    ticks = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
    return plot(
        Axis("distance from the region, source px", 0.0, 112.0, (0, 8, 16, 32, 48, 64, 96)),
        Axis("change there / change inside", LEAST_LEAK, 1.0, ticks, logarithmic=True),
        lines,
    )


def _curve(ramp: RegionRamp) -> tuple[tuple[float, float], ...]:
    curve = ramp.result.curve
    middles = [(near + far) / 2 for near, far in zip(curve.edges_px, curve.edges_px[1:], strict=False)]
    return tuple(
        (at, share) for at, share in zip(middles, curve.shares, strict=True) if not math.isnan(share)
    )


def energy_plot(ramps: Sequence[RegionRamp]) -> str:
    """High-frequency energy over the five steps, as a multiple of that at Balanced."""
    lines = [
        Line(_energies(ramp), ramp.name, thin=True) for ramp in ramps if ramp.result.energy.values[BALANCED]
    ]
    if not lines:
        return ""
    steps = [[line.points[step][1] for line in lines] for step in range(len(lines[0].points))]
    middle = tuple((lines[0].points[k][0], mean(list(values)) or 0.0) for k, values in enumerate(steps))
    top = max(1.5, *(value for line in lines for _, value in line.points))
    ticks = tuple(round(top * share, 2) for share in (0, 0.25, 0.5, 0.75, 1))
    return plot(
        Axis("priority", -2.0, 2.0, (-2, -1, 0, 1, 2)),
        Axis("energy / energy at Balanced", 0.0, top, ticks),
        [*lines, Line(middle, "mean of all regions")],
    )


def _energies(ramp: RegionRamp) -> tuple[tuple[float, float], ...]:
    values = ramp.result.energy.values
    return tuple(zip(ramp.result.priorities, (value / values[BALANCED] for value in values), strict=True))


def html(evaluation: Evaluation) -> str:
    """The report: what was asked and found, then the pictures, then every number."""
    *first, last = (_table_section(table) for table in tables(evaluation))
    sections = list(first)
    ramps, pictures = evaluation.ramps, evaluation.pictures
    if ramps:
        sections.append(section("Leakage over distance, Faithful to Inventive", leakage_plot(ramps)))
        sections.append(section("Energy over priority", energy_plot(ramps)))
    shown = [figure_html(picture.quality_figure) for picture in pictures if picture.quality_figure]
    sections.append(section("Side by side", *shown))
    steps = [figure_html(figure) for picture in pictures for figure in picture.ramp_figures]
    sections.append(section("One region at every step; the number is its high-frequency energy", *steps))
    return page(f"Evaluation of {evaluation.outcome.method}", described(evaluation), [*sections, last])


def _table_section(table: Table) -> str:
    return section(table.title, table_html(table, best=table.title.startswith("Quality, mean")))


def write_text(path: Path, text: str) -> None:
    """Beside, then renamed over what was there; OutputError where the folder cannot be written."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        os.replace(beside, path)  # noqa: PTH105
    except OSError as error:
        raise OutputError(f"“{path}” cannot be written: {error.strerror}.", "Take another folder.") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def check_place(path: Path) -> None:
    """OutputError where no file can be made beside `path`: to be asked before hours of work."""
    probe = path.with_name(f".{path.name}.{secrets.token_hex(4)}.probe")
    write_text(probe, "")
    probe.unlink()


def write_report(evaluation: Evaluation, path: Path) -> None:
    """One HTML file, pictures inside."""
    write_text(path, html(evaluation))


def write_json(evaluation: Evaluation, path: Path) -> None:
    """Every number."""
    write_text(path, json.dumps(as_dict(evaluation), indent=1, allow_nan=False) + "\n")
