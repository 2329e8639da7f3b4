"""Calls about jobs: ask, look, listen, keep, stop."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Header, Path, Request, Response
from fastapi.responses import StreamingResponse

from core.service.context import calls, context_of
from core.service.gate import Refusal, client_of, responses, unknown_job
from core.service.protocol import JobSpec
from core.service.routes_pictures import find_picture
from core.service.schema import JobBody, JobShape, job_shape

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from core.service.context import AppContext
    from core.service.protocol import JobEvent, JobInfo


# Events of a job as a stream that is never silent for more than two seconds.

SILENCE_S = 2.0
ALIVE = b": alive\n\n"


async def stream_events(desk: AppContext, job_id: str, after: int) -> AsyncIterator[bytes]:
    """Every event after a number, up to the last. Listening ends with the stream, however that ends."""
    with contextlib.suppress(KeyError):  # forgotten meanwhile: nothing more to say
        desk.queue.attach(job_id)
        try:
            yield ALIVE
            async for piece in _pieces(desk, job_id, after):
                yield piece
        finally:
            with contextlib.suppress(KeyError):
                desk.queue.detach(job_id)


async def _pieces(desk: AppContext, job_id: str, after: int) -> AsyncIterator[bytes]:
    while True:
        with desk.rest:
            events = await desk.aside(desk.queue.events, job_id, after, SILENCE_S)
        yield b"".join(_event(event) for event in events) or ALIVE
        if (
            events[-1].last
            if events
            else desk.queue.info(job_id).over and not desk.queue.events(job_id, after)
        ):
            return
        after = events[-1].number if events else after


def _event(event: JobEvent) -> bytes:
    data = json.dumps(dict(event.data), ensure_ascii=False, allow_nan=False)
    return f"id: {event.number}\nevent: {event.kind}\ndata: {data}\n\n".encode()


router = calls("/v1/jobs")
JobId = Annotated[str, Path(max_length=64)]
MOMENT_S = 0.015  # what is done by then needs no stream of events; what is not is delayed by nothing
APART = {"kind", "picture", "keep", "lane"}
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "description": "Events, as they come",
    }
}


@router.post("", status_code=202, response_model=JobShape, responses=responses(404, 409))
async def post_job(
    request: Request,
    response: Response,
    body: JobBody,
    prefer: Annotated[str | None, Header()] = None,
) -> JobShape:
    """Ask for work. With `Prefer: wait` the answer comes a moment later, and may tell the job's end already."""
    desk = context_of(request)
    spec = JobSpec(
        kind=body.kind,
        client=client_of(request.scope),
        body=body.model_dump(exclude=APART),
        picture_id=getattr(body, "picture", None),
        keep=getattr(body, "keep", False),
        lane=getattr(body, "lane", None),
    )
    if spec.picture_id is not None:
        find_picture(request, spec.picture_id)
    waits = "wait" in [word.partition("=")[0].strip().lower() for word in (prefer or "").split(",")]
    if waits:
        response.headers["Preference-Applied"] = "wait"
    with desk.rest:
        return job_shape(await desk.aside(_submitted, desk, spec, MOMENT_S if waits else 0.0))


def _submitted(desk: AppContext, spec: JobSpec, patience_s: float) -> JobInfo:
    """The job once it is over, or has been at work for so long."""
    info = desk.queue.submit(spec)
    with contextlib.suppress(KeyError):  # forgotten meanwhile
        return info if info.over or patience_s <= 0 else desk.queue.settled(info.id, patience_s)
    return info


@router.get("/{job_id}", response_model=JobShape, responses=responses(404))
async def get_job(request: Request, job_id: JobId) -> JobShape:
    """A job as it stands."""
    return job_shape(find_job(request, job_id))


@router.get("/{job_id}/events", response_class=StreamingResponse, responses={**responses(404), **STREAM})
async def get_events(
    request: Request, job_id: JobId, last_event_id: Annotated[str | None, Header(max_length=20)] = None
) -> StreamingResponse:
    """Server-sent events from the beginning, or after `Last-Event-ID`; whoever goes away stops listening."""
    find_job(request, job_id)
    after = _number(last_event_id)
    headers = {"Cache-Control": "no-store"}
    return StreamingResponse(
        stream_events(context_of(request), job_id, after), media_type="text/event-stream", headers=headers
    )


@router.post("/{job_id}/keep", response_model=JobShape, responses=responses(404))
async def keep_job(request: Request, job_id: JobId) -> JobShape:
    """Let it outlive its client."""
    find_job(request, job_id)
    context_of(request).queue.keep(job_id)
    return job_shape(find_job(request, job_id))


@router.delete("/{job_id}", status_code=204, responses=responses(404))
async def delete_job(request: Request, job_id: JobId) -> Response:
    """Cancel it, or forget it where it is over."""
    desk, info = context_of(request), find_job(request, job_id)
    with desk.rest:
        await desk.aside(desk.queue.forget if info.over else desk.queue.cancel, job_id)
    return Response(status_code=204)


def find_job(request: Request, job_id: str) -> JobInfo:
    """The job; Refusal 404 where it is not here."""
    try:
        return context_of(request).queue.info(job_id)
    except KeyError:
        raise unknown_job() from None


def _number(last_event_id: str | None) -> int:
    if last_event_id is None:
        return 0
    if not (last_event_id.isascii() and last_event_id.isdigit()):
        raise Refusal(400, "malformed", "Last-Event-ID is no number of an event.")
    return int(last_event_id)
