"""What the user asked of `upscale`, before any picture is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from core.checkpoints.catalog import catalog
from core.errors import UsageError
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from pathlib import Path

    from core.image.picture import Depth


ASKED = ("detail", "clean_up", "seed", "scale", "method", "steps", "device", "precision", "memory_bytes")


@dataclass(frozen=True)
class Wishes:
    """Options of `upscale`. None means: not said, so a project, a record or the default decides.

    `into_folder` says that -o was written as a folder.
    `regions` is a file, "auto" or "none"; `masks` are files with priorities, the first lowest; `on_exists` "skip"
    leaves sources alone whose target is there; `added` is where the picture of what was invented goes.
    """

    inputs: tuple[Path, ...] = ()
    output: Path | None = None
    into_folder: bool = False
    regions: str | None = None
    masks: tuple[tuple[Path, float], ...] = ()
    priorities: tuple[tuple[str, float], ...] = ()
    detail: float | None = None
    clean_up: float | None = None
    seed: int | None = None
    scale: float | None = None
    method: str | None = None
    steps: int | None = None
    device: str | None = None
    precision: str | None = None
    tile: tuple[int | None, int | None] | None = None
    memory_bytes: int | None = None
    suffix: str | None = None
    bit_depth: Depth | Literal["same"] | None = None
    quality: int | None = None
    name: str = "{name}_x{scale}"
    recursive: bool = False
    on_exists: Literal["number", "skip", "overwrite"] = "number"
    dry_run: bool = False
    record: bool = True
    label: bool = True
    added: Path | None = None

    def request(self, base: UpscaleRequest | None = None) -> UpscaleRequest:
        """What was said, laid over what a project or record says. UsageError for a value outside its range."""
        said = {name: getattr(self, name) for name in ASKED if getattr(self, name) is not None}
        if self.tile is not None:
            said["tile_px"], said["tile_height_px"] = self.tile
        return replace(base or UpscaleRequest(), **said)

    def depth(self, recorded: Depth | None = None) -> Depth | None:
        """The target's depth; None: the source's."""
        if self.bit_depth is None:
            return recorded
        return None if self.bit_depth == "same" else self.bit_depth


def check_method(name: str) -> None:
    """UsageError for a method that the catalog does not know, before torch is woken."""
    known = [row.id for row in catalog() if row.task == "upscale"]
    if name not in known:
        raise UsageError(f"No method is named {name!r}.", f"Take one of: {', '.join(known)}.")
