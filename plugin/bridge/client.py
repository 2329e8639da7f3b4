"""All calls of the protocol, as Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .errors import BridgeError, EngineGone, EngineMismatch, JobCancelled, JobFailed
from .facts import BANDS, DEPTH_BYTES
from .saving import format_of, save
from .transport import PIECE_BYTES, PROTOCOL, HttpTransport, pieces, translate_errors, whole
from .values import (
    Event,
    PixelPlanes,
    ProposedRegion,
    hello_of,
    picture_of,
    proposal_of,
    query,
    raw_body,
    raw_query,
    region_json,
    unpacked_mask,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .transport import Answer
    from .values import Box, Hello, PictureRef, RegionIn


# Server-sent events, read line by line.

LAST = ("done", "failed", "cancelled")
LINE_LIMIT_BYTES = 1 << 30


def events_in(response: Answer) -> Iterator[Event]:
    """Every event up to and with the last. EngineGone where the stream ends before, or stays silent for too long."""
    kind, data = "", []
    for line in _lines(response):
        name, _, value = line.partition(":")
        if name == "event":
            kind = value.strip()
        elif name == "data":
            data.append(value.strip())
        elif not line and data:
            event = _event(kind, data)
            yield event
            if event.kind in LAST:
                return
            kind, data = "", []
    raise EngineGone


def _lines(response: Answer) -> Iterator[str]:
    while True:
        with translate_errors():
            line = response.readline(LINE_LIMIT_BYTES)
        if not line:
            return
        yield line.decode("utf-8").rstrip("\r\n")


def _event(kind: str, data: list) -> Event:
    try:
        return Event(kind, json.loads("\n".join(data)))
    except ValueError as error:
        raise EngineGone("The engine's words cannot be read.") from error


# One job of the engine, as its client sees it.

SILENCE_S = 20.0  # the engine says something every 2 s, however busy
SLOW_S = 900.0  # encoding a big target; a dead engine is noticed at once all the same
SAVE_PIECE_BYTES = 4 << 20


class JobHandle:
    """Made by `Bridge`. The engine cancels a job that nobody listens to: use `events`, `wait` or `keep`."""

    def __init__(self, line: HttpTransport, told: dict, *, settled: bool = False) -> None:
        self._line = line
        self._end = _end_of(told) if settled else None
        self.id = str(told["id"])
        self.kind = str(told.get("kind", ""))
        self._path = "/v1/jobs/" + quote(self.id, safe="")

    def events(self) -> Iterator[Event]:
        """What happens, from the beginning, up to done, failed or cancelled. Closing the iterator cancels the job.

        EngineGone where the engine dies.
        """
        with self._line.stream(self._path + "/events", SILENCE_S) as response:
            yield from events_in(response)

    def wait(self) -> dict:
        """The result. JobFailed or JobCancelled where there is none."""
        last = self._end or Event("cancelled", {})
        for last in () if self._end else self.events():  # noqa: B007  (the last one counts)
            pass
        if last.kind == "failed":
            raise job_error(last.data.get("error") or {})
        if last.kind == "cancelled":
            raise JobCancelled
        return last.data.get("result") or {}

    def info(self) -> dict:
        """State, progress and result, as in the protocol."""
        return self._line.ask("GET", self._path)

    def cancel(self) -> None:
        """Stop it after the tile at work; forget it where it has ended."""
        self._line.ask("DELETE", self._path)

    def keep(self) -> None:
        """Let it go on though nobody listens."""
        self._line.ask("POST", self._path + "/keep")

    def rows(
        self,
        mode: str = "RGB",
        depth: str = "u8",
        y: int = 0,
        count: int | None = None,
        *,
        space: str = "source",
    ) -> Iterator[bytes]:
        """Packed rows of the target from `y` on, in pieces of whole rows of about 4 MiB; closing it early is fine.

        `space` is "source" for its own profile, "srgb" for a screen.
        """
        with self._result(mode, depth, y, count, space) as response:
            width = int(response.headers["x-width"])
            row_bytes = width * BANDS[mode] * DEPTH_BYTES[depth]
            yield from pieces(response, max(1, SAVE_PIECE_BYTES // row_bytes) * row_bytes)

    def planes(self, mode: str = "RGB", depth: str = "u8", *, space: str = "source") -> PixelPlanes:
        """The whole target in memory."""
        with self._result(mode, depth, 0, None, space) as response:
            width, height = int(response.headers["x-width"]), int(response.headers["x-rows"])
            data = whole(response)
        return PixelPlanes(width, height, mode, depth, data)

    def tile(self, n: int) -> bytes:
        """Packed RGB u8 rows of a finished tile; EngineRefused where it is no longer kept."""
        return self._line.fetch("GET", f"{self._path}/tiles/{n:d}")

    def proposals(self) -> list[ProposedRegion]:
        """Those of a finished propose, everything or suggest."""
        result = self.info().get("result") or {}
        return [proposal_of(row) for row in result.get("proposals", ())]

    def added(self) -> dict:
        """What was added: `regions` of `name` and `share`, `width`, `height`, `map` as bytes at source size."""
        told = self._line.ask("GET", self._path + "/added", timeout_s=SLOW_S)
        return {**told, "map": unpacked_mask(told["map"], told["width"] * told["height"])}

    def save(self, path: str, format: str | None = None, overwrite: bool = False, **options: Any) -> str:  # noqa: A002
        """Write the target under this name, or a free one like it; the path used.

        `format` is by default what the name says; `options` are depth, quality, metadata and location.
        """
        wanted = {"format": format or format_of(path), **options}
        with self._line.stream(self._path + "/file" + query(wanted), SLOW_S) as response:
            return save(pieces(response, SAVE_PIECE_BYTES), path, overwrite)

    def _result(self, mode: str, depth: str, y: int, count: int | None, space: str) -> Any:
        wanted = query(
            {
                "mode": mode,
                "depth": depth,
                "y": y,
                "rows": count,
                "space": None if space == "source" else space,
            }
        )
        return self._line.stream(self._path + "/result" + wanted, SLOW_S)


def _end_of(told: dict) -> Event | None:
    """The last event of a job that was over when its engine answered."""
    state = told.get("state")
    return Event(state, {"result": told.get("result"), "error": told.get("error")}) if state in LAST else None


def job_error(told: dict) -> JobFailed:
    """The error that ended a job."""
    words = str(told.get("message") or "The job failed.")
    return JobFailed(words, str(told.get("advice") or ""), str(told.get("code") or ""))


class Bridge:
    """A client of one engine; may be used by many threads at once.

    Calls raise EngineGone where the engine died, EngineRefused where it answers with an error.
    """

    def __init__(self, address: str, token: str, name: str = "client", timeout_s: float = 30) -> None:
        self.address = address
        self._line = HttpTransport(address, token, name, timeout_s)

    def hello(self, timeout_s: float | None = None) -> Hello:
        """Who answers. EngineMismatch where it speaks another version."""
        told = self._line.ask("GET", "/v1/hello", timeout_s=timeout_s)
        if not isinstance(told, dict) or told.get("protocol") != PROTOCOL:
            raise mismatch(told.get("protocol") if isinstance(told, dict) else None)
        return hello_of(told)

    def status(self) -> dict:
        """The queue, what is loaded, memory, and how long it has been idle."""
        return self._line.ask("GET", "/v1/status")

    def stop(self) -> None:
        """Ask the engine to finish the tile at work and to leave."""
        self._line.ask("POST", "/v1/stop")

    def close(self) -> None:
        """Let go of idle connections; the next call opens another."""
        self._line.close()

    def post_picture(self, planes: PixelPlanes) -> PictureRef:
        """Hand over pixels; the same pixels twice are one picture."""
        told = self._line.send("POST", "/v1/pictures" + raw_query(planes), raw_body(planes), timeout_s=SLOW_S)
        return picture_of(told)

    def post_file(self, path: str) -> PictureRef:
        """Hand over a picture file as it is. BridgeError where it cannot be read."""
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise BridgeError(
                f"“{Path(path).name}” cannot be read: {error.strerror or error}.", "", "input"
            ) from error
        return picture_of(self._line.send("POST", "/v1/pictures?kind=file", [data], timeout_s=SLOW_S))

    def picture_pixels(self, picture_id: str) -> tuple[PictureRef, bytes]:
        """A picture that is there, and its packed rows: RGB or RGBA, u8, or u16 where it is deeper; sRGB, upright."""
        path = "/v1/pictures/" + quote(picture_id, safe="")
        known = picture_of(self._line.ask("GET", path))
        wanted = query({"depth": "u8" if known.depth == "u8" else "u16"})
        with self._line.stream(path + "/pixels" + wanted, SLOW_S) as response:
            return known, b"".join(pieces(response, PIECE_BYTES))

    def forget_picture(self, picture_id: str) -> None:
        """Let go of it; jobs that use it go on."""
        self._line.ask("DELETE", "/v1/pictures/" + quote(picture_id, safe=""))

    def upscale(  # noqa: PLR0913, PLR0917  (the contract with window and plug-ins)
        self,
        picture_id: str,
        regions: Iterable[RegionIn] = (),
        rest: float = 0.0,
        options: dict | None = None,
        keep: bool = False,
        depth: str | None = None,
    ) -> JobHandle:
        """Enlarge all of it; `options` are the fields of a request, see the protocol; `depth` None is the source's."""
        wanted = {"depth": depth} if depth else {}
        steering = _steering(regions, rest, options)
        return self._job("upscale", picture=picture_id, keep=keep, **wanted, **steering)

    def preview(  # noqa: PLR0913, PLR0917  (the contract with window and plug-ins)
        self,
        picture_id: str,
        box: Box,
        regions: Iterable[RegionIn] = (),
        rest: float = 0.0,
        options: dict | None = None,
        lane: str = "spot",
    ) -> JobHandle:
        """Enlarge a box of it; older previews of this lane that still wait are dropped."""
        steering = _steering(regions, rest, options)
        return self._job("preview", picture=picture_id, box=list(box), lane=lane, **steering)

    def propose(  # noqa: PLR0913  (what a click is)
        self,
        picture_id: str,
        points: Sequence[Sequence[int]] = (),
        box: Box | None = None,
        segmenter: str = "auto",
        lane: str | None = None,
        *,
        memory: str | None = None,
    ) -> JobHandle:
        """Masks for what is pointed at: (x, y, 1) is inside, (x, y, 0) outside.

        `memory` is that of the answer which the points correct: of several levels the one that was chosen.
        """
        pointed = {"points": [list(point) for point in points], "box": list(box) if box else None}
        if memory is not None:
            pointed["memory"] = memory
        return self._job("propose", picture=picture_id, segmenter=segmenter, lane=lane, **pointed)

    def everything(self, picture_id: str, segmenter: str = "auto") -> JobHandle:
        """Masks for every object."""
        return self._job("everything", picture=picture_id, segmenter=segmenter)

    def suggest(self, picture_id: str) -> JobHandle:
        """Masks with priorities for faces, text, sky and others."""
        return self._job("suggest", picture=picture_id)

    def prepare(self, picture_id: str, segmenter: str = "auto") -> JobHandle:
        """Look at the picture now, so that clicks are answered at once."""
        return self._job("prepare", picture=picture_id, segmenter=segmenter)

    def estimate(self, picture_id: str) -> JobHandle:
        """How dirty it is: a result of `clean_up` 0 … 1."""
        return self._job("estimate", picture=picture_id)

    def models(self) -> list[dict]:
        """The catalog."""
        return self._line.ask("GET", "/v1/models")

    def download(self, model: str, accept_licence: bool = False) -> JobHandle:
        """Fetch weights; the only thing the engine ever asks the network for."""
        return self._job("download", model=model, accept_licence=accept_licence)

    def add_model(self, path: str) -> JobHandle:
        """Take a model file of this computer in; a result of `model`, its name as a method."""
        return self._job("add_model", path=path)

    def job(self, job_id: str) -> JobHandle:
        """A job by its id, whoever asked for it."""
        return JobHandle(self._line, self._line.ask("GET", "/v1/jobs/" + quote(job_id, safe="")))

    def hand_off(
        self,
        picture_id: str,
        regions: Iterable[RegionIn] = (),
        rest: float = 0.0,
        title: str = "",
        host: str = "",
    ) -> str:
        """Leave a picture for the window; the id of the handoff."""
        told = {"picture": picture_id, "regions": [region_json(region) for region in regions]}
        return self._line.ask("POST", "/v1/handoffs", {**told, "rest": rest, "title": title, "host": host})[
            "id"
        ]

    def handoffs(self) -> list[dict]:
        """Those without an answer, oldest first: `id`, `picture`, `title` and `host`."""
        return self._line.ask("GET", "/v1/handoffs")

    def handoff(self, handoff_id: str, wait_s: float = 0) -> dict:
        """What was left, with its `answer`; waits up to so many seconds (25 at most) for one."""
        path = "/v1/handoffs/{}?wait_s={:g}".format(quote(handoff_id, safe=""), wait_s)
        return self._line.ask("GET", path, timeout_s=wait_s + 30)

    def answer_handoff(self, handoff_id: str, job_id: str | None = None) -> None:
        """Give the host a finished or running job; None says that the user closed the window."""
        answer = {"job": job_id} if job_id else {"closed": True}
        self._line.ask("POST", "/v1/handoffs/{}/answer".format(quote(handoff_id, safe="")), answer)

    def _job(self, kind: str, **body: Any) -> JobHandle:
        told, settled = self._line.ask_soon("POST", "/v1/jobs", {"kind": kind, **body})
        return JobHandle(self._line, told, settled=settled)


def mismatch(theirs: Any) -> EngineMismatch:
    """Words for an engine of another version."""
    newer = isinstance(theirs, int) and theirs > PROTOCOL
    return EngineMismatch(
        f"The running engine speaks version {theirs} of the protocol, this program version {PROTOCOL}.",
        "Update this plug-in: `semantic-upscale plugins install`."
        if newer
        else "Update Semantic Upscale, then run `semantic-upscale engine stop`.",
    )


def _steering(regions: Iterable[RegionIn], rest: float, options: dict | None) -> dict:
    return {"regions": [region_json(region) for region in regions], "rest": rest, "options": options or {}}
