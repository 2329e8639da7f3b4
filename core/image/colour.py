"""sRGB-encoded values ↔ CIE Lab D50, without clipping, so that colours outside sRGB survive.

Encoding: IEC 61966-2-1, continued oddly below 0 and by its own formula above 1. Primaries: ITU-R BT.709,
adapted from D65 to the D50 of profiles by Bradford (ICC.1:2022 annex E). Lab: CIE 15:2004, eq. 8.3 – 8.11.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyvips

from core.image.vips import set_blob, vips_image

if TYPE_CHECKING:
    from core.image.picture import Kind


D50_XYZ = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def adapted_to_d50(chromaticities: tuple[float, ...]) -> np.ndarray:
    """XYZ of red, green and blue as columns (3, 3), from x, y of white and of them; white becomes D50 exactly."""
    white, *colours = [np.array([x / y, 1, (1 - x - y) / y]) for x, y in np.reshape(chromaticities, (4, 2))]
    primaries = np.column_stack(colours)
    to_xyz = primaries * np.linalg.solve(primaries, white)
    gains = (_BRADFORD @ D50_XYZ) / (_BRADFORD @ white)
    return np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD @ to_xyz


_TO_XYZ = adapted_to_d50((0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06))
LINEAR_FROM_XYZ_D50 = np.linalg.inv(_TO_XYZ)
_RELATIVE = (_TO_XYZ / D50_XYZ[:, None]).astype(np.float32)
_ABSOLUTE = np.linalg.inv(_TO_XYZ / D50_XYZ[:, None]).astype(np.float32)
_EPSILON = np.float32((6 / 29) ** 3)
_SLOPE = np.float32((29 / 6) ** 2 / 3)


def linear_from_srgb(encoded: np.ndarray) -> np.ndarray:
    """Light from sRGB-encoded values, float32, any range."""
    size = np.abs(encoded)
    light = np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4)
    return np.copysign(light, encoded).astype(np.float32)


def srgb_from_linear(light: np.ndarray) -> np.ndarray:
    """sRGB-encoded values from light, float32, any range."""
    size = np.abs(light)
    encoded = np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)
    return np.copysign(encoded, light).astype(np.float32)


def luma(values: np.ndarray) -> np.ndarray:
    """(…, 3) → (…, 1), weighed as ITU-R BT.709, item 3.2; equal channels come back exactly."""
    green = values[..., 1:2]
    red, blue = values[..., :1] - green, values[..., 2:] - green
    return green + np.float32(0.2126) * red + np.float32(0.0722) * blue


def lab_from_srgb(encoded: np.ndarray) -> np.ndarray:
    """(…, 3) sRGB-encoded → (…, 3) Lab D50, float32: L 0 … 100."""
    t = linear_from_srgb(encoded) @ _RELATIVE.T
    f = np.where(t > _EPSILON, np.cbrt(t), t * _SLOPE + np.float32(4 / 29))
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)


def srgb_from_lab(lab: np.ndarray) -> np.ndarray:
    """(…, 3) Lab D50 → (…, 3) sRGB-encoded, float32, outside [0, 1] where sRGB cannot show the colour."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    t = np.where(f > 6 / 29, f**3, (f - np.float32(4 / 29)) / _SLOPE).astype(np.float32)
    return srgb_from_linear(t @ _ABSOLUTE.T)


# Profiles that are three curves and a matrix, or one curve: exact in floating point and without clipping.
#
# ICC.1:2022: §7.2 header, §7.3 tag table, §10.6 curveType, §10.18 parametricCurveType, annex F.3 the model.

_LUT_TAGS = (b"A2B0", b"A2B1", b"D2B0", b"D2B1")


@dataclass(frozen=True)
class ParametricCurve:
    """y = (a x + b)^g + e from x = d on, c x + f below; continued oddly below 0 where it starts at 0."""

    g: float
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 0.0
    f: float = 0.0

    def light(self, values: np.ndarray) -> np.ndarray:
        """Device values → light, float32."""
        x = np.abs(values).astype(np.float32)
        bent = np.maximum(self.a * x + self.b, 0) ** self.g + self.e
        return np.copysign(np.where(x >= self.d, bent, self.c * x + self.f), values).astype(np.float32)

    def values(self, light: np.ndarray) -> np.ndarray:
        """Light → device values, float32."""
        y = np.abs(light).astype(np.float32)
        bent = (np.maximum(y - self.e, 0) ** (1 / self.g) - self.b) / self.a
        straight = np.clip((y - self.f) / self.c, 0, self.d) if self.c else np.full_like(y, max(self.d, 0))
        knee = max(self.a * self.d + self.b, 0) ** self.g + self.e
        return np.copysign(np.where(y >= knee, bent, straight), light).astype(np.float32)


@dataclass(frozen=True)
class SampledCurve:
    """Equally spaced samples of a rising curve, straight between them; clipped to [0, 1]."""

    samples: tuple[float, ...]

    def light(self, values: np.ndarray) -> np.ndarray:
        """Device values → light, float32."""
        return np.interp(values, self._steps(), self.samples).astype(np.float32)

    def values(self, light: np.ndarray) -> np.ndarray:
        """Light → device values, float32."""
        return np.interp(light, self.samples, self._steps()).astype(np.float32)

    def _steps(self) -> np.ndarray:
        return np.linspace(0, 1, len(self.samples))


Curve = ParametricCurve | SampledCurve


@dataclass(frozen=True)
class MatrixProfile:
    """Device values ↔ sRGB; `to_linear` (9 values, by rows) leads to BT.709 light and is None for grey."""

    curves: tuple[Curve, ...]
    to_linear: tuple[float, ...] | None

    def srgb(self, device: np.ndarray) -> np.ndarray:
        """(h, w, 1 or 3) device values, nominally [0, 1] → (h, w, 3) float32 sRGB-encoded."""
        light = np.stack([curve.light(device[..., i]) for i, curve in enumerate(self.curves)], axis=-1)
        if self.to_linear is None:
            return srgb_from_linear(np.repeat(light, 3, axis=-1))
        return srgb_from_linear(light @ self._matrix().astype(np.float32).T)

    def device(self, encoded: np.ndarray) -> np.ndarray:
        """(h, w, 3) sRGB-encoded → (h, w, 1 or 3) float32 device values, not clipped."""
        light = linear_from_srgb(encoded)
        light = (
            luma(light)
            if self.to_linear is None
            else light @ np.linalg.inv(self._matrix()).astype(np.float32).T
        )
        return np.stack([curve.values(light[..., i]) for i, curve in enumerate(self.curves)], axis=-1)

    def _matrix(self) -> np.ndarray:
        return np.array(self.to_linear).reshape(3, 3)


def matrix_profile(icc: bytes, kind: Kind) -> MatrixProfile | None:
    """The profile as curves and matrix; None where it is made of tables, damaged, or curves that fall."""
    try:
        tags = _tags(icc)
        if any(tag in tags for tag in _LUT_TAGS) or icc[20:24] != b"XYZ ":
            return None
        if kind == "grey":
            return MatrixProfile((_curve(tags[b"kTRC"]),), None)
        curves = tuple(_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC"))
        columns = np.column_stack([_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")])
        to_linear = LINEAR_FROM_XYZ_D50 @ columns
        np.linalg.inv(to_linear)
    except (KeyError, ValueError, struct.error, np.linalg.LinAlgError):
        return None
    return MatrixProfile(curves, tuple(to_linear.ravel().tolist()))


def _tags(icc: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">L", icc, 128)[0]
    rows = [struct.unpack_from(">4sLL", icc, 132 + 12 * i) for i in range(min(count, 256))]
    return {name: icc[at : at + size] for name, at, size in rows}


def _fixed(data: bytes, at: int, count: int) -> list[float]:
    """s15Fixed16Numbers."""
    return [value / 65536 for value in struct.unpack_from(f">{count}l", data, at)]


def _xyz(data: bytes) -> list[float]:
    return _fixed(data, 8, 3)


def _curve(data: bytes) -> Curve:
    """ValueError for curves that fall or are of no known type."""
    if data[:4] == b"para":
        return _parametric(struct.unpack_from(">H", data, 8)[0], data)
    if data[:4] != b"curv":
        raise ValueError("unknown curve")
    count = struct.unpack_from(">L", data, 8)[0]
    if count == 0:
        return ParametricCurve(1.0)
    numbers = struct.unpack_from(f">{count}H", data, 12)
    if count == 1:
        return _checked(ParametricCurve(numbers[0] / 256))
    if any(after < before for before, after in itertools.pairwise(numbers)):
        raise ValueError("falling curve")
    return SampledCurve(tuple(number / 65535 for number in numbers))


def _parametric(form: int, data: bytes) -> ParametricCurve:
    counts = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
    if form not in counts:
        raise ValueError("unknown curve")
    g, *rest = _fixed(data, 12, counts[form])
    if form in (1, 2):
        a, b, *c = rest
        base = c[0] if c else 0.0
        return _checked(ParametricCurve(g, a, b, 0.0, -b / a if a else 0.0, base, base))
    return _checked(ParametricCurve(g, *rest))


def _checked(curve: ParametricCurve) -> ParametricCurve:
    if curve.g <= 0 or curve.a <= 0 or curve.c < 0:
        raise ValueError("falling curve")
    return curve


# Device values ↔ sRGB through ICC profiles, relative colorimetric.

CHANNELS: dict[Kind, int] = {"grey": 1, "rgb": 3, "cmyk": 4}
_SPACES: dict[bytes, Kind] = {b"GRAY": "grey", b"RGB ": "rgb", b"CMYK": "cmyk"}
_INTERPRETATIONS: dict[Kind, str] = {"grey": "grey16", "rgb": "rgb16", "cmyk": "cmyk"}
_SAME = 1 / 255


@dataclass(frozen=True)
class TableProfile:
    """A profile of tables, carried out by Little CMS by way of Lab, with 16 bits on the device's side."""

    icc: bytes
    kind: Kind

    def srgb(self, device: np.ndarray) -> np.ndarray:
        """(h, w, channels) [0, 1] → (h, w, 3) float32 sRGB-encoded, unclipped; pyvips.Error if damaged."""
        levels = np.rint(np.clip(device, 0, 1) * np.float32(65535)).astype(np.uint16)
        image = vips_image(levels, _INTERPRETATIONS[self.kind]).copy()
        set_blob(image, "icc-profile-data", self.icc)
        lab = image.icc_import(embedded=True, pcs="lab", intent="relative").numpy()
        return srgb_from_lab(lab.reshape(*device.shape[:2], 3))

    def device(self, encoded: np.ndarray) -> np.ndarray:
        """(h, w, 3) sRGB-encoded → (h, w, channels) float32, clipped to what the device can show."""
        image = vips_image(lab_from_srgb(encoded), "lab").copy()
        set_blob(image, "icc-profile-data", self.icc)
        levels = image.icc_export(pcs="lab", intent="relative", depth=16).numpy()
        return levels.reshape(*encoded.shape[:2], -1).astype(np.float32) / np.float32(65535)


Profile = MatrixProfile | TableProfile


def profile_from(icc: bytes, kind: Kind) -> Profile | None:
    """The profile, ready to use both ways; None where it is damaged or for other colours (header §7.2.8)."""
    if _SPACES.get(icc[16:20]) != kind:
        return None
    profile = matrix_profile(icc, kind) or TableProfile(icc, kind)
    grey = np.full((1, 1, CHANNELS[kind]), 0.5, np.float32)
    try:
        with np.errstate(all="ignore"):
            back = profile.device(profile.srgb(grey))
    except pyvips.Error:
        return None
    return profile if back.shape[2] == CHANNELS[kind] and np.isfinite(back).all() else None


def fallback_cmyk() -> Profile:
    """What CMYK without a profile is taken for: libvips' own."""
    return TableProfile(pyvips.Image.profile_load("cmyk"), "cmyk")


def is_srgb(profile: Profile, kind: Kind) -> bool:
    """Whether the profile says the same as sRGB (for grey: its curve) within one step of 8 bits."""
    if kind == "cmyk":
        return False
    levels = np.linspace(0, 1, 18, dtype=np.float32)
    mesh = np.meshgrid(*[levels] * CHANNELS[kind], indexing="ij")
    probe = np.stack(mesh, -1).reshape(1, -1, CHANNELS[kind])
    return bool(np.abs(profile.srgb(probe) - probe).max() <= _SAME)
