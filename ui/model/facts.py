"""What is written under a picture about its file: bits per channel and the name of its profile."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from core.image.picture import Carried

LONGEST = 40
PLAIN = {"rgb": "sRGB", "grey": "sRGB", "cmyk": "CMYK"}


def facts(carried: Carried | None) -> str:
    """“16 bit · Display P3”; empty where the pixels came from no file."""
    if carried is None:
        return ""
    if carried.depth == "float":
        depth = QCoreApplication.translate("facts", "floating point")
    else:
        depth = QCoreApplication.translate("facts", "{bits} bit").format(bits=carried.depth)
    name = profile_name(carried.icc) if carried.icc else ""
    return f"{depth} · {name or PLAIN[carried.kind]}"


@lru_cache(maxsize=8)
def profile_name(icc: bytes) -> str:
    """The profile's own description (ICC.1:2022 §9.2.41: tag `desc`), in one short line; empty where it has none."""
    try:
        (count,) = struct.unpack_from(">I", icc, 128)
        for at in range(132, 132 + 12 * min(count, 100), 12):
            tag, start, size = struct.unpack_from(">4sII", icc, at)
            if tag == b"desc":
                words = " ".join(_described(icc[start : start + size]).split())
                return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    except (struct.error, UnicodeDecodeError):
        return ""
    return ""


def _described(data: bytes) -> str:
    """Text of a `desc` (version 2) or `mluc` (version 4) element; the English or first of many languages."""
    if data[:4] == b"desc":
        (length,) = struct.unpack_from(">I", data, 8)
        return data[12 : 12 + length].split(b"\0")[0].decode("latin-1")
    if data[:4] != b"mluc":
        return ""
    count, step = struct.unpack_from(">II", data, 8)
    rows = [struct.unpack_from(">2sxxII", data, 16 + step * row) for row in range(min(count, 100))]
    chosen = next((row for row in rows if row[0] == b"en"), rows[0] if rows else None)
    if chosen is None:
        return ""
    _, length, start = chosen
    return data[start : start + length].decode("utf-16-be").split("\0")[0]
