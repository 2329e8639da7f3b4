"""Rules 1 to 5: who may import whom, and which library comes through which door."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from house.source import HOUSE, same_or_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from house.source import Fault, Imported, Source

    Sources = tuple[Source, ...]

WORDS = ("core.errors", "core.geometry", "core.progress", "core.request")
LEVELS = {
    **dict.fromkeys(("core", *WORDS), 0),
    **dict.fromkeys(("core.display", "core.folders", "core.files", "core.output"), 1),
    **dict.fromkeys(("core.image", "core.regions", "core.nets", "core.engine_location", "core.licences"), 2),
    **dict.fromkeys(("core.segment", "core.checkpoints", "core.tiling", "core.diffusion", "core.metrics"), 3),
    "core.plugins": 3,
    "core.engine": 4,
    **dict.fromkeys(("core.train", "core.evaluate", "core.service"), 5),
    "core.cli": 6,
}
# Rooms of one level that may still meet, one way only.
SIDEWAYS = {
    ("core.progress", "core.geometry"): "a finished tile has its box",
    ("core.request", "core.errors"): "a field out of range is told",
    ("core.geometry", "core.errors"): "a box that cannot be is told",
    ("core.regions", "core.image"): "the masks of a project are pictures",
    ("core.segment", "core.checkpoints"): "a downloaded segmenter asks the catalog for its weights",
}
STRANGERS = {
    ("core.diffusion", "core.nets"): "diffusion does not know networks; the engine introduces them",
    ("core.nets", "core.diffusion"): "networks do not know diffusion; the engine introduces them",
}
TENSOR_DOOR = "core/image/tensor.py"
TORCH_FREE = (
    *WORDS, "core.display", "core.files", "core.folders", "core.output", "core.engine_location", "core.licences",
    "core.regions", "core.image",
)  # fmt: skip
UI_MAY = ("ui", "plugin.bridge", "resources", "core.plugins", *TORCH_FREE)
HOSTS = {"plugin.krita": ("krita", "PyQt5", "PyQt6"), "plugin.gimp": ("gi",), "plugin.bridge": ()}
QT = ("PySide6", "shiboken6", "PyQt5", "PyQt6")
HTTP = (
    "http", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "websockets",
    "socket", "socketserver", "fastapi", "starlette", "uvicorn",
)  # fmt: skip
# Library → the only places that may import it.
DOORS: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = (
    (4, ("PySide6", "shiboken6"), ("ui",)),
    (4, ("PyQt5", "PyQt6"), ("plugin/krita",)),
    (5, ("pyvips",), ("core/image",)),
    (5, HTTP, ("core/service", "plugin/bridge")),
)
# File or folder → why it may use a door that is not its own.
DOOR_EXCEPTIONS = {
    ("core/checkpoints", "http"): "downloads of weights",
    ("core/checkpoints", "urllib.request"): "same",
}


def room(module: str) -> str:
    """`core.image` of `core.image.io`, `core.errors` of `core.errors.InputError`, `core` of `core`."""
    return ".".join(module.split(".")[:2])


def of_house(imported: Imported) -> bool:
    return imported.module.split(".")[0] in HOUSE


def rule_1_down(sources: Sources) -> Iterator[Fault]:
    """Imports go down: by the table of levels, functions and TYPE_CHECKING included."""
    for source in (source for source in sources if source.under("core")):
        here = room(source.module)
        if here not in LEVELS:
            yield source.fault(
                1, 1, f"{here} has no level yet; give it one in LEVELS of tests/house/walls.py"
            )
            continue
        inside = [found for found in source.imports if same_or_inside(found.module, "core")]
        for found in inside:
            words = _climbs(here, room(found.module))
            if words:
                yield source.fault(found.line, 1, words)


def _climbs(here: str, there: str) -> str:
    """What is wrong with this import between two rooms; empty if nothing."""
    if here == there:
        return ""
    if (here, there) in STRANGERS:
        return f"{here} imports {there}: {STRANGERS[here, there]}"
    if there not in LEVELS:
        return f"{there} is no room of the house; give it a level in LEVELS of tests/house/walls.py"
    if LEVELS[there] < LEVELS[here] or (here, there) in SIDEWAYS:
        return ""
    steps = f"{here} (level {LEVELS[here]}) imports {there} (level {LEVELS[there]})"
    return f"{steps}; imports go down, so move what both need"


def rule_1_round(sources: Sources) -> Iterator[Fault]:
    """No file imports itself by way of others."""
    by_module = {source.module: source for source in sources}
    graph = {name: targets(source, by_module) for name, source in by_module.items()}
    told: set[str] = set()
    for start in graph:
        circle = _way_back(start, graph)
        if circle and not told & set(circle):
            told |= set(circle)
            line = graph[start][circle[1]]
            yield by_module[start].fault(line, 1, f"imports go in a circle: {' → '.join(circle)}")


def targets(source: Source, known: Iterable[str]) -> dict[str, int]:
    """File of the house → line where this one imports it: `from core.image import io` means core.image.io."""
    names = set(known)
    found: dict[str, int] = {}
    for imported in source.imports:
        whole, parent = imported.module, imported.module.rpartition(".")[0]
        target = whole if whole in names else parent
        if target in names and target != source.module:
            found.setdefault(target, imported.line)
    return found


def _way_back(start: str, graph: dict[str, dict[str, int]]) -> list[str]:
    """The shortest way from a file over its imports to itself; empty if there is none."""
    ways, seen = [[start]], set()
    for way in ways:
        for target in graph[way[-1]]:
            if target == start:
                return [*way, start]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []


def rule_2_core(sources: Sources) -> Iterator[Fault]:
    """Core knows neither ui nor the hosts, only the ground they share, plugin.bridge; resources know nobody."""
    for source in sources:
        banned = {"core": ("ui", "plugin"), "resources": HOUSE}.get(source.path.split("/")[0], ())
        for found in source.imports:
            ground = source.under("core") and same_or_inside(found.module, "plugin.bridge")
            banned_here = same_or_inside(found.module, *banned) and not ground
            if banned_here and not same_or_inside(found.module, source.module):
                yield source.fault(
                    found.line, 2, f"this may not know {found.module}; hand it in as an argument"
                )


def rule_2_ui(sources: Sources) -> Iterator[Fault]:
    """The window knows plugin.bridge and the torch-free part of core."""
    for source in (source for source in sources if source.under("ui")):
        for found in filter(of_house, source.imports):
            if not same_or_inside(found.module, *UI_MAY):
                yield source.fault(
                    found.line,
                    2,
                    f"the window may not import {found.module}; ask the engine by plugin.bridge",
                )


def rule_2_plugin(sources: Sources) -> Iterator[Fault]:
    """Plug-ins use the standard library, their host and the bridge, in the syntax of Python 3.9."""
    for source in (source for source in sources if source.under("plugin")):
        own = room(source.module)
        allowed = (own, "plugin.bridge", *HOSTS.get(own, ()))
        for found in source.imports:
            top = found.module.split(".")[0]
            if top not in sys.stdlib_module_names and not same_or_inside(found.module, *allowed):
                yield source.fault(
                    found.line,
                    2,
                    f"the host brings no {found.module}; use the standard library or the bridge",
                )
        yield from _python_39(source)


def _python_39(source: Source) -> Iterator[Fault]:
    try:
        ast.parse(source.text, source.path, feature_version=(3, 9))
    except SyntaxError as error:
        yield source.fault(error.lineno or 1, 2, f"Python 3.9 does not read this: {error.msg}")


def rule_3_torch(sources: Sources) -> Iterator[Fault]:
    """No torch in the window, in the words, in regions and in images, not even inside a function."""
    for source in sources:
        free = same_or_inside(source.module, "ui", "plugin", "resources", *TORCH_FREE)
        if free and source.path != TENSOR_DOOR:
            for found in source.imports:
                if same_or_inside(found.module, "torch", "torchvision", "core.image.tensor"):
                    yield source.fault(
                        found.line, 3, f"this must start without torch, yet imports {found.module}"
                    )


def rule_4_and_5_doors(sources: Sources) -> Iterator[Fault]:
    """Qt, pyvips and HTTP each have their places."""
    for source in sources:
        for found in source.imports:
            for rule, libraries, places in DOORS:
                library = next((name for name in libraries if same_or_inside(found.module, name)), None)
                if library and not source.under(*places) and not _excused(source, library):
                    yield source.fault(found.line, rule, f"{library} belongs in {' and '.join(places)} only")


def _excused(source: Source, library: str) -> bool:
    return any(source.under(place) and name == library for place, name in DOOR_EXCEPTIONS)
