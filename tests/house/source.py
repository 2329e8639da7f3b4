"""Files as syntax trees, and what every rule asks of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
HOUSE = ("core", "ui", "plugin", "resources")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Fault:
    """One place where a rule of docs/architecture.md is broken, and what to do about it."""

    path: str
    line: int
    rule: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: rule {self.rule}: {self.words}"


@dataclass(frozen=True)
class Imported:
    """One imported name, absolute: `module` is the dotted name as far as the statement tells it."""

    module: str
    line: int


@dataclass(frozen=True)
class Source:
    """One file; `path` is relative to the repository, with forward slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def package(self) -> bool:
        return self.path.endswith("__init__.py")

    @cached_property
    def module(self) -> str:
        parts = PurePosixPath(self.path).with_suffix("").parts
        return ".".join(parts[:-1] if self.package else parts)

    @cached_property
    def imports(self) -> tuple[Imported, ...]:
        """All of them: at the top, inside functions, under TYPE_CHECKING, and `import_module("…")`."""
        return tuple(found for node in ast.walk(self.tree) for found in _imports(node, self))

    def fault(self, line: int, rule: int, words: str) -> Fault:
        return Fault(self.path, line, rule, words)

    def under(self, *places: str) -> bool:
        """Whether the file is one of these files or lies in one of these folders."""
        return any(self.path == place or self.path.startswith(place.rstrip("/") + "/") for place in places)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute; a part without a name becomes empty, as in `.numpy` of `f(x).numpy`."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def _base(node: ast.ImportFrom, source: Source) -> str:
    """The absolute module of a `from … import`, dots resolved."""
    if not node.level:
        return node.module or ""
    here = source.module.split(".")
    up = here[: len(here) - node.level + (1 if source.package else 0)]
    return ".".join([*up, node.module] if node.module else up)


def _imports(node: ast.AST, source: Source) -> Iterator[Imported]:
    if isinstance(node, ast.Import):
        yield from (Imported(alias.name, node.lineno) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _base(node, source)
        yield from (Imported(f"{base}.{alias.name}", node.lineno) for alias in node.names)
    elif isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in ("import_module", "__import__"):
        names = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        yield from (Imported(name, node.lineno) for name in names if isinstance(name, str))


def same_or_inside(module: str, *packages: str) -> bool:
    """Whether the dotted name is one of the packages or lies in one."""
    return any(module == package or module.startswith(package + ".") for package in packages)


def calls(node: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call below the node, with its dotted name."""
    return ((call, dotted(call.func)) for call in ast.walk(node) if isinstance(call, ast.Call))


def read(*folders: str) -> tuple[Source, ...]:
    """All Python files of these folders of the repository."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths)
