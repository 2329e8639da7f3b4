"""What the program is made of: every package that its installation brought, with version and licence.

Read from the packages' own metadata (Core metadata 2.4: License-Expression, before it License and classifiers).
"""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING, NamedTuple

from core.folders import APP_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^]]*)\])?")
_EXTRA = re.compile(r"\bextra\s*==\s*[\"']([^\"']+)")
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST = 60  # longer ones are whole texts
# Where a package's own words leave out what people should know.
_KNOWN = {
    "pyside6-essentials": "LGPL-3.0 (Qt and its bindings)",
    "shiboken6": "LGPL-3.0",
    "pyvips-binary": "LGPL-3.0-or-later (libvips and its libraries)",
    "pyvips": "MIT",
    "opencv-python-headless": "Apache-2.0; its FFmpeg LGPL-2.1",
    "torch": "BSD-3-Clause",
    "segment-anything": "Apache-2.0",
}


class InstalledPart(NamedTuple):
    """A package: its name as it calls itself, version, licence ("" where it does not say)."""

    name: str
    version: str
    licence: str


def installed_parts(root: str = APP_NAME) -> tuple[InstalledPart, ...]:
    """All that `root` needs, and what that needs, by name; empty where the program was only copied."""
    found: dict[str, InstalledPart] = {}
    waiting = list(_needs(root, frozenset()))
    while waiting:
        name, extras = waiting.pop()
        if _plain(name) in found and not extras:
            continue
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:  # only for another system or Python
            continue
        found[_plain(name)] = InstalledPart(about["Name"], about["Version"], _licence(name, about))
        waiting += _needs(name, extras)
    return tuple(sorted(found.values(), key=lambda part: part.name.lower()))


def _needs(name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """The packages that one asks for, with the extras that it asks of them."""
    try:
        asked = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    for requirement in asked:
        wanted, _, condition = requirement.partition(";")
        found, optional = _NEED.match(wanted.strip()), _EXTRA.search(condition)
        if found and (optional is None or optional[1] in extras):
            yield found[1], frozenset(part.strip() for part in (found[2] or "").split(",") if part)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(name: str, about: metadata.PackageMetadata) -> str:
    known = _KNOWN.get(_plain(name))
    said = next((about[key] for key in ("License-Expression", "License") if key in about), "")
    if known or (said and len(said) <= _LONGEST and "\n" not in said):
        return known or said
    classes = [row for row in about.get_all("Classifier") or [] if row.startswith(_CLASSIFIER)]
    return ", ".join(row.removeprefix(_CLASSIFIER) for row in classes)
