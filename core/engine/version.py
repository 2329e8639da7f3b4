"""Which program this is."""

from __future__ import annotations

from importlib import metadata

from core.folders import APP_NAME


def program_version() -> str:
    """The version that was installed; "unknown" where the program was only copied."""
    try:
        return metadata.version(APP_NAME)
    except metadata.PackageNotFoundError:
        return "unknown"
