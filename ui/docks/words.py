"""Sizes, times and progress in words, the same in every panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from ui import palette

if TYPE_CHECKING:
    from core.geometry import Size
    from ui.engine.runs import JobView
    from ui.model.scene import Scene


NAMED = 3  # regions that a line of settings names


def size_line(source: Size, scale: float) -> str:
    """“1024×768 → 4096×3072 (12.6 MP)”."""
    target = source.enlarged(scale)
    return f"{source} → {target} ({megapixels(target.area)})"


def megapixels(pixels: int) -> str:
    """“12.6 MP”, “0.02 MP”, “<0.01 MP”."""
    value = pixels / 1e6
    if value < 0.01:
        return "<0.01 MP"
    return f"{value:,.0f} MP" if value >= 100 else f"{value:.1f} MP" if value >= 0.1 else f"{value:.2f} MP"


def clock(seconds: float) -> str:
    """“0:21”, “14:02”, “1:05:00”."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def about(seconds: float) -> str:
    """“about 8 s”, “about 14 min”, “about 2 h”."""
    if seconds < 90:
        return QCoreApplication.translate("words", "about {count} s").format(count=max(1, round(seconds)))
    if seconds < 5400:
        return QCoreApplication.translate("words", "about {count} min").format(count=round(seconds / 60))
    return QCoreApplication.translate("words", "about {count} h").format(count=round(seconds / 3600))


def tile_line(view: JobView) -> str:
    """“Tile 7 of 36”; how long it takes is told in one place only, by `progress_line`."""
    if view.stage == "stopping":
        return QCoreApplication.translate("words", "Stopping after this tile…")
    if view.stage == "sending" or not view.total:
        return QCoreApplication.translate("words", "Sending the picture to the engine…")
    return QCoreApplication.translate("words", "Tile {done} of {total}").format(
        done=view.done, total=view.total
    )


def progress_line(view: JobView, device: str = "", memory: str = "") -> str:
    """“Tile 7 of 36 · 0:21 left · RTX 4070 · 6.2 GB”; what is not known is left out."""
    if view.stage in ("stopping", "sending") or not view.total:
        return tile_line(view)
    if view.left_s is not None and view.done >= 2:
        time = QCoreApplication.translate("words", "{time} left").format(time=clock(view.left_s))
    else:
        time = QCoreApplication.translate("words", "measuring…")
    return " · ".join(part for part in (tile_line(view), time, device, memory) if part)


def end_line(view: JobView) -> str:
    """How a run ended."""
    if view.state == "done":
        seconds = float((view.result or {}).get("seconds", view.elapsed_s))
        return QCoreApplication.translate("words", "Done in {time}.").format(time=clock(seconds))
    if view.state == "cancelled":
        if view.total:
            return QCoreApplication.translate("words", "Stopped at {done} of {total}.").format(
                done=view.done, total=view.total
            )
        return QCoreApplication.translate("words", "Stopped before it began.")
    return " ".join(part for part in (view.message, view.advice) if part)


def settings_line(options: Any, scene: Scene | None) -> str:
    """“×4 · Detail +0.5 · Clean up automatic · Rest +1 · 3 regions: Face −2, Sky +1, …”."""
    parts = [f"×{float(options.get('scale', 4)):g}"]
    parts.append(
        QCoreApplication.translate("words", "Detail {value}").format(
            value=palette.sign(float(options.get("detail", 0.0)))
        )
    )
    clean = options.get("clean_up")
    shown = QCoreApplication.translate("words", "automatic") if clean is None else f"{round(100 * clean)} %"
    parts.append(QCoreApplication.translate("words", "Clean up {value}").format(value=shown))
    if scene is not None:
        parts += _priorities(scene)
    return " · ".join(parts)


def _priorities(scene: Scene) -> list[str]:
    """What tells two runs of one picture apart: the rest where it is not Balanced, and the first regions."""
    rest, count = scene.regions.rest, len(scene.regions)
    told = (
        [QCoreApplication.translate("words", "Rest {value}").format(value=palette.sign(rest))] if rest else []
    )
    if count:
        named = [f"{each.title} {palette.sign(each.priority)}" for each in list(scene.regions)[:NAMED]]
        more = ", …" if count > NAMED else ""
        told.append(
            f"{QCoreApplication.translate('words', '%n regions', '', count)}: {', '.join(named)}{more}"
        )
    return told
