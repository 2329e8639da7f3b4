"""The checkpoints we know: `resources/models/models.json`, read into frozen entries. No torch here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from core import folders
from core.checkpoints.community import CommunityModel, community_models
from core.errors import CheckpointError
from core.files import PIECE_BYTES

# Where the authors of a model publish its weights, and how we know the file again.


@dataclass(frozen=True)
class WeightSource:
    """The published file: its name and its addresses, tried in order.

    `size_bytes`, `sha256` and `md5_start` (the first digits of the MD5) are None where nobody publishes them;
    `told_by` says in words who vouches for the hash.
    """

    file: str
    addresses: tuple[str, ...]
    size_bytes: int | None = None
    sha256: str | None = None
    md5_start: str | None = None
    told_by: str = ""

    @property
    def hash_words(self) -> str:
        """How sure one can be that a file is the published one."""
        if self.sha256 or self.md5_start:
            return self.told_by
        return "The authors publish no hash; it is fixed at the first use on this computer."


@dataclass(frozen=True)
class Seal:
    """What is counted while a file streams by: its bytes, SHA-256 and MD5."""

    size_bytes: int
    sha256: str
    md5: str

    def faults(self, source: WeightSource) -> list[str]:
        """In what it differs from the published file, in words; empty where it is that file, or nobody knows."""
        found = []
        if source.size_bytes is not None and self.size_bytes != source.size_bytes:
            found.append(f"it has {self.size_bytes} bytes, not {source.size_bytes}")
        if source.sha256 is not None and self.sha256 != source.sha256:
            found.append(f"its SHA-256 begins {self.sha256[:12]}, not {source.sha256[:12]}")
        if source.md5_start is not None and not self.md5.startswith(source.md5_start):
            found.append(f"its MD5 begins {self.md5[: len(source.md5_start)]}, not {source.md5_start}")
        return found


class Sealing:
    """Feed it pieces, in order; then ask for the seal. MD5 only tells a mix-up, SHA-256 also a forgery."""

    def __init__(self) -> None:
        self._sha256, self._md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        self.size_bytes = 0

    def add(self, piece: bytes) -> None:
        """The next bytes."""
        self._sha256.update(piece)
        self._md5.update(piece)
        self.size_bytes += len(piece)

    def seal(self) -> Seal:
        """Of everything so far."""
        return Seal(self.size_bytes, self._sha256.hexdigest(), self._md5.hexdigest())


def seal_of(path: Path) -> Seal:
    """Of a whole file. CheckpointError if it cannot be read."""
    sealing = Sealing()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                sealing.add(piece)
    except OSError as error:
        raise CheckpointError(
            f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error
    return sealing.seal()


def check_seal(name: str, seal: Seal, source: WeightSource, advice: str) -> None:
    """CheckpointError unless the file is the published one as far as anybody knows; `name` is for its words."""
    faults = seal.faults(source)
    if faults:
        raise CheckpointError(f"{name} is not the published {source.file}: {' and '.join(faults)}.", advice)


CATALOG_VERSION = 1


@dataclass(frozen=True)
class CatalogEntry:
    """One known weights file.

    `size_bytes` and `sha256` are None until the file is sealed (`python -m core.checkpoints.seal`);
    `scale` is target side / source side; `licence` is an SPDX name, or says in words what there is instead;
    `bundled` files come with the program. `task` is "upscale", "segment", or "part" of another model; `needs` are the
    ids of files that this one cannot work without; `source` is where its authors publish it, None where nobody does.
    `community` models were added by the user; `author` and `use` (what it is for) are empty where nobody told them.
    `seeded`: another seed gives another picture.
    """

    id: str
    name: str
    architecture: str
    scale: int
    file: str
    size_bytes: int | None
    sha256: str | None
    licence: str
    licence_url: str
    commercial: bool
    bundled: bool
    task: str = "upscale"
    needs: tuple[str, ...] = ()
    source: WeightSource | None = None
    community: bool = False
    author: str = ""
    use: str = ""
    seeded: bool = True


def bundled_folder() -> Path:
    """Where the weights lie that come with the program."""
    return Path(str(files("resources"))) / "models"


def catalog_file() -> Path:
    """The registry itself."""
    return bundled_folder() / "models.json"


def read_catalog(path: Path) -> tuple[CatalogEntry, ...]:
    """The entries of a registry in its order. CheckpointError if missing, damaged or of a newer version."""
    try:
        whole: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if whole["version"] != CATALOG_VERSION:
            raise CheckpointError(
                f"{path} has version {whole['version']}, not {CATALOG_VERSION}.", "Update the program."
            )
        return tuple(_entry(row) for row in whole["models"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"The list of models {path} cannot be read: {error}.", "Install the program again."
        ) from error


def _entry(row: dict[str, Any]) -> CatalogEntry:
    given = row.get("source")
    source = WeightSource(**{**given, "addresses": tuple(given["addresses"])}) if given else None
    return CatalogEntry(**{**row, "needs": tuple(row.get("needs", ())), "source": source})


def catalog() -> tuple[CatalogEntry, ...]:
    """Every checkpoint we know, the default first, then the models that the user has added."""
    return *read_catalog(catalog_file()), *(_community_entry(model) for model in community_models())


def _community_entry(model: CommunityModel) -> CatalogEntry:
    facts = model.facts
    return CatalogEntry(
        id=model.id,
        name=facts.name or model.id,
        architecture=model.architecture,
        scale=model.scale,
        file=model.file,
        size_bytes=model.size_bytes,
        sha256=model.sha256,
        licence=facts.licence,
        licence_url=facts.licence_url,
        commercial=facts.commercial,
        bundled=False,
        community=True,
        author=facts.author,
        use=facts.use,
        seeded=model.seeded,
    )


def entry(checkpoint: str) -> CatalogEntry:
    """The entry of this id. CheckpointError if we know none."""
    known = catalog()
    found = next((row for row in known if row.id == checkpoint), None)
    if found is None:
        names = ", ".join(row.id for row in known)
        raise CheckpointError(f"No model is named {checkpoint!r}.", f"Take one of: {names}.")
    return found


def places() -> tuple[Path, ...]:
    """Folders in which weights are looked for, first to last; none of them is ever written to here."""
    return bundled_folder(), folders.models()


def find(row: CatalogEntry) -> Path | None:
    """Where the entry's file lies, or None. What is in it is not looked at."""
    candidates = (place / row.file for place in places())
    return next((path for path in candidates if path.is_file()), None)


def find_file(checkpoint: str) -> tuple[CatalogEntry, Path]:
    """The entry of this id and where its file lies. CheckpointError if unknown or in none of the places."""
    row = entry(checkpoint)
    path = find(row)
    if path is None:
        looked = " and ".join(str(place) for place in places())
        raise CheckpointError(
            f"The weights of {row.name} are not here: {row.file} is not in {looked}.", how_to_get(row)
        )
    return row, path


def how_to_get(row: CatalogEntry) -> str:
    """What to do where the entry's file is missing."""
    if row.bundled:
        return "Install the program again."
    if row.source:
        return f"Run `semantic-upscale models get {row.id}`."
    return f"If you have them: `semantic-upscale models import FILE --as {row.id}`."
