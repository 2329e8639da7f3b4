"""Icons drawn from lines on a grid of 24 × 24, in whatever colour the text has."""

# ruff: noqa: E501  (tables that are read by line)

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from ui.theme import Theme, fade

GRID = 24
STROKE = 1.7
SIDES_PX = (24, 48)

# Each part: ("line", x, y, x, y …), ("shape", x, y …) closed, ("ring"|"disc", cx, cy, r), ("box", x, y, w, h, r),
# ("curve", x, y, cx, cy, x, y), ("arc", cx, cy, r, from°, over°).
Part = tuple[str | float, ...]
_DRAWINGS: dict[str, tuple[Part, ...]] = {
    "objects": (
        ("line", 4, 8, 4, 4, 8, 4), ("line", 16, 4, 20, 4, 20, 8), ("line", 4, 16, 4, 20, 8, 20),
        ("shape", 11, 10, 20, 13.4, 16.4, 15.4, 14.4, 19),
    ),
    "brush": (("line", 20, 4, 11, 13), ("curve", 11, 13, 6.6, 13, 6.2, 17.4), ("curve", 6.2, 17.4, 6, 19.4, 4, 20),
              ("curve", 4, 20, 11, 20.6, 12, 15.4), ("line", 11, 13, 12, 15.4)),
    "eraser": (("shape", 13.5, 4.5, 19.5, 10.5, 11, 19, 7.6, 19, 4.2, 15.2, 4.2, 13.8), ("line", 9, 9, 15, 15), ("line", 11, 19, 20, 19)),
    "lasso": (("curve", 7, 15.4, 1, 9, 9, 5.4), ("curve", 9, 5.4, 17, 2.6, 20, 8.4), ("curve", 20, 8.4, 21, 15.6, 11, 15.6),
              ("ring", 8.6, 16, 1.9), ("curve", 8.2, 18, 9, 20, 6.4, 21)),
    "polygon": (("shape", 5, 9, 13, 4, 20, 11, 16, 19, 7, 18), ("disc", 5, 9, 1.5), ("disc", 13, 4, 1.5), ("disc", 20, 11, 1.5),
                ("disc", 16, 19, 1.5), ("disc", 7, 18, 1.5)),
    "rectangle": (("box", 4, 6, 16, 12, 1),),
    "ellipse": (("oval", 3.5, 6, 17, 12),),
    "box": (("line", 4, 9, 4, 5, 8, 5), ("line", 16, 5, 20, 5, 20, 9), ("line", 20, 15, 20, 19, 16, 19), ("line", 8, 19, 4, 19, 4, 15),
            ("line", 12, 9.4, 12, 14.6), ("line", 9.4, 12, 14.6, 12)),
    "hand": (("curve", 8.2, 12.4, 8.2, 5, 8.2, 6.2), ("line", 8.2, 12, 8.2, 6, 8.2, 5.4), ("line", 11, 11, 11, 4.2),
             ("line", 13.8, 11, 13.8, 5), ("line", 16.6, 12, 16.6, 7), ("curve", 16.6, 12, 17, 20, 12, 20.4),
             ("curve", 12, 20.4, 8.4, 20.4, 4.4, 13.4), ("curve", 4.4, 13.4, 6, 12, 8.2, 14.6)),
    "zoom": (("ring", 10.5, 10.5, 6), ("line", 15, 15, 20, 20), ("line", 8, 10.5, 13, 10.5), ("line", 10.5, 8, 10.5, 13)),
    "open": (("line", 4, 18, 4, 6, 9.5, 6, 11.5, 8, 19, 8, 19, 10.5), ("shape", 4, 18.5, 7, 11, 21.5, 11, 18.5, 18.5)),
    "save": (("line", 12, 4, 12, 14.5), ("line", 7.6, 10.4, 12, 14.8, 16.4, 10.4), ("line", 4.5, 16, 4.5, 19.5, 19.5, 19.5, 19.5, 16)),
    "undo": (("line", 8.5, 5, 4.5, 9, 8.5, 13), ("line", 4.5, 9, 14, 9), ("arc", 14, 13.5, 4.5, 90, -180), ("line", 14, 18, 9, 18)),
    "redo": (("line", 15.5, 5, 19.5, 9, 15.5, 13), ("line", 19.5, 9, 10, 9), ("arc", 10, 13.5, 4.5, 90, 180), ("line", 10, 18, 15, 18)),
    "compare": (("box", 4, 5, 16, 14, 1), ("line", 12, 3, 12, 21), ("line", 14.5, 8, 17.5, 8), ("line", 14.5, 12, 17.5, 12),
                ("line", 14.5, 16, 17.5, 16)),
    "overlay": (("shape", 12, 4, 21, 9, 12, 14, 3, 9), ("line", 3, 14, 12, 19, 21, 14)),
    "fit": (("line", 4, 9, 4, 4, 9, 4), ("line", 15, 4, 20, 4, 20, 9), ("line", 20, 15, 20, 20, 15, 20), ("line", 9, 20, 4, 20, 4, 15)),
    "upscale": (("box", 4, 13, 7, 7, 1), ("line", 12.5, 11.5, 20, 4), ("line", 14, 4, 20, 4, 20, 10)),
    "preview": (("curve", 2.5, 12, 12, 1, 21.5, 12), ("curve", 2.5, 12, 12, 23, 21.5, 12), ("ring", 12, 12, 3)),
    "send_back": (("line", 9, 6, 4, 11, 9, 16), ("line", 4, 11, 15, 11), ("arc", 15, 15, 4, 90, -180), ("line", 15, 19, 11, 19)),
    "close": (("line", 6, 6, 18, 18), ("line", 18, 6, 6, 18)),
    "swap": (("line", 4, 9, 19, 9), ("line", 15.5, 5.5, 19, 9), ("line", 20, 15, 5, 15), ("line", 8.5, 18.5, 5, 15)),
}  # fmt: skip


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(_DRAWINGS)


def icon(name: str, theme: Theme) -> QIcon:
    """The icon in the theme's colours: text, faded where disabled, on the accent where chosen."""
    states = (
        (QIcon.Mode.Normal, QIcon.State.Off, theme.text),
        (QIcon.Mode.Normal, QIcon.State.On, theme.on_accent),
        (QIcon.Mode.Disabled, QIcon.State.Off, fade(theme)),
        (QIcon.Mode.Disabled, QIcon.State.On, fade(theme)),
    )
    made = QIcon()
    for mode, state, colour in states:
        for side in SIDES_PX:
            made.addPixmap(pixmap(name, colour, side), mode, state)
    return made


def pixmap(name: str, colour: str, side_px: int) -> QPixmap:
    """The drawing alone, in one colour on nothing."""
    made = QPixmap(side_px, side_px)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side_px / GRID, side_px / GRID)
    pen = QPen(
        QColor(colour), STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
    for part in _DRAWINGS[name]:
        painter.setPen(pen)
        painter.setBrush(QColor(colour) if part[0] == "disc" else Qt.BrushStyle.NoBrush)
        painter.drawPath(_path(part))
    painter.end()
    return made


def _path(part: Part) -> QPainterPath:
    kind, numbers = part[0], [float(number) for number in part[1:]]
    path = QPainterPath()
    if kind in ("line", "shape"):
        _follow(path, numbers, closed=kind == "shape")
    elif kind in ("ring", "disc"):
        path.addEllipse(QPointF(numbers[0], numbers[1]), numbers[2], numbers[2])
    elif kind == "oval":
        path.addEllipse(QRectF(*numbers))
    elif kind == "box":
        path.addRoundedRect(QRectF(*numbers[:4]), numbers[4], numbers[4])
    elif kind == "curve":
        path.moveTo(numbers[0], numbers[1])
        path.quadTo(*numbers[2:])
    elif kind == "arc":
        x, y, radius, start, over = numbers
        around = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
        path.arcMoveTo(around, start)
        path.arcTo(around, start, over)
    return path


def _follow(path: QPainterPath, numbers: list[float], *, closed: bool) -> None:
    points = [QPointF(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    path.moveTo(points[0])
    for point in points[1:]:
        path.lineTo(point)
    if closed:
        path.closeSubpath()
