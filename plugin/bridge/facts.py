"""What engine, window and hosts must say alike. Every one of these facts is written here and nowhere else."""

from __future__ import annotations

BANDS = {"GREY": 1, "GREYA": 2, "RGB": 3, "RGBA": 4}
"""Values of one pixel, by the name of its mode."""

DEPTH_BYTES = {"u8": 1, "u16": 2, "f32": 4}
"""Bytes of one value, by the name of its depth."""

MODEL_ENDINGS = (".pth", ".pt", ".ckpt", ".safetensors", ".param", ".bin")
"""Files that may be community models; of an ncnn pair both."""

PRIORITY_NAMES = {-2: "Faithful", -1: "Careful", 0: "Balanced", 1: "Rich", 2: "Inventive"}
"""The five steps, the most faithful first."""

FINE_STEPS = 15
"""Steps of the bundled method's sampler where "Fine (slower)" is asked for; otherwise it takes one."""


def target_px(source_px: int, scale: float) -> int:
    """A side of the target in pixels: `source_px` · `scale`, half a pixel up, never below 1.

    The one rule of sizes: whoever rounds to even makes 252×102 of 101×41 at ×2.5, where others expect 253×103.
    """
    return max(1, int(source_px * scale + 0.5))
