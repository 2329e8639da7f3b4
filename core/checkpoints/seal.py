"""`python -m core.checkpoints.seal` writes size and SHA-256 of the bundled files into the catalog."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.checkpoints.catalog import catalog_file
from core.files import sha256_of, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def seal_row(row: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The row with size and hash of its file; as it was where the file is not in the folder."""
    path = folder / row["file"]
    if not path.is_file():
        return row
    return {**row, "size_bytes": path.stat().st_size, "sha256": sha256_of(path)}


def seal(path: Path) -> None:
    """Bring a catalog file in line with the weights beside it; the file is replaced at once or not at all."""
    whole = json.loads(path.read_text("utf-8"))
    whole["models"] = [seal_row(row, path.parent) for row in whole["models"]]
    write_whole(path, json.dumps(whole, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    seal(catalog_file())
