"""Segment Anything networks with seeded weights, saved the way Meta ships them; and a photograph."""

from __future__ import annotations

import os
from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from torch import nn

from core.checkpoints.catalog import CatalogEntry, WeightSource
from core.checkpoints.check import ANY_SAM

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
TINY = CatalogEntry(
    "tiny-sam", "Tiny", ANY_SAM, 1, "tiny.safetensors", None, None, "MIT", "", commercial=True, bundled=False,
    task="segment", source=WeightSource("tiny.pth", ()),
)  # fmt: skip


def seeded(network, seed=1):
    """The network with firm answers of every size: the weights as built, with no zeros, and leaning to "no"."""
    generator = torch.Generator().manual_seed(seed)
    decoder = network.mask_decoder
    with torch.no_grad():
        for tensor in [*network.parameters(), *network.prompt_encoder.buffers()]:
            spread = float(tensor.std()) if tensor.numel() > 1 else 0.0
            tensor.add_(torch.randn(tensor.shape, generator=generator) * max(0.3 * spread, 0.02))
        decoder.output_upscaling[3].bias[0] += 5
        for answers in decoder.output_hypernetworks_mlps:
            answers.layers[-1].weight.mul_(40)[0] = 0
            answers.layers[-1].bias[0] = -1
        decoder.iou_prediction_head.layers[-1].bias.add_(0.9)
    return network.eval()


@lru_cache(maxsize=1)
def tiny_sam():
    """The package's classes, with a square of 256 pixels and an encoder of two narrow blocks."""
    torch.manual_seed(3)
    encoder = ImageEncoderViT(
        img_size=256, embed_dim=32, depth=2, num_heads=2, norm_layer=partial(nn.LayerNorm, eps=1e-6),
        use_rel_pos=True, window_size=14, global_attn_indexes=(1,),
    )  # fmt: skip
    prompts = PromptEncoder(256, (16, 16), (256, 256), 16)
    decoder = MaskDecoder(transformer_dim=256, transformer=TwoWayTransformer(2, 256, 8, 2048))
    return seeded(Sam(encoder, prompts, decoder))


def photograph(name="100007.jpg"):
    """(H, W, 3) uint8 RGB; the test is skipped where the pictures are absent."""
    path = Path(os.environ.get("SEMANTIC_UPSCALE_DATA", BESIDE)) / "test" / "bsds" / "images" / name
    if not path.is_file():
        pytest.skip("the test pictures are absent (set SEMANTIC_UPSCALE_DATA)")
    return np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])


def as_image(picture):
    """What the picture is inside the program: float32 in [0, 1]."""
    return picture.astype(np.float32) / np.float32(255)
