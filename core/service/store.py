"""Pictures that clients sent, by content hash: files in a folder, bounded, the least lately used dropped first."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from collections import Counter, OrderedDict
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from core.errors import InputError, OutputError
from core.files import make_own_folder, remove_tree
from core.image.raw import RawLayout, check_raw, raw_header
from core.image.read import Header, read_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.geometry import Size


__all__ = ["PictureStore", "RawLayout", "StoredPicture"]

MOST_BYTES = 4 << 30
_DEPTHS = {8: "u8", 16: "u16", "float": "f32"}
_MODES = {"grey": "GREY", "rgb": "RGB", "cmyk": "RGB"}


@dataclass(frozen=True)
class StoredPicture:
    """A picture that is here: `id` is the SHA-256 of what was sent; `notices` are sentences for the user.

    Of raw planes the layout is hashed too, as one line of text before the body. `mode` is what its target comes back
    in; CMYK says RGB.
    """

    id: str
    width: int
    height: int
    mode: str
    depth: str
    has_icc: bool
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shelved:
    """A stored picture for those who work with it: where its bytes lie, and what its target gives back."""

    picture: StoredPicture
    path: Path
    bytes: int
    header: Header
    layout: RawLayout | None

    @property
    def size(self) -> Size:
        """Width and height in pixels, upright."""
        return self.header.size

    def for_worker(self) -> dict[str, Any]:
        """Plain values, to be sent to another process."""
        raw = asdict(self.layout) if self.layout else None
        return {"id": self.picture.id, "path": str(self.path), "raw": raw}


DATA_LEFT_OUT = "Its channels of data are left out here; the shell enlarges them too."


class PictureStore:
    """Keeps up to `most_bytes` of pictures in `folder`, which is emptied first. Safe to share between threads."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._most_bytes = folder, most_bytes
        self._kept: OrderedDict[str, Shelved] = OrderedDict()
        self._held: Counter[str] = Counter()
        self._bytes = 0
        self._unwanted: set[str] = set()
        self._lock = threading.RLock()
        remove_tree(folder)
        with _writing(folder):
            make_own_folder(folder)

    def put_file(self, chunks: Iterable[bytes]) -> StoredPicture:
        """Keep an encoded file. InputError where it is no picture, damaged or too large; OutputError: disk full."""
        with self._spilled(chunks, b"", self._most_bytes) as (path, name):
            return self._shelve(name, path, read_header(path), None)

    def put_raw(self, layout: RawLayout, chunks: Iterable[bytes]) -> StoredPicture:
        """Keep raw planes. InputError for a body that does not fit the layout, or holds what is not a number."""
        with self._spilled(chunks, head_of(layout), layout.total_bytes, exactly=True) as (path, name):
            check_raw(path, layout)
            return self._shelve(name, path, raw_header(path, layout), layout)

    def get(self, picture_id: str) -> StoredPicture:
        """KeyError where it is not here (any more)."""
        return self.shelved(picture_id).picture

    def shelved(self, picture_id: str) -> Shelved:
        """As `get`, with where it lies."""
        with self._lock:
            self._kept.move_to_end(picture_id)  # KeyError where it is not
            return self._kept[picture_id]

    def forget(self, picture_id: str) -> None:
        """Let go of a picture, once no living job needs it. Unknown ones are no error."""
        with self._lock:
            if self._held[picture_id]:
                self._unwanted.add(picture_id)
            else:
                self._drop(picture_id)

    def hold(self, picture_id: str) -> Shelved:
        """Keep it until `release`, whatever comes. KeyError where it is not here."""
        with self._lock:
            found = self.shelved(picture_id)
            self._held[picture_id] += 1
            return found

    def release(self, picture_id: str) -> None:
        """One `hold` less."""
        with self._lock:
            self._held[picture_id] -= 1
            if self._held[picture_id] <= 0:
                del self._held[picture_id]
                if picture_id in self._unwanted:
                    self._drop(picture_id)

    @property
    def bytes(self) -> int:
        """What all pictures take on the disk."""
        with self._lock:
            return self._bytes

    def _drop(self, picture_id: str) -> None:
        self._unwanted.discard(picture_id)
        found = self._kept.pop(picture_id, None)
        if found:
            self._bytes -= found.bytes
            found.path.unlink(missing_ok=True)

    @contextmanager
    def _spilled(
        self, chunks: Iterable[bytes], head: bytes, most: int, *, exactly: bool = False
    ) -> Iterator[tuple[Path, str]]:
        """The body in a temporary file, with its hash; the file is gone afterwards unless it was shelved."""
        path = self._folder / f"{secrets.token_hex(8)}.part"
        if most > self._most_bytes:
            raise InputError(f"A picture of {most:,} bytes is more than is kept here.", _TOO_MUCH)
        try:
            with path.open("wb") as file:
                name = _poured(chunks, file, hashlib.sha256(head), most, exactly=exactly)
            yield path, name
        except InputError as error:
            raise InputError(str(error).replace(f"“{path.name}”", "What was sent"), error.advice) from error
        finally:
            path.unlink(missing_ok=True)

    def _shelve(self, name: str, path: Path, header: Header, layout: RawLayout | None) -> StoredPicture:
        size, carried = header.size, header.carried
        mode = _MODES[carried.kind] + "A" * carried.has_alpha
        depth, has_icc = _DEPTHS[carried.depth], carried.icc is not None
        told = header.notices + ((DATA_LEFT_OUT,) if carried.extra else ())
        stored = StoredPicture(name, size.width, size.height, mode, depth, has_icc, told)
        place, count = self._folder / f"{name}.picture", path.stat().st_size
        with self._lock:
            self._unwanted.discard(name)
            if name not in self._kept:
                self._make_room(count)
                path.replace(place)
                self._kept[name] = Shelved(stored, place, count, header, layout)
                self._bytes += count
            self._kept.move_to_end(name)
        return stored

    def _make_room(self, count: int) -> None:
        """Drop the least lately used that nobody holds. OutputError where that is not enough."""
        for name in list(self._kept):
            if self.bytes + count <= self._most_bytes:
                return
            if not self._held[name]:
                self._drop(name)
        if self.bytes + count > self._most_bytes:
            raise OutputError(
                "The pictures of the jobs at work leave no room for another.", "Try again later."
            )


_TOO_MUCH = "Make it smaller, or save it in a format that takes less."


def head_of(layout: RawLayout) -> bytes:
    """What is hashed before the body of raw planes."""
    return json.dumps(asdict(layout), sort_keys=True).encode() + b"\n"


def _poured(chunks: Iterable[bytes], file: BinaryIO, digest: Any, most: int, *, exactly: bool) -> str:
    """The hash of the bytes written. InputError as soon as they are too many, or where they are too few."""
    count = 0
    for chunk in chunks:
        count += len(chunk)
        if count > most:
            raise InputError(f"The body holds more than {most:,} bytes.", _TOO_MUCH)
        digest.update(chunk)
        with _writing(Path(file.name).parent):
            file.write(chunk)
    if exactly and count != most:
        raise InputError(f"The body holds {count:,} bytes, not {most:,}.", "Send the whole picture.")
    return digest.hexdigest()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"The working folder “{folder}” cannot be written: {error.strerror or error}.",
            "Free some space, or let SEMANTIC_UPSCALE_CACHE name a folder on a larger disk.",
        ) from error
