"""Models that the user has added, from the notes beside them, and what we know of the models that people share.

No torch here. The facts in `resources/models/community.json` are found by the hash of the published file, never by its
name: a name can be given to anything.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from core import folders
from core.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

COMMUNITY = "community"
"""Stands for whatever architecture is recognised, where one must be named before."""
FOLDER = "community"
UNKNOWN_LICENCE = "unknown licence"
HEADER_LIMIT_BYTES = 16 << 20
MODEL_ENDING, NOTE_ENDING = ".safetensors", ".safetensors.json"
STRANGERS = {
    "a checkpoint of Stable Diffusion": ("model.diffusion_model.", "cond_stage_model.", "first_stage_model."),
    "a LoRA": ("lora_", "lora.", ".lora_", "_lora.", "diffusion_model.lora"),
    "a text encoder": ("text_model.", "transformer.text_model."),
}


@dataclass(frozen=True)
class ModelFacts:
    """What people say of a published model. An empty text: nobody said it; `commercial` needs a licence that allows."""

    name: str = ""
    author: str = ""
    licence: str = UNKNOWN_LICENCE
    licence_url: str = ""
    commercial: bool = False
    use: str = ""


@dataclass(frozen=True)
class CommunityModel:
    """A model in the folder. `id` is the method's name, `file` counts from the models folder.

    `scale` is that of the network itself; `sha256` that of our safetensors file, None where its note was lost.
    """

    id: str
    file: str
    architecture: str
    scale: int
    sha256: str | None
    source_sha256: str
    size_bytes: int
    facts: ModelFacts

    @property
    def seeded(self) -> bool:
        """Only where the bundled model enlarges what this one has restored does a seed have a part."""
        return self.scale == 1


@lru_cache(maxsize=1)
def known_models() -> Mapping[str, ModelFacts]:
    """Facts by the SHA-256 of the published file (of an ncnn pair: the .bin)."""
    rows = json.loads((files("resources") / "models" / "community.json").read_text("utf-8"))["models"]
    return {sha256: _facts(row) for row in rows for sha256 in row["sha256"]}


def _facts(row: Mapping[str, Any]) -> ModelFacts:
    return ModelFacts(**{name: row[name] for name in ModelFacts.__annotations__ if name in row})


def facts_of(source_sha256: str) -> ModelFacts:
    """What we know of a published file; of most we know that their licence is unknown."""
    return known_models().get(source_sha256, ModelFacts())


def library_present() -> bool:
    """Whether the optional library that knows the architectures is installed."""
    return find_spec("spandrel") is not None


def check_library() -> None:
    """CheckpointError where the optional library that knows the architectures is not installed."""
    if not library_present():
        raise CheckpointError(
            "Community models need the optional library spandrel, which is not installed.",
            'Install it with `pip install "semantic-upscale[models]"`.',
        )


def community_folder() -> Path:
    """Where added models lie."""
    return folders.models() / FOLDER


def community_models() -> tuple[CommunityModel, ...]:
    """The models that were added, in the order of their names. A note that cannot be read tells of none."""
    return tuple(_installed())


def _installed() -> Iterator[CommunityModel]:
    for note in sorted(community_folder().glob(f"*{NOTE_ENDING}")):
        path = note.with_suffix("")
        try:
            told = json.loads(note.read_text("utf-8"))
            yield model_of(path, told["facts"], told["sha256"], told["source_sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # the file itself is then no model of ours; adding it again mends the note


def model_of(path: Path, facts: Mapping[str, str], sha256: str | None, source_sha256: str) -> CommunityModel:
    """A converted model by what was recognised in it. KeyError or ValueError where that is not whole."""
    return CommunityModel(
        id=path.name.removesuffix(MODEL_ENDING),
        file=f"{FOLDER}/{path.name}",
        architecture=facts["architecture"],
        scale=int(facts["scale"]),
        sha256=sha256,
        source_sha256=source_sha256,
        size_bytes=path.stat().st_size,
        facts=facts_of(source_sha256),
    )


def header_of(path: Path) -> dict[str, Any]:
    """The header of a safetensors file: names of tensors and `__metadata__`. CheckpointError where it has none."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            return dict(json.loads(file.read(min(length, HEADER_LIMIT_BYTES))))
    except (OSError, ValueError, TypeError, struct.error) as error:
        raise CheckpointError(
            f"{path} is not a whole safetensors file: {error}.", "Copy or download it again."
        ) from error


def facts_in(path: Path) -> dict[str, str]:
    """What was recognised in a converted model: its metadata."""
    return {str(key): str(value) for key, value in header_of(path).get("__metadata__", {}).items()}


def stranger_of(names: Iterable[str]) -> str | None:
    """What else the names of the tensors belong to, in words; None where they may be a model of ours."""
    for words, marks in STRANGERS.items():
        if any(name.startswith(marks) or any(mark in name for mark in marks) for name in names):
            return words
    return None
