"""What makes a house hard to read: two things of one name, names that are no nouns or verbs, rooms for one lodger."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from house.source import FUNCTIONS
from house.walls import room, targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from house.source import Fault, Source

    Sources = tuple[Source, ...]

LODGER_LINES = 60
# Words that end like participles and are none, or are the field's own.
VERBS = ("embed", "feed", "need", "proceed", "read", "seed", "shed", "speed", "spread", "thread")
PARTICIPLES = (
    "built", "chosen", "done", "found", "given", "heard", "held", "kept", "known", "left", "lent", "made", "put",
    "said", "seen", "shown", "shrunk", "taken", "told", "written",
)  # fmt: skip
# Class or file → why it may stand twice, or alone.
EXCUSED = {
    "core/cli/__main__.py": "python -m core.cli",
    "core/cli/doctor.py": "what it examines wakes torch, the command does not",
    "plugin/gimp/semantic-upscale.py": "GIMP runs the file by its name",
    "plugin/krita/entry.py": "Krita imports it by its name",
    "plugin/krita/qt.py": "the door to whichever Qt the host brings",
    "plugin/gimp/libraries.py": "the door to what the host brings",
    "core/image/tensor.py": "the door to torch",
    "ui/marked.py": "made by a command",
}


def rule_one_name(sources: Sources) -> Iterator[Fault]:
    """No two public classes of one name: who reads `Order` must know which."""
    owners: dict[str, list[tuple[Source, int]]] = defaultdict(list)
    for source in sources:
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                owners[node.name].append((source, node.lineno))
    for name, places in owners.items():
        for source, line in places[1:]:
            yield source.fault(
                line, 9, f"{name} is a class in {places[0][0].path} too; one word for one thing"
            )


def rule_no_participles(sources: Sources) -> Iterator[Fault]:
    """A public function is a verb phrase or a noun, not a bare participle (`told`, `gathered`)."""
    for source in sources:
        for node in source.tree.body:
            if isinstance(node, FUNCTIONS) and _participle(node.name):
                yield source.fault(
                    node.lineno, 9, f"{node.name}() says a state; say what it does, or what it gives"
                )


def _participle(name: str) -> bool:
    ends = name.endswith("ed") and name not in VERBS and not name.startswith("_") and "_" not in name
    return ends or name in PARTICIPLES


def rule_no_lodgers(sources: Sources) -> Iterator[Fault]:
    """A small file whose only importer lies beside it belongs inside that importer."""
    by_module = {source.module: source for source in sources}
    importers: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for target in targets(source, by_module):
            importers[target].add(source.module)
    for module, source in by_module.items():
        lines = source.text.count("\n")
        small = lines < LODGER_LINES and not source.package and source.path not in EXCUSED
        hosts = importers[module]
        if small and len(hosts) == 1:
            (host,) = hosts
            if host.rpartition(".")[0] == module.rpartition(".")[0]:
                yield source.fault(1, 9, f"{lines} lines that only {host} uses; move them there")


FLOORS = (
    ("ui.model", "ui.palette", "ui.settings", "ui.threads", "ui.qt", "ui.marks", "ui.disabled_reason"),
    ("ui.canvas", "ui.tools", "ui.docks", "ui.dialogs", "ui.engine", "ui.actions", "ui.chrome", "ui.batch"),
    ("ui.commands",),
    ("ui.main_window", "ui.app"),
)


def rule_ui_floors(sources: Sources) -> Iterator[Fault]:
    """Imports of the window go down too: values < canvas, tools, docks, dialogs, engine < commands < main window."""
    level = {name: at for at, names in enumerate(FLOORS) for name in names}
    for source in (source for source in sources if source.under("ui")):
        here = level.get(room(source.module))
        for found in source.imports if here is not None else ():
            there = level.get(room(found.module))
            if there is not None and there > here:
                words = (
                    f"{room(source.module)} imports {room(found.module)}, a floor above; move what both need"
                )
                yield source.fault(found.line, 9, words)


def circles(sources: Iterable[Source], top: str) -> set[frozenset[str]]:
    """Pairs of folders of one top folder whose files import each other both ways."""
    edges: set[tuple[str, str]] = set()
    for source in sources:
        here = _folder(source.module, top)
        if here:
            edges |= {
                (here, there) for there in (_folder(found.module, top) for found in source.imports) if there
            }
    return {frozenset(edge) for edge in edges if edge[0] != edge[1] and edge[::-1] in edges}


def _folder(module: str, top: str) -> str:
    """`ui.canvas` of `ui.canvas.camera.View`; empty where the module lies elsewhere."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == top and len(parts) > 2 else ""
