"""The scene: everything a user decided about the open picture, as one frozen value. Undo keeps old ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from core.errors import UsageError
from core.regions import edits
from core.regions.project import Project
from core.regions.region import DEFAULT_FEATHER_PX, Region, RegionSet
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.geometry import Size
    from core.regions.mask import Mask


METHOD_KEY = "method"
DEFAULT_METHOD = "compact"
LARGE_TARGET_PX = 100_000_000


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
        """A fresh one, without regions; ×2 where ×4 would be more than `LARGE_TARGET_PX`."""
        regions = RegionSet(size)
        return cls(regions, Project(regions), scale=4.0 if 16 * size.area <= LARGE_TARGET_PX else 2.0)

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


# Every verb on regions and dials: a scene goes in, a new one comes out. `Document.apply` makes it undoable.
#
# An id that no region has raises UsageError, and so does a value outside its range. A locked region keeps its
# mask: verbs that would change it raise UsageError with the advice to unlock it.

Boolean = Literal["new", "add", "subtract", "intersect"]
COPY_MARK = "{} copy"


def same_request(one: Scene | None, other: Scene | None) -> bool:
    """Whether both would give the same target: regions and dials alike, whatever is selected."""
    if one is None or other is None:
        return one is other
    return one.regions == other.regions and one.request() == other.request()


def _changed(scene: Scene, identity: str, **fields: Any) -> Scene:
    region = scene.regions.by_name(identity)
    return scene.with_regions(scene.regions.replace(replace(region, **fields)))


def paintable(scene: Scene, identity: str) -> Region:
    """The region, if its mask may be changed; UsageError says why not."""
    region = scene.regions.by_name(identity)
    if region.locked:
        raise UsageError(f"“{region.title}” is locked.", "Unlock it in the list to change its shape.")
    return region


def with_mask(scene: Scene, identity: str, mask: Mask) -> Scene:
    """The region with another mask, cut to the picture."""
    region = paintable(scene, identity)
    return scene.with_regions(scene.regions.replace(replace(region, mask=mask.within(scene.size))))


def _edit(scene: Scene, identity: str, edit: Callable[[Mask], Mask]) -> Scene:
    return with_mask(scene, identity, edit(paintable(scene, identity).mask))


def add_region(  # noqa: PLR0913  (a region has so many sides)
    scene: Scene,
    mask: Mask,
    name: str = "",
    *,
    priority: float = 0.0,
    feather_px: float = DEFAULT_FEATHER_PX,
    prompts: tuple[Mapping[str, Any], ...] = (),
) -> Scene:
    """A new region on top, selected; without a name it is called by the first free number."""
    identity = scene.regions.fresh_id()
    region = Region(
        identity,
        name or free_name(scene),
        mask.within(scene.size),
        priority=priority,
        feather_px=feather_px,
        prompts=prompts,
    )
    return scene.with_regions(scene.regions.add(region), identity)


def free_name(scene: Scene, pattern: str = "Region {}") -> str:
    """The first of “Region 1”, “Region 2”, … (or of another pattern with {}) that no region has."""
    taken = {region.name for region in scene.regions}
    return next(name for number in count(1) if (name := pattern.format(number)) not in taken)


def delete(scene: Scene, identity: str) -> Scene:
    """Without it; the next one below is selected."""
    order = [region.id for region in scene.regions]
    at = order.index(scene.regions.by_name(identity).id)
    left = order[:at] + order[at + 1 :]
    following = left[min(at, len(left) - 1)] if left else None
    return replace(scene, regions=scene.regions.remove(identity), selected=following)


def duplicate(scene: Scene, identity: str) -> Scene:
    """A copy above it, selected."""
    region = scene.regions.by_name(identity)
    copy = replace(
        region, id=scene.regions.fresh_id(), name=COPY_MARK.format(region.title)[:200], locked=False
    )
    at = [each.id for each in scene.regions].index(region.id)
    return scene.with_regions(scene.regions.add(copy).move(copy.id, at), copy.id)


def merge_down(scene: Scene, identity: str) -> Scene:
    """It joins the one below, which keeps its name and priority; UsageError for the lowest."""
    order = [region.id for region in scene.regions]
    at = order.index(scene.regions.by_name(identity).id)
    if at + 1 >= len(order):
        raise UsageError("There is no region below this one.", "Move it up first.")
    upper, lower = paintable(scene, order[at]), paintable(scene, order[at + 1])
    merged = replace(lower, mask=lower.mask.union(upper.mask))
    return scene.with_regions(scene.regions.replace(merged).remove(upper.id), lower.id)


def rename(scene: Scene, identity: str, name: str) -> Scene:
    """With another name."""
    return _changed(scene, identity, name=name.strip())


def reorder(scene: Scene, identity: str, index: int) -> Scene:
    """At another place of the list, 0 the top."""
    return scene.with_regions(scene.regions.move(identity, index))


def set_priority(scene: Scene, identity: str, priority: float) -> Scene:
    """Of a region, or of everything else by the word "rest"."""
    return scene.with_regions(scene.regions.with_priority(identity, priority))


def set_feather(scene: Scene, identity: str, feather_px: float) -> Scene:
    """Width of the soft edge in source pixels."""
    return _changed(scene, identity, feather_px=feather_px)


def set_locked(scene: Scene, identity: str, locked: bool) -> Scene:
    """Locked: nothing is invented inside and the mask stays."""
    return _changed(scene, identity, locked=locked)


def set_visible(scene: Scene, identity: str, visible: bool) -> Scene:
    """Hidden regions do not act."""
    return _changed(scene, identity, visible=visible)


def set_region_seed(scene: Scene, identity: str, seed: int | None) -> Scene:
    """A seed of its own, or None for the run's."""
    return _changed(scene, identity, seed=seed)


def grow(scene: Scene, identity: str, radius_px: float) -> Scene:
    """Larger on every side."""
    return _edit(scene, identity, lambda mask: edits.grow(mask, radius_px, scene.size))


def shrink(scene: Scene, identity: str, radius_px: float) -> Scene:
    """Smaller on every side."""
    return _edit(scene, identity, lambda mask: edits.shrink(mask, radius_px, scene.size))


def smooth(scene: Scene, identity: str, radius_px: float) -> Scene:
    """With a rounder outline."""
    return _edit(scene, identity, lambda mask: edits.smooth(mask, radius_px, scene.size))


def fill_holes(scene: Scene, identity: str) -> Scene:
    """Without the gaps it surrounds."""
    return _edit(scene, identity, edits.fill_holes)


def drop_specks(scene: Scene, identity: str, area_px: float) -> Scene:
    """Without parts smaller than an area."""
    return _edit(scene, identity, lambda mask: edits.drop_specks(mask, area_px))


def invert(scene: Scene, identity: str) -> Scene:
    """Everything it was not."""
    return _edit(scene, identity, lambda mask: edits.invert(mask, scene.size))


def combine(scene: Scene, identity: str, other: Mask, mode: Boolean) -> Scene:
    """The region's mask with another by a boolean mode; "new" puts the other in its place."""
    steps: dict[str, Callable[[Mask], Mask]] = {
        "new": lambda _: other,
        "add": other.union,
        "subtract": lambda mask: mask.subtract(other),
        "intersect": other.intersect,
    }
    return _edit(scene, identity, steps[mode])


def clear_under(scene: Scene, identity: str) -> Scene:
    """Every unlocked region below gives up what this one covers."""
    order = [region.id for region in scene.regions]
    region = scene.regions.by_name(identity)
    regions = scene.regions
    for lower in order[order.index(region.id) + 1 :]:
        under = regions.by_name(lower)
        if not under.locked:
            regions = regions.replace(replace(under, mask=under.mask.subtract(region.mask)))
    return scene.with_regions(regions)


def select(scene: Scene, identity: str | None) -> Scene:
    """With this one selected, or none."""
    return replace(scene, selected=identity)


def select_next(scene: Scene, way: int) -> Scene:
    """The next one down (+1) or up (−1); goes round."""
    order = [region.id for region in scene.regions]
    if not order:
        return scene
    at = order.index(scene.selected) if scene.selected in order else -1 if way > 0 else 0
    return replace(scene, selected=order[(at + way) % len(order)])


def set_dials(scene: Scene, **dials: Any) -> Scene:
    """Any of scale, detail, clean_up, seed and method."""
    return replace(scene, **dials)
