"""Profiles that are three curves and a matrix, or one curve: exact in floating point and without clipping.

ICC.1:2022: §7.2 header, §7.3 tag table, §10.6 curveType, §10.18 parametricCurveType, annex F.3 the model.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.image.colour import LINEAR_FROM_XYZ_D50, linear_from_srgb, luma, srgb_from_linear

if TYPE_CHECKING:
    from core.image.picture import Kind

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
