"""The pixels of a picture that is here: how the window shows what a host handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from fastapi import Request  # noqa: TC002  (FastAPI reads it)
from fastapi.responses import StreamingResponse

from core.image.io import open_picture, strips
from core.image.raw import open_raw
from core.server.calls import calls
from core.server.desk import desk_of
from core.server.pictures import VALUE_BYTES, PictureIdPath, stored
from core.server.refusals import responses
from core.server.results import RAW, Pieces, sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engine.jobs.store import PictureStore, Shelved
    from core.image.picture import Picture

PEAKS = {"u8": 255, "u16": 65535}
KINDS = {"u8": np.uint8, "u16": np.uint16}
router = calls("/v1/pictures")


@router.get("/{picture_id}/pixels", response_class=StreamingResponse, responses={**responses(404), **RAW})
async def get_pixels(
    request: Request, picture_id: PictureIdPath, depth: Literal["u8", "u16"] = "u8"
) -> StreamingResponse:
    """Packed rows of RGB, or RGBA where it has alpha, upright and in sRGB."""
    desk, picture = desk_of(request), stored(request, picture_id)
    bands = 3 + picture.mode.endswith("A")
    length = picture.width * picture.height * bands * VALUE_BYTES[depth]
    headers = {"X-Width": str(picture.width), "X-Rows": str(picture.height), "X-Bands": str(bands)}
    return StreamingResponse(
        sent(desk, Pieces(_rows(desk.store, picture_id, depth))),
        media_type="application/octet-stream",
        headers={**headers, "Content-Length": str(length)},
    )


def _rows(store: PictureStore, picture_id: str, depth: str) -> Iterator[bytes]:
    """From top to bottom; the picture is held until the last is sent."""
    shelved = store.hold(picture_id)
    try:
        with _opened(shelved) as picture:
            for box in strips(picture.size):
                colour = picture.colour.read(box)
                parts = [colour] if picture.alpha is None else [colour, picture.alpha.read(box)]
                values = np.clip(np.concatenate(parts, axis=2), 0, 1) * PEAKS[depth]
                yield np.rint(values).astype(KINDS[depth]).tobytes()
    finally:
        store.release(picture_id)


def _opened(shelved: Shelved) -> Picture:
    return open_raw(shelved.path, shelved.layout) if shelved.layout else open_picture(shelved.path)
