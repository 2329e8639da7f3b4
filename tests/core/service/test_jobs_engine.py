"""The real worker with the bundled model: previews, targets in every form, files, and what was added."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import numpy as np
import pytest
import pyvips
from jobs_work import last_event
from PIL import Image

from core.engine.record import Record
from core.errors import UsageError
from core.geometry import Box
from core.image.io import read_record
from core.regions.mask import Mask
from core.service.protocol import JobSpec, packed_mask
from core.service.queue import ENGINE, JobQueue
from core.service.store import PictureStore, RawLayout

HEIGHT, WIDTH = 72, 90
STEERED = {
    "regions": [
        {
            "name": "left",
            "priority": 2.0,
            "box": [4, 6, 40, 50],
            "mask": packed_mask(Mask.filled(Box(4, 6, 40, 50))),
            "feather_px": 3.0,
        }
    ],
    "rest": -2.0,
    "options": {"seed": 5, "clean_up": 0.2, "device": "cpu", "tile_px": 64},
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engine")
    store = PictureStore(folder / "pictures")
    queue = JobQueue(store, folder / "jobs", work=ENGINE)
    yield queue, store
    queue.close(finish_tile=False)


def photograph():
    path = Path(__file__).parents[3] / "resources" / "samples" / "coffee.jpg"
    return np.asarray(Image.open(path).convert("RGB"))[100 : 100 + HEIGHT, 200 : 200 + WIDTH]


def posted(store, pixels, mode="RGB", depth="u8", icc=b""):
    height, width = pixels.shape[:2]
    layout = RawLayout(width, height, mode, depth, icc_bytes=len(icc))
    return store.put_raw(layout, [icc, np.ascontiguousarray(pixels).tobytes()]).id


def done(queue, kind, picture, body):
    job = queue.submit(JobSpec(kind, "test", body, picture, keep=True))
    event = last_event(queue, job.id)
    assert event.kind == "done", event.data
    return job.id, event.data["result"]


def pixels_of(queue, job, mode="RGB", depth="u8", **rest):
    reader = queue.result(job)
    dtype = {"u8": np.uint8, "u16": np.uint16, "f32": np.float32}[depth]
    data = b"".join(reader.rows(mode, depth, **rest))
    return np.frombuffer(data, dtype).reshape(
        -1, reader.width, {"GREY": 1, "GREYA": 2, "RGB": 3, "RGBA": 4}[mode]
    )


@pytest.fixture(scope="module")
def steered(engine):
    """An upscale with a region: (queue, job, picture, result)."""
    queue, store = engine
    picture = posted(store, photograph())
    job, result = done(queue, "upscale", picture, STEERED)
    return queue, job, picture, result


def test_the_result_says_how_it_came_about(steered):
    queue, job, _, result = steered
    assert (result["width"], result["height"]) == (4 * WIDTH, 4 * HEIGHT)
    assert result["clean_up"] == 0.2
    assert result["tiles"] == len([event for event in queue.events(job) if event.kind == "tile"]) > 1


@pytest.mark.parametrize("box", [[30, 20, 32, 24], [0, 0, 17, 9], [71, 51, 19, 21], [0, 0, WIDTH, HEIGHT]])
def test_a_preview_shows_what_the_whole_run_makes(steered, box):
    queue, job, picture, _ = steered
    preview, _ = done(queue, "preview", picture, {**STEERED, "box": box})
    x, y, width, height = (4 * value for value in box)
    whole = pixels_of(queue, job)[y : y + height, x : x + width].astype(int)
    assert np.abs(pixels_of(queue, preview).astype(int) - whole).max() <= 1


def test_rows_come_in_pieces_of_the_same_picture(steered):
    queue, job, _, _ = steered
    whole = pixels_of(queue, job)
    np.testing.assert_array_equal(pixels_of(queue, job, y=100, rows=7), whole[100:107])
    np.testing.assert_array_equal(pixels_of(queue, job, "RGBA")[..., :3], whole)
    assert (pixels_of(queue, job, "RGBA", "u16")[..., 3] == 65535).all()
    np.testing.assert_array_equal(pixels_of(queue, job, "RGB", "u16"), whole.astype(int) * 257)
    assert pixels_of(queue, job, "GREY").shape == (4 * HEIGHT, 4 * WIDTH, 1)
    for wrong in ({"y": -1}, {"y": 1000}, {"y": 0, "rows": 1000}, {"mode": "CMYK"}):
        with pytest.raises(UsageError):
            queue.result(job).rows(**wrong)


@pytest.mark.parametrize(("suffix", "depth"), [("png", None), ("jpeg", None), ("tiff", "f32")])
def test_the_file_holds_the_target_and_its_record(steered, suffix, depth):
    queue, job, picture, _ = steered
    path = queue.result(job).file(suffix, depth)
    try:
        made = pyvips.Image.new_from_file(str(path))
        record = Record.from_json(read_record(path))
        assert (made.width, made.height) == (4 * WIDTH, 4 * HEIGHT)
        assert (record.source.sha256, record.request.seed, record.outcome.clean_up) == (picture, 5, 0.2)
        if suffix == "png":
            np.testing.assert_array_equal(made.numpy(), pixels_of(queue, job))
    finally:
        path.unlink()


def test_what_was_added_lies_where_it_was_allowed(steered):
    queue, job, picture, _ = steered
    added = queue.added(job)
    shares = {row["name"]: row["share"] for row in added["regions"]}
    shown = np.frombuffer(zlib.decompress(base64.b64decode(added["map"])), np.uint8).reshape(HEIGHT, WIDTH)
    assert shares["left"] > 0.1 > shares["rest"]
    whole = pixels_of(queue, job, depth="f32")
    plain, _ = done(queue, "upscale", picture, {**STEERED, "regions": [], "rest": -2.0})
    made_up = np.abs(whole - pixels_of(queue, plain, depth="f32")).mean(axis=2)
    inside, outside = made_up[80:160, 60:140].mean(), made_up[:, 240:].mean()
    assert shown[20:40, 15:35].mean() > 0.3 * 255 * inside > 10 * 255 * outside
    assert shown[:, 60:].max() == 0
    assert queue.added(job) is added


def test_a_target_comes_back_in_the_profile_of_its_host(engine):
    queue, store = engine
    icc = pyvips.Image.profile_load("p3")
    flat = np.full((20, 20, 4), (200, 90, 40, 255), np.uint8)
    job, _ = done(
        queue, "upscale", posted(store, flat, "RGBA", icc=icc), {"options": {"clean_up": 0.0}, "rest": -2.0}
    )
    own = pixels_of(queue, job, "RGBA").astype(int)
    assert np.abs(own - flat[0, 0]).max() <= 4
    assert np.abs(own.mean((0, 1)) - flat[0, 0]).max() < 0.5
    shown = pixels_of(queue, job, "RGB", space="srgb")
    assert shown[40, 40, 0] > 205  # wide red is redder on a common screen


def test_grey_in_sixteen_bits_stays_so(engine):
    queue, store = engine
    grey = np.linspace(0, 65535, 24 * 30).reshape(24, 30, 1).astype("<u2")
    job, _ = done(
        queue, "upscale", posted(store, grey, "GREY", "u16"), {"rest": -2.0, "options": {"clean_up": 0.0}}
    )
    shrunk = pixels_of(queue, job, "GREY", "u16").reshape(24, 4, 30, 4).mean((1, 3))
    assert np.abs(shrunk - grey[..., 0])[4:-4, 4:-4].max() < 500
    colours = pixels_of(queue, job, "RGB", "u16")
    assert (colours == colours[..., :1]).all()


def test_another_scale_gives_another_size(engine):
    queue, store = engine
    picture = posted(store, photograph()[:30, :40])
    job, result = done(queue, "upscale", picture, {"options": {"scale": 2.5}})
    assert (result["width"], result["height"]) == (100, 75)
    assert pixels_of(queue, job).shape == (75, 100, 3)


def test_a_deeper_target_is_kept_where_it_is_asked_for(engine):
    queue, store = engine
    picture = posted(store, photograph()[:30, :40])
    job, _ = done(queue, "upscale", picture, {"depth": "u16"})
    assert len(np.unique(pixels_of(queue, job, "RGB", "u16"))) > 256


def test_clicks_suggestions_and_estimates_are_answered(engine):
    queue, store = engine
    picture = posted(store, photograph())
    _, click = done(queue, "propose", picture, {"points": [[45, 36, 1]], "segmenter": "built-in"})
    assert 1 <= len(click["proposals"]) <= 3
    assert all(row["priority"] is None and row["mask"] for row in click["proposals"])
    _, found = done(queue, "suggest", picture, {})
    assert all(-2 <= row["priority"] <= 2 for row in found["proposals"])
    assert 0 <= done(queue, "estimate", picture, {})[1]["clean_up"] <= 1
    assert done(queue, "prepare", picture, {"segmenter": "built-in"})[1] == {"segmenter": "built-in"}


def test_a_second_click_corrects_the_level_that_was_chosen(engine):
    queue, store = engine
    picture = posted(store, discs())
    first = {"points": [[60, 60, 1]], "segmenter": "built-in"}
    _, click = done(queue, "propose", picture, first)
    for row in click["proposals"]:
        inside = {"points": [[60, 60, 1], [62, 60, 1]], "segmenter": "built-in", "memory": row["memory"]}
        (same,) = done(queue, "propose", picture, inside)[1]["proposals"]
        assert covered(same) == covered(row)
        assert same["memory"] == row["memory"]


def discs():
    """A disc in a disc in a field, so that part, object and whole differ; (120, 160, 3) uint8."""
    rows, columns = np.mgrid[:120, :160]
    far = np.hypot(rows - 60, columns - 60)
    noise = np.random.default_rng(3).integers(0, 20, (120, 160, 1))
    tones = np.where(far < 18, 200, np.where(far < 45, 120, 40))[..., None] + noise
    return np.repeat(tones, 3, 2).astype(np.uint8)


def covered(row):
    """Box and number of pixels of a proposal."""
    return tuple(row["box"]), int(
        (np.frombuffer(zlib.decompress(base64.b64decode(row["mask"])), np.uint8) > 127).sum()
    )
