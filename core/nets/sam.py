"""Segment Anything (arXiv 2304.02643) from the classes of the `segment-anything` package, with either image encoder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from segment_anything.modeling import (
    ImageEncoderViT,
    MaskDecoder,
    PromptEncoder,
    Sam,
    TwoWayTransformer,
)
from torch import nn

from core.nets.mobilesam import TinyVit, TinyVitParams

if TYPE_CHECKING:
    from collections.abc import Mapping

CELL_PX = 16
EMBEDDING = 256
# The pixels' mean and standard deviation, 0 … 255, that every published encoder was trained with.
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_STD = (58.395, 57.12, 57.375)


@dataclass(frozen=True)
class VitParams:
    """Segment Anything's own encoder. `global_blocks` attend to the whole picture, the others within windows."""

    width: int
    depth: int
    heads: int
    global_blocks: tuple[int, ...]
    window: int = 14
    image_px: int = 1024


SamParams = VitParams | TinyVitParams
PUBLISHED: Mapping[str, SamParams] = {
    "mobile-sam": TinyVitParams(),
    "sam-vit-b": VitParams(768, 12, 12, (2, 5, 8, 11)),
    "sam-vit-l": VitParams(1024, 24, 16, (5, 11, 17, 23)),
    "sam-vit-h": VitParams(1280, 32, 16, (7, 15, 23, 31)),
}


def build_sam(params: SamParams) -> Sam:
    """The whole network in eval mode, its weights not yet those of any file."""
    grid = params.image_px // CELL_PX
    decoder = MaskDecoder(
        num_multimask_outputs=3,
        transformer=TwoWayTransformer(depth=2, embedding_dim=EMBEDDING, mlp_dim=2048, num_heads=8),
        transformer_dim=EMBEDDING,
        iou_head_depth=3,
        iou_head_hidden_dim=256,
    )
    prompts = PromptEncoder(
        embed_dim=EMBEDDING,
        image_embedding_size=(grid, grid),
        input_image_size=(params.image_px, params.image_px),
        mask_in_chans=16,
    )
    encoder = TinyVit(params) if isinstance(params, TinyVitParams) else _vit(params)
    network = Sam(encoder, prompts, decoder, list(PIXEL_MEAN), list(PIXEL_STD))  # pyright: ignore[reportArgumentType]
    return network.eval()


def empty_sam(params: SamParams) -> Sam:
    """The network with nothing in its weights: seconds faster than drawing numbers that a file will replace."""
    with torch.device("meta"):
        network = build_sam(params)
    network = network.to_empty(device="cpu")
    # the only two tensors that no file holds
    network.pixel_mean = torch.tensor(PIXEL_MEAN).view(-1, 1, 1)
    network.pixel_std = torch.tensor(PIXEL_STD).view(-1, 1, 1)
    return network


def params_of(shapes: Mapping[str, tuple[int, ...]]) -> SamParams | None:
    """What the tensors' names and shapes say; None where they are not Segment Anything's."""
    if "mask_decoder.iou_token.weight" not in shapes:
        return None
    if "image_encoder.patch_embed.seq.0.c.weight" in shapes:
        return TinyVitParams()
    try:
        return _vit_params(shapes)
    except (KeyError, IndexError, ZeroDivisionError):
        return None


def _vit_params(shapes: Mapping[str, tuple[int, ...]]) -> VitParams:
    width = shapes["image_encoder.patch_embed.proj.weight"][0]
    grid = shapes["image_encoder.pos_embed"][1]
    depth = 0
    reach: list[int] = []
    while f"image_encoder.blocks.{depth}.attn.rel_pos_h" in shapes:
        reach.append(shapes[f"image_encoder.blocks.{depth}.attn.rel_pos_h"][0])
        depth += 1
    head_width = shapes["image_encoder.blocks.0.attn.rel_pos_h"][1]
    # a table of 2 n − 1 offsets belongs to an attention over n × n cells
    everywhere = tuple(block for block, offsets in enumerate(reach) if offsets == 2 * grid - 1)
    near = [offsets for offsets in reach if offsets != 2 * grid - 1]
    window = (near[0] + 1) // 2 if near else VitParams.window
    return VitParams(width, depth, width // head_width, everywhere, window, grid * CELL_PX)


def _vit(params: VitParams) -> ImageEncoderViT:
    return ImageEncoderViT(
        depth=params.depth,
        embed_dim=params.width,
        img_size=params.image_px,
        mlp_ratio=4,
        norm_layer=partial(nn.LayerNorm, eps=1e-6),  # pyright: ignore[reportArgumentType]
        num_heads=params.heads,
        patch_size=CELL_PX,
        qkv_bias=True,
        use_rel_pos=True,
        global_attn_indexes=params.global_blocks,
        window_size=params.window,
        out_chans=EMBEDDING,
    )
