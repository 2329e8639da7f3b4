"""Community models from the user's files into the models folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from core.checkpoints.catalog import CatalogEntry, catalog, entry, seal_of
from core.checkpoints.community import (
    COMMUNITY,
    FOLDER,
    MODEL_ENDING,
    UNKNOWN_LICENCE,
    CommunityModel,
    check_library,
    community_models,
    facts_in,
    header_of,
    model_of,
    stranger_of,
)
from core.checkpoints.convert import Converter, convert_apart
from core.checkpoints.install import Import, install, recognise
from core.errors import CheckpointError
from core.progress import Reporter, silent
from plugin.bridge.facts import MODEL_ENDINGS

MOST_BYTES = 4 << 30
MEMORY_PER_BYTE = 3  # the file as it is read, the network, and the copy that is written
MEMORY_BESIDES_BYTES = 700 << 20  # what torch and the architectures take in the process that converts
NAME_LENGTH = 64
HASH_DIGITS = 8


@dataclass(frozen=True)
class AddedModel:
    """A model in the catalog; `before`: the same file had been added already."""

    row: CatalogEntry
    before: bool = False


def model_files(place: Path) -> tuple[Path, ...]:
    """A file, or those of a folder that may be models, by name; of an ncnn pair the .param.

    CheckpointError where there is nothing, or nothing that may be one.
    """
    if not place.exists():
        raise CheckpointError(f"There is no file or folder {place}.", "Check the path.")
    if not place.is_dir():
        return (_first_of_pair(place),)
    files = (file for file in sorted(place.iterdir()) if file.is_file())
    found = tuple(file for file in files if file.suffix.lower() in MODEL_ENDINGS and not _half(file))
    if not found:
        raise CheckpointError(
            f"{place} holds no model file.", f"Models end in {', '.join(MODEL_ENDINGS)}; name one of them."
        )
    return found


def _first_of_pair(file: Path) -> Path:
    return file.with_suffix(".param") if file.suffix.lower() == ".bin" else file


def _half(file: Path) -> bool:
    return file.suffix.lower() == ".bin"


def add(file: Path, report: Reporter = silent, converter: Converter = convert_apart) -> AddedModel:
    """Recognise a model, convert it in a process of its own, keep it; from then on it is in the catalog.

    `converter` is another one for files of our own making.
    Its name is that of the file, with the first digits of its hash where another model has that name. CheckpointError
    where the file is no model that enlarges or restores colour pictures, is damaged, holds more than weights, is too
    large, or the library is missing; OutputError where it cannot be kept.
    """
    check_library()
    _check_size(file)
    _check_kind(file)
    seal = seal_of(_weights_of(file))
    before = next((model for model in community_models() if model.source_sha256 == seal.sha256), None)
    if before:
        return AddedModel(entry(before.id), before=True)
    name = _free_name(file.stem, seal.sha256)
    install(Import(_row(name), file, other_weights=True), report, seal, converter)
    return AddedModel(entry(name))


@dataclass(frozen=True)
class Examined:
    """What a file holds: `model` as it would be added, `before` under which name it was added already, or None.

    `catalogued` is the id of the entry that the file belongs to, where it is one of the program's own list.
    """

    model: CommunityModel | None
    before: str | None = None
    catalogued: str | None = None


def examine(file: Path, report: Reporter = silent) -> Examined:
    """Say what a file is, and keep nothing. CheckpointError as for `add`."""
    listed = recognise(file)
    if listed:
        return Examined(None, catalogued=listed.id)
    check_library()
    _check_size(file)
    _check_kind(file)
    seal = seal_of(_weights_of(file))
    before = next((model.id for model in community_models() if model.source_sha256 == seal.sha256), None)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{plain_name(file.stem)}{MODEL_ENDING}"
        convert_apart(file, path, COMMUNITY, {}, report)
        return Examined(model_of(path, facts_in(path), None, seal.sha256), before)


def _weights_of(file: Path) -> Path:
    return file.with_suffix(".bin") if file.suffix.lower() == ".param" else file


def _check_size(file: Path) -> None:
    weights = _weights_of(file)
    size_bytes = weights.stat().st_size if weights.is_file() else 0
    if size_bytes > MOST_BYTES:
        raise CheckpointError(
            f"{file.name} has {size_bytes / 1e9:.1f} GB; no model that enlarges pictures is so large.",
            "Checkpoints of image generators and their parts do not work here; take an upscaling model.",
        )
    needed, free = MEMORY_PER_BYTE * size_bytes + MEMORY_BESIDES_BYTES, psutil.virtual_memory().available
    if needed > free:
        raise CheckpointError(
            f"Reading {file.name} takes about {needed / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free.",
            "Close other programs and try again.",
        )


def _check_kind(file: Path) -> None:
    """What the header of a safetensors file tells is told before the whole of it is read."""
    if file.suffix.lower() != ".safetensors" or not file.is_file():
        return
    stranger = stranger_of(header_of(file))
    if stranger:
        raise CheckpointError(
            f"{file.name} is {stranger}, no model that enlarges pictures by itself.",
            "Take an upscaling model.",
        )


def plain_name(stem: str) -> str:
    """A method's name from a file's: letters, digits and . _ + -, at most NAME_LENGTH."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", stem).strip("-._+")[:NAME_LENGTH] or "model"


def _free_name(stem: str, sha256: str) -> str:
    plain = plain_name(stem)
    taken = {row.id.lower() for row in catalog()}
    return plain if plain.lower() not in taken else f"{plain}-{sha256[:HASH_DIGITS]}"


def _row(name: str) -> CatalogEntry:
    """What the catalog says of a model before it is recognised."""
    return CatalogEntry(
        id=name,
        name=name,
        architecture=COMMUNITY,
        scale=0,
        file=f"{FOLDER}/{name}{MODEL_ENDING}",
        size_bytes=None,
        sha256=None,
        licence=UNKNOWN_LICENCE,
        licence_url="",
        commercial=False,
        bundled=False,
        community=True,
    )
