"""Community models with seeded weights, in the smallest sizes that their architectures allow."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import torch
from spandrel.architectures.Compact import Compact
from spandrel.architectures.DAT import DAT
from spandrel.architectures.ESRGAN import ESRGAN
from spandrel.architectures.HAT import HAT
from spandrel.architectures.RealCUGAN import UpCunet2x, UpCunet4x
from spandrel.architectures.SCUNet import SCUNet
from spandrel.architectures.SPAN import SPAN
from spandrel.architectures.SwinIR import SwinIR

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAKERS: dict[str, Callable[[], torch.nn.Module]] = {
    "ESRGAN": lambda: ESRGAN(num_filters=8, num_blocks=2, scale=4),
    "ESRGAN-2x": lambda: ESRGAN(num_filters=8, num_blocks=1, scale=2),
    "ESRGAN-8x": lambda: ESRGAN(num_filters=8, num_blocks=1, scale=8),
    "Compact": lambda: Compact(num_feat=16, num_conv=4, upscale=4),
    "Compact-1x": lambda: Compact(num_feat=16, num_conv=4, upscale=1),
    "Compact-2x": lambda: Compact(num_feat=16, num_conv=4, upscale=2),
    "Compact-3x": lambda: Compact(num_feat=16, num_conv=4, upscale=3),
    "SPAN": lambda: SPAN(num_in_ch=3, num_out_ch=3, feature_channels=16, upscale=4),
    "DAT": lambda: DAT(
        embed_dim=16, split_size=[8, 16], depth=[2], num_heads=[2], expansion_factor=2.0, upscale=4,
        upsampler="pixelshuffledirect",
    ),
    "SwinIR": lambda: SwinIR(
        embed_dim=12, depths=[2, 2], num_heads=[2, 2], window_size=8, upscale=4, upsampler="pixelshuffledirect",
    ),
    "HAT": lambda: HAT(
        embed_dim=12, depths=(2,), num_heads=(2,), window_size=8, upscale=4, upsampler="pixelshuffle", num_feat=16,
        squeeze_factor=3, overlap_ratio=0.5,
    ),
    "RealCUGAN": UpCunet4x,
    "RealCUGAN-2x": UpCunet2x,
    "SCUNet": lambda: SCUNet(config=[1, 1, 1, 1, 1, 1, 1], dim=64),
}  # fmt: skip
SCALES = {name: int(name[-2]) if name[-1] == "x" else 1 if name == "SCUNet" else 4 for name in MAKERS}


def seeded(name: str, seed: int = 0) -> dict[str, torch.Tensor]:
    """The weights of a fresh network, the same each time."""
    with torch.random.fork_rng(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)
        network = MAKERS[name]()
        return {key: value.clone() for key, value in network.state_dict().items()}


def write_pth(folder: Path, name: str, seed: int = 0) -> Path:
    """The weights as people share them: nested in a `.pth`."""
    path = folder / f"{SCALES[name]}x_{name}.pth"
    torch.save({"params": seeded(name, seed)}, path)
    return path
