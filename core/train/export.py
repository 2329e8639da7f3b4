"""From trained networks to the weights file that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safetensors.torch import save_file

from core.engine.compact import ARCHITECTURE
from core.nets.compact import describe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.nets.compact import Compact
    from core.nets.dirt import DirtGauge


def export_compact(network: Compact, gauge: DirtGauge, path: Path, notes: Mapping[str, str]) -> None:
    """Write both networks, their sizes, and `notes` (how they were trained) into one safetensors file."""
    parts = (("network.", network), ("gauge.", gauge))
    tensors = {prefix + k: v.contiguous() for prefix, part in parts for k, v in part.state_dict().items()}
    metadata = {"architecture": ARCHITECTURE, **describe(network.config), **notes}
    beside = path.with_suffix(".part")
    save_file(tensors, beside, metadata)
    beside.chmod(0o644)  # safetensors leaves it to its writer alone
    beside.replace(path)
