"""All calls of the protocol, as Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .errors import BridgeError, EngineMismatch
from .job import SLOW_S, Job
from .line import PIECE_BYTES, PROTOCOL, Line, pieces
from .wire import hello_of, picture_of, query, raw_body, raw_query, region_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .values import Box, Hello, PictureRef, Planes, RegionIn


class Bridge:
    """A client of one engine; may be used by many threads at once.

    Calls raise EngineGone where the engine died, EngineRefused where it answers with an error.
    """

    def __init__(self, address: str, token: str, name: str = "client", timeout_s: float = 30) -> None:
        self.address = address
        self._line = Line(address, token, name, timeout_s)

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

    def post_picture(self, planes: Planes) -> PictureRef:
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
    ) -> Job:
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
    ) -> Job:
        """Enlarge a box of it; older previews of this lane that still wait are dropped."""
        steering = _steering(regions, rest, options)
        return self._job("preview", picture=picture_id, box=list(box), lane=lane, **steering)

    def propose(
        self,
        picture_id: str,
        points: Sequence[Sequence[int]] = (),
        box: Box | None = None,
        segmenter: str = "auto",
        lane: str | None = None,
    ) -> Job:
        """Masks for what is pointed at: (x, y, 1) is inside, (x, y, 0) outside."""
        pointed = {"points": [list(point) for point in points], "box": list(box) if box else None}
        return self._job("propose", picture=picture_id, segmenter=segmenter, lane=lane, **pointed)

    def everything(self, picture_id: str, segmenter: str = "auto") -> Job:
        """Masks for every object."""
        return self._job("everything", picture=picture_id, segmenter=segmenter)

    def suggest(self, picture_id: str) -> Job:
        """Masks with priorities for faces, text, sky and others."""
        return self._job("suggest", picture=picture_id)

    def prepare(self, picture_id: str, segmenter: str = "auto") -> Job:
        """Look at the picture now, so that clicks are answered at once."""
        return self._job("prepare", picture=picture_id, segmenter=segmenter)

    def estimate(self, picture_id: str) -> Job:
        """How dirty it is: a result of `clean_up` 0 … 1."""
        return self._job("estimate", picture=picture_id)

    def models(self) -> list[dict]:
        """The catalog."""
        return self._line.ask("GET", "/v1/models")

    def download(self, model: str, accept_licence: bool = False) -> Job:
        """Fetch weights; the only thing the engine ever asks the network for."""
        return self._job("download", model=model, accept_licence=accept_licence)

    def job(self, job_id: str) -> Job:
        """A job by its id, whoever asked for it."""
        return Job(self._line, self._line.ask("GET", "/v1/jobs/" + quote(job_id, safe="")))

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

    def _job(self, kind: str, **body: Any) -> Job:
        told, settled = self._line.ask_soon("POST", "/v1/jobs", {"kind": kind, **body})
        return Job(self._line, told, settled=settled)


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
