"""Where the files lie that some measures need. A measure whose file is missing is not offered."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_VARIABLE = "SEMANTIC_UPSCALE_PERCEPTUAL"
DARKNET = "darknet_reference_1to5.safetensors"
SQUEEZENET = "squeezenet1_0.safetensors"
PRISTINE = "niqe_pris_params.npz"
NOT_AT_HAND = "not offered: file not at hand"


def measuring_folder() -> Path:
    """What the environment names, else `../shared/perceptual` beside the checkout; it may be missing."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "perceptual"


def at_hand(name: str, folder: Path | None = None) -> Path | None:
    """The file of that name in the folder (`measuring_folder()` where None), or None where it is missing."""
    path = (folder or measuring_folder()) / name
    return path if path.is_file() else None
