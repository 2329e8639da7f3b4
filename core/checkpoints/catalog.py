"""The checkpoints we know: `resources/models/models.json`, read into frozen entries. No torch here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from core import folders
from core.checkpoints.community import CommunityModel, community_models
from core.checkpoints.source import Source
from core.errors import CheckpointError

CATALOG_VERSION = 1


@dataclass(frozen=True)
class Entry:
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
    source: Source | None = None
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


def read_catalog(path: Path) -> tuple[Entry, ...]:
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


def _entry(row: dict[str, Any]) -> Entry:
    given = row.get("source")
    source = Source(**{**given, "addresses": tuple(given["addresses"])}) if given else None
    return Entry(**{**row, "needs": tuple(row.get("needs", ())), "source": source})


def catalog() -> tuple[Entry, ...]:
    """Every checkpoint we know, the default first, then the models that the user has added."""
    return *read_catalog(catalog_file()), *(_community_entry(model) for model in community_models())


def _community_entry(model: CommunityModel) -> Entry:
    facts = model.facts
    return Entry(
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


def entry(checkpoint: str) -> Entry:
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


def find(row: Entry) -> Path | None:
    """Where the entry's file lies, or None. What is in it is not looked at."""
    candidates = (place / row.file for place in places())
    return next((path for path in candidates if path.is_file()), None)


def located(checkpoint: str) -> tuple[Entry, Path]:
    """The entry of this id and where its file lies. CheckpointError if unknown or in none of the places."""
    row = entry(checkpoint)
    path = find(row)
    if path is None:
        looked = " and ".join(str(place) for place in places())
        raise CheckpointError(
            f"The weights of {row.name} are not here: {row.file} is not in {looked}.", how_to_get(row)
        )
    return row, path


def how_to_get(row: Entry) -> str:
    """What to do where the entry's file is missing."""
    if row.bundled:
        return "Install the program again."
    command = f"semantic-upscale models get {row.id}" if row.source else ""
    return f"Run `{command}`." if command else f"Put {row.file} into {folders.models()}."


def bundled(checkpoint: str = "compact") -> Path:
    """Path of a checkpoint that comes with the program. CheckpointError as for `located`."""
    return located(checkpoint)[1]
