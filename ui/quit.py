"""Before a window closes or shows another picture: unsaved work, results and runs under way are asked about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.errors import SemanticUpscaleError
from core.geometry import Size
from ui import resume
from ui.dialogs.question import ErrorSummary

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.engine.order import UpscaleOrder
    from ui.engine.runs import JobView
    from ui.parts import Parts

    Act = Callable[[], object]


class Quit(QObject):
    """`save_project(act)` saves the project, asking for a name where it has none, and acts if that worked.

    `save_results(numbers, act)` writes results beside their sources, and acts once all of them are on the disk.
    """

    def __init__(
        self,
        parts: Parts,
        save_project: Callable[[Act], None],
        save_results: Callable[[list[int], Act], None],
        hide: Act,
    ) -> None:
        super().__init__(parts.window)
        self._parts, self._hide = parts, hide
        self._save_project, self._save_results = save_project, save_results

    def when_safe(self, act: Act) -> None:
        """Act once unsaved work of the open picture, and its result, is kept or given up."""
        self._ask(self._parts.link.runs.unsaved(self._parts.link.picture_key), act)

    def _ask(self, results: list[JobView], act: Act) -> None:
        """One question for project and results."""
        if not self._parts.document.dirty and not results:
            act()
            return
        ways = self._ways_to_save(results, act)
        self._parts.voice.ask(
            self.tr("Save the enlarged picture?") if results else self.tr("Save the project?"),
            " ".join(self._what_is_lost(results)),
            (
                *ways,
                (self.tr("Do not save"), partial(self._give_up, results, act)),
                (self.tr("Go back"), _nothing),
            ),
        )

    def _ways_to_save(self, results: list[JobView], act: Act) -> tuple[tuple[str, Act], ...]:
        numbers = [view.number for view in results]
        if not results:
            return ((self.tr("Save"), partial(self._save_project, act)),)
        write = partial(self._save_results, numbers)
        if not self._parts.document.dirty:
            return ((self.tr("Save"), partial(write, act)),)
        return (
            (self.tr("Save both"), partial(write, partial(self._save_project, act))),
            (self.tr("Save the picture only"), partial(write, act)),
        )

    def _what_is_lost(self, results: list[JobView]) -> list[str]:
        told = []
        for view in results:
            size = Size(int((view.result or {}).get("width", 0)), int((view.result or {}).get("height", 0)))
            words = self.tr("“{title}”, enlarged to {size}, is not saved.")
            told.append(words.format(title=view.title, size=size))
        if self._parts.document.dirty:
            words = self.tr(
                "The regions and settings of “{title}” are not saved. The picture itself is never changed."
            )
            told.append(words.format(title=self._parts.document.title))
        return told

    def _give_up(self, results: list[JobView], act: Act) -> None:
        """Not asked about again, should the window stay."""
        self._parts.link.runs.give_up(view.number for view in results)
        act()

    def close(self, act: Act) -> None:
        """Act once runs are stopped, or finished in the background, and the work is kept."""
        runs = self._parts.link.runs
        if runs.running is None and not runs.waiting():
            self._ask(runs.unsaved(), act)
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
        return (
            (
                self.tr("Stop, and run it again at the next start"),
                partial(self._safely, partial(self._keep, act)),
            ),
        )

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
        self._safely(act)

    def _safely(self, act: Act) -> None:
        self._ask(self._parts.link.runs.unsaved(), act)


def _nothing() -> None:
    """Stay."""
