"""The processes that train together, one a device: started by torchrun, or a single one.

Each draws batches of its own; gradients and losses are averaged, so that all of them hold equal weights. The first
one, the leader, writes files and speaks.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import distributed, nn

from core.engine.device import choose_device
from core.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import Tensor


Network = TypeVar("Network", bound=nn.Module)


@dataclass(frozen=True)
class ProcessGroup:
    """Which of how many processes this is, and its device by torch's name."""

    device: str = "cpu"
    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the one that writes."""
        return self.rank == 0


@contextlib.contextmanager
def process_group(device: str = "auto") -> Iterator[ProcessGroup]:
    """The crew of this process, as torchrun's environment says; alone without it. DeviceError for a device not here.

    On graphics cards each process takes its own, in the order of torchrun's local ranks.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    chosen = choose_device(device, "float32").device
    if size == 1:
        yield ProcessGroup(chosen)
        return
    chosen = _own(chosen)
    _join(chosen)
    try:
        yield ProcessGroup(chosen, distributed.get_rank(), size)
    finally:
        distributed.destroy_process_group()


def _own(device: str) -> str:
    return f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if device.startswith("cuda") else device


def _join(device: str) -> None:
    try:
        if device.startswith("cuda"):
            torch.cuda.set_device(device)
        distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    except (RuntimeError, ValueError) as error:
        raise DeviceError(
            f"The processes could not find each other on {device}: {error}.", "Start them by torchrun."
        ) from error


def together() -> bool:
    """Whether this process trains with others."""
    return distributed.is_available() and distributed.is_initialized()


def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Put the mean of all processes' gradients in the place of each; nothing where this one is alone."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not together() or not gradients:
        return
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    parts = flat.div_(distributed.get_world_size()).split([gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def finite_gradients(parameters: Iterable[nn.Parameter], loss: Tensor) -> bool:
    """Whether loss and gradients are numbers; the same answer in every process once gradients are averaged."""
    norms = [p.grad.square().sum() for p in parameters if p.grad is not None]
    return bool(torch.isfinite(torch.stack([loss.detach(), *norms]).sum()))


def alike(network: Network) -> Network:
    """The network with the leader's weights in every process; itself."""
    if together():
        for tensor in network.state_dict().values():
            distributed.broadcast(tensor, 0)
    return network


def average_losses(losses: dict[str, float], device: torch.device | str = "cpu") -> dict[str, float]:
    """The mean over all processes, so that a number that is none is seen by each of them."""
    if not together():
        return losses
    values = torch.tensor(list(losses.values()), device=device)
    distributed.all_reduce(values)
    means = (values / distributed.get_world_size()).tolist()
    return dict(zip(losses, means, strict=True))


def device_of(network: nn.Module) -> torch.device:
    """Where its weights lie."""
    return next(network.parameters()).device


def half_precision(tensor: Tensor) -> contextlib.AbstractContextManager[object]:
    """bfloat16 for networks where it is the faster one; sums and losses stay outside.

    Graphics cards have it; whether this processor does (AVX512-BF16, AMX) is measured once, when first asked.
    """
    kind = tensor.device.type
    if kind == "cuda" or (kind == "cpu" and bfloat16_is_faster()):
        return torch.autocast(kind, torch.bfloat16)
    return contextlib.nullcontext()


@lru_cache(maxsize=1)
@torch.inference_mode(mode=False)
@torch.enable_grad()
def bfloat16_is_faster() -> bool:
    """Whether an update of a few convolutions takes less time in bfloat16 on this processor: half a second's try."""
    with torch.random.fork_rng(devices=[]):  # what is drawn in training stays the same
        network = nn.Sequential(*(nn.Conv2d(48, 48, 3, padding=1) for _ in range(3)))
    network, pixels = network.to(memory_format=torch.channels_last), torch.ones(2, 48, 40, 40)

    def seconds(*, half: bool) -> float:
        took = []
        for _ in range(2):
            began = time.perf_counter()
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                answer = network(pixels)
            answer.float().sum().backward()
            took.append(time.perf_counter() - began)
        return min(took)

    return seconds(half=True) < seconds(half=False)
