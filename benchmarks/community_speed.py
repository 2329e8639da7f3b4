"""Every usual architecture at the size in which people share it: seconds and memory for a megapixel of the source.

Weights are seeded: they change no time. Each model runs one tile of 64 px as part of our road (faithful estimate
included), beside `compact` in the same process, so that the ratios hold on a busy machine too; `estimate` is what the
program says of a picture of 128×96 before the run, as a share of what it then takes.

    python benchmarks/community_speed.py [NAME…]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from common.tell import tell
from spandrel.architectures.Compact import Compact
from spandrel.architectures.DAT import DAT
from spandrel.architectures.ESRGAN import ESRGAN
from spandrel.architectures.HAT import HAT
from spandrel.architectures.OmniSR import OmniSR
from spandrel.architectures.PLKSR import RealPLKSR
from spandrel.architectures.RealCUGAN import UpCunet4x
from spandrel.architectures.SPAN import SPAN
from spandrel.architectures.SwinIR import SwinIR

from core.checkpoints import adding
from core.checkpoints.convert import convert
from core.engine.device import choose_device
from core.engine.methods.community import measure_tile
from core.engine.methods.registry import MethodRegistry
from core.engine.upscale import Resources, upscale
from core.image.io import Carried, FileEncoder, SaveOptions, picture_from_array
from core.metrics.tables import Column, Table
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.methods.base import Method

REPETITIONS = 2
SOURCE = (96, 128)
MODELS: dict[str, Callable[[], torch.nn.Module]] = {
    "Compact 64×16 ×4": lambda: Compact(num_feat=64, num_conv=16, upscale=4),
    "Compact 64×32 ×4": lambda: Compact(num_feat=64, num_conv=32, upscale=4),
    "Compact 64×16 ×2": lambda: Compact(num_feat=64, num_conv=16, upscale=2),
    "Compact 64×16 ×1": lambda: Compact(num_feat=64, num_conv=16, upscale=1),
    "SPAN 48 ×4": lambda: SPAN(num_in_ch=3, num_out_ch=3, feature_channels=48, upscale=4),
    "RealCUGAN ×4": UpCunet4x,
    "ESRGAN 64×6 ×4": lambda: ESRGAN(num_filters=64, num_blocks=6, scale=4),
    "ESRGAN 64×23 ×4": lambda: ESRGAN(num_filters=64, num_blocks=23, scale=4),
    "OmniSR 64×5 ×4": lambda: OmniSR(num_feat=64, res_num=5, up_scale=4),
    "RealPLKSR 64×28 ×4": lambda: RealPLKSR(dim=64, n_blocks=28, upscaling_factor=4),
    "SwinIR small ×4": lambda: SwinIR(
        embed_dim=60, depths=[6] * 4, num_heads=[6] * 4, window_size=8, mlp_ratio=2, upscale=4,
        upsampler="pixelshuffledirect",
    ),
    "DAT light ×4": lambda: DAT(
        embed_dim=60, split_size=[8, 32], depth=[18], num_heads=[6], expansion_factor=2.0, upscale=4,
        upsampler="pixelshuffledirect", resi_connection="3conv",
    ),
    "HAT small ×4": lambda: HAT(
        embed_dim=144, depths=(6,) * 6, num_heads=(6,) * 6, window_size=16, compress_ratio=24, squeeze_factor=24,
        mlp_ratio=2, upscale=4, upsampler="pixelshuffle",
    ),
}  # fmt: skip


def added(folder: Path, number: int, make: Callable[[], torch.nn.Module]) -> str:
    """The network with seeded weights, taken in like anybody's file; its name as a method."""
    torch.manual_seed(0)
    path = folder / f"model-{number}.pth"
    torch.save({"params": make().state_dict()}, path)
    return adding.add(path, converter=convert).row.id


def foretold(registry: MethodRegistry, name: str) -> float:
    """What was said before a run of SOURCE, as a share of what it took."""
    noise = np.random.default_rng(0).random((*SOURCE, 3), np.float32)
    said: list[float] = []
    encoder = FileEncoder(Carried(depth=8), SaveOptions(suffix=".png"))
    request = UpscaleRequest(method=name, detail=2.0, clean_up=0.0, device="cpu")
    began = time.perf_counter()
    result = upscale(
        picture_from_array(noise), None, request, Resources(registry, encoder),
        lambda progress: said.append(progress.expected_s) if progress.expected_s is not None else None,
    )  # fmt: skip
    took_s = time.perf_counter() - began
    result.target.close()
    return said[0] / took_s


def row_of(registry: MethodRegistry, name: str, beside: Method) -> list[float]:
    """Seconds and memory for a megapixel of the source, times those of compact, and how right the estimate was."""
    choice = choose_device("cpu", "float32")
    method = registry.get(name, choice)
    measured, compact = [], []
    for _ in range(REPETITIONS):
        measured.append(measure_tile(method, choice))
        compact.append(measure_tile(beside, choice))
    seconds = min(one.seconds_per_px for one in measured) * 1e6
    ratio = seconds / (min(one.seconds_per_px for one in compact) * 1e6)
    return [seconds, ratio, max(one.bytes_per_px for one in measured) / 1000, foretold(registry, name)]


def main(names: list[str]) -> None:
    """All models, or those whose names hold one of these words."""
    wanted = {name: make for name, make in MODELS.items() if not names or any(word in name for word in names)}
    columns = (
        Column("for a megapixel", "s", "lower", 1),
        Column("compact's time", "×", "lower"),
        Column("memory of a tile", "kB/px", "lower", 1),
        Column("foretold / taken", "×"),
    )
    table = Table("Community models, 64 px tiles of the source, float32", columns)
    with tempfile.TemporaryDirectory() as home:
        os.environ["SEMANTIC_UPSCALE_HOME"] = home
        registry = MethodRegistry()
        beside = registry.get("compact", choose_device("cpu", "float32"))
        for number, (name, make) in enumerate(wanted.items()):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                table = table.with_row(name, *row_of(registry, added(Path(home), number, make), beside))
            sys.stderr.write(f"{table.rows[-1]}\n")
    tell("community-speed", table)


if __name__ == "__main__":
    main(sys.argv[1:])
