"""What is done with a finished run, and the models: saving, looking again, what was added, downloads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.errors import SemanticUpscaleError
from plugin.bridge import BridgeError, Event, JobCancelled, JobFailed
from ui.engine.connection import words_of
from ui.engine.runs import strips_of

if TYPE_CHECKING:
    from plugin.bridge import Bridge, JobHandle
    from ui.engine.connection import EngineConnection
    from ui.engine.questions import Questions
    from ui.engine.runs import Runs
    from ui.output import SaveChoice
    from ui.threads import ToUiThread


class FileWork(QObject):
    """The slow work with results; signals are those of `EngineLink`."""

    tile = Signal(object, object, object)
    addedReady = Signal(dict)  # noqa: N815
    modelsReady = Signal(list)  # noqa: N815
    downloadChanged = Signal(str, int, int, str)  # noqa: N815
    saved = Signal(object, str)
    saveFailed = Signal(object, str, str)  # noqa: N815

    def __init__(
        self,
        desk: EngineConnection,
        relay: ToUiThread,
        asks: Questions,
        runs: Runs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._relay, self._asks, self._runs = desk, relay, asks, runs

    def save(self, number: int, path: str, choice: SaveChoice | None = None) -> None:
        """Write the target; told by `saved` or `saveFailed`."""
        job = self._runs.job(number)
        if job is None:
            self.saveFailed.emit(number, *self._gone())
            return
        self._asks.put("save", partial(self._save, number, job, path, choice))

    def look(self, number: int) -> None:
        """The target again, from top to bottom."""
        job, result = self._runs.job(number), self._runs.view(number).result
        if job is not None and result is not None:
            self._asks.put("look", partial(self._look, number, job, dict(result)), newest=True)

    def added(self, number: int) -> None:
        """What the run made up; its number comes with it as `job`."""
        job = self._runs.job(number)
        if job is not None:
            self._asks.put("added", partial(self._added, number, job), newest=True)

    def models(self) -> None:
        """The catalog."""
        self._asks.put("models", lambda: self._later(self.modelsReady.emit, self._desk.ask(_models)))

    def download(self, model: str, accept_licence: bool) -> None:
        """Fetch a model's file."""
        self._asks.put("download", partial(self._download, model, accept_licence))

    def _gone(self) -> tuple[str, str]:
        return (
            self.tr("The engine was started anew, and this result went with the old one."),
            self.tr("Run it again: the same settings give the same picture."),
        )

    def _later(self, call: Any, *given: Any) -> None:
        self._relay.later(partial(call, *given))

    # on the lanes

    def _save(self, number: int, job: JobHandle, path: str, choice: SaveChoice | None) -> None:
        try:
            if choice is not None:
                choice.check_before(path, self._runs.view(number).result or {})
            used = job.save(path, **(choice.for_engine() if choice is not None else {}))
        except (BridgeError, SemanticUpscaleError, OSError) as error:
            self._later(self.saveFailed.emit, number, *words_of(error))
        else:
            self._later(self.saved.emit, number, used)

    def _look(self, number: int, job: JobHandle, result: dict[str, Any]) -> None:
        for box, rows in strips_of(job, result):
            self._later(self.tile.emit, number, box, rows)

    def _added(self, number: int, job: JobHandle) -> None:
        self._later(self.addedReady.emit, {"job": number, **job.added()})

    def _download(self, model: str, accept_licence: bool) -> None:
        try:
            job = self._desk.ask(lambda bridge: bridge.download(model, accept_licence))
            event = Event("cancelled", {})
            for event in job.events():
                if event.kind == "progress":
                    self._step(model, event.data)
            self._check_done(event)
        except BridgeError as error:
            self._later(self.downloadChanged.emit, model, 0, 0, " ".join(words_of(error)))
        else:
            self._later(self.downloadChanged.emit, model, 1, 1, "")
            self.models()

    @staticmethod
    def _check_done(last: Event) -> None:
        told = last.data.get("error") or {}
        if last.kind == "failed":
            raise JobFailed(told.get("message", ""), told.get("advice", ""))
        if last.kind == "cancelled":
            raise JobCancelled

    def _step(self, model: str, data: dict[str, Any]) -> None:
        self._later(self.downloadChanged.emit, model, int(data["done"]), int(data["total"]), "")


def _models(bridge: Bridge) -> list[dict[str, Any]]:
    return bridge.models()
