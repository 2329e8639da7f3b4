"""`semantic-upscale gui`: the window, and its place in the desktop's menu."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.errors import end_with_code
from core.cli.terminal import Terminal
from core.cli.window import start_window
from core.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@end_with_code
def gui(
    file: Annotated[
        Path | None, typer.Argument(help="A picture or a .suproj project to open.", show_default=False)
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Add the program to this user's menu, with icon and file type.")
    ] = False,
    unregister: Annotated[bool, typer.Option("--unregister", help="Take it out of the menu again.")] = False,
    handoff: Annotated[str | None, typer.Option(help="Used by the plug-ins.", hidden=True)] = None,
) -> None:
    """Open the window. The same as no command at all."""
    if register or unregister:
        for path in register_desktop() if register else unregister_desktop():
            Terminal().result(str(path), {})
        return
    start_window([*(["--handoff", handoff] if handoff else []), *([str(file)] if file else [])])


# The desktop entry, the icons and the type of project files, for one user of a freedesktop system.
#
# Where they lie: the XDG base directory and the shared MIME-info specifications.

APP_ID = "io.github.semantic_upscale.SemanticUpscale"
ICON_SIDES_PX = (16, 24, 32, 48, 64, 128, 256, 512)
GUI = "semantic-upscale-gui"
# Program that refreshes a cache of the desktop, and the folder of `share` it is told.
REFRESH = (
    ("update-desktop-database", "applications"),
    ("update-mime-database", "mime"),
    ("gtk-update-icon-cache", "icons/hicolor"),
)


def register_desktop() -> list[Path]:
    """Install everything for this user; the files written. UsageError on other systems, OutputError if it fails."""
    share = _share()
    for name, data in _files():
        _write(share / name, data)
    _refresh(share)
    return [share / name for name, _ in _files()]


def unregister_desktop() -> list[Path]:
    """Take everything away again; the files that were there."""
    share = _share()
    there = [share / name for name, _ in _files() if (share / name).is_file()]
    for path in there:
        _remove(path)
    _refresh(share)
    return there


def command() -> str:
    """What the menu starts, as `Exec` wants it: this environment's own program."""
    program = Path(sys.executable).with_name(GUI)
    if not program.is_file():
        raise UsageError(
            f"{program} is not there, so the menu would have nothing to start.",
            "Install the program (pipx, uv tool or pip), then register it again.",
        )
    return f"{_quoted(str(program))} %f"


def _files() -> Iterator[tuple[str, bytes]]:
    """Where below `share`, and what."""
    folder = resources.files("resources") / "desktop"
    entry = (folder / f"{APP_ID}.desktop").read_text("utf-8")
    lines = [f"Exec={command()}" if line.startswith("Exec=") else line for line in entry.splitlines()]
    yield f"applications/{APP_ID}.desktop", ("\n".join(lines) + "\n").encode()
    yield f"mime/packages/{APP_ID}.xml", (folder / f"{APP_ID}.mime.xml").read_bytes()
    yield f"metainfo/{APP_ID}.metainfo.xml", (folder / f"{APP_ID}.metainfo.xml").read_bytes()
    yield f"icons/hicolor/scalable/apps/{APP_ID}.svg", (folder / f"{APP_ID}.svg").read_bytes()
    for side in ICON_SIDES_PX:
        data = (folder / "icons" / f"{side}.png").read_bytes()
        yield f"icons/hicolor/{side}x{side}/apps/{APP_ID}.png", data


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise OutputError(
            f"{path} could not be written: {error.strerror or error}.", "Check the folder's permissions."
        ) from error


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise OutputError(
            f"{path} could not be removed: {error.strerror or error}.", "Remove it by hand."
        ) from error


def _share() -> Path:
    if sys.platform in ("win32", "darwin"):
        raise UsageError(
            "Only Linux desktops keep their menu in files.",
            "Here the installer adds the program to the menu.",
        )
    told = os.environ.get("XDG_DATA_HOME", "")
    return Path(told) if Path(told).is_absolute() else Path.home() / ".local" / "share"


def _refresh(share: Path) -> None:
    """Tell the desktop at once, where its programs are there; it notices by itself later."""
    for program, folder in REFRESH:
        found = shutil.which(program)
        if found and (share / folder).is_dir():
            subprocess.run([found, str(share / folder)], capture_output=True, check=False, timeout=60)  # noqa: S603


def _quoted(path: str) -> str:
    """A path as a quoted argument of `Exec`, and `%` doubled."""
    for sign in ("\\", '"', "`", "$"):
        path = path.replace(sign, "\\\\" + sign if sign == "\\" else "\\" + sign)
    return '"' + path.replace("%", "%%") + '"'
