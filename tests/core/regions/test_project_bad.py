"""Whatever bytes lie in a project file, reading it gives a project or an InputError that names the file."""

from __future__ import annotations

import copy
import io
import json
import re
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.geometry import Box, Size
from core.regions import shapes
from core.regions.mask import Mask
from core.regions.mask_png import encode_mask
from core.regions.project import Project, project_values
from core.regions.region import Region, RegionSet
from core.regions.suproj import MIME_TYPE, read_project, write_project

SIZE = Size(31, 17)
MASK = shapes.ellipse(Box(3, 3, 20, 11), SIZE)
PROJECT = Project(RegionSet(SIZE, (Region("r1", "face", MASK, -2), Region("r2", "", MASK, 2))))
VALUES = project_values(PROJECT)
FILES = {
    "mimetype": MIME_TYPE,
    "masks/r1.png": encode_mask(MASK, SIZE),
    "masks/r2.png": encode_mask(MASK, SIZE),
}
wild = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return buffer.getvalue()


def with_json(text):
    return zipped({**FILES, "project.json": text})


def changed(way, value):
    """The bytes of a project with one value of project.json replaced."""
    values = copy.deepcopy(VALUES)
    inner = values
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = value
    return with_json(json.dumps(values))


def ways(value, way=()):
    """The way to every value in plain values."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*way, step)
        yield from ways(inner, (*way, step))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("bad") / "photo.suproj"


@pytest.fixture(scope="module")
def sound(path):
    write_project(PROJECT, path)
    return path.read_bytes()


def refusal(path, data):
    """The error that reading these bytes raises."""
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_project(path)
    assert str(caught.value).startswith("photo.suproj ")
    assert caught.value.advice
    return str(caught.value)


def read_or_refuse(path, data):
    """Read these bytes: no other error than InputError may come."""
    path.write_bytes(data)
    try:
        return read_project(path)
    except InputError:
        return None


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_changed_bytes_give_a_project_or_an_input_error(path, sound, data):
    mutated = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        mutated[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(path, bytes(mutated))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_project_cut_short_is_refused(path, sound, data):
    refusal(path, sound[: data.draw(st.integers(0, len(sound) - 1))])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_pieces_cut_out_or_put_in_give_a_project_or_an_input_error(path, sound, data):
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(sound))] * 2)))
    read_or_refuse(path, sound[:start] + data.draw(st.binary(max_size=9)) + sound[stop:])


@given(data=st.binary(max_size=200))
def test_any_bytes_at_all_are_refused(path, data):
    refusal(path, data)


@settings(max_examples=250, deadline=None)
@given(way=st.sampled_from(list(ways(VALUES))), value=wild)
def test_any_value_at_any_place_gives_a_project_or_an_input_error(path, way, value):
    opened = read_or_refuse(path, changed(way, value))
    if opened is not None:
        write_project(opened, path)
        assert read_project(path) == opened


@settings(max_examples=60, deadline=None)
@given(text=wild.map(json.dumps) | st.text())
def test_any_json_at_all_is_refused(path, text):
    refusal(path, with_json(text.encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize(
    ("way", "value", "words"),
    [
        (["version"], 2, "version 2; this program reads up to version 1"),
        (["version"], 0, "version 0, which never was"),
        (["version"], "1", "'version' in project.json is not a whole number"),
        (["regions", 0, "priority"], 7, "priority of region 'face' is 7"),
        (["regions", 1, "priority"], "high", "'priority' in region 'r2'"),
        (["regions", 0, "locked"], 1, "'locked' in region 'face'"),
        (["regions", 0, "seed"], 1.5, "'seed' in region 'face'"),
        (["regions", 0, "prompts"], [3], "a prompt of region 'face'"),
        (["regions", 1, "id"], "r1", "Two regions have the id 'r1'"),
        (["regions", 1, "id"], "../r1", "'../r1'"),
        (["regions", 1, "mask"], "masks/none.png", "masks/none.png is missing"),
        (["regions", 1, "mask"], "project.json", "project.json in it is cut short or damaged|is not a PNG"),
        (["source", "width"], 30, "31×17, but the picture is 30×17"),
        (["source", "width"], 0, "no pixels"),
        (["source", "width"], 10**9, "too large"),
        (["source", "path"], "/etc/passwd", "not relative"),
        (["rest", "priority"], -3, "priority of the rest"),
        (["scale"], 0, "The scale is 0"),
        (["scale"], 10**400, "'scale' in project.json is not a number in reach"),
        (["scale"], True, "'scale' in project.json is not a number"),
        (["app_version"], "\ud800", "not a readable text"),
        (["regions"], {}, "'regions' in project.json is not a list"),
    ],
)
def test_a_wrong_value_is_named(path, way, value, words):
    assert re.search(words.replace("(", r"\("), refusal(path, changed(way, value)))


def test_a_newer_version_says_to_update(path):
    path.write_bytes(changed(["version"], 3))
    with pytest.raises(InputError) as caught:
        read_project(path)
    assert "Update" in caught.value.advice


@pytest.mark.parametrize(
    "text", ["NaN", "1e999", "-Infinity", "9" * 5000, "[" * 100_000, "[" * 90 + "]" * 90]
)
def test_numbers_without_end_and_bottomless_lists_are_refused(path, text):
    refusal(path, with_json(json.dumps(VALUES)[:-1] + f', "x": {text}}}'))


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/../../evil", "C:evil", "a\\evil", "a//evil", "./evil", "a\x01"]
)
def test_a_name_that_leads_out_of_the_zip_is_refused(path, name):
    data = zipped({**FILES, "project.json": json.dumps(VALUES), name: b""})
    assert "a file named" in refusal(path, data)


@pytest.mark.parametrize("first", [b"\0", b"/", b"\\"])
def test_a_name_that_only_the_directory_spoils_is_refused(path, sound, first):
    at = sound.rindex(b"project.json")
    assert "a file named" in refusal(path, sound[:at] + first + sound[at + 1 :])


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(path):
    buffer = io.BytesIO(with_json(json.dumps(VALUES)))
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr("masks/r1.png", b"")
    assert "two files of one name" in refusal(path, buffer.getvalue())


@pytest.mark.parametrize("missing", ["mimetype", "project.json", "masks/r1.png"])
def test_a_missing_file_is_refused(path, missing):
    files = {**FILES, "project.json": json.dumps(VALUES)}
    del files[missing]
    refusal(path, zipped(files))


def test_a_mask_of_another_size_is_refused_with_both_sizes(path):
    other = encode_mask(Mask.full(Size(8, 9)), Size(8, 9))
    data = zipped({**FILES, "project.json": json.dumps(VALUES), "masks/r2.png": other})
    assert "masks/r2.png in it is 8×9, but the picture is 31×17" in refusal(path, data)


def test_files_that_unpack_without_end_are_refused(path):
    assert "longer than" in refusal(path, with_json(b" " * (16 * 2**20 + 1)))
    bomb = {**FILES, "project.json": json.dumps(VALUES), "masks/r1.png": b"\0" * 2**20}
    assert "longer than" in refusal(path, zipped(bomb))


def test_an_unusual_packing_a_comment_and_a_crowd_are_refused(path):
    files = {**FILES, "project.json": json.dumps(VALUES)}
    assert "packed in a way" in refusal(path, zipped(files, zipfile.ZIP_BZIP2))
    assert "cut short" in refusal(path, zipped(files)[:-2] + b"\x03\0abc")
    locator = b"PK\6\7" + struct.pack("<LQL", 0, 0, 1)
    assert "of a kind" in refusal(path, zipped(files)[:-22] + locator + zipped(files)[-22:])
    crowd = {f"x{number}": b"" for number in range(10_001)}
    assert "lists" in refusal(path, zipped({**files, **crowd}, zipfile.ZIP_STORED))


def test_a_missing_file_a_folder_and_an_empty_file_are_refused(path, tmp_path):
    for bad in (tmp_path / "none.suproj", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_project(bad)
    assert "cut short" in refusal(path, b"")


def test_a_project_with_only_what_is_required_takes_the_defaults(path):
    least = {"version": 1, "source": {"width": 31, "height": 17}, "regions": [{"id": "r1"}]}
    opened = read_or_refuse(path, with_json(json.dumps(least)))
    assert opened is not None
    assert opened.regions == RegionSet(SIZE, (Region("r1", "", MASK),))
    assert set(opened.members) == {"masks/r2.png"}


def test_the_order_is_that_of_the_numbers(path):
    opened = read_or_refuse(path, changed(["regions", 0, "order"], 5))
    assert opened is not None
    assert [region.id for region in opened.regions] == ["r2", "r1"]
