"""The JSON of the protocol as types, from which OpenAPI is made. Nothing but what is named here is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field

from core.service.protocol import MEMORY_LIMIT

if TYPE_CHECKING:
    from core.service.protocol import JobInfo


PRIORITY = {"ge": -2.0, "le": 2.0, "allow_inf_nan": False}
SIDE_LIMIT_PX = 1 << 20
MASK_LIMIT = 48 << 20
Priority = Annotated[float, Field(**PRIORITY)]
PictureId = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Side = Annotated[int, Field(ge=0, le=SIDE_LIMIT_PX)]
BoxIn = Annotated[list[Side], Field(min_length=4, max_length=4, description="x, y, width, height")]
Name = Annotated[str, Field(max_length=200)]
Lane = Annotated[str, Field(max_length=64)]


class Strict(BaseModel):
    """No unknown keys, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class RegionShape(Strict):
    """A region; `mask` is base64 of zlib of width·height bytes, ≥ 128 inside."""

    name: Name
    priority: Priority
    box: BoxIn
    mask: Annotated[str, Field(max_length=MASK_LIMIT)]
    feather_px: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] = 0.0
    locked: bool = False
    visible: bool = True
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None


class Options(Strict):
    """The fields of `core.request.UpscaleRequest`; null means what it means there."""

    method: Name = "compact"
    scale: Annotated[float, Field(gt=1, le=4)] = 4.0
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    detail: Annotated[float, Field(ge=-4, le=4)] = 0.0
    clean_up: Annotated[float, Field(ge=0, le=1)] | None = None
    device: Name = "auto"
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    tile_px: Annotated[int, Field(ge=32, le=SIDE_LIMIT_PX)] | None = None
    tile_height_px: Annotated[int, Field(ge=32, le=SIDE_LIMIT_PX)] | None = None
    memory_bytes: Annotated[int, Field(ge=1, le=2**53)] | None = None
    steps: Annotated[int, Field(ge=1, le=15)] | None = None
    seamless: bool | None = None


class Steered(Strict):
    """What says how to enlarge."""

    picture: PictureId
    regions: Annotated[list[RegionShape], Field(max_length=1000)] = []
    rest: Priority = 0.0
    options: Options = Options()


class UpscaleJob(Steered):
    """Enlarge all of it; `depth` is the one in which the target is kept, null for the source's."""

    kind: Literal["upscale"]
    depth: Literal["u8", "u16", "f32"] | None = None
    keep: bool = False


class PreviewJob(Steered):
    """Enlarge a box; a newer one of the same client and lane drops the older ones that wait."""

    kind: Literal["preview"]
    box: BoxIn
    lane: Lane = "spot"


class ProposeJob(Strict):
    """Masks for what is pointed at."""

    kind: Literal["propose"]
    picture: PictureId
    points: Annotated[
        list[Annotated[list[Side], Field(min_length=3, max_length=3)]], Field(max_length=1000)
    ] = []
    box: BoxIn | None = None
    memory: Annotated[str, Field(max_length=MEMORY_LIMIT)] | None = None
    segmenter: Name = "auto"
    lane: Lane | None = None


class LookJob(Strict):
    """Masks for everything, or look at the picture so that clicks are quick."""

    kind: Literal["everything", "prepare"]
    picture: PictureId
    segmenter: Name = "auto"


class PictureJob(Strict):
    """Suggested priorities, or how dirty the picture is."""

    kind: Literal["suggest", "estimate"]
    picture: PictureId


class DownloadJob(Strict):
    """Fetch weights."""

    kind: Literal["download"]
    model: Name
    accept_licence: bool = False


class AddModelJob(Strict):
    """Take a model file of this computer in: it becomes a method."""

    kind: Literal["add_model"]
    path: Annotated[str, Field(min_length=1, max_length=4096)]


JobBody = Annotated[
    Union[UpscaleJob, PreviewJob, ProposeJob, LookJob, PictureJob, DownloadJob, AddModelJob],  # noqa: UP007  (pydantic)
    Field(discriminator="kind"),
]


class PictureShape(BaseModel):
    """A picture that the engine holds."""

    id: str
    width: int
    height: int
    mode: str
    depth: str
    icc: bool
    notices: list[str]


class JobShape(BaseModel):
    """A job as it stands."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    position: int
    done: int
    total: int
    left_s: float | None
    notes: list[str]
    error: dict[str, str] | None
    result: dict[str, Any] | None


class HelloShape(BaseModel):
    """Who answers."""

    protocol: int
    version: str
    pid: int
    started: float
    log: str
    device: str
    capabilities: dict[str, Any]


class StatusShape(BaseModel):
    """How it stands with the engine."""

    queue: list[JobShape]
    device: str
    precision: str
    memory_bytes: int
    loaded: list[str]
    idle_s: float
    idle_stop_s: float


class ModelShape(BaseModel):
    """A row of the catalog."""

    id: str
    title: str
    task: str
    licence: str
    licence_url: str
    commercial: bool
    size_bytes: int | None
    installed: bool
    downloadable: bool
    community: bool = False
    seeded: bool = True
    author: str = ""
    use: str = ""


class AddedShape(BaseModel):
    """What was added: `share` by region, and a map, base64 of zlib of u8 at source size."""

    regions: list[dict[str, Any]]
    width: int
    height: int
    map: str


class HandoffBody(Strict):
    """A host's picture for the window."""

    picture: PictureId
    regions: Annotated[list[RegionShape], Field(max_length=1000)] = []
    rest: Priority = 0.0
    title: Name = ""
    host: Name = ""


class AnswerBody(Strict):
    """The job that answers a handoff, or that the user closed the window."""

    job: Annotated[str, Field(max_length=64)] | None = None
    closed: bool = False


class HandoffId(BaseModel):
    """A handoff that was taken."""

    id: str


class HandoffRow(HandoffId):
    """A handoff that waits for its answer, without its masks."""

    picture: str
    title: str
    host: str


class HandoffShape(HandoffBody):
    """A handoff as it stands."""

    id: str
    answer: dict[str, Any] | None = None


def job_shape(info: JobInfo) -> JobShape:
    """As it is sent: everything but whose it is."""
    told = {name: getattr(info, name) for name in JobShape.model_fields}
    return JobShape(
        **{**told, "notes": list(info.notes), "error": _plain(info.error), "result": _plain(info.result)}
    )


def _plain(mapping: Any) -> dict[str, Any] | None:
    return None if mapping is None else dict(mapping)
