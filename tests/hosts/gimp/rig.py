"""A real GIMP in a root file system, the real engine beside it, and the plug-in installed as a user has it."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from core.plugins import install as plugins
from core.plugins import pack
from core.plugins.install import HostFolder

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
CANNOT = 77
# As where GIMP is started from an environment of its own: the first python3 has no gi for our plug-in.
POOR_PYTHON = """#!/bin/sh
case "$1" in
*/semantic-upscale.py) echo started >>/t/poor.log && exec /usr/bin/python3 -S "$@" ;;
*) exec /usr/bin/python3 "$@" ;;
esac
"""
BUILD_S, RUN_S, START_S = 1500, 1000, 240


def names_in(*scripts):
    """The scenarios of scripts that only GIMP's Python can import: their public functions without arguments."""
    trees = [ast.parse((HERE / script).read_text("utf-8")) for script in scripts]
    functions = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [one.name for one in functions if not one.name.startswith("_") and not one.args.args]


def root():
    """(folder, "") of a root with GIMP, or (None, why not); built once, or unpacked from $SEMANTIC_UPSCALE_ROOTS.

    $SEMANTIC_UPSCALE_GIMP_SUITE is the suite of Debian that it comes from: trixie (GIMP 3.0), or forky (GIMP 3.2).
    """
    suite = os.environ.get("SEMANTIC_UPSCALE_GIMP_SUITE") or "trixie"
    folder = Path(
        os.environ.get("SEMANTIC_UPSCALE_GIMP_ROOT") or REPOSITORY / "build" / "hosts" / f"gimp-{suite}"
    )
    command = ["bash", str(HERE / "root.sh"), str(folder), suite]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_S, check=False)
    said = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
    assert done.returncode in (0, CANNOT), done.stdout + done.stderr
    return (folder, "") if done.returncode == 0 else (None, said)


def install(stage):
    """The plug-in as `plugins install` writes it, the zip unpacked beside, and the scripts that test them."""
    plugins.install(
        HostFolder("gimp", "system", stage / "profile" / "plug-ins", version="3.0"), "of the tests"
    )
    unpack(pack.pack("gimp", "of the zip", stage), stage / "fresh" / "plug-ins")
    poor = stage / "poor" / "python3"
    poor.parent.mkdir()
    poor.write_text(POOR_PYTHON)
    poor.chmod(0o755)
    shutil.copytree(HERE, stage / "tests" / "hosts" / "gimp", ignore=shutil.ignore_patterns("__pycache__"))


def unpack(archive, folder):
    """As a user does, whose program keeps what may be run."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
        for entry in packed.infolist():
            (folder / entry.filename).chmod(entry.external_attr >> 16 & 0o777)


@contextlib.contextmanager
def engine(home):
    """The real engine, with a home of its own."""
    command = [sys.executable, "-m", "core.cli", "serve", "--idle-stop", "0"]
    environment = {**os.environ, "SEMANTIC_UPSCALE_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen(command, cwd=home, env=environment)
    try:
        until = time.monotonic() + START_S
        while not (home / "engine" / "engine.json").exists():
            assert process.poll() is None, "the engine ended"
            assert time.monotonic() < until, "the engine does not come"
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def run_inside(folder, stage, script, verdicts, picture=""):
    """{scenario: what went wrong} after a script has run in the root; all that was said where it broke down."""
    inside = [
        "sh",
        "/t/tests/hosts/gimp/inside.sh",
        f"/t/tests/hosts/gimp/{script}",
        *([picture] if picture else []),
    ]
    command = ["sh", str(HERE / "enter.sh"), str(folder), str(stage), *inside]
    with (stage / f"{script}.log").open("w") as said:
        subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, timeout=RUN_S, check=False)
    told = (stage / f"{script}.log").read_text(errors="replace")
    times = [line for line in told.splitlines() if line.endswith((" s", " ms"))]
    print("\n".join(times))  # noqa: T201  (shown by pytest -s)
    assert (stage / verdicts).exists(), told[-4000:]
    return json.loads((stage / verdicts).read_text())
