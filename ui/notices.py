"""What is told when something goes wrong that nobody foresaw, and what is written down at the start."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from core.errors import UsageError
from ui.dialogs.error_panel import Trouble
from ui.report import report

if TYPE_CHECKING:
    from types import TracebackType

    from ui.engine.link import EngineLink

_LOG = logging.getLogger(__name__)


def record_start() -> None:
    """Write down how this program's engine is started, for plug-ins and the link."""
    from core.launch import record_command  # noqa: PLC0415  (not before the window is painted)

    try:
        record_command()
    except (OSError, UsageError) as error:
        _LOG.warning("how the engine is started could not be written down: %s", error)


def report_of(link: EngineLink, told: str) -> str:
    """The text of Copy report."""
    error = sys.exc_info()[1] or getattr(sys, "last_value", None)
    return report(link.hello, told or link.state[1], error)


def log_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Keep the whole trace in the window's log, and the error for the report."""
    sys.last_value = error
    _LOG.error("a fault in the window", exc_info=(kind, error, trace))


def fault_trouble(error: BaseException) -> Trouble:
    """A fault of our own, in words."""
    told = f"{type(error).__name__}: {error}"
    return Trouble(
        QCoreApplication.translate("Notices", "Something in the window broke ({told}).").format(told=told),
        QCoreApplication.translate("Notices", "Your work is kept. Save the project, and send us the report."),
    )
