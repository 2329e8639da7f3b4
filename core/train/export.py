"""From trained networks to the weights file that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safetensors.torch import save

from core.engine.compact import ARCHITECTURE
from core.nets.compact import describe
from core.train.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.nets.compact import Compact
    from core.nets.dirt import DirtGauge


def export_compact(network: Compact, gauge: DirtGauge, path: Path, notes: Mapping[str, str]) -> None:
    """Write both networks, their sizes, and `notes` (how they were trained) into one safetensors file.

    OutputError where the disk is full.
    """
    parts = (("network.", network), ("gauge.", gauge))
    tensors = {
        prefix + k: v.cpu().contiguous() for prefix, part in parts for k, v in part.state_dict().items()
    }
    metadata = {"architecture": ARCHITECTURE, **describe(network.config), **notes}
    write_whole(path, save(tensors, metadata))
