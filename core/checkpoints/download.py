"""Published weights by name, only when somebody asks: `get`. Half-loaded files go on where they broke off."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import folders
from core.checkpoints.catalog import Entry, entry, find
from core.checkpoints.importing import Import, install
from core.checkpoints.room import check_room, make_folder
from core.checkpoints.source import Seal
from core.checkpoints.wire import BrokenError, Patience, RefusedError, discard, load
from core.errors import CheckpointError, UsageError
from core.progress import Reporter, silent

if TYPE_CHECKING:
    from pathlib import Path

    from core.checkpoints.source import Source

OFFLINE_VARIABLE = "HF_HUB_OFFLINE"
YES = ("1", "on", "yes", "true")


@dataclass(frozen=True)
class Terms:
    """What the user agreed to: `accept_licence` where commercial use is not free, `offline` for no network."""

    accept_licence: bool = False
    offline: bool = False


@dataclass(frozen=True)
class Loaded:
    """A whole file with its seal and the address that gave it."""

    path: Path
    seal: Seal
    address: str


def is_offline(offline: bool = False) -> bool:
    """Whether downloads are switched off, by the argument or by HF_HUB_OFFLINE."""
    return offline or os.environ.get(OFFLINE_VARIABLE, "").strip().lower() in YES


def check_terms(row: Entry, terms: Terms) -> None:
    """UsageError unless the licence is accepted where that is needed; CheckpointError if nothing may be loaded."""
    if row.source is None:
        raise CheckpointError(
            f"Nobody publishes weights of {row.name}.", f"Put {row.file} into {folders.models()}."
        )
    if not row.commercial and not terms.accept_licence:
        raise UsageError(
            f"{row.name} is not free for commercial use; its licence: {row.licence}, {row.licence_url}",
            "Read the licence; if you agree, add --accept-licence.",
        )
    if is_offline(terms.offline):
        raise CheckpointError(
            f"{row.name} was not downloaded: downloads are switched off (--offline or {OFFLINE_VARIABLE}).",
            f"Load {row.source.addresses[0]} on another computer, then run `semantic-upscale models import FILE`.",
        )


def download(
    source: Source,
    folder: Path,
    report: Reporter = silent,
    patience: Patience = Patience(),  # noqa: B008  (frozen)
) -> Loaded:
    """The published file, checked while it streams, moved to its name in `folder` only when right.

    CheckpointError with what each address said if none gives it; OutputError if the disk is full. A broken or
    cancelled load is kept as `<file>.part` and goes on the next time.
    """
    check_room(folder, 2 * (source.size_bytes or 0))
    make_folder(folder)
    part, said = folder / f"{source.file}.part", []
    for address in source.addresses:
        answer = _from(address, source, part, report, patience)
        if isinstance(answer, Seal):
            part.replace(folder / source.file)
            discard(part)
            return Loaded(folder / source.file, answer, address)
        said.append(f"{address}: {answer}")
    raise CheckpointError(
        f"{source.file} could not be downloaded. {'; '.join(said)}.",
        "Try again later, it goes on where it broke off; or load it elsewhere and run "
        "`semantic-upscale models import FILE`.",
    )


def _from(
    address: str, source: Source, part: Path, report: Reporter, patience: Patience
) -> Seal | BrokenError | RefusedError:
    """The seal of the whole right file, or why this address did not give it."""
    answer: Seal | BrokenError | RefusedError = RefusedError("it was never asked")
    for attempt in range(patience.attempts):
        time.sleep(patience.pause_s if attempt else 0)
        resumed = part.is_file()
        answer = _once(address, source, part, report, patience)
        if isinstance(answer, Seal) and (faults := answer.faults(source)):
            discard(part)
            answer = RefusedError(f"what it gave is another file: {' and '.join(faults)}")
            if resumed:  # perhaps the beginning was of another file
                continue
        if not isinstance(answer, BrokenError):
            return answer
    return answer


def _once(
    address: str, source: Source, part: Path, report: Reporter, patience: Patience
) -> Seal | BrokenError | RefusedError:
    try:
        return load(address, source, part, report, patience)
    except (BrokenError, RefusedError) as error:
        return error


def get(
    row: Entry,
    terms: Terms,
    report: Reporter = silent,
    patience: Patience = Patience(),  # noqa: B008  (frozen)
) -> Path:
    """Download, convert and keep the weights of an entry and all it needs; where they lie. What is there stays.

    Raises what `check_terms`, `download` and `install` raise.
    """
    for needed in row.needs:
        get(entry(needed), terms, report, patience)
    there = find(row)
    if there is not None:
        return there
    check_terms(row, terms)
    if row.source is None:
        raise AssertionError  # check_terms has told
    loaded = download(row.source, folders.models() / "downloads", report, patience)
    wanted = Import(row, loaded.path, loaded.address)
    target = install(wanted, report, loaded.seal)
    loaded.path.unlink(missing_ok=True)
    return target
