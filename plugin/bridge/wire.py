"""Values to and from the JSON of the protocol."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any
from urllib.parse import urlencode

from .errors import BridgeError
from .values import Hello, PictureRef, Planes, Proposal, RegionIn

MASK_LIMIT_BYTES = 1 << 30


def packed_mask(mask: Any) -> str:
    """Base64 of zlib of the bytes; fast rather than small, for it travels only inside this computer."""
    return base64.b64encode(zlib.compress(mask, 1)).decode("ascii")


def unpacked_mask(text: str, length: int) -> bytes:
    """The `length` bytes of a packed mask. BridgeError where it is damaged or of another length."""
    try:
        mask = zlib.decompressobj().decompress(base64.b64decode(text), min(length + 1, MASK_LIMIT_BYTES))
    except (binascii.Error, zlib.error, ValueError) as error:
        raise BridgeError(f"The engine sent a damaged mask ({error}).", "Try again.", "damaged") from error
    if len(mask) != length:
        raise BridgeError("The engine sent a mask of another size.", "Try again.", "damaged")
    return mask


def region_json(region: RegionIn) -> dict:
    """A region as the protocol writes it."""
    return {
        "name": region.name,
        "priority": region.priority,
        "feather_px": region.feather_px,
        "locked": region.locked,
        "visible": region.visible,
        "box": list(region.box),
        "mask": packed_mask(region.mask),
    }


def proposal_of(row: dict) -> Proposal:
    """A proposal as the protocol writes it."""
    x, y, width, height = row["box"]
    mask = unpacked_mask(row["mask"], width * height)
    return Proposal((x, y, width, height), mask, row["score"], row.get("label", ""), row.get("priority"))


def hello_of(row: dict) -> Hello:
    """The engine's greeting."""
    return Hello(
        row["protocol"], row["version"], row["pid"], row["log"], row["device"], row.get("capabilities", {})
    )


def picture_of(row: dict) -> PictureRef:
    """A picture that the engine holds."""
    return PictureRef(row["id"], row["width"], row["height"], row["mode"], row["depth"])


def raw_query(planes: Planes) -> str:
    """How raw planes announce themselves."""
    told = {
        "kind": "raw",
        "width": planes.width,
        "height": planes.height,
        "mode": planes.mode,
        "depth": planes.depth,
        "stride_bytes": planes.stride_bytes,
        "icc_bytes": len(planes.icc or b""),
    }
    return query({**told, "dpi": planes.dpi})


def raw_body(planes: Planes) -> list:
    """Profile and rows, without a copy; whole strides, so the last row is filled up where it is cut short."""
    rows = memoryview(planes.data).cast("B")
    wanted = (planes.stride_bytes or planes.row_bytes) * planes.height
    parts = [memoryview(planes.icc or b""), rows[:wanted], memoryview(bytes(max(0, wanted - len(rows))))]
    return [part for part in parts if len(part)]


def query(values: dict) -> str:
    """`?a=1&b=2` of those that are not None, true and false in lower case; empty where there is none."""
    told = {name: _text(value) for name, value in values.items() if value is not None}
    return "?" + urlencode(told) if told else ""


def _text(value: Any) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value
