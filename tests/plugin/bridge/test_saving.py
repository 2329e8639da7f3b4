"""A target that is saved appears whole, beside what is already there."""

from __future__ import annotations

import errno

import pytest
from bridge_fake import TOKEN, Answer, FakeEngine, as_json

from plugin.bridge import Bridge, BridgeError, EngineGone, saving


@pytest.fixture
def job():
    with FakeEngine().running() as fake:
        fake.answers["POST /v1/jobs"] = as_json({"id": "j", "kind": "upscale"}, 202)
        fake.answers["GET /v1/jobs/j/file"] = Answer(b"picture")
        bridge = Bridge(fake.address, TOKEN)
        made = bridge.upscale("p")
        made.fake = fake
        yield made
        bridge.close()


def test_a_file_is_saved_under_its_name(job, tmp_path):
    assert job.save(str(tmp_path / "ü.JPG"), quality=90, metadata=True) == str(tmp_path / "ü.JPG")
    assert (tmp_path / "ü.JPG").read_bytes() == b"picture"
    assert job.fake.said[-1].path.endswith("/file?format=jpeg&quality=90&metadata=true")


def test_what_exists_is_never_replaced_unless_told(job, tmp_path):
    place = tmp_path / "a.png"
    place.write_bytes(b"mine")
    assert job.save(str(place)) == str(tmp_path / "a-2.png")
    assert place.read_bytes() == b"mine"
    assert job.save(str(place), overwrite=True) == str(place)
    assert place.read_bytes() == b"picture"


def test_a_line_that_breaks_leaves_nothing(job, tmp_path):
    job.fake.answers["GET /v1/jobs/j/file"] = Answer(b"pict", announced=7)
    with pytest.raises(EngineGone):
        job.save(str(tmp_path / "a.png"))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_told_in_words(job, tmp_path):
    with pytest.raises(BridgeError, match="could not be written"):
        job.save(str(tmp_path / "no" / "a.png"))


def test_file_systems_without_links_are_served_too(job, tmp_path, monkeypatch):
    def no_link(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(saving.os, "link", no_link)
    assert job.save(str(tmp_path / "a.tif")) == str(tmp_path / "a.tif")
    assert [path.name for path in tmp_path.iterdir()] == ["a.tif"]


@pytest.mark.parametrize(
    ("name", "format"), [("a.jpeg", "jpeg"), ("a.tif", "tiff"), ("a", "png"), ("a.AVIF", "avif")]
)
def test_the_name_says_the_format(name, format):  # noqa: A002
    assert saving.format_of(name) == format
