"""The one road: what goes in, what comes out, what may not change."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.diffusion.consistency import shrink
from core.engine import runner
from core.engine.methods import registry
from core.engine.methods.compact import CompactMethod
from core.engine.methods.registry import MethodRegistry
from core.engine.upscale import Resources, UpscaleResult, upscale
from core.errors import Cancelled, OutOfMemoryError, UsageError
from core.geometry import Box, Size
from core.image.io import Carried, FileEncoder, SaveOptions, picture_from_array
from core.image.tensor import from_batch, to_batch
from core.regions.mask import Mask
from core.regions.region import Region, RegionSet
from core.request import UpscaleRequest

SHELF = MethodRegistry()
FAITHFUL = UpscaleRequest(detail=-4.0, clean_up=0.0)


def picture_of(height, width, seed=0, alpha=None):
    """Smooth shapes with an edge and some texture."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    base = 0.5 + 0.3 * np.sin(x / 7 + y / 11)[..., None] * np.array([1.0, 0.7, -0.5])
    base = base + 0.15 * (x[..., None] > width / 2) + rng.normal(0, 0.03, (height, width, 3))
    return picture_from_array(np.clip(base, 0, 1).astype(np.float32), alpha)


def run(picture, regions=None, request=FAITHFUL, report=lambda progress: None) -> UpscaleResult:
    carried = Carried(depth="float", has_alpha=picture.alpha is not None)
    encoder = FileEncoder(carried, SaveOptions(suffix=".tiff"))
    return upscale(picture, regions, request, Resources(SHELF, encoder), report)


def pixels(picture, regions=None, request=FAITHFUL):
    target = run(picture, regions, request).target.planes
    return target.read(Box.of(target.size))


def square(size, box, priority):
    region = Region("r1", "square", Mask.filled(box), priority)
    return RegionSet(size, (region,), rest=-2.0)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([-4.0, 0.0, 2.0]))
def test_any_size_comes_out_four_times_as_large(height, width, detail):
    target = pixels(picture_of(height, width), request=dataclasses.replace(FAITHFUL, detail=detail))
    assert target.shape == (4 * height, 4 * width, 3)
    assert np.isfinite(target).all()


def test_a_line_of_pixels_is_a_picture_too():
    assert pixels(picture_of(1, 700)).shape == (4, 2800, 3)


def test_faithful_shrunk_back_is_the_source():
    picture = picture_of(70, 90)
    back = from_batch(shrink(to_batch(pixels(picture))))
    error = np.mean((back - picture.colour.read(Box.of(picture.size))) ** 2)
    assert 10 * np.log10(1 / error) > 50


def test_every_step_shrunk_back_is_near_the_source():
    picture = picture_of(70, 90)
    back = from_batch(shrink(to_batch(pixels(picture, request=UpscaleRequest(detail=2.0, clean_up=0.0)))))
    error = np.mean((back - picture.colour.read(Box.of(picture.size))) ** 2)
    assert 10 * np.log10(1 / error) > 45


def test_faithful_knows_no_seed():
    picture = picture_of(40, 40)
    other = dataclasses.replace(FAITHFUL, seed=9)
    assert np.array_equal(pixels(picture), pixels(picture, request=other))


def test_the_same_seed_gives_the_same_pixels_and_another_gives_others():
    picture, request = picture_of(48, 48), UpscaleRequest(seed=3, detail=2.0)
    first, again = pixels(picture, request=request), pixels(picture, request=request)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, pixels(picture, request=dataclasses.replace(request, seed=4)))


def test_a_region_changes_nothing_beyond_32_source_pixels():
    picture, box = picture_of(96, 160), Box(8, 8, 40, 80)
    plain = pixels(picture, square(picture.size, box, -2.0), UpscaleRequest(clean_up=0.0))
    rich = pixels(picture, square(picture.size, box, 2.0), UpscaleRequest(clean_up=0.0))
    change = np.abs(rich - plain).mean(2)
    inside = change[box.scaled(4).slices].mean()
    assert inside > 0
    assert change[:, 4 * (box.right + 32) :].max() < inside / 20


def test_a_region_with_a_seed_of_its_own_is_drawn_again_alone():
    picture, box = picture_of(64, 128), Box(0, 0, 40, 64)
    regions = square(picture.size, box, 2.0)
    regions = dataclasses.replace(regions, rest=2.0)
    seeded = regions.replace(dataclasses.replace(regions.regions[0], seed=77))
    request = UpscaleRequest(clean_up=0.0)
    change = np.abs(pixels(picture, seeded, request) - pixels(picture, regions, request)).mean(2)
    assert change[box.scaled(4).slices].mean() > 20 * change[:, 4 * (box.right + 32) :].mean()


@pytest.mark.parametrize("detail", [-4.0, 2.0])
def test_tiles_agree_with_the_whole(detail):
    picture = picture_of(150, 170)
    whole = pixels(picture, request=UpscaleRequest(detail=detail, clean_up=0.0, tile_px=256))
    tiled = pixels(picture, request=UpscaleRequest(detail=detail, clean_up=0.0, tile_px=96))
    assert np.abs(whole - tiled).max() < 0.25 / 255
    assert np.abs(whole - tiled).mean() < 0.01 / 255


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_tiles_agree_with_the_whole_in_every_precision_by_name(precision):
    picture, asked = picture_of(80, 100), UpscaleRequest(detail=2.0, clean_up=0.0, precision=precision)
    whole = pixels(picture, request=dataclasses.replace(asked, tile_px=256))
    tiled = pixels(picture, request=dataclasses.replace(asked, tile_px=72))
    assert np.abs(whole - tiled).max() < 0.25 / 255


def test_finished_tiles_are_reported_and_cover_the_target():
    seen, picture = np.zeros((400, 480), bool), picture_of(100, 120)

    def report(progress):
        seen[progress.tile.box.slices] = True
        assert progress.tile.pixels.shape[:2] == (progress.tile.box.height, progress.tile.box.width)
        assert progress.done <= progress.total

    run(picture, request=dataclasses.replace(FAITHFUL, tile_px=80), report=report)
    assert seen.all()


def test_a_reporter_stops_the_run():
    def report(progress):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        run(picture_of(60, 60), report=report)


class Greedy(CompactMethod):
    """Runs out of memory above a number of source pixels."""

    limit_px = 6000

    def estimate(self, tile):
        if tile.source.shape[2] * tile.source.shape[3] > self.limit_px:
            raise torch.OutOfMemoryError("out of memory")
        return super().estimate(tile)


@pytest.fixture
def greedy(monkeypatch):
    monkeypatch.setattr(registry, "CompactMethod", Greedy)
    return MethodRegistry()


def test_out_of_memory_halves_the_tile_and_goes_on(greedy):
    picture = picture_of(150, 130)
    encoder = FileEncoder(Carried(depth="float"), SaveOptions(suffix=".tiff"))
    result = upscale(picture, None, dataclasses.replace(FAITHFUL, tile_px=128), Resources(greedy, encoder))
    planes = result.target.planes
    assert result.outcome.tile == Size(64, 64)
    assert "tiles of 64×64" in result.outcome.notes[0]
    assert np.abs(planes.read(Box.of(planes.size)) - pixels(picture)).max() < 3 / 255


def test_memory_that_never_suffices_is_an_error_in_words(greedy, monkeypatch):
    monkeypatch.setattr(Greedy, "limit_px", 10)
    encoder = FileEncoder(Carried(depth="float"), SaveOptions(suffix=".tiff"))
    with pytest.raises(OutOfMemoryError, match="64×64 on the CPU"):
        upscale(picture_of(80, 80), None, FAITHFUL, Resources(greedy, encoder))


def test_memory_that_runs_out_late_keeps_the_rows_already_given(greedy, monkeypatch):
    rows, estimate = [], Greedy.estimate

    def failing_once(self, tile):
        if len(rows) == 2:
            rows.append("out of memory")
            raise MemoryError
        return estimate(self, tile)

    monkeypatch.setattr(Greedy, "limit_px", 10**9)
    monkeypatch.setattr(Greedy, "estimate", failing_once)
    picture = picture_of(300, 96)
    plan = runner.Runner.run

    def watched(self, sink):
        plan(self, lambda strip: (rows.append(strip.y), sink(strip)))

    monkeypatch.setattr(runner.Runner, "run", watched)
    encoder = FileEncoder(Carried(depth="float"), SaveOptions(suffix=".tiff"))
    result = upscale(picture, None, dataclasses.replace(FAITHFUL, tile_px=128), Resources(greedy, encoder))
    starts = [row for row in rows if row != "out of memory"]
    assert starts == sorted(set(starts))
    planes = result.target.planes
    assert np.abs(planes.read(Box.of(planes.size)) - pixels(picture)).max() < 3 / 255


def test_alpha_comes_along_and_constant_alpha_stays_as_it_is():
    alpha = np.ones((40, 50), np.float32)
    assert (pixels(picture_of(40, 50, alpha=alpha))[..., 3] == 1).all()
    alpha[:, 25:] = 0
    enlarged = pixels(picture_of(40, 50, alpha=alpha))[..., 3]
    assert enlarged[:, :88].min() > 0.95
    assert enlarged[:, 112:].max() < 0.05


def test_hidden_colour_does_not_halo():
    colour, alpha = np.zeros((40, 40, 3), np.float32), np.zeros((40, 40), np.float32)
    colour[:, :20], alpha[:, :20] = (0.8, 0.2, 0.2), 1.0
    target = pixels(picture_from_array(colour, alpha))
    seen = target[..., 3] > 0.5
    assert np.abs(target[..., :3][seen] - [0.8, 0.2, 0.2]).max() < 0.06


def test_colour_outside_srgb_comes_back_as_it_is_where_it_is_even():
    colour = np.full((24, 24, 3), (1.3, -0.2, 0.4), np.float32)
    middle = pixels(picture_from_array(colour))[32:-32, 32:-32]
    assert np.abs(middle - colour[0, 0])[..., :2].max() < 1e-3


def test_regions_of_another_picture_are_refused():
    with pytest.raises(UsageError, match="10×10"):
        run(picture_of(20, 20), RegionSet(Size(10, 10)))


def test_an_unknown_method_is_refused():
    with pytest.raises(UsageError, match="magic"):
        run(picture_of(20, 20), request=UpscaleRequest(method="magic"))


def test_clean_up_is_estimated_where_nobody_says():
    outcome = run(picture_of(64, 64), request=UpscaleRequest()).outcome
    assert 0 <= outcome.clean_up <= 1


def test_half_precision_still_keeps_what_the_picture_says():
    picture = picture_of(40, 48)
    back = from_batch(
        shrink(to_batch(pixels(picture, request=dataclasses.replace(FAITHFUL, precision="bfloat16"))))
    )
    error = np.mean((back - picture.colour.read(Box.of(picture.size))) ** 2)
    assert 10 * np.log10(1 / error) > 60


@pytest.mark.parametrize("size", [(120, 125), (125, 97)])
@pytest.mark.parametrize("detail", [-4.0, 2.0])
def test_tiles_of_an_odd_picture_are_in_step_with_the_whole(size, detail):
    alpha = np.ascontiguousarray(
        picture_of(*size, seed=3).colour.read(Box.of(Size(size[1], size[0])))[..., 0]
    )
    whole, tiled = (
        pixels(
            picture_of(*size, alpha=alpha), request=UpscaleRequest(detail=detail, clean_up=0.0, tile_px=side)
        )
        for side in (256, 72)
    )
    assert np.abs(whole - tiled).max() < 0.25 / 255
