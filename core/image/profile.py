"""Device values ↔ sRGB through ICC profiles, relative colorimetric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyvips

from core.image.colour import lab_from_srgb, srgb_from_lab
from core.image.matrix_profile import MatrixProfile, matrix_profile
from core.image.vips import set_blob, vips_image

if TYPE_CHECKING:
    from core.image.picture import Kind

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
