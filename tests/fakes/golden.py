"""The golden vectors: folder from SEMANTIC_UPSCALE_GOLDEN, else `shared/golden` beside the checkout.

Use as `from golden import golden`; then `vectors, notes = golden("schedule")`. Any folder of vectors of the same kinds
will do: which cases it has, of what size and at which steps, the tests read from its files (`cases`, `files`,
`schedule_of`).
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from safetensors import safe_open

from core.diffusion.schedule import ScheduleParams, build_schedule

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "golden"


def _place():
    return Path(os.environ.get("SEMANTIC_UPSCALE_GOLDEN", BESIDE))


def golden_folder():
    """Where the vectors lie; the test is skipped where they are absent."""
    if not _place().is_dir():
        pytest.skip("golden vectors are absent (set SEMANTIC_UPSCALE_GOLDEN)", allow_module_level=True)
    return _place()


def files(pattern):
    """Names of the vector files that match, for `parametrize`; one that skips where there is none."""
    found = sorted(path.stem for path in _place().glob(f"{pattern}.safetensors"))
    return found or [pytest.param(pattern, marks=pytest.mark.skip("no such golden vectors here"))]


def cases(pattern, member):
    """(file, case) of every `<case>.<member>` in the files that match, for `parametrize`; skips as `files` does."""
    found = []
    for path in sorted(_place().glob(f"{pattern}.safetensors")):
        with safe_open(str(path), "pt") as file:
            keys = sorted(key for key in file.keys() if key.endswith("." + member))  # noqa: SIM118  (no mapping)
        found += [(path.stem, key.removesuffix("." + member)) for key in keys]
    return found or [pytest.param(pattern, "", marks=pytest.mark.skip("no such golden vectors here"))]


def numbered(vectors, name):
    """`<name>_0`, `<name>_1`, … as far as there are any."""
    keys = sorted(
        (key for key in vectors if re.fullmatch(rf"{name}_\d+", key)), key=lambda key: int(key.split("_")[-1])
    )
    return [vectors[key] for key in keys]


def schedule_of(notes):
    """The schedule that vectors were made with, by whichever names their notes use; else the published one."""
    said = notes.get("diffusion") or notes.get("config") or {}
    params = ScheduleParams(
        steps=said.get("steps", notes.get("steps", 15)),
        min_noise=said.get("min_noise", said.get("min_noise_level", 0.04)),
        end=said.get("end", said.get("etas_end", 0.99)),
        kappa=said.get("kappa", 2.0),
        power=said.get("p", said.get("power", 0.3)),
        capped="sqrt" in said.get("start_rule", ""),
    )
    schedule = build_schedule(params)
    return schedule.respaced(said["respace"]) if said.get("respace") else schedule


def golden(name):
    """All tensors of `<name>.safetensors` by key, and its metadata with JSON values read."""
    path = golden_folder() / f"{name}.safetensors"
    if not path.is_file():
        pytest.skip(f"{name}.safetensors is not among the golden vectors here")
    with safe_open(str(path), "pt") as file:
        notes = {key: _value(text) for key, text in (file.metadata() or {}).items()}
        return {key: file.get_tensor(key) for key in file.keys()}, notes  # noqa: SIM118  (no mapping)


def _value(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
