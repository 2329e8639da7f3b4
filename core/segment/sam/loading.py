"""From an installed weights file to a segmenter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.checkpoints.digest import sha256_of
from core.checkpoints.files import load_safetensors
from core.checkpoints.fit import fit
from core.checkpoints.installed import expected_sha256
from core.checkpoints.known import sam_params
from core.nets.sam import empty_sam
from core.segment.sam.segmenter import SamSegmenter

if TYPE_CHECKING:
    from pathlib import Path

    from core.checkpoints.catalog import Entry
    from core.segment.cache import EmbeddingCache


def load_segmenter(row: Entry, path: Path, cache: EmbeddingCache, device: str = "cpu") -> SamSegmenter:
    """The entry's network with the weights of `path`, on torch's `device`.

    CheckpointError if the file is damaged, was replaced since it was installed, or belongs to another model.
    """
    sha256 = expected_sha256(row, path) or sha256_of(path)
    weights = load_safetensors(path, sha256)
    network = empty_sam(sam_params(weights, row.architecture, str(path)))
    fit(network, weights, str(path))
    return SamSegmenter(row.id, network.to(device), sha256, cache)
