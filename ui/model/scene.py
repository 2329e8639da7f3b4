"""The scene: everything a user decided about the open picture, as one frozen value. Undo keeps old ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.regions.project import Project
from core.regions.region_set import RegionSet
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from core.geometry import Size
    from core.regions.region import Region

METHOD_KEY = "method"
DEFAULT_METHOD = "compact"


@dataclass(frozen=True)
class Scene:
    """Regions, the selected one's id (None: none), and what the run is asked for.

    `clean_up` None means estimated from the source. `project` is what was opened: it keeps keys and files
    that this program does not know. Raises UsageError where a field is outside its range.
    """

    regions: RegionSet
    project: Project
    selected: str | None = None
    scale: float = 4.0
    detail: float = 0.0
    clean_up: float | None = None
    seed: int = 0
    method: str = DEFAULT_METHOD

    def __post_init__(self) -> None:
        _ = self.request()
        if self.selected is not None and all(region.id != self.selected for region in self.regions):
            object.__setattr__(self, "selected", None)

    @classmethod
    def of(cls, size: Size) -> Scene:
        """A fresh one, without regions."""
        regions = RegionSet(size)
        return cls(regions, Project(regions))

    @classmethod
    def from_project(cls, project: Project) -> Scene:
        """As a project file says."""
        method = project.settings.get(METHOD_KEY, DEFAULT_METHOD)
        return cls(
            project.regions,
            project,
            scale=project.scale,
            detail=project.detail,
            clean_up=project.clean_up,
            seed=project.seed,
            method=method if isinstance(method, str) else DEFAULT_METHOD,
        )

    def to_project(self) -> Project:
        """What to write; source and thumbnail are the document's to add."""
        return replace(
            self.project,
            regions=self.regions,
            scale=self.scale,
            detail=self.detail,
            clean_up=self.clean_up,
            seed=self.seed,
            settings={**self.project.settings, METHOD_KEY: self.method},
        )

    def request(self) -> UpscaleRequest:
        """What a run is asked; device and tiles are the caller's."""
        return UpscaleRequest(
            method=self.method, scale=self.scale, seed=self.seed, detail=self.detail, clean_up=self.clean_up
        )

    @property
    def size(self) -> Size:
        """Of the source."""
        return self.regions.size

    @property
    def region(self) -> Region | None:
        """The selected one."""
        return next((region for region in self.regions if region.id == self.selected), None)

    def with_regions(self, regions: RegionSet, selected: str | None = None) -> Scene:
        """With other regions; the selection stays where none is given and it still exists."""
        return replace(self, regions=regions, selected=self.selected if selected is None else selected)
