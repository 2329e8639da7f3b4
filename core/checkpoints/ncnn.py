"""Pairs of `.param` and `.bin`, as ncnn and Upscayl keep models, to tensors by the names of the torch networks.

Two families are read, told by their layers: SRVGGNetCompact (convolutions with PReLU in a row) and ESRGAN (RRDB). Both
are a fixed sequence of convolutions, so that the order in the file says which is which. The format is ncnn's:
`.param` is text, one layer a line (type, name, counts, blobs, `key=value`); `.bin` holds the layers' weights in that
order, each convolution's behind a tag of four bytes that says its precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from core.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAGIC = "7767517"
HALF_TAG = 0x01306B47
PLAIN_TAGS = (0, 0x0002C056)
CONVOLUTION, SLOPES = "Convolution", "PReLU"
OF_COMPACT = {"Input", "Split", CONVOLUTION, SLOPES, "PixelShuffle", "Interp", "BinaryOp"}
OF_ESRGAN = OF_COMPACT - {SLOPES, "PixelShuffle"} | {"Concat", "ReLU", "Eltwise"}
CONVOLUTIONS_PER_BLOCK = 15
CONVOLUTIONS_AROUND = 4  # first, after the blocks, and the two last; between them one for each doubling
ADVICE = "Take the model's .pth or .safetensors file instead."


@dataclass(frozen=True)
class _Layer:
    kind: str
    values: dict[int, str]

    def whole(self, key: int, usual: int = 0) -> int:
        return int(self.values.get(key, usual))


@dataclass(frozen=True)
class _Weighted:
    """A layer with its tensors: `weight` (O, I, k, k) and `bias` of a convolution, slopes of a PReLU."""

    kind: str
    weight: torch.Tensor
    bias: torch.Tensor | None


def pair_of(path: Path) -> tuple[Path, Path]:
    """The `.param` and the `.bin` of which `path` is one. CheckpointError where one of them is missing."""
    pair = path.with_suffix(".param"), path.with_suffix(".bin")
    missing = next((one for one in pair if not one.is_file()), None)
    if missing:
        raise CheckpointError(
            f"{path} is half of an ncnn model: {missing.name} is not beside it.",
            "Keep the .param and the .bin file of a model in one folder, under one name.",
        )
    return pair


def load_ncnn(path: Path) -> dict[str, torch.Tensor]:
    """Tensors of a pair (`path` is either file) by the names of SRVGGNetCompact or of ESRGAN.

    CheckpointError where the pair is incomplete, damaged, quantised, or a network of another family.
    """
    param, binary = pair_of(path)
    try:
        layers = _layers(param.read_text("utf-8"))
        weighted = list(_with_weights(layers, bytearray(binary.read_bytes())))
    except (OSError, ValueError, IndexError) as error:
        raise CheckpointError(f"{param} and its .bin are no whole ncnn model: {error}.", ADVICE) from error
    kinds = {layer.kind for layer in layers}
    if kinds <= OF_COMPACT:
        return dict(_compact(weighted))
    if kinds <= OF_ESRGAN:
        return dict(_esrgan(weighted, param))
    raise CheckpointError(
        f"{param} is a network of {', '.join(sorted(kinds - OF_COMPACT))} layers, which this program cannot read.",
        ADVICE,
    )


def _layers(text: str) -> list[_Layer]:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != [MAGIC]:
        raise ValueError("the .param does not begin as one")
    count = int(lines[1][0])
    if len(lines) - 2 != count:
        raise ValueError(f"{count} layers are promised, {len(lines) - 2} are there")
    return [_layer(words) for words in lines[2:]]


def _layer(words: list[str]) -> _Layer:
    values = (word.split("=", 1) for word in words[4 + int(words[2]) + int(words[3]) :])
    return _Layer(words[0], {int(key): value for key, value in values})


def _with_weights(layers: list[_Layer], whole: bytearray) -> Iterator[_Weighted]:
    place = 0
    for layer in layers:
        if layer.kind == CONVOLUTION:
            if layer.whole(9):
                raise ValueError("its activations are fused into the convolutions")
            weight, place = _tagged(whole, place, layer.whole(6))
            bias, place = _plain(whole, place, layer.whole(0) if layer.whole(5) else 0)
            side, outputs = layer.whole(1), layer.whole(0)
            shaped = weight.reshape(outputs, -1, layer.whole(11, side), side)
            yield _Weighted(layer.kind, shaped, bias if len(bias) else None)
        elif layer.kind == SLOPES:
            slopes, place = _plain(whole, place, layer.whole(0))
            yield _Weighted(layer.kind, slopes, None)
    if place != len(whole):
        raise ValueError(f"{place} bytes of weights are described, the .bin has {len(whole)}")


def _tagged(whole: bytearray, place: int, count: int) -> tuple[torch.Tensor, int]:
    """`count` weights behind their tag, as float32, and where the next ones begin."""
    tag = int.from_bytes(whole[place : place + 4], "little")
    if tag in PLAIN_TAGS:
        return _plain(whole, place + 4, count)
    if tag != HALF_TAG:
        raise ValueError("its weights are quantised")
    values = torch.frombuffer(whole, dtype=torch.float16, count=count, offset=place + 4)
    return values.float(), place + 4 + (2 * count + 3) // 4 * 4


def _plain(whole: bytearray, place: int, count: int) -> tuple[torch.Tensor, int]:
    if not count:
        return torch.zeros(0), place
    return torch.frombuffer(whole, dtype=torch.float32, count=count, offset=place).clone(), place + 4 * count


def _compact(weighted: list[_Weighted]) -> Iterator[tuple[str, torch.Tensor]]:
    """SRVGGNetCompact counts convolutions and activations in one row, from body.0."""
    for index, layer in enumerate(weighted):
        yield f"body.{index}.weight", layer.weight
        if layer.bias is not None:
            yield f"body.{index}.bias", layer.bias


def _esrgan(weighted: list[_Weighted], param: Path) -> Iterator[tuple[str, torch.Tensor]]:
    """RRDBNet: three dense blocks of five convolutions each make a block, whatever lies around them."""
    blocks, rest = divmod(len(weighted) - CONVOLUTIONS_AROUND, CONVOLUTIONS_PER_BLOCK)
    if blocks < 1 or not 1 <= rest <= 3:
        raise CheckpointError(f"{param} is no ESRGAN of the usual build.", ADVICE)
    inner = [
        f"body.{block}.rdb{dense}.conv{number}"
        for block in range(blocks)
        for dense in (1, 2, 3)
        for number in range(1, 6)
    ]
    ups = [f"conv_up{number}" for number in range(1, rest + 1)]
    names = ["conv_first", *inner, "conv_body", *ups, "conv_hr", "conv_last"]
    for name, layer in zip(names, weighted, strict=True):
        yield f"{name}.weight", layer.weight
        if layer.bias is not None:
            yield f"{name}.bias", layer.bias
