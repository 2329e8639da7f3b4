"""Where the program keeps its own things. Every function only answers; nothing is created here.

| variable | moves |
| --- | --- |
| SEMANTIC_UPSCALE_HOME | everything: the folders below become subfolders of it (portable use) |
| SEMANTIC_UPSCALE_MODELS | the weights |
| SEMANTIC_UPSCALE_CACHE | the cache |

A relative path counts from the current folder, `~` is the user's home. UsageError if a variable names a file.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

from core.errors import UsageError

APP_NAME = "semantic-upscale"


def program() -> Path:
    """The folder that holds `core`. Child processes start in it: `python -m` looks where it stands before all else."""
    return Path(__file__).resolve().parents[1]


def config() -> Path:
    """Settings and shortcuts."""
    return _own("config") or _system().user_config_path


def data() -> Path:
    """What is worth keeping and was not made by the user: weights, above all."""
    return _own("data") or _system().user_data_path


def models() -> Path:
    """Weights that did not come with the program."""
    return _named("SEMANTIC_UPSCALE_MODELS") or data() / "models"


def cache() -> Path:
    """What can be made again: thumbnails, embeddings."""
    return _named("SEMANTIC_UPSCALE_CACHE") or _own("cache") or _system().user_cache_path


def state() -> Path:
    """History, paused jobs, the window's layout."""
    return _own("state") or _system().user_state_path


def engine() -> Path:
    """Where the running engine says how it is reached. Plug-ins compute the same path in `plugin.bridge.locate`.

    In the home of the password database, for sandboxed hosts redefine $HOME and $XDG_*.
    """
    own = _own("engine")
    if own:
        return own
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(local) / APP_NAME / "engine"
    inside = "Library/Application Support" if sys.platform == "darwin" else ".local/state"
    return _real_home() / inside / APP_NAME / "engine"


def log() -> Path:
    """Logs and error reports."""
    return _own("log") or _system().user_log_path


def _system() -> PlatformDirs:
    return PlatformDirs(APP_NAME, appauthor=False)


def _real_home() -> Path:
    import pwd  # noqa: PLC0415  (POSIX only)

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:  # a user without an entry, as in some containers
        return Path.home()


def _own(part: str) -> Path | None:
    home = _named("SEMANTIC_UPSCALE_HOME")
    return home / part if home else None


def _named(variable: str) -> Path | None:
    """The absolute folder that a variable names; None where it is unset or empty."""
    value = os.environ.get(variable, "").strip()
    if not value:
        return None
    folder = Path(os.path.expanduser(value)).absolute()  # noqa: PTH111  (Path.expanduser raises for an unknown user)
    if folder.exists() and not folder.is_dir():
        raise UsageError(
            f"{variable} is {value}, which is not a folder.", f"Let {variable} name a folder, or unset it."
        )
    return folder
