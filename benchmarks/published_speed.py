"""The published one-step pipeline at its released sizes, against the straightforward formulation of the same networks.

    python benchmarks/published_speed.py --side 64 --side 128 --repeat 3

The rival ("plain") is the same modules with the same weights, written out as the papers' formulas read: NCHW, whole
score matrices, a mask per window, x · sigmoid(x), the full table of distances, pixels doubled before convolution.
Each runs in a process of its own and gives the best of its runs; CPU seconds are the sturdier number where others use
the machine. Peak is the whole process, libraries and weights included. Weights are random: time is the same.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.engine.methods.latent import LatentModel  # noqa: E402
from core.nets import swin_unet  # noqa: E402
from core.nets import swin_unet as swin_blocks  # noqa: E402
from core.nets import vq as vq_blocks  # noqa: E402
from core.nets.swin_unet import SwinUNet  # noqa: E402
from core.nets.vq import Codebook, VqAutoencoder  # noqa: E402

if TYPE_CHECKING:
    from torch import Tensor, nn

STAGES = ("encode", "denoise", "decode")


def swish(x: Tensor) -> Tensor:
    """X · sigmoid(x)."""
    return x * torch.sigmoid(x)


def plain_activated(x, norm, conv, *, scale_shift=None, added=None):  # noqa: ANN001, ANN201
    """Norm, modulation, activation, convolution and sum, one after the other."""
    x = norm(x)
    if scale_shift is not None:
        scale, shift = scale_shift[:, :, None, None].chunk(2, 1)
        x = x * (1 + scale) + shift
    x = conv(swish(x))
    return x if added is None else x + added


def plain_enlarged(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """Pixels doubled, then convolved."""
    return conv(F.interpolate(x, scale_factor=2, mode="nearest"))


def plain_whole(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """The whole score matrix."""
    scores = torch.softmax(torch.bmm(q, k.transpose(1, 2)) * q.shape[2] ** -0.5, 2)
    return torch.bmm(scores, v)


def plain_windows(self: swin_unet.WindowAttention, qkv: Tensor, last: int) -> Tensor:
    """All windows at once, each with a mask of its own."""
    batch, count, tokens, channels = qkv.shape
    q, k, v = qkv.view(batch, count, tokens, 3, self.heads, -1).permute(3, 0, 1, 4, 2, 5)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1) + self._bias()[None]
    if self.shift:
        mask = scores.new_zeros(count, tokens, tokens)
        mask[-last:] = swin_unet.halves_mask(self.side, self.shift)
        scores = scores + mask[None, :, None]
    return (torch.softmax(scores, -1) @ v).transpose(2, 3).reshape(batch, count, tokens, channels // 3)


def plain_indices(self: Codebook, latent: Tensor) -> Tensor:
    """The full table of squared distances."""
    points, codes = latent.permute(0, 2, 3, 1).reshape(-1, latent.shape[1]), self.embedding.weight
    table = (
        (points**2).sum(1, keepdim=True) + (codes**2).sum(1) - 2 * torch.einsum("nc,kc->nk", points, codes)
    )
    return table.argmin(1).view(latent.shape[0], *latent.shape[2:])


def make_plain() -> None:
    """Put the formulas as they read in the place of ours."""
    from core.nets import swin_unet, vq  # noqa: PLC0415  (only this kind of run needs them)

    for module in (swin_blocks, vq_blocks, swin_unet, vq):
        module.activated_convolution = plain_activated  # type: ignore[attr-defined]
    for module in (swin_blocks, vq_blocks):
        module.normalised = lambda x, norm: norm(x)  # type: ignore[attr-defined]
        module.enlarged_convolution = plain_enlarged  # type: ignore[attr-defined]
    vq_blocks.whole_attention = plain_whole
    swin_unet.WindowAttention._attend = plain_windows  # type: ignore[method-assign]  # noqa: SLF001
    Codebook.indices = plain_indices  # type: ignore[method-assign]


def built(kind: str, device: str, dtype: torch.dtype) -> LatentModel:
    """Both networks with random weights."""
    torch.manual_seed(0)
    layout = torch.contiguous_format if kind == "plain" else torch.channels_last
    networks = [make().eval().requires_grad_(False) for make in (SwinUNet, VqAutoencoder)]
    for network in networks:
        network.to(device, dtype).to(memory_format=layout)  # type: ignore[call-overload]
    return LatentModel(*networks, dtype)  # type: ignore[arg-type]


def one_run(model: LatentModel, source: Tensor) -> dict[str, tuple[float, float]]:
    """(wall, CPU) seconds of each stage."""
    time_index = torch.full((len(source),), 14, device=source.device)
    seconds, value = {}, source
    steps = (model.encode, lambda z: model.listening_to(source)(z / 2.2, time_index), model.decode)
    for name, step in zip(STAGES, steps, strict=True):
        wall, cpu = time.perf_counter(), time.process_time()
        value = step(value)
        if source.is_cuda:
            torch.cuda.synchronize()
        seconds[name] = (time.perf_counter() - wall, time.process_time() - cpu)
    return seconds


def measure(kind: str, side: int, repeat: int, device: str, precision: str) -> dict[str, object]:
    """In this process: the best of the runs, and the peak."""
    if kind == "plain":
        make_plain()
    model = built(kind, device, getattr(torch, precision))
    source = torch.rand(1, 3, side, side, device=device) * 2 - 1
    with torch.inference_mode():
        one_run(model, source)
        runs = [one_run(model, source) for _ in range(repeat)]
    best = {stage: [min(run[stage][clock] for run in runs) for clock in (0, 1)] for stage in STAGES}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if device != "cpu":
        peak = torch.cuda.max_memory_allocated() / 2**20
    return {"stages": best, "peak_mib": peak}


def apart(kind: str, side: int, given: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    """`measure` in a process of its own."""
    words = [sys.executable, __file__, "--only", kind, "--side", str(side), "--repeat", str(given.repeat)]
    words += ["--threads", str(given.threads), "--device", given.device]
    words += ["--precision", given.precision if kind == "ours" else "float32"]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def compare(side: int, given: argparse.Namespace) -> None:
    """Both kinds at one size, as a table of ratios."""
    found = {kind: apart(kind, side, given) for kind in ("plain", "ours")}
    print(f"{side}×{side} → {4 * side}×{4 * side}: ours over plain")
    totals = {
        kind: [sum(pair[clock] for pair in found[kind]["stages"].values()) for clock in (0, 1)]
        for kind in found
    }
    rows = [(stage, found["plain"]["stages"][stage], found["ours"]["stages"][stage]) for stage in STAGES]
    for name, plain, ours in (*rows, ("total", totals["plain"], totals["ours"])):
        wall, cpu = (f"{ours[i]:.2f} / {plain[i]:.2f} s = {ours[i] / plain[i]:.2f}" for i in (0, 1))
        print(f"  {name:8} wall {wall}   CPU {cpu}")
    ours, plain = (float(found[kind]["peak_mib"]) for kind in ("ours", "plain"))  # type: ignore[arg-type]
    print(f"  peak     {ours:.0f} / {plain:.0f} MiB = {ours / plain:.2f}")


def main() -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--side", type=int, action="append", help="of the source, a multiple of 64")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="float32", help="of ours; plain is float32")
    parser.add_argument("--only", choices=["plain", "ours"])
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    for side in given.side or [64, 128]:
        if given.only:
            print(json.dumps(measure(given.only, side, given.repeat, given.device, given.precision)))
        else:
            compare(side, given)


if __name__ == "__main__":
    main()
