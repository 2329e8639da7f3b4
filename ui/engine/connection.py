"""Where all lanes meet the engine: one connection, made when first needed, and the pictures it knows."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication

from core.errors import SemanticUpscaleError
from plugin.bridge import BridgeError, EngineGone, EngineMismatch, EngineMissing, EngineRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from plugin.bridge import Bridge, Hello, PictureRef
    from ui.engine.order import PictureIn

    Connect = Callable[..., Bridge]


Made = TypeVar("Made")
PICTURE_UNKNOWN = "picture-unknown"


class EngineListener:
    """What the desk says, from whatever thread; a caller overrides what it wants to hear."""

    def starting(self, *seen: Any) -> None:
        """An engine is sought or being started."""

    def greeted(self, hello: Hello) -> None:
        """An engine answered."""

    def trouble(self, error: BridgeError) -> None:
        """There is no engine, and why."""

    def lost(self) -> None:
        """The engine went away."""


class EngineConnection:
    """Every method blocks and may be called from any thread but the interface's.

    `connect(on_wait=…)` gives a bridge to a living engine, starting one where it must. `greeted` is told each
    new engine's hello, `trouble` why there is none, `lost` that one went away, `starting` that one is sought.
    """

    def __init__(self, connect: Connect, told: EngineListener) -> None:
        self._connect, self._told = connect, told
        self._lock = threading.RLock()
        self._bridge: Bridge | None = None
        self._pictures: dict[str, PictureRef] = {}

    def bridge(self) -> Bridge:
        """The living engine's bridge; BridgeError where none can be had."""
        with self._lock:
            return self._bridge or self._connected()

    def living(self) -> Bridge | None:
        """The bridge if there is one already; starts nothing."""
        return self._bridge

    def drop(self, bridge: Bridge) -> None:
        """Forget an engine that went away; the next call looks for another."""
        with self._lock:
            if self._bridge is bridge:
                self._bridge = None
                self._pictures.clear()
                self._told.lost()

    def know(self, key: str, posted: PictureRef) -> None:
        """A picture that another client posted to this engine."""
        with self._lock:
            self._pictures[key] = posted

    def leave(self) -> None:
        """Ask the engine to stop, and forget it."""
        with self._lock:
            bridge, self._bridge = self._bridge, None
            self._pictures.clear()
        if bridge is not None:
            bridge.stop()

    def ask(self, call: Callable[[Bridge], Made]) -> Made:
        """Call, once more where the engine had gone while nothing was under way."""
        bridge = self.bridge()
        try:
            return call(bridge)
        except EngineGone:
            self.drop(bridge)
            return call(self.bridge())

    def about(self, picture: PictureIn, call: Callable[[Bridge, str], Made]) -> Made:
        """Call with the picture's id; the picture is posted where this engine does not know it."""

        def whole(bridge: Bridge) -> Made:
            try:
                return call(bridge, self._posted(bridge, picture).id)
            except EngineRefused as refused:
                if refused.code != PICTURE_UNKNOWN:
                    raise
            self._forget(picture)
            return call(bridge, self._posted(bridge, picture).id)

        return self.ask(whole)

    def _connected(self) -> Bridge:
        self._told.starting("")
        try:
            bridge = self._connect(on_wait=self._told.starting)
            hello = bridge.hello()
        except BridgeError as error:
            self._told.trouble(error)
            raise
        self._bridge = bridge
        self._told.greeted(hello)
        return bridge

    def _posted(self, bridge: Bridge, picture: PictureIn) -> PictureRef:
        """Posted once for each engine; two lanes that want the same picture post it one time."""
        with self._lock:
            known = self._pictures.get(picture.key)
            if known is None:
                known = self._pictures[picture.key] = _post(bridge, picture)
            return known

    def _forget(self, picture: PictureIn) -> None:
        with self._lock:
            self._pictures.pop(picture.key, None)


def _same(posted: PictureRef, picture: PictureIn) -> PictureRef:
    """BridgeError where the file on the disk is no longer the picture that the window shows."""
    if (posted.width, posted.height) != (picture.size.width, picture.size.height):
        raise BridgeError(
            f"“{picture.title}” on the disk now has {posted.width}×{posted.height} pixels, not {picture.size}.",
            "Open it again.",
        )
    return posted


def _post(bridge: Bridge, picture: PictureIn) -> PictureRef:
    """By file while it is there; its pixels in memory where it has none, or was removed under us."""
    if picture.path and (picture.planes is None or Path(picture.path).is_file()):
        return _same(bridge.post_file(picture.path), picture)
    if picture.planes is None:
        raise BridgeError("There is no picture to send to the engine.", "Open a picture first.")
    return bridge.post_picture(picture.planes())


# What went wrong, in the window's words: what happened, and what can be done.


def words_of(error: Exception) -> tuple[str, str]:
    """The sentence and the advice for an error of the engine, of a file, or a fault of our own."""
    if isinstance(error, EngineGone):
        return (
            QCoreApplication.translate("engine", "The engine stopped in the middle of the work."),
            QCoreApplication.translate(
                "engine", "It is started again. Your picture and regions are safe here."
            ),
        )
    if isinstance(error, EngineMissing):
        message = QCoreApplication.translate("engine", "The engine could not be started: {reason}")
        return message.format(reason=str(error)), error.advice
    if isinstance(error, EngineMismatch):
        return (
            QCoreApplication.translate("engine", "An engine of another version is running: {reason}").format(
                reason=str(error)
            ),
            error.advice
            or QCoreApplication.translate("engine", "Stop it, then start it again from this window."),
        )
    if isinstance(error, (BridgeError, SemanticUpscaleError)):
        return str(error), error.advice
    if isinstance(error, OSError):
        return f"{error.filename or ''} {error.strerror or error}".strip(), ""
    return (
        QCoreApplication.translate("engine", "Something went wrong that nobody foresaw: {reason}").format(
            reason=f"{type(error).__name__}: {error}"
        ),
        QCoreApplication.translate("engine", "Help ▸ Copy report says more. Your work is kept."),
    )


def whole_sentence(error: Exception) -> str:
    """Message and advice in one line."""
    return " ".join(part for part in words_of(error) if part)
