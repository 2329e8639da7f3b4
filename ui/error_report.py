"""The text that "Copy report" puts on the clipboard: what helps the authors, without the user's name and folders."""

from __future__ import annotations

import getpass
import logging
import platform
import re
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, qVersion
from PySide6.QtGui import QGuiApplication

from core.errors import UsageError
from core.folders import APP_NAME
from ui.dialogs.question import ErrorSummary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from ui.engine.client import EngineLink


LOG_LINES = 40
NAMELESS = "‹user›"
_LONG_PATH = re.compile(r"(?:(?<=[\s\"'“(=:])|^)((?:[A-Za-z]:)?(?:[\\/][^\\/\s\"'”:,;<>|]+){2,})")


def program_version() -> str:
    """The version that was installed; "unknown" where the program was only copied."""
    from importlib import metadata  # noqa: PLC0415  (it wakes the mail library, which no start needs)

    try:
        return metadata.version(APP_NAME)
    except metadata.PackageNotFoundError:
        return "unknown"


def report(hello: Mapping[str, Any], trouble: str = "", error: BaseException | None = None) -> str:
    """Version, system, engine, the trouble at hand and the end of the engine's log, made safe to show."""
    screen = QGuiApplication.primaryScreen()
    lines = [
        f"Semantic Upscale {program_version()}",
        f"Python {platform.python_version()}, Qt {qVersion()} ({QGuiApplication.platformName()})",
        platform.platform(),
        f"Screen: {screen.size().width()}×{screen.size().height()} at {screen.devicePixelRatio():g}"
        if screen
        else "",
        f"Engine: {hello.get('version', 'none')}, device {hello.get('device', 'unknown')}",
        trouble,
        "".join(traceback.format_exception(error)) if error else "",
        *log_end(hello.get("log")),
    ]
    return redact("\n".join(filter(None, lines)))


def log_end(path: object, lines: int = LOG_LINES) -> list[str]:
    """The last lines of the engine's log under a heading; nothing where there is none."""
    if not isinstance(path, str):
        return []
    try:
        text = Path(path).read_text("utf-8", "replace")
    except OSError:
        return []
    return ["", "End of the engine's log:", *text.splitlines()[-lines:]]


def redact(text: str, home: str | None = None, user: str | None = None) -> str:
    """The text without the user's name and without folders: of a path only its last part is left."""
    home = home or str(Path.home())
    user = _user() if user is None else user
    text = text.replace(home, "~")
    text = _LONG_PATH.sub(lambda found: "…/" + re.split(r"[\\/]", found[1])[-1], text)
    text = re.sub(
        r"~(?:[\\/][^\\/\s\"'”:,;<>|]+)+", lambda found: "…/" + re.split(r"[\\/]", found[0])[-1], text
    )
    return re.sub(rf"(?<!\w){re.escape(user)}(?!\w)", NAMELESS, text, flags=re.IGNORECASE) if user else text


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user in the system's table
        return ""


# What is told when something goes wrong that nobody foresaw, and what is written down at the start.

_LOG = logging.getLogger(__name__)


def record_start() -> None:
    """Write down how this program's engine is started, for plug-ins and the link."""
    from core.engine_location import record_command  # noqa: PLC0415  (not before the window is painted)

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


def fault_trouble(error: BaseException) -> ErrorSummary:
    """A fault of our own, in words."""
    told = f"{type(error).__name__}: {error}"
    return ErrorSummary(
        QCoreApplication.translate("Notices", "Something in the window broke ({told}).").format(told=told),
        QCoreApplication.translate("Notices", "Your work is kept. Save the project, and send us the report."),
    )
