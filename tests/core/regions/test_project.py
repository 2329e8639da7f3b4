"""Projects come back as they were, unknown parts included, and the old file survives every failure."""

from __future__ import annotations

import json
import stat
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError, OutputError, UsageError
from core.files import write_atomically
from core.geometry import Box, Size
from core.regions import shapes
from core.regions.project import (
    ModelRef,
    Project,
    ProjectSource,
    hash_of,
    project_values,
    sidecar_of,
    source_of,
    source_path,
)
from core.regions.region import Region, RegionSet
from core.regions.suproj import MIME_TYPE, read_project, write_project

SIZE = Size(41, 23)
SCHEMA = Path(__file__).parents[3] / "resources" / "schemas" / "suproj-1.schema.json"
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
extras = st.dictionaries(st.text().map("x-{}".format), plain, max_size=3)


@st.composite
def regions(draw, number):
    box = Box(draw(st.integers(0, 40)), draw(st.integers(0, 22)), 20, 9)
    return Region(
        f"r{number}",
        draw(st.text(st.characters(codec="utf-8"), max_size=20)),
        shapes.ellipse(box, SIZE),
        draw(st.floats(-2, 2)),
        draw(st.floats(0, 250)),
        locked=draw(st.booleans()),
        visible=draw(st.booleans()),
        prompts=tuple(draw(st.lists(extras, max_size=2))),
        seed=draw(st.none() | st.integers(0, 2**63 - 1)),
        extra=draw(extras),
    )


@st.composite
def projects(draw):
    count = draw(st.integers(0, 4))
    return Project(
        RegionSet(SIZE, tuple(draw(regions(n)) for n in range(count)), draw(st.floats(-2, 2)), draw(extras)),
        ProjectSource("../photos/ä b.jpg", "0123456789abcdef" * 4, draw(st.integers(0, 2**40)), draw(extras)),
        draw(st.floats(1, 4, exclude_min=True)),
        draw(st.floats(-4, 4)),
        draw(st.none() | st.floats(0, 1)),
        draw(st.integers(0, 2**63 - 1)),
        draw(extras),
        draw(st.none() | st.builds(ModelRef, st.just("compact-x4"), st.just("ff"), extras)),
        "0.1.0",
        draw(st.none() | st.binary(max_size=20)),
        draw(extras),
        draw(st.dictionaries(st.sampled_from(["notes.txt", "b/ö.bin"]), st.binary(max_size=20))),
    )


def small():
    mask = shapes.ellipse(Box(3, 3, 20, 15), SIZE)
    return Project(RegionSet(SIZE, (Region("r1", "face", mask, -2), Region("r2", "tree", mask, 2))))


@settings(max_examples=40, deadline=None)
@given(project=projects())
def test_a_project_comes_back_as_it_was(tmp_path_factory, project):
    path = tmp_path_factory.getbasetemp() / "round trip ä.suproj"
    write_project(project, path)
    assert read_project(path) == project


@settings(max_examples=40, deadline=None)
@given(projects())
def test_what_is_written_obeys_the_published_schema(project):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(project_values(project))


def test_the_published_schema_names_every_key_that_is_written():
    schema = json.loads(SCHEMA.read_text("utf-8"))
    values = project_values(replace(small(), model=ModelRef("m")))
    known = schema["properties"]
    assert set(values) == set(known)
    assert set(values["regions"][0]) == set(schema["$defs"]["region"]["properties"])
    for inner in ("source", "rest", "model"):
        assert set(values[inner]) == set(known[inner]["properties"])


def test_equal_projects_are_equal_files(tmp_path):
    write_project(small(), tmp_path / "a.suproj")
    write_project(small(), tmp_path / "b.suproj")
    assert (tmp_path / "a.suproj").read_bytes() == (tmp_path / "b.suproj").read_bytes()


def test_the_mimetype_lies_first_and_unpacked_so_that_systems_know_the_file(tmp_path):
    write_project(small(), tmp_path / "a.suproj")
    data = (tmp_path / "a.suproj").read_bytes()
    assert data[30 : 38 + len(MIME_TYPE)] == b"mimetype" + MIME_TYPE
    with zipfile.ZipFile(tmp_path / "a.suproj") as opened:
        assert opened.namelist() == ["mimetype", "project.json", "masks/r1.png", "masks/r2.png"]


def test_unknown_parts_survive_an_edit_of_the_rest(tmp_path):
    path = tmp_path / "a.suproj"
    region = replace(small().regions.by_name("face"), extra={"tint": "#fff"})
    write_project(
        replace(
            small(), regions=small().regions.replace(region), extra={"future": [1]}, members={"log": b"x"}
        ),
        path,
    )
    opened = read_project(path)
    write_project(replace(opened, regions=opened.regions.with_priority("face", -1).remove("tree")), path)
    again = read_project(path)
    assert again.extra == {"future": [1]}
    assert again.members == {"log": b"x"}
    assert again.regions.by_name("face").extra == {"tint": "#fff"}


def interrupt(_written):
    raise KeyboardInterrupt


def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.suproj"
    write_project(small(), path)
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt), write_atomically(path) as file:
        interrupt(file.write(b"half"))
    with pytest.raises(OutputError, match="cannot be kept"):
        write_project(replace(small(), settings={"bad": {1, 2}}), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full disk to write to")
def test_a_full_disk_is_an_output_error(tmp_path):
    (tmp_path / "a.suproj").write_bytes(b"old")
    with pytest.raises(OutputError, match=r"a\.suproj could not be written: No space"), \
            write_atomically(tmp_path / "a.suproj"), Path("/dev/full").open("wb", 0) as full:  # fmt: skip
        full.write(b"x")
    assert (tmp_path / "a.suproj").read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="could not be written"):
        write_project(small(), tmp_path / "missing" / "a.suproj")


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes of POSIX")
def test_a_link_stays_a_link_and_the_file_is_as_open_as_others(tmp_path):
    link, target = tmp_path / "link.suproj", tmp_path / "target.suproj"
    target.write_bytes(b"")
    link.symlink_to(target)
    write_project(small(), link)
    assert link.is_symlink()
    (tmp_path / "plain").touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


@pytest.mark.parametrize("members", [{"../x": b""}, {"a": b"\0" * (2**28 + 1)}], ids=["unsafe", "long"])
def test_what_a_reader_would_refuse_is_not_written(tmp_path, members):
    with pytest.raises(OutputError):
        write_project(replace(small(), members=members), tmp_path / "a.suproj")


def test_the_sidecar_stands_beside_the_picture():
    assert sidecar_of("photos/photo.jpg") == Path("photos/photo.jpg.suproj")


def test_the_source_is_remembered_by_relative_path_hash_and_length(tmp_path):
    (tmp_path / "photos").mkdir()
    picture = tmp_path / "photos" / "a.jpg"
    picture.write_bytes(b"abc")
    source = source_of(picture, tmp_path / "work" / "a.suproj")
    assert source == ProjectSource("../photos/a.jpg", hash_of(picture), 3)
    found = source_path(replace(small(), source=source), tmp_path / "photos" / "a.suproj")
    assert found.resolve() == picture.resolve()


def test_a_source_that_cannot_be_read_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        source_of(tmp_path / "missing.jpg", tmp_path / "a.suproj")


@pytest.mark.parametrize("path", ["/etc/x", "C:\\x", "\\\\server\\share", "a\0b"])
def test_a_source_path_that_is_not_relative_is_refused(path):
    with pytest.raises(UsageError, match="not relative"):
        ProjectSource(path)


@pytest.mark.parametrize("fields", [{"scale": 0}, {"detail": 9.0}, {"clean_up": -1.0}, {"seed": -1}])
def test_what_no_run_could_do_is_refused(fields):
    with pytest.raises(UsageError):
        replace(small(), **fields)
