"""What went wrong, in the window's words: what happened, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.errors import SemanticUpscaleError
from plugin.bridge import BridgeError, EngineGone, EngineMismatch, EngineMissing


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
