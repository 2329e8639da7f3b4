"""A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from core.metrics.tables import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.evaluate.figures import Figure
    from core.metrics.tables import Cell, Column, Table

STYLE = """
:root{color-scheme:light dark;--soft:#8884;--line:#0a7ea4}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1180px;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.5rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--soft);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}thead th{font-weight:600}
td.best{font-weight:700}td.none{opacity:.5}
.row{display:flex;gap:.5rem;overflow-x:auto;padding-bottom:.4rem}
figure{margin:0 0 1.4rem}.row figure{margin:0}
figcaption{font-size:.82rem;opacity:.8}
img{display:block;image-rendering:pixelated}
svg{max-width:640px;width:100%;font:12px system-ui,sans-serif}
svg text{fill:currentColor}.grid{stroke:var(--soft)}
polyline{fill:none;stroke:var(--line);stroke-linejoin:round}
.thin{stroke-width:1;opacity:.3}.thick{stroke-width:2.5}
"""


def words(cell: Cell, column: Column) -> str:
    """A cell as people read it: — for what could not be had."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return cell
    value = number(cell)
    return "—" if value is None else ("∞" if value == float("inf") else f"{value:.{column.digits}f}")


def heading(column: Column) -> str:
    """Name, unit and which way is better."""
    arrow = {"higher": " ↑", "lower": " ↓", "neither": ""}[column.better]
    unit = f", {column.unit}" if column.unit else ""
    return f"{column.name}{unit}{arrow}"


def table_html(table: Table, *, best: bool = False) -> str:
    """A table with its title; `best` sets off the best numbers of each column."""
    top = [table.best(k) if best else () for k in range(len(table.columns))]
    head = "".join(f"<th>{escape(heading(column))}</th>" for column in table.columns)
    rows = []
    for at, row in enumerate(table.rows):
        cells = zip(row.cells, table.columns, top, strict=True)
        shown = "".join(_cell(words(cell, column), best=at in tops) for cell, column, tops in cells)
        rows.append(f"<tr><td>{escape(row.name)}</td>{shown}</tr>")
    notes = "".join(f"<p>{escape(c.name)}: {escape(c.note)}.</p>" for c in table.columns if c.note)
    body = f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table>{body}</table></div>{notes}'


def _cell(text: str, *, best: bool) -> str:
    kind = ' class="best"' if best else (' class="none"' if text == "—" else "")
    return f"<td{kind}>{escape(text)}</td>"


def figure_html(figure: Figure) -> str:
    """A row of panels under its title."""
    panels = "".join(
        f'<figure><img src="{panel.address}" alt="{escape(panel.caption)}"><figcaption>{escape(panel.caption)}'
        "</figcaption></figure>"
        for panel in figure.panels
    )
    return f'<figure><figcaption>{escape(figure.title)}</figcaption><div class="row">{panels}</div></figure>'


def section(title: str, *parts: str) -> str:
    """A heading with what belongs to it; nothing where there is nothing."""
    whole = "".join(parts)
    return f"<section><h2>{escape(title)}</h2>{whole}</section>" if whole else ""


def page(title: str, lines: Sequence[str], sections: Sequence[str]) -> str:
    """The whole document; `lines` say how it came about."""
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{told}{''.join(sections)}</body></html>"
    )
