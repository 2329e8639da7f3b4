"""Published weights by name, only when somebody asks: `get`. Half-loaded files go on where they broke off."""

from __future__ import annotations

import http.client
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import folders
from core.checkpoints.catalog import CatalogEntry, Seal, Sealing, entry, find, how_to_get
from core.checkpoints.install import Import, install
from core.errors import CheckpointError, OutputError, UsageError
from core.files import check_room, make_folder
from core.progress import Progress, Reporter, silent

if TYPE_CHECKING:
    from pathlib import Path

    from core.checkpoints.catalog import WeightSource


# One request for one file over HTTP(S), from where an earlier one broke off. Standard library only.

PIECE_BYTES = 1 << 18
HERE = ("http://127.0.0.1:", "http://localhost:")


class BrokenError(Exception):
    """The connection failed on the way; asking again may help."""


class RefusedError(Exception):
    """This address does not give the file; another one may."""


@dataclass(frozen=True)
class Patience:
    """How long a silent server is waited for, how often an address is asked, and the pause between."""

    timeout_s: float = 30.0
    attempts: int = 4
    pause_s: float = 2.0


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(  # noqa: PLR0913, PLR0917  (the base class's own)
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        """As the base class, but never from a protected address to one that is not."""
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            raise RefusedError(f"it leads to {newurl}, which is not protected")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def tag_of(part: Path) -> Path:
    """Where the server's name for the version of a half-loaded file is kept."""
    return part.with_name(part.name + ".tag")


def discard(part: Path) -> None:
    """Forget what was loaded."""
    part.unlink(missing_ok=True)
    tag_of(part).unlink(missing_ok=True)


def load(address: str, source: WeightSource, part: Path, report: Reporter, patience: Patience) -> Seal:
    """Load what is missing of a file into `part`; the seal of the whole. What was loaded stays, whatever happens.

    BrokenError or RefusedError as they say; OutputError if the disk is full; `report` may raise Cancelled.
    """
    sealing = _sealed_so_far(part, source)
    if source.size_bytes is not None and sealing.size_bytes == source.size_bytes:
        return sealing.seal()
    try:
        with _ask(address, part, sealing.size_bytes, patience.timeout_s) as answer:
            return _receive(answer, part, sealing, source, report)
    except (TimeoutError, ConnectionError, http.client.HTTPException) as error:
        raise BrokenError(f"the connection broke off ({type(error).__name__})") from error


def _sealed_so_far(part: Path, source: WeightSource) -> Sealing:
    """What an earlier try left, unless nothing could tell whether the rest belongs to it."""
    sealing = Sealing()
    if not part.is_file():
        return sealing
    if source.sha256 is None and not tag_of(part).is_file():
        discard(part)
        return sealing
    with part.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            sealing.add(piece)
    return sealing


def _ask(address: str, part: Path, start: int, timeout_s: float) -> Any:
    if not address.startswith(("https://", *HERE)):
        raise RefusedError("it is not protected (https)")
    headers = {"User-Agent": "semantic-upscale", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if tag_of(part).is_file():
            headers["If-Range"] = tag_of(part).read_text("utf-8")
    request = urllib.request.Request(address, headers=headers)  # noqa: S310  (the scheme is checked above)
    try:
        return urllib.request.build_opener(_SafeRedirects).open(request, timeout=timeout_s)
    except urllib.error.HTTPError as error:
        with error:
            _judge(error.code, part)
    except urllib.error.URLError as error:
        raise BrokenError(f"no connection ({error.reason})") from error


def _judge(code: int, part: Path) -> None:
    if code == 416:  # what we have is longer than what they have
        discard(part)
        raise BrokenError("the server has less than was already loaded")
    if code in (408, 425, 429) or code >= 500:
        raise BrokenError(f"the server answers {code}")
    raise RefusedError(f"the server answers {code}")


def _receive(answer: Any, part: Path, sealing: Sealing, source: WeightSource, report: Reporter) -> Seal:
    if answer.headers.get_content_type() == "text/html":
        raise RefusedError("it answers with a web page")
    whole_again = sealing.size_bytes > 0 and answer.status != 206
    if whole_again:
        sealing = Sealing()
    start = sealing.size_bytes
    total = _total(answer, start, source)
    check_room(part.parent, 2 * total - start)  # the rest of it, and its converted copy
    _keep_tag(answer, part)
    with part.open("ab" if start else "wb") as file:
        _pour(answer, file, sealing, total, report)
    if total and sealing.size_bytes < total:
        raise BrokenError(f"the connection broke off after {sealing.size_bytes} of {total} bytes")
    return sealing.seal()


def _total(answer: Any, start: int, source: WeightSource) -> int:
    """Bytes of the whole file; 0 if nobody knows. RefusedError if it is not the size it should be."""
    if start and not (answer.headers.get("Content-Range") or "").startswith(f"bytes {start}-"):
        raise RefusedError("it goes on from another place than was asked for")
    length = answer.headers.get("Content-Length")
    offered = start + int(length) if length and length.isdigit() else None
    if offered is not None and source.size_bytes not in (None, offered):
        raise RefusedError(f"it offers {offered} bytes, not {source.size_bytes}")
    return offered or source.size_bytes or 0


def _keep_tag(answer: Any, part: Path) -> None:
    """A strong ETag or a date lets the server say later whether the file is still the same."""
    tag = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
    if tag and not tag.startswith("W/"):
        tag_of(part).write_text(tag, "utf-8")
    else:
        tag_of(part).unlink(missing_ok=True)


def _pour(answer: Any, file: Any, sealing: Sealing, total: int, report: Reporter) -> None:
    started, before = time.monotonic(), sealing.size_bytes
    while piece := answer.read1(PIECE_BYTES):
        try:
            file.write(piece)
            file.flush()
        except OSError as error:
            raise OutputError(
                f"{file.name} cannot be written: {error.strerror}.",
                "Make room on that disk and try again; it goes on from there.",
            ) from error
        sealing.add(piece)
        if total and sealing.size_bytes > total:
            raise RefusedError(f"it sends more than {total} bytes")
        report(
            Progress(
                "download",
                sealing.size_bytes,
                max(total, sealing.size_bytes),
                _pace(started, before, sealing),
            )
        )
    report(
        Progress("download", sealing.size_bytes, max(total, sealing.size_bytes), time.monotonic() - started)
    )


def _pace(started: float, before: int, sealing: Sealing) -> float:
    """Seconds that the whole would have taken so far at this run's speed, so that the rest is foretold rightly."""
    fresh = sealing.size_bytes - before
    return (time.monotonic() - started) * sealing.size_bytes / max(1, fresh)


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


def check_terms(row: CatalogEntry, terms: Terms) -> None:
    """UsageError unless the licence is accepted where that is needed; CheckpointError if nothing may be loaded."""
    if row.source is None:
        raise CheckpointError(
            f"No address of the weights of {row.name} is known to this program.", how_to_get(row)
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
    source: WeightSource,
    folder: Path,
    report: Reporter = silent,
    patience: Patience = Patience(),
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
    address: str, source: WeightSource, part: Path, report: Reporter, patience: Patience
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
    address: str, source: WeightSource, part: Path, report: Reporter, patience: Patience
) -> Seal | BrokenError | RefusedError:
    try:
        return load(address, source, part, report, patience)
    except (BrokenError, RefusedError) as error:
        return error


def get(
    row: CatalogEntry,
    terms: Terms,
    report: Reporter = silent,
    patience: Patience = Patience(),
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
