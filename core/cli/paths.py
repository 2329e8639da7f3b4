"""Where a target goes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core import folders
from core.errors import InputError, OutputError, UsageError
from core.files import hold_lock, make_own_folder, remove_tree
from core.image.formats import FORMATS, default_suffix, format_for, format_named, unsupported_format
from core.image.io import read_source_hash
from core.image.planes import SMALL_PIXELS
from core.image.read import page_count
from core.regions.project import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.cli.options import UpscaleOptions
    from core.geometry import Size
    from core.image.write import Layout


# Which pictures are meant: files as named, folders by what lies in them.

STDIO = Path("-")
LONGEST_STEM_BYTES = 255 - len("-9999.tiff")
SUFFIXES = {suffix for row in FORMATS for suffix in row.suffixes}


@dataclass(frozen=True)
class PictureFile:
    """A picture file; `below` is where it lies below the folder that was named, to be mirrored.

    `page` is the one of its pages or frames that is meant, from 0; None is the first, the others being left out.
    """

    path: Path
    below: Path = Path()
    page: int | None = None


def found_pictures(wishes: UpscaleOptions) -> list[PictureFile]:
    """In the order named; folders' pictures by name, each picture once, without this program's own targets.

    A file that is named is kept whatever it is, so that what is wrong with it will be said.
    """
    found = [one for named in wishes.inputs for one in _below(named, wishes)]
    unique = {os.path.realpath(one.path) if one.path != STDIO else "-": one for one in reversed(found)}
    pictures = list(reversed(unique.values()))
    return [page for one in pictures for page in _pages_of(one)] if wishes.all_pages else pictures


def _pages_of(found: PictureFile) -> list[PictureFile]:
    """One for each page; what cannot be read stays as it is, so that what is wrong with it will be said."""
    try:
        count = page_count(found.path) if found.path != STDIO else 1
    except InputError:
        count = 1
    return [replace(found, page=page) for page in range(count)] if count > 1 else [found]


def describe_source(path: Path) -> str:
    """What to call a source in a message."""
    return "stdin" if path == STDIO else path.name


def in_folders(wishes: UpscaleOptions) -> bool:
    """Whether more than one picture may be meant."""
    return len(wishes.inputs) > 1 or any(path.is_dir() for path in wishes.inputs)


def _below(named: Path, wishes: UpscaleOptions) -> list[PictureFile]:
    if not named.is_dir():
        return [PictureFile(named)]
    found = [PictureFile(path, path.parent.relative_to(named)) for path in _pictures(named, wishes)]
    return found if wishes.output else _without_targets(found, wishes)


def _pictures(folder: Path, wishes: UpscaleOptions) -> Iterator[Path]:
    """Pictures by their ending; hidden files and the folder of the targets are passed over."""
    return (path for path in _files(folder, wishes) if path.suffix.lower() in SUFFIXES)


def _files(folder: Path, wishes: UpscaleOptions) -> Iterator[Path]:
    targets = os.path.realpath(wishes.output) if wishes.output else None
    for where, below, files in os.walk(folder):
        kept = [name for name in below if not name.startswith(".")]
        below[:] = sorted(name for name in kept if os.path.realpath(Path(where, name)) != targets)
        names = (name for name in sorted(files) if not name.startswith("."))
        yield from (Path(where, name) for name in names)
        if not wishes.recursive:
            return


def _without_targets(found: list[PictureFile], wishes: UpscaleOptions) -> list[PictureFile]:
    """Targets lie beside their sources: a second run over the folder must not enlarge them again.

    A target is known by its source's hash, which it carries, not by its name alone: a user may have a car_x4.png.
    """
    if wishes.wanted:  # each picture has a scale of its own, and a name by it
        made_of = {one.path: read_source_hash(one.path) for one in found}
        hashes = {_hash_or_none(one.path) for one in found} if any(made_of.values()) else set()
        return [one for one in found if not made_of[one.path] or made_of[one.path] not in hashes]
    named: dict[Path, list[Path]] = {}
    for one in found:
        stem = shorten_stem(stem_for(one.path.stem, wishes, wishes.scale or 4.0))
        named.setdefault(one.path.parent / stem, []).append(one.path)

    def is_target(path: Path) -> bool:
        plain = path.with_name(re.sub(r"-\d+$", "", path.stem))
        sources = {source for name in (path.with_suffix(""), plain) for source in named.get(name, ())}
        made_of = read_source_hash(path) if sources - {path} else None
        return bool(made_of) and any(_hash_or_none(source) == made_of for source in sources)

    return [one for one in found if not is_target(one.path)]


def _hash_or_none(path: Path) -> str | None:
    """None where the file cannot be read, which is said when its turn comes."""
    with contextlib.suppress(InputError):
        return hash_of(path)
    return None


def shorten_stem(stem: str) -> str:
    """The stem, cut where file systems would refuse it with an ending and a number (255 bytes)."""
    data, most = os.fsencode(stem), LONGEST_STEM_BYTES
    if len(data) <= most:
        return stem
    while most and data[most] & 0xC0 == 0x80:  # not inside a character
        most -= 1
    return os.fsdecode(data[:most])


def target_made_of(target: Path, sha256: str) -> Path | None:
    """The target itself, or one of its numbered namesakes, that was made of the source with this hash."""
    number, path = 1, target
    while os.path.lexists(path):
        if read_source_hash(path) == sha256:
            return path
        number += 1
        path = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return None


def passed_over(wishes: UpscaleOptions) -> list[str]:
    """A sentence for each kind of picture in the folders that is known by name and not read here."""
    counts: dict[str, int] = {}
    for named in wishes.inputs:
        for path in _files(named, wishes) if named.is_dir() else ():
            kind = unsupported_format(b"", path.suffix)
            if kind:
                counts[kind.name] = counts.get(kind.name, 0) + 1
    return [f"Passed over, not supported: {kind} ({count})." for kind, count in sorted(counts.items())]


def stem_for(stem: str, wishes: UpscaleOptions, scale: float) -> str:
    """The target's name without its ending. KeyError, ValueError, IndexError where the template makes none."""
    return wishes.name.format(name=stem, scale=f"{scale:g}")


def check_output(wishes: UpscaleOptions) -> None:
    """UsageError where -o, --format and --name do not go together; OutputError for an ending that is not written."""
    if wishes.output == STDIO and in_folders(wishes):
        raise UsageError("Stdout takes one picture, and several were named.", "Give -o a folder.")
    if wishes.output and wishes.output != STDIO and not is_folder(wishes):
        _check_file(wishes.output, wishes.suffix, several=in_folders(wishes))
    _check_template(wishes)


def check_added(wishes: UpscaleOptions) -> None:
    """UsageError where --added names no PNG, or several pictures would share it."""
    if wishes.added and wishes.added.suffix.lower() != ".png":
        raise UsageError(f"--added writes a PNG, not “{wishes.added}”.", "Give a name that ends in .png.")
    if wishes.added and wishes.added == wishes.output:
        raise UsageError("--added and -o name the same file.", "Give them different names.")
    if wishes.added and in_folders(wishes):
        raise UsageError("--added shows one picture, and several were named.", "Name one picture.")


def is_folder(wishes: UpscaleOptions) -> bool:
    """Whether -o names a folder: it is one, ends like one, or has no ending that would make it a file."""
    path = wishes.output
    if path is None or path == STDIO:
        return False
    return wishes.into_folder or path.is_dir() or (not path.suffix and not path.is_file())


def suffix_of(path: Path, source_format: str, wishes: UpscaleOptions) -> str:
    """The target's ending: of -o, of --format, else the source's own where such files are written."""
    if wishes.output and wishes.output != STDIO and not is_folder(wishes):
        return wishes.output.suffix
    if wishes.suffix:
        return wishes.suffix
    own = (
        path.suffix if path != STDIO and path.suffix.lower() != ".mpo" else ""
    )  # several pictures: we write one
    return (
        own
        if own.lower() in format_named(source_format).suffixes and _written(own)
        else default_suffix(source_format)
    )


def target_for(found: PictureFile, suffix: str, scale: float, wishes: UpscaleOptions) -> Path:
    """The name the target is to have; "-" for stdout. Nothing is looked up or made."""
    if wishes.output == STDIO or (found.path == STDIO and not wishes.output):
        return STDIO
    page = "" if found.page is None else f"_p{found.page + 1}"
    if wishes.output and not is_folder(wishes):
        return wishes.output.with_name(wishes.output.stem + page + wishes.output.suffix)
    folder = wishes.output / found.below if wishes.output else found.path.parent
    stem = ("stdin" if found.path == STDIO else found.path.stem) + page
    return folder / (shorten_stem(stem_for(stem, wishes, scale)) + suffix)


def identities(paths: Iterable[Path]) -> dict[tuple[int, int], Path]:
    """Files by what they are, not by their names: links and spellings of one file are one."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            info = path.stat()
            found[info.st_dev, info.st_ino] = path
    return found


def check_replaces_no_source(target: Path, source: Path, sources: dict[tuple[int, int], Path]) -> None:
    """OutputError where the target would replace a source of this run (`identities`), whoever's it is."""
    for replaced in (sources[key] for key in identities([target]) if key in sources):
        whose = "its source" if replaced == source else "a source of this run,"
        raise OutputError(f"The target would replace {whose} “{replaced}”.", "Choose another -o or --name.")


def check_folder(target: Path) -> None:
    """OutputError where the target's folder could not be made or written, without making it."""
    there = next(place for place in (target.parent, *target.absolute().parents) if place.exists())
    if not there.is_dir():
        raise OutputError(f"“{there}” is no folder.", "Choose another folder by -o.")
    if not os.access(there, os.W_OK):
        raise OutputError(f"You may not write into “{there}”.", "Choose another folder by -o.")


def ready_folder(target: Path) -> None:
    """Make the target's folder. OutputError where that fails."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder “{target.parent}” cannot be made: {error.strerror}.", "Choose another folder."
        ) from error
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"You may not write into “{target.parent}”.", "Choose another folder by -o.")


def _check_file(output: Path, suffix: str | None, *, several: bool) -> None:
    if several:
        raise UsageError(f"“{output}” is one file, and several pictures were named.", "Give -o a folder.")
    if format_for(output).name != (format_for(suffix).name if suffix else format_for(output).name):
        raise UsageError(f"“{output}” and --format {suffix} do not agree.", "Leave one of them out.")


def _check_template(wishes: UpscaleOptions) -> None:
    try:
        name = stem_for("photo", wishes, 4)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise UsageError(
            f"--name {wishes.name!r} is no template.", "Use {name} and {scale} in it."
        ) from error
    if not name or Path(name).name != name:
        raise UsageError(f"--name {wishes.name!r} makes no file name.", "Folders go into -o.")


def _written(suffix: str) -> bool:
    try:
        return bool(format_for(suffix))
    except OutputError:
        return False


# Whether the disks hold a run, asked before it starts.

SOURCE_BYTES_PER_PX = 16  # colour and alpha in float32
# What of the raw pixels a photograph takes as a file; less is no ground to refuse.
PACKED = {".png": 0.5, ".tif": 0.5, ".tiff": 0.5}
PACKED_LOSSY = 0.1


def check_source_space(size: Size, scratch: Path) -> None:
    """OutputError where the decoded source does not fit."""
    if size.area > SMALL_PIXELS:
        check_space({scratch: size.area * SOURCE_BYTES_PER_PX})


def check_target_space(full: Size, final: Size, layout: Layout, target: Path, scratch: Path) -> None:
    """OutputError where the pixels of the target ×4 do not fit into the scratch folder, or its file beside it."""
    pixel_bytes = layout.bands * layout.dtype.itemsize
    packed = int(final.area * pixel_bytes * PACKED.get(target.suffix.lower(), PACKED_LOSSY))
    unpacked = full.area * pixel_bytes if full.area > SMALL_PIXELS else 0
    check_space({target.parent: packed, scratch: unpacked})


def check_space(needs: dict[Path, int]) -> None:
    """OutputError, with numbers, where a disk has less free than the folders on it need together."""
    disks: dict[int, list[Path]] = {}
    for folder in needs:
        disks.setdefault(folder.stat().st_dev, []).append(folder)
    for sharing in disks.values():
        needed, free = sum(needs[folder] for folder in sharing), shutil.disk_usage(sharing[0]).free
        if needed > free:
            places = " and ".join(f"“{folder}”" for folder in sharing)
            raise OutputError(
                f"The disk of {places} has {megabytes(free)} free; about {megabytes(needed)} are needed.",
                "Free some space, or let SEMANTIC_UPSCALE_CACHE name a folder on a larger disk.",
            )


def megabytes(count: int) -> str:
    """As in "1,234 MB"."""
    return f"{count / 1e6:,.0f} MB"


# A folder for what does not fit into memory: one for each run, gone with it.


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder in the cache, deleted at the end; what dead runs left is deleted first.

    OutputError where it cannot be made.
    """
    root = folders.cache() / "scratch"
    own = root / f"{_machine()}-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        root.mkdir(0o700, parents=True, exist_ok=True)
        lock = _lock_of(own).open("wb")
        hold_lock(lock)
        make_own_folder(own)
    except OSError as error:
        raise OutputError(
            f"The working folder “{own}” cannot be made: {error.strerror}.",
            "Let SEMANTIC_UPSCALE_CACHE name a folder that you may write to.",
        ) from error
    try:
        _sweep(root)
        yield own
    finally:
        remove_tree(own)
        lock.close()
        _lock_of(own).unlink(missing_ok=True)


def _machine() -> str:
    """Homes may be shared, not every lock is: a run is only known to be dead on its own machine."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _sweep(root: Path) -> None:
    """Delete the folders of runs that are dead: their lock went with them, whatever the clock says."""
    for path in root.glob(f"{_machine()}-*-*.lock"):
        with contextlib.suppress(OSError):  # it lives
            with path.open("r+b") as lock:
                hold_lock(lock)
                remove_tree(path.with_suffix(""))
            path.unlink(missing_ok=True)
