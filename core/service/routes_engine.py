"""Calls about the engine itself: hello, status, models, handoffs, stop."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from core.checkpoints.catalog import CatalogEntry, catalog, entry, find
from core.checkpoints.community import library_present
from core.engine.methods.measured import measures
from core.engine_location import PROTOCOL
from core.image.formats import FORMATS
from core.service.context import PATIENCE_S, calls, context_of
from core.service.gate import Refusal, responses
from core.service.routes_jobs import find_job
from core.service.routes_pictures import MOST_PIXELS, find_picture
from core.service.schema import (
    AnswerBody,
    HandoffBody,
    HandoffId,
    HandoffRow,
    HandoffShape,
    HelloShape,
    ModelShape,
    StatusShape,
    job_shape,
)
from plugin.bridge.facts import BANDS, DEPTH_BYTES

# What the engine can do, found without waking torch.

BUILT_IN = ("auto", "built-in")


def capabilities() -> dict[str, Any]:
    """For `hello`: methods and segmenters whose weights are here, formats that are written, and bounds.

    `seedless` are the methods for which another seed gives no other picture; `seconds_per_megapixel` (of the source)
    tells, for methods of which a tile was measured on this machine, how long the slowest device at hand takes.
    """
    here = [row for row in catalog() if _usable(row)]
    return {
        "methods": [row.id for row in here if row.task == "upscale"],
        "seedless": [row.id for row in here if not row.seeded],
        "seconds_per_megapixel": _measured(here),
        "segmenters": [*BUILT_IN, *(row.id for row in here if row.task == "segment")],
        "depths": list(DEPTH_BYTES),
        "modes": list(BANDS),
        "formats": [row.name for row in FORMATS if row.writable],
        "most_pixels": MOST_PIXELS,
        "scale": 4,
    }


def _measured(rows: list[CatalogEntry]) -> dict[str, float]:
    known = measures()
    found: dict[str, float] = {}
    for row in (row for row in rows if row.sha256):
        seconds = [one.seconds_per_px for key, one in known.items() if key.startswith(str(row.sha256)[:16])]
        if seconds:
            found[row.id] = round(max(seconds) * 1e6, 3)
    return found


def _usable(row: CatalogEntry) -> bool:
    """Its weights are here, those that it needs too, and the library that a community model needs."""
    if row.community and not library_present():
        return False
    return find(row) is not None and all(find(entry(needed)) for needed in row.needs)


router = calls("/v1")
Id = Annotated[str, Path(max_length=64)]


@router.get("/hello", response_model=HelloShape, responses=responses())
async def get_hello(request: Request) -> HelloShape:
    """Who answers, and what it can do."""
    desk = context_of(request)
    facts = desk.facts
    return HelloShape(
        protocol=PROTOCOL,
        version=facts.version,
        pid=facts.pid,
        started=facts.started,
        log=facts.log,
        device=desk.queue.status().device,
        capabilities=capabilities(),
    )


@router.get("/status", response_model=StatusShape, responses=responses())
async def get_status(request: Request) -> StatusShape:
    """The jobs that are not over, the worker, and how long nothing was asked for."""
    desk = context_of(request)
    status = desk.queue.status()
    return StatusShape(
        queue=[job_shape(info) for info in status.jobs if not info.over],
        device=status.device,
        precision=status.precision,
        memory_bytes=status.memory_bytes,
        loaded=list(status.loaded),
        idle_s=round(desk.idle_s, 1),
        idle_stop_s=desk.facts.idle_stop_s,
    )


@router.get("/models", response_model=list[ModelShape], responses=responses())
def get_models() -> list[ModelShape]:
    """The catalog."""
    return [
        ModelShape(
            id=row.id,
            title=row.name,
            task=row.task,
            licence=row.licence,
            licence_url=row.licence_url,
            commercial=row.commercial,
            size_bytes=row.size_bytes or (row.source.size_bytes if row.source else None),
            installed=find(row) is not None,
            downloadable=row.source is not None,
            community=row.community,
            seeded=row.seeded,
            author=row.author,
            use=row.use,
        )
        for row in catalog()
    ]


@router.post("/handoffs", status_code=201, response_model=HandoffId, responses=responses(404))
async def post_handoff(request: Request, body: HandoffBody) -> HandoffId:
    """Leave a picture for the window."""
    find_picture(request, body.picture)
    with context_of(request).rest:
        return HandoffId(id=context_of(request).handoffs.take(body))


@router.get("/handoffs", response_model=list[HandoffRow], responses=responses())
async def get_handoffs(request: Request) -> list[HandoffRow]:
    """Those that wait for an answer, oldest first, so that a window that is open can take one."""
    return context_of(request).handoffs.open()


@router.get("/handoffs/{handoff_id}", response_model=HandoffShape, responses=responses(404))
async def get_handoff(
    request: Request, handoff_id: Id, wait_s: Annotated[float, Query(ge=0, le=PATIENCE_S)] = 0.0
) -> HandoffShape:
    """What was left, with its answer; waits for one."""
    with context_of(request).rest:
        return await context_of(request).handoffs.look(handoff_id, wait_s)


@router.post("/handoffs/{handoff_id}/answer", response_model=HandoffShape, responses=responses(404, 409))
async def answer_handoff(request: Request, handoff_id: Id, body: AnswerBody) -> HandoffShape:
    """Give the host a job, which is kept for it, or say that the user closed the window."""
    desk = context_of(request)
    if (body.job is None) is not body.closed:
        raise Refusal(
            422, "usage", "An answer is a job, or says that the window was closed.", "Say one of them."
        )
    if body.job is not None:
        find_job(request, body.job)
    with desk.rest:
        answered = desk.handoffs.answer(handoff_id, {"job": body.job} if body.job else {"closed": True})
    if body.job is not None:
        desk.queue.keep(body.job)
    return answered


@router.post("/stop", status_code=202, response_class=Response, responses=responses())
async def post_stop(request: Request) -> Response:
    """Finish the tile at work, and leave."""
    context_of(request).leave()
    return Response(status_code=202)
