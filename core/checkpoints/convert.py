"""From a published `.pth` to our safetensors, in a process of its own: whatever the file holds stays in there.

The child is `python -m core.checkpoints.convert`; it says an error as one line of JSON and ends with code 5.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.checkpoints.community import COMMUNITY
from core.errors import CheckpointError, OutputError, SemanticUpscaleError
from core.progress import Progress, Reporter, silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.checkpoints.files import Weights

POLL_S = 0.2
Converter = Callable[[Path, Path, str, "Mapping[str, str]", Reporter], None]
ROOT = Path(__file__).resolve().parents[2]


def convert(
    source: Path, target: Path, architecture: str, notes: Mapping[str, str], report: Reporter = silent
) -> None:
    """Read, check and write in this process; `notes` become the new file's metadata.

    CheckpointError if the file is damaged, holds more than weights, or belongs to another architecture.
    """
    from safetensors.torch import save_file  # noqa: PLC0415  (torch is only woken in the child)

    from core.checkpoints.check import check_weights  # noqa: PLC0415
    from core.checkpoints.files import load_weights  # noqa: PLC0415

    report(Progress("convert", 0, 1))
    weights = check_weights(load_weights(source), architecture, str(source))
    tensors = {name: tensor.detach().clone().contiguous() for name, tensor in weights.tensors.items()}
    beside = target.with_name(target.name + ".part")
    report(Progress("convert", 1, 1))
    try:
        save_file(
            tensors, beside, {"architecture": architecture, **_recognised(weights, architecture), **notes}
        )
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(
            f"{target} cannot be written: {error}.", "Make room there, or choose another folder."
        ) from error


def _recognised(weights: Weights, architecture: str) -> Mapping[str, str]:
    """What the file itself told; of other files' own words none is kept."""
    return weights.metadata if architecture == COMMUNITY else {}


def convert_apart(
    source: Path, target: Path, architecture: str, notes: Mapping[str, str], report: Reporter = silent
) -> None:
    """`convert` in a fresh interpreter. `report` may raise Cancelled, which ends it and leaves nothing.

    Raises what `convert` raises, and CheckpointError where the child dies, of too little memory for instance.
    """
    words = json.dumps([str(source.absolute()), str(target.absolute()), architecture, dict(notes)])
    command = [sys.executable, "-m", "core.checkpoints.convert", words]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(  # noqa: S603  (our own module, arguments as JSON)
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as child:
        try:
            said = _wait(child, report)
        except BaseException:
            child.kill()
            child.wait()
            target.with_name(target.name + ".part").unlink(missing_ok=True)
            raise
    _raise_again(child.returncode, said, source)


def _wait(child: subprocess.Popen[str], report: Reporter) -> str:
    while True:
        report(Progress("convert", 0, 1))
        try:
            said, _ = child.communicate(timeout=POLL_S)
        except subprocess.TimeoutExpired:
            continue
        report(Progress("convert", 1, 1))
        return said


def _raise_again(code: int, said: str, source: Path) -> None:
    if not code:
        return
    try:
        kind, message, advice = json.loads(said.strip().splitlines()[-1])
    except (ValueError, IndexError):
        kind, message = (
            "CheckpointError",
            f"{source} could not be converted (the converter ended with code {code}).",
        )
        advice = "Free some memory and try again, or ask for a .safetensors file."
    raise (OutputError if kind == "OutputError" else CheckpointError)(message, advice)


def main(words: str) -> int:
    """The child's whole life: arguments as JSON in, an exit code out."""
    source, target, architecture, notes = json.loads(words)
    try:
        convert(Path(source), Path(target), architecture, notes)
    except SemanticUpscaleError as error:
        sys.stdout.write(json.dumps([type(error).__name__, str(error), error.advice]) + "\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
