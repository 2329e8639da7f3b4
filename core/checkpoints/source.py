"""Where the authors of a model publish its weights, and how we know the file again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.checkpoints.digest import PIECE_BYTES
from core.errors import CheckpointError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Source:
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

    def faults(self, source: Source) -> list[str]:
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


def check_seal(name: str, seal: Seal, source: Source, advice: str) -> None:
    """CheckpointError unless the file is the published one as far as anybody knows; `name` is for its words."""
    faults = seal.faults(source)
    if faults:
        raise CheckpointError(f"{name} is not the published {source.file}: {' and '.join(faults)}.", advice)
