"""Colours that a file names by numbers instead of a profile, made into a profile that every program understands.

cICP of PNG and nclx of AVIF by ITU-T H.273 (tables 2 and 3), gAMA and cHRM by PNG, third edition, §11.3.2. The profile
is a matrix and curves: ICC.1:2022 §7.2, §8.3, §10.18.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import InputError
from core.image.colour import D50_XYZ, adapted_to_d50

if TYPE_CHECKING:
    from pathlib import Path

    from core.image.containers import Extras
    from core.image.picture import Kind


D65 = (0.3127, 0.3290)
BT709 = (0.640, 0.330, 0.300, 0.600, 0.150, 0.060)
PRIMARIES: dict[int, tuple[float, ...]] = {
    1: (*D65, *BT709),
    4: (0.310, 0.316, 0.670, 0.330, 0.210, 0.710, 0.140, 0.080),
    5: (*D65, 0.640, 0.330, 0.290, 0.600, 0.150, 0.060),
    6: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    22: (*D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
"""White, red, green, blue as x, y."""
HDR = {16: "PQ", 18: "HLG"}
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
# What shows stills shows the camera curves of BT.709, BT.601 and BT.2020 (1, 6, 14, 15) as sRGB: so they are here.
CURVES: dict[int, tuple[float, ...]] = {
    **dict.fromkeys((1, 6, 13, 14, 15), SRGB_CURVE), 4: (2.2,), 5: (2.8,), 8: (1.0,), 17: (2.6,)
}  # fmt: skip
SRGB_GAMMA = 1 / 2.2
_NEAR = 1e-3


@dataclass(frozen=True)
class NamedColour:
    """White and primaries as x, y (8 numbers); the numbers of a parametric curve: 1 (a power) or 5 (sRGB's form)."""

    chromaticities: tuple[float, ...]
    curve: tuple[float, ...]

    @property
    def is_srgb(self) -> bool:
        """Whether this is what values without a profile are taken for."""
        return self.curve == SRGB_CURVE and np.allclose(self.chromaticities, PRIMARIES[1], atol=_NEAR, rtol=0)


def named_profile(extras: Extras, kind: Kind, path: Path) -> bytes | None:
    """The profile that a file's numbers stand for; None where it says nothing, or sRGB, or what nobody can know.

    InputError for HDR: cut to the range of a screen it would be another picture.
    """
    colour = _by_cicp(extras, path) or _by_gamma(extras)
    return None if colour is None or colour.is_srgb or kind == "cmyk" else icc_of(colour, kind)


def _by_cicp(extras: Extras, path: Path) -> NamedColour | None:
    if extras.cicp is None:
        return None
    primaries, transfer, _ = extras.cicp
    if transfer in HDR:
        raise InputError(
            f"“{path.name}” is not supported: HDR ({HDR[transfer]}).",
            "Save it for ordinary screens (SDR) in the program that it comes from.",
        )
    if primaries not in PRIMARIES or transfer not in CURVES:
        return None
    return NamedColour(PRIMARIES[primaries], CURVES[transfer])


def _by_gamma(extras: Extras) -> NamedColour | None:
    """A gamma of 1/2.2 with sRGB's primaries, or with none, is what programs wrote that meant sRGB."""
    if extras.gamma is None and extras.chromaticities is None:
        return None
    white = extras.chromaticities or PRIMARIES[1]
    gamma = extras.gamma or SRGB_GAMMA
    if abs(gamma - SRGB_GAMMA) < _NEAR:
        return NamedColour(white, SRGB_CURVE)
    return NamedColour(white, (1 / gamma,)) if 0.05 < gamma < 20 and 0 not in white[1::2] else None


def icc_of(colour: NamedColour, kind: Kind) -> bytes:
    """A version 4 display profile of matrix and curves, or of one curve for grey."""
    form = 0 if len(colour.curve) == 1 else 3
    curve = struct.pack(f">4sLHH{len(colour.curve)}l", b"para", 0, form, 0, *map(_fixed, colour.curve))
    tags = {
        b"desc": _text("Colours as the source names them"),
        b"cprt": _text("No copyright"),
        b"wtpt": _xyz(D50_XYZ),
    }
    if kind == "grey":
        tags[b"kTRC"] = curve
    else:
        tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
        columns = adapted_to_d50(colour.chromaticities)
        tags |= {name: _xyz(columns[:, i]) for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    space = b"GRAY" if kind == "grey" else b"RGB "
    body, table = b"", b""
    start = 132 + 12 * len(tags)
    for name, data in tags.items():
        table += struct.pack(">4sLL", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(
        ">L4sL4s4s4s12s4s", start + len(body), b"", 0x04300000, b"mntr", space, b"XYZ ", b"", b"acsp"
    )
    head = head.ljust(68, b"\0") + struct.pack(">3l", *map(_fixed, D50_XYZ))
    return head.ljust(128, b"\0") + struct.pack(">L", len(tags)) + table + body


def _fixed(value: float) -> int:
    return round(value * 65536)


def _xyz(values: np.ndarray) -> bytes:
    return struct.pack(">4sL3l", b"XYZ ", 0, *map(_fixed, values))


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return struct.pack(">4sLLL2s2sLL", b"mluc", 0, 1, 12, b"en", b"US", len(encoded), 28) + encoded
