"""sRGB-encoded values ↔ CIE Lab D50, without clipping, so that colours outside sRGB survive.

Encoding: IEC 61966-2-1, continued oddly below 0 and by its own formula above 1. Primaries: ITU-R BT.709,
adapted from D65 to the D50 of profiles by Bradford (ICC.1:2022 annex E). Lab: CIE 15:2004, eq. 8.3 – 8.11.
"""

from __future__ import annotations

import numpy as np

_D65_XYZ = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
_D50_XYZ = np.array([0.9642, 1.0, 0.8249])
_BT709_XY = np.array([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def _linear_to_xyz_d50() -> np.ndarray:
    """The matrix (3, 3) for column vectors; white becomes D50 exactly."""
    primaries = np.column_stack([[x / y, 1, (1 - x - y) / y] for x, y in _BT709_XY])
    to_xyz = primaries * np.linalg.solve(primaries, _D65_XYZ)
    gains = (_BRADFORD @ _D50_XYZ) / (_BRADFORD @ _D65_XYZ)
    return np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD @ to_xyz


_TO_XYZ = _linear_to_xyz_d50()
LINEAR_FROM_XYZ_D50 = np.linalg.inv(_TO_XYZ)
_RELATIVE = (_TO_XYZ / _D50_XYZ[:, None]).astype(np.float32)
_ABSOLUTE = np.linalg.inv(_TO_XYZ / _D50_XYZ[:, None]).astype(np.float32)
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
