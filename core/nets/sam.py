"""Segment Anything (arXiv 2304.02643) from the classes of the `segment-anything` package, with either image encoder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from torch import nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


# What TinyViT is built of: convolutions with batch norm, inverted bottlenecks, merging, window attention.
#
# TinyViT: arXiv 2207.10666; as MobileSAM (arXiv 2306.14289) uses it. Parameters carry the published names.

HEAD_WIDTH = 32
EXPANSION = 4


class ConvNorm(nn.Module):
    """Convolution without bias, then batch norm: (B, inside, h, w) → (B, outside, h / stride, w / stride)."""

    def __init__(self, inside: int, outside: int, side: int = 1, *, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.c = nn.Conv2d(inside, outside, side, stride, side // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outside)

    def forward(self, x: Tensor) -> Tensor:
        """Map to map."""
        return self.bn(self.c(x))


class Bottleneck(nn.Module):
    """Inverted bottleneck: 1×1 to four times the width, depthwise 3×3, 1×1 back, added to what came in."""

    def __init__(self, width: int) -> None:
        super().__init__()
        wide = EXPANSION * width
        self.conv1 = ConvNorm(width, wide)
        self.conv2 = ConvNorm(wide, wide, 3, groups=wide)
        self.conv3 = ConvNorm(wide, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, width, h, w) to map."""
        return F.gelu(x + self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x))))))


class Merging(nn.Module):
    """To another width and, unless `stride` is 1, half the size."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(inside, outside)
        self.conv2 = ConvNorm(outside, outside, 3, stride=stride, groups=outside)
        self.conv3 = ConvNorm(outside, outside)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, inside, h, w) to map."""
        return self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x)))))


class OffsetAttention(nn.Module):
    """Attention among the cells of a window, with a learned bias per head and absolute offset."""

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads, self.window = heads, window
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.attention_biases = nn.Parameter(torch.zeros(heads, window * window))

    def forward(self, x: Tensor) -> Tensor:
        """Windows (n, window², width) to windows; zeros that padded them enter as the norm's bias, unmasked."""
        count, cells, width = x.shape
        packed = self.qkv(self.norm(x)).view(count, cells, self.heads, 3, HEAD_WIDTH)
        query, key, value = packed.permute(3, 0, 2, 1, 4)
        scores = query @ key.transpose(-2, -1) * HEAD_WIDTH**-0.5 + self._bias()
        mixed = scores.softmax(-1) @ value
        return self.proj(mixed.transpose(1, 2).reshape(count, cells, width))

    def _bias(self) -> Tensor:
        """(heads, window², window²). Offsets are numbered as the first cell meets them: |Δrow| · window + |Δcolumn|."""
        cells = torch.arange(self.window**2, device=self.attention_biases.device)
        rows, columns = cells // self.window, cells % self.window
        apart = (rows[:, None] - rows).abs() * self.window + (columns[:, None] - columns).abs()
        return self.attention_biases[:, apart]


class Perceptron(nn.Module):
    """Norm, then two layers with four times the width between them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, EXPANSION * width)
        self.fc2 = nn.Linear(EXPANSION * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Cells (…, width) to cells."""
        return self.fc2(F.gelu(self.fc1(self.norm(x))))


class WindowBlock(nn.Module):
    """Window attention, a depthwise 3×3 convolution, a perceptron."""

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.attn = OffsetAttention(width, heads, window)
        self.local_conv = ConvNorm(width, width, 3, groups=width)
        self.mlp = Perceptron(width)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, width, h, w) to map."""
        height, width = x.shape[-2:]
        cells = x.permute(0, 2, 3, 1)
        windows = to_windows(cells, self.attn.window)
        cells = cells + from_windows(self.attn(windows), self.attn.window, height, width)
        cells = self.local_conv(cells.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return (cells + self.mlp(cells)).permute(0, 3, 1, 2)


def to_windows(cells: Tensor, window: int) -> Tensor:
    """(B, h, w, C) → (B · windows, window², C), padded with zeros to whole windows on the right and bottom."""
    height, width = cells.shape[1:3]
    whole = F.pad(cells, (0, 0, 0, -width % window, 0, -height % window))
    batch, height, width, channels = whole.shape
    grid = whole.view(batch, height // window, window, width // window, window, channels)
    return grid.transpose(2, 3).reshape(-1, window * window, channels)


def from_windows(windows: Tensor, window: int, height: int, width: int) -> Tensor:
    """The inverse of `to_windows`, padding cut off."""
    down, across, channels = -(-height // window), -(-width // window), windows.shape[-1]
    grid = windows.view(-1, down, across, window, window, channels).transpose(2, 3)
    return grid.reshape(-1, down * window, across * window, channels)[:, :height, :width]


# MobileSAM's image encoder (arXiv 2306.14289): TinyViT-5M for 1024×1024, with Segment Anything's neck.
#
# It stands where Segment Anything's own encoder stands; prompt encoder and mask decoder are the same.

# In the published file, left from its training as a classifier; nothing reads them.
UNUSED = ("image_encoder.norm_head.", "image_encoder.head.")


@dataclass(frozen=True)
class TinyVitParams:
    """Widths, depths, heads and windows of the four stages; the first is of convolutions and has neither of the last.

    `image_px` is the side of the square that comes in, a multiple of 16; `embedding` the width of what goes out.
    """

    widths: tuple[int, int, int, int] = (64, 128, 160, 320)
    depths: tuple[int, int, int, int] = (2, 2, 6, 2)
    heads: tuple[int, int, int, int] = (2, 4, 5, 10)
    windows: tuple[int, int, int, int] = (7, 7, 14, 7)
    image_px: int = 1024
    embedding: int = 256


class ChannelNorm(nn.Module):
    """Layer norm over the channels of (B, C, h, w)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.LayerNorm(width).parameters()

    def forward(self, x: Tensor) -> Tensor:
        """Map to map."""
        cells = F.layer_norm(x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, eps=1e-6)
        return cells.permute(0, 3, 1, 2)


class Stem(nn.Module):
    """Two strided convolutions: (B, 3, h, w) → (B, width, h / 4, w / 4)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        first, second = ConvNorm(3, width // 2, 3, stride=2), ConvNorm(width // 2, width, 3, stride=2)
        self.seq = nn.Sequential(first, nn.GELU(), second)

    def forward(self, x: Tensor) -> Tensor:
        """Picture to map."""
        return self.seq(x)


class TinyViTStage(nn.Module):
    """Blocks of one width, then merging where another stage follows."""

    def __init__(self, blocks: list[nn.Module], merging: nn.Module | None) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*blocks)
        if merging is not None:
            self.downsample = merging
        self.merges = merging is not None

    def forward(self, x: Tensor) -> Tensor:
        """Map to map."""
        mixed = self.blocks(x)
        return self.downsample(mixed) if self.merges else mixed


class TinyVit(nn.Module):
    """Picture (B, 3, image_px, image_px), normalised → embedding (B, 256, image_px / 16, image_px / 16)."""

    def __init__(self, params: TinyVitParams) -> None:
        super().__init__()
        self.img_size = params.image_px  # the name by which the package's predictor asks
        last = params.widths[-1]
        self.patch_embed = Stem(params.widths[0])
        self.layers = nn.Sequential(*(_stage(params, number) for number in range(4)))
        self.neck = nn.Sequential(
            nn.Conv2d(last, params.embedding, 1, bias=False),
            ChannelNorm(params.embedding),
            nn.Conv2d(params.embedding, params.embedding, 3, padding=1, bias=False),
            ChannelNorm(params.embedding),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Encode."""
        return self.neck(self.layers(self.patch_embed(x)))


def _stage(params: TinyVitParams, number: int) -> TinyViTStage:
    width, depth = params.widths[number], params.depths[number]
    blocks: list[nn.Module] = [
        WindowBlock(width, params.heads[number], params.windows[number]) if number else Bottleneck(width)
        for _ in range(depth)
    ]
    if number == 3:
        return TinyViTStage(blocks, None)
    # the last merging keeps the grid, so that it is as fine as Segment Anything's
    return TinyViTStage(blocks, Merging(width, params.widths[number + 1], 1 if number == 2 else 2))


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
