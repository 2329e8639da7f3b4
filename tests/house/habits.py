"""Rules 5 to 8 inside a file: conversions, frozen values, quiet imports, pure maths; and lengths."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from house.source import FUNCTIONS, calls, dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from house.source import Fault, Source

    Sources = tuple[Source, ...]

FUNCTION_LINES = 60
FILE_LINES = 600
# (rule, what is called, the places where it may be, what to use instead)
CALLS: tuple[tuple[int, tuple[str, ...], tuple[str, ...], str], ...] = (
    (5, ("torch.from_numpy", ".numpy"), ("core/image",), "core.image.tensor"),
    (5, ("cv2.imread", "cv2.imwrite", "cv2.imdecode", "cv2.imencode"), ("core/image",), "core.image.io"),
    (5, (".bits", ".constBits"), ("ui/qt.py", "plugin/krita/document.py"), "ui.qt"),
    (8, ("torch.manual_seed", "np.random.seed", "random.seed"), (), "a generator handed in"),
)
# (rule, file or folder) → why it may.
EXCEPTIONS = {
    (
        5,
        "core/train",
    ): "the trainer turns photographs into batches by the thousand, and damages them as files do",
    (5, "core/metrics"): "the judges' networks each want a range of their own",
    (5, "core/diffusion/schedule.py"): "a table of a formula's numbers, looked up by timestep; never pixels",
    (5, "core/regions/mask_png.py"): "a project's masks are grey PNGs inside a zip, with bounds of their own",
    (5, "core/segment/sam"): "logits of the package's network, never pixels",
    (8, "core/train"): "the trainer seeds its own process, so that one command repeats a run",
}
MATHS = ("core/nets", "core/diffusion", "core/tiling", "core/metrics")
IMPURE = (
    "open", ".read_bytes", ".read_text", ".write_bytes", ".write_text",
    "torch.load", "torch.save", ".cuda", "torch.cuda.is_available", "torch.set_default_device",
)  # fmt: skip
RANDOM = ("rand", "randn", "randint", "randperm", "normal", "bernoulli")
# What a plug-in must do at import, because that is how its host finds it.
HOSTS_ASK = {
    "plugin/krita": "Krita registers extensions at import",
    "plugin/gimp": "GIMP runs the file itself",
}
ACTIONS = (
    "open", "mkdir", "makedirs", "read_text", "read_bytes", "write_text", "write_bytes", "unlink",
    "imread", "load_file", "Thread", "Timer", "start", "run", "Popen", "urlopen", "print", "getenv",
    "basicConfig", "addHandler", "seed", "manual_seed", "set_num_threads", "filterwarnings",
    "simplefilter", "signal",
)  # fmt: skip
QUIET = (ast.Import, ast.ImportFrom, *FUNCTIONS, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Pass)


def matches(name: str, pattern: str) -> bool:
    """Whether a call is the one meant: `.numpy` is a method of anything, `torch.load` is exactly that."""
    return name.endswith(pattern) if pattern.startswith(".") else name == pattern


def rules_5_and_8_calls(sources: Sources) -> Iterator[Fault]:
    """Conversions and seeds have their places."""
    for source in sources:
        for call, name in calls(source.tree):
            for rule, patterns, places, instead in CALLS:
                if any(matches(name, pattern) for pattern in patterns) and not _free(source, rule, places):
                    yield source.fault(call.lineno, rule, f"{name}() is not for here; use {instead}")


def _free(source: Source, rule: int, places: tuple[str, ...] = ()) -> bool:
    return source.under(*places, *(place for number, place in EXCEPTIONS if number == rule))


def rule_6_frozen(sources: Sources) -> Iterator[Fault]:
    """Public dataclasses are frozen: a change makes a new value."""
    for source in (source for source in sources if not _free(source, 6)):
        classes = [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
        for node in (node for node in classes if not node.name.startswith("_")):
            if any(_thawed(decorator) for decorator in node.decorator_list):
                yield source.fault(
                    node.lineno, 6, f"{node.name} is not frozen; write @dataclass(frozen=True)"
                )


def _thawed(decorator: ast.expr) -> bool:
    bare = decorator.func if isinstance(decorator, ast.Call) else decorator
    if dotted(bare).split(".")[-1] != "dataclass":
        return False
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return not any(word.arg == "frozen" and getattr(word.value, "value", None) is True for word in keywords)


def rule_7_quiet(sources: Sources) -> Iterator[Fault]:
    """Importing a file only makes names: no folder, log, thread, timer or environment read."""
    for source in (source for source in sources if not source.under(*HOSTS_ASK)):
        yield from _loud(source, source.tree.body)
        for node in _at_import(source.tree):
            name = dotted(node.func) if isinstance(node, ast.Call) else dotted(node)
            if name in ("os.environ", "environ"):
                yield source.fault(
                    node.lineno, 7, "the environment is read at import; read it inside a function"
                )
            elif isinstance(node, ast.Call) and name.split(".")[-1] in ACTIONS:
                yield source.fault(node.lineno, 7, f"{name}() runs at import; call it from a function")


def _loud(source: Source, body: Iterable[ast.stmt]) -> Iterator[Fault]:
    """Statements at the top of a file that are neither definitions, constants, imports nor prose."""
    for node in body:
        if isinstance(node, ast.If) and _waits(node):
            continue
        if isinstance(node, ast.If | ast.Try):
            handlers = [step for handler in getattr(node, "handlers", ()) for step in handler.body]
            yield from _loud(source, [*node.body, *node.orelse, *handlers, *getattr(node, "finalbody", ())])
        elif not isinstance(node, QUIET) and not (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            yield source.fault(node.lineno, 7, "something happens at import here; put it into a function")


def _waits(node: ast.If) -> bool:
    """`if TYPE_CHECKING:` and `if __name__ == "__main__":` do not run when imported."""
    return any(
        isinstance(part, ast.Name) and part.id in ("TYPE_CHECKING", "__name__")
        for part in ast.walk(node.test)
    )


def _at_import(node: ast.AST) -> Iterator[ast.expr]:
    """Every expression that runs when the file is imported: decorators and defaults yes, bodies no."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _waits(child):
            continue
        if isinstance(child, FUNCTIONS):
            for now in (*child.decorator_list, *child.args.defaults, *filter(None, child.args.kw_defaults)):
                yield from (now, *_at_import(now))
        elif not isinstance(child, ast.Lambda):
            if isinstance(child, ast.expr):
                yield child
            yield from _at_import(child)


def rule_8_maths(sources: Sources) -> Iterator[Fault]:
    """Maths opens no file and picks no device."""
    for source in (source for source in sources if source.under(*MATHS)):
        for call, name in calls(source.tree):
            if any(matches(name, pattern) for pattern in IMPURE):
                yield source.fault(
                    call.lineno, 8, f"maths calls {name}(); let the engine do it and hand the result in"
                )


def rule_8_random(sources: Sources) -> Iterator[Fault]:
    """Randomness is an argument: a generator is always named."""
    for source in (source for source in sources if source.under("core") and not _free(source, 8)):
        for call, name in calls(source.tree):
            named = any(word.arg == "generator" for word in call.keywords)
            if name in {f"torch.{draw}" for draw in RANDOM} and not named:
                yield source.fault(call.lineno, 8, f"{name}() draws from nowhere; pass generator=")
            elif (
                name.startswith("np.random.")
                and name.split(".")[2][0].islower()
                and name != "np.random.default_rng"
            ):
                yield source.fault(
                    call.lineno, 8, f"{name}() draws from a shared source; pass a np.random.Generator"
                )


def functions(sources: Sources) -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Every function with its length in lines, decorators not counted."""
    for source in sources:
        for node in (node for node in ast.walk(source.tree) if isinstance(node, FUNCTIONS)):
            yield source, node, (node.end_lineno or node.lineno) - node.lineno + 1


def lengths(sources: Sources) -> Iterator[Fault]:
    """Functions of at most 60 lines, files of at most 600 (the manner asks for far less)."""
    for source, node, lines in functions(sources):
        if lines > FUNCTION_LINES:
            yield source.fault(
                node.lineno,
                0,
                f"{node.name} has {lines} lines, more than {FUNCTION_LINES}; split it by matter",
            )
    for source in sources:
        lines = source.text.count("\n")
        if lines > FILE_LINES:
            yield source.fault(
                1, 0, f"the file has {lines} lines, more than {FILE_LINES}; split it by matter"
            )


def averages(sources: Sources) -> str:
    """One line for the log: how long functions and files are."""
    sizes = [lines for _, _, lines in functions(sources)]
    files = [source.text.count("\n") for source in sources]
    return f"house: {_summary(sizes, 'functions')}; {_summary(files, 'files')}"


def _summary(lines: list[int], of_what: str) -> str:
    mean = sum(lines) / max(1, len(lines))
    return f"{len(lines)} {of_what} of {mean:.1f} lines on average, longest {max(lines, default=0)}"
