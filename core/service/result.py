"""A finished target as clients want it: raw rows or an encoded file."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.engine.record import Outcome, Record, Saving, invention_allowed, program_version
from core.errors import UsageError
from core.geometry import Box, Size
from core.image.colour import CHANNELS, fallback_cmyk, is_srgb, luma, profile_from
from core.image.formats import SaveOptions, check_format, format_for
from core.image.metadata import without_location, without_metadata
from core.image.planes import strips
from core.image.raw import DTYPES, PEAKS
from core.image.read import FileDecoder
from core.image.write import FileEncoder, Layout, kept_target, save_picture
from core.regions.project import ProjectSource
from core.service.protocol import DEPTHS, wanted_of
from core.service.task import target_file
from plugin.bridge.facts import BANDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from core.image.picture import Depth
    from core.image.write import EncodeTarget
    from core.service.job import Job
    from core.service.store import Shelved


# From kept values to those that a client asked for.

Space = Literal["source", "srgb"]
_PEAKS = {8: 255.0, 16: 65535.0, "float": 1.0}


def decoder_of(layout: Layout) -> FileDecoder:
    """The way back from kept values to sRGB-encoded colour and alpha."""
    profile = profile_from(layout.icc, layout.kind) if layout.icc else None
    if profile is None and layout.kind == "cmyk":
        profile = fallback_cmyk()
    if profile and is_srgb(profile, layout.kind):
        profile = None
    return FileDecoder(layout.kind, _PEAKS[layout.depth], profile, layout.has_alpha)


@dataclass(frozen=True)
class RowMaker:
    """Turns kept rows into `mode` and `depth`; in the source's own profile, or in sRGB for a screen."""

    layout: Layout
    mode: str
    depth: str
    space: Space = "source"

    @property
    def row_bytes_per_px(self) -> int:
        """Bytes of one pixel that comes out."""
        return BANDS[self.mode] * DTYPES[self.depth].itemsize

    def made(self, stored: np.ndarray) -> np.ndarray:
        """(h, w, kept bands) → (h, w, bands of the mode) of the depth's type."""
        if self._same_colours:
            return self._with_alpha(self._in_depth(stored[..., : self._colours]), stored)
        colour = decoder_of(self.layout).colour(stored)
        if self._colours == 1:
            colour = luma(colour)
        return self._with_alpha(_quantised(colour, self.depth), stored)

    @property
    def _colours(self) -> int:
        return 1 if self.mode.startswith("GREY") else 3

    @property
    def _same_colours(self) -> bool:
        alike = self.layout.kind != "cmyk" and CHANNELS[self.layout.kind] == self._colours
        return alike and (self.space == "source" or decoder_of(self.layout).profile is None)

    def _in_depth(self, values: np.ndarray) -> np.ndarray:
        if values.dtype == DTYPES[self.depth]:
            return values
        return _quantised(values.astype(np.float32) / np.float32(_PEAKS[self.layout.depth]), self.depth)

    def _with_alpha(self, colour: np.ndarray, stored: np.ndarray) -> np.ndarray:
        """With the alpha that was kept, opaque where there is none; straight, so without it colours stay."""
        if not self.mode.endswith("A"):
            return np.ascontiguousarray(colour)
        if self.layout.has_alpha:
            alpha = self._in_depth(stored[..., -1:])
        else:
            alpha = np.full((*colour.shape[:2], 1), PEAKS[self.depth], DTYPES[self.depth])
        return np.concatenate((colour, alpha), axis=2)


def _quantised(values: np.ndarray, depth: str) -> np.ndarray:
    if depth == "f32":
        return values.astype(DTYPES[depth])
    return np.rint(values.clip(0, 1) * np.float32(PEAKS[depth])).astype(DTYPES[depth])


KEPT_SUFFIX = ".tif"  # the format that holds every kind, depth and alpha
PIECE_BYTES = 4 << 20
SOFTWARE = "Semantic Upscale"


def kept_options(depth: Depth | None) -> SaveOptions:
    """How a job's target is kept: in the source's kind and profile, and in its depth where None."""
    return SaveOptions(KEPT_SUFFIX, depth=depth)


@dataclass(frozen=True)
class ResultReader:
    """The target of a finished `upscale`, or the pixels of a finished `preview`."""

    path: Path
    size: Size
    layout: Layout
    source: Shelved
    kind: str
    body: Mapping[str, Any]
    outcome: Mapping[str, Any] | None

    @classmethod
    def of(cls, job: Job) -> ResultReader:
        """Of a job that is done and has pixels."""
        result, source = job.info().result, job.source
        if result is None or source is None:
            raise UsageError("The job has no pixels.")
        body = job.body
        depth = body.get("depth")
        layout = FileEncoder(source.header.carried, kept_options(DEPTHS[depth] if depth else None)).layout
        size = Size(result["width"], result["height"])
        outcome = job.private.get("_outcome")
        return cls(target_file(job.folder), size, layout, source, job.spec.kind, body, outcome)

    @property
    def width(self) -> int:
        """In pixels."""
        return self.size.width

    @property
    def height(self) -> int:
        """In pixels."""
        return self.size.height

    def rows(
        self,
        mode: str = "RGB",
        depth: str = "u8",
        y: int = 0,
        rows: int | None = None,
        space: Space = "source",
    ) -> Iterator[bytes]:
        """Packed rows from `y` on in pieces of about 4 MiB; `rows` None: all that follow.

        `mode` GREY, GREYA, RGB or RGBA, `depth` u8, u16 or f32 (little-endian, straight alpha). In the source's own
        profile, or in sRGB for a screen. Grey asked of colours, colours of a
        grey with a profile, and CMYK come in sRGB.
        UsageError at once for anything out of range.
        """
        count = self.height - y if rows is None else rows
        if mode not in BANDS or depth not in DTYPES or space not in ("source", "srgb"):
            raise UsageError(f"No pixels are laid out as {mode!r} {depth!r} {space!r}.", "See the protocol.")
        if y < 0 or count < 0 or y + count > self.height:
            raise UsageError(f"Rows {y} … {y + count - 1} do not lie in a target of {self.size}.")
        return self._pieces(RowMaker(self.layout, mode, depth, space), y, count)

    def file(
        self,
        format: str = "png",  # noqa: A002  (the protocol's word)
        depth: str | None = None,
        quality: int | None = None,
        *,
        metadata: bool = True,
        location: bool = True,
    ) -> Path:
        """An encoded file with everything the source carried and the record; delete it when it is sent.

        `format` as in `core.image.formats` ("png") or a suffix (".png"); `depth` None: the source's. `metadata`
        False leaves out EXIF, XMP and IPTC and the record, `location` False only where the picture was taken.
        UsageError for values out of range, OutputError where the format cannot hold the target or the disk is full.
        """
        options = self._options(format, depth, quality)
        check_format(options.suffix, self.size)
        carried = self.source.header.carried
        if metadata:
            options = self._annotated(options)
        carried = carried if location else without_location(carried)
        carried = carried if metadata else without_metadata(carried)
        path = self.path.with_name(f"file-{secrets.token_hex(6)}{options.suffix}")
        encoder = FileEncoder(self.source.header.carried, options)
        kept = kept_target(self.path, self.size, self.layout)
        with kept.planes:
            if encoder.layout == self.layout:
                return save_picture(kept, path, options, carried).path
            target = self._encoded(kept, encoder)
        with target.planes:
            return save_picture(target, path, options, carried).path

    def _pieces(self, maker: RowMaker, y: int, count: int) -> Iterator[bytes]:
        high = max(1, PIECE_BYTES // (self.width * maker.row_bytes_per_px))
        kept = kept_target(self.path, self.size, self.layout)
        with kept.planes:
            for top in range(y, y + count, high):
                box = Box.between(0, top, self.width, min(y + count, top + high))
                yield maker.made(kept.planes.read(box)).tobytes()

    def _encoded(self, kept: EncodeTarget, encoder: FileEncoder) -> EncodeTarget:
        """The kept target in another format's values."""
        target, decoder = encoder.blank(self.size, self.path.parent), decoder_of(self.layout)
        for box in strips(self.size):
            stored = kept.planes.read(box)
            alpha = decoder.alpha(stored) if self.layout.has_alpha else None
            target.planes.write(box.y, encoder.encode(decoder.colour(stored), alpha))
        return target

    def _options(self, format_name: str, depth: str | None, quality: int | None) -> SaveOptions:
        suffix = format_name if format_name.startswith(".") else f".{format_name}"
        if depth is not None and depth not in DEPTHS:
            raise UsageError(f"No depth is named {depth!r}.", f"Take one of: {', '.join(DEPTHS)}.")
        if quality is not None and not 1 <= quality <= 100:
            raise UsageError(f"The quality is {quality}.", "Take 1 … 100.")
        suffix = format_for(suffix).suffixes[0]
        software = f"{SOFTWARE} {program_version()}"
        return SaveOptions(suffix, quality, depth=DEPTHS[depth] if depth else None, software=software)

    def _annotated(self, options: SaveOptions) -> SaveOptions:
        """With the honest label, and with the record of an upscale."""
        wanted = wanted_of(self.kind, self.body, self.source.size)
        invented = invention_allowed(wanted.regions, self.source.size, wanted.request.detail)
        options = replace(options, invented=invented)
        if self.outcome is None:
            return options
        source = ProjectSource("", self.source.picture.id, self.source.bytes)
        saving = Saving(options.suffix, options.depth, options.quality)
        outcome = Outcome(
            **{**self.outcome, "tile": Size(**self.outcome["tile"]), "notes": tuple(self.outcome["notes"])}
        )
        record = Record(program_version(), source, wanted.regions, wanted.request, saving, outcome)
        return replace(options, record=record.to_json())
