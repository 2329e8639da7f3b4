"""One job of the engine, as its client sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .errors import JobCancelled, JobFailed
from .events import LAST, events_in
from .line import pieces, whole
from .saving import format_of, save
from .values import BANDS, DEPTH_BYTES, Event, Planes, Proposal
from .wire import proposal_of, query, unpacked_mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .line import Line

SILENCE_S = 20.0  # the engine says something every 2 s, however busy
SLOW_S = 900.0  # encoding a big target; a dead engine is noticed at once all the same
PIECE_BYTES = 4 << 20


class Job:
    """Made by `Bridge`. The engine cancels a job that nobody listens to: use `events`, `wait` or `keep`."""

    def __init__(self, line: Line, told: dict, *, settled: bool = False) -> None:
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
            raise failed(last.data.get("error") or {})
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
            yield from pieces(response, max(1, PIECE_BYTES // row_bytes) * row_bytes)

    def planes(self, mode: str = "RGB", depth: str = "u8", *, space: str = "source") -> Planes:
        """The whole target in memory."""
        with self._result(mode, depth, 0, None, space) as response:
            width, height = int(response.headers["x-width"]), int(response.headers["x-rows"])
            data = whole(response)
        return Planes(width, height, mode, depth, data)

    def tile(self, n: int) -> bytes:
        """Packed RGB u8 rows of a finished tile; EngineRefused where it is no longer kept."""
        return self._line.fetch("GET", f"{self._path}/tiles/{n:d}")

    def proposals(self) -> list[Proposal]:
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
            return save(pieces(response, PIECE_BYTES), path, overwrite)

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


def failed(told: dict) -> JobFailed:
    """The error that ended a job."""
    words = str(told.get("message") or "The job failed.")
    return JobFailed(words, str(told.get("advice") or ""), str(told.get("code") or ""))
