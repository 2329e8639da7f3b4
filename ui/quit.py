"""Before a window closes or shows another picture: unsaved work and runs under way are asked about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.errors import SemanticUpscaleError
from ui import resume
from ui.dialogs.question import ErrorSummary

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.engine.order import UpscaleOrder
    from ui.parts import Parts

    Act = Callable[[], object]


class Quit(QObject):
    """`save_then(act)` saves the project, asking for a name where it has none, and acts if that worked."""

    def __init__(self, parts: Parts, save_then: Callable[[Act], None], hide: Act) -> None:
        super().__init__(parts.window)
        self._parts, self._save_then, self._hide = parts, save_then, hide

    def when_safe(self, act: Act) -> None:
        """Act once unsaved work is kept or given up."""
        if not self._parts.document.dirty:
            act()
            return
        self._parts.voice.ask(
            self.tr("Save the project?"),
            self.tr(
                "The regions and settings of “{title}” are not saved. The picture itself is never changed."
            ).format(title=self._parts.document.title),
            (
                (self.tr("Save"), partial(self._save_then, act)),
                (self.tr("Do not save"), act),
                (self.tr("Go back"), _nothing),
            ),
        )

    def close(self, act: Act) -> None:
        """Act once runs are stopped, or finished in the background, and the work is kept."""
        runs = self._parts.link.runs
        if runs.running is None and not runs.waiting():
            self.when_safe(act)
            return
        self._parts.voice.ask(
            self.tr("A picture is being enlarged"),
            self.tr(
                "In the background it is finished, saved beside the source under a new name, "
                "and then the program ends."
            ),
            (
                (self.tr("Continue in the background"), self._hide),
                *self._pausing(act),
                (self.tr("Stop and close"), partial(self._stop, act)),
                (self.tr("Go back"), _nothing),
            ),
        )

    def _pausing(self, act: Act) -> tuple[tuple[str, Act], ...]:
        """The answer that keeps the runs for the next start, where their pictures have files."""
        if not resume.can_wait(self._unfinished()):
            return ()
        return ((self.tr("Pause and go on next time"), partial(self.when_safe, partial(self._keep, act))),)

    def _unfinished(self) -> list[UpscaleOrder]:
        runs = self._parts.link.runs
        now = [runs.running] if runs.running is not None else []
        return [runs.order(number) for number in (*now, *(view.number for view in runs.waiting()))]

    def _keep(self, act: Act) -> None:
        try:
            resume.keep(self._unfinished())
        except SemanticUpscaleError as error:
            self._parts.voice.tell(ErrorSummary(str(error), error.advice))
        else:
            act()

    def _stop(self, act: Act) -> None:
        runs = self._parts.link.runs
        for view in runs.waiting():
            self._parts.link.cancel(view.number)
        if runs.running is not None:
            self._parts.link.cancel(runs.running)
        self.when_safe(act)


def _nothing() -> None:
    """Stay."""
