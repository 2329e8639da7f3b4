"""The golden vectors: folder from SEMANTIC_UPSCALE_GOLDEN, else `shared/golden` beside the checkout.

Use as `from golden import golden`; then `vectors, notes = golden("schedule")`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from safetensors import safe_open

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "golden"


def golden_folder():
    """Where the vectors lie; the test is skipped where they are absent."""
    folder = Path(os.environ.get("SEMANTIC_UPSCALE_GOLDEN", BESIDE))
    if not folder.is_dir():
        pytest.skip("golden vectors are absent (set SEMANTIC_UPSCALE_GOLDEN)", allow_module_level=True)
    return folder


def golden(name):
    """All tensors of `<name>.safetensors` by key, and its metadata with JSON values read."""
    with safe_open(str(golden_folder() / f"{name}.safetensors"), "pt") as file:
        notes = {key: _value(text) for key, text in (file.metadata() or {}).items()}
        return {key: file.get_tensor(key) for key in file.keys()}, notes  # noqa: SIM118  (no mapping)


def _value(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
