"""From trained networks to the weights file that ships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safetensors.torch import save

from core.nets.compact import describe
from core.nets.denoiser import describe_denoiser
from core.train.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import nn

    from core.nets.compact import Compact
    from core.nets.denoiser import Denoiser
    from core.nets.dirt import DirtGauge

ARCHITECTURE = "compact"


@dataclass(frozen=True)
class Parts:
    """The networks of a `compact` model; the student is None where it has not begun to learn."""

    network: Compact
    gauge: DirtGauge
    denoiser: Denoiser
    student: Denoiser | None = None

    def named(self) -> list[tuple[str, nn.Module]]:
        """Each part that is there, with the prefix of its tensors in a file."""
        named = (
            ("network.", self.network),
            ("gauge.", self.gauge),
            ("denoiser.", self.denoiser),
            ("student.", self.student),
        )
        return [(prefix, part) for prefix, part in named if part is not None]


def export_compact(parts: Parts, path: Path, notes: Mapping[str, str]) -> None:
    """Write all parts, their sizes, and `notes` (how they were trained) into one safetensors file.

    OutputError where the disk is full.
    """
    tensors = {
        prefix + name: tensor.cpu().contiguous()
        for prefix, part in parts.named()
        for name, tensor in part.state_dict().items()
    }
    sizes = {**describe(parts.network.config), **describe_denoiser(parts.denoiser.config)}
    write_whole(path, save(tensors, {"architecture": ARCHITECTURE, **sizes, **notes}))
