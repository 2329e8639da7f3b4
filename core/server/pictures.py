"""Calls about pictures."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response

from core.engine.jobs.store import RawLayout, StoredPicture
from core.server.body import consumed
from core.server.calls import calls
from core.server.desk import desk_of
from core.server.gate import FILE_LIMIT_BYTES, too_large
from core.server.refusals import Refusal, responses, unknown_picture
from core.server.shapes import SIDE_LIMIT_PX, PictureShape

MOST_PIXELS = 1 << 29
ICC_LIMIT_BYTES = 16 << 20
VALUE_BYTES = {"u8": 1, "u16": 2, "f32": 4}
BANDS = {"GREY": 1, "GREYA": 2, "RGB": 3, "RGBA": 4}
ANY_BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
router = calls("/v1/pictures")
PictureIdPath = Annotated[str, Path(max_length=128)]
Side = Annotated[int | None, Query(ge=1, le=SIDE_LIMIT_PX)]


@router.post(
    "", status_code=201, response_model=PictureShape, responses=responses(507), openapi_extra=ANY_BYTES
)
async def post_picture(  # noqa: PLR0913, PLR0917  (one by one, as the address names them)
    request: Request,
    kind: Literal["file", "raw"],
    width: Side = None,
    height: Side = None,
    mode: Literal["GREY", "GREYA", "RGB", "RGBA"] = "RGB",
    depth: Literal["u8", "u16", "f32"] = "u8",
    stride_bytes: Annotated[int, Query(ge=0, le=SIDE_LIMIT_PX * 64)] = 0,
    icc_bytes: Annotated[int, Query(ge=0, le=ICC_LIMIT_BYTES)] = 0,
    dpi: Annotated[float | None, Query(gt=0, le=1e6)] = None,
) -> PictureShape:
    """Hand over an encoded file or raw planes; pixels are bounded before anything is read."""
    desk, declared = desk_of(request), request.headers.get("content-length")
    put = desk.store.put_file
    if kind == "raw":
        if width is None or height is None:
            raise Refusal(422, "usage", "Raw planes need a width and a height.", "Say both.")
        _check_pixels(width, height)
        layout = RawLayout(width, height, mode, depth, stride_bytes, icc_bytes, dpi)
        _check_bytes(layout, declared)
        put = partial(desk.store.put_raw, layout)
    with desk.rest:
        length = None if declared is None else int(declared)
        return _shape(await consumed(desk, request.stream(), put, length, plain=kind == "raw"))


@router.get("/{picture_id}", response_model=PictureShape, responses=responses(404))
async def get_picture(request: Request, picture_id: PictureIdPath) -> PictureShape:
    """What the engine knows of a picture."""
    return _shape(stored(request, picture_id))


@router.delete("/{picture_id}", status_code=204, responses=responses())
async def forget_picture(request: Request, picture_id: PictureIdPath) -> Response:
    """Let go of it once no job needs it."""
    desk_of(request).queue.forget_picture(picture_id)
    return Response(status_code=204)


def stored(request: Request, picture_id: str) -> StoredPicture:
    """The picture; Refusal 404 where it is not here."""
    try:
        return desk_of(request).store.get(picture_id)
    except KeyError:
        raise unknown_picture() from None


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        most = f"{MOST_PIXELS / 1e6:,.0f}"
        raise Refusal(
            413, "too-large", f"The picture has more than {most} megapixels.", "Send a smaller one."
        )


def _check_bytes(layout: RawLayout, declared: str | None) -> None:
    """Before a byte of the body is read: no more than may be, and as many as the layout says."""
    if layout.total_bytes > FILE_LIMIT_BYTES:
        raise too_large(FILE_LIMIT_BYTES)
    if declared is not None and int(declared) != layout.total_bytes:
        raise Refusal(
            400, "malformed", f"These planes have {layout.total_bytes} bytes, but {declared} were announced."
        )


def _shape(picture: StoredPicture) -> PictureShape:
    return PictureShape(
        id=picture.id,
        width=picture.width,
        height=picture.height,
        mode=picture.mode,
        depth=picture.depth,
        icc=picture.has_icc,
        notices=list(picture.notices),
    )
