"""The published methods on the one road: from files in the models folder to a target."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from published import small_networks
from safetensors.torch import save_file

from core.checkpoints.catalog import entry
from core.diffusion.consistency import shrink
from core.engine.methods.registry import MethodRegistry
from core.engine.tile import overlap_batch
from core.engine.upscale import Resources, upscale
from core.errors import CheckpointError, UsageError
from core.geometry import Box, Size
from core.image.io import Carried, FileEncoder, SaveOptions, picture_from_array
from core.image.tensor import to_batch
from core.regions.mask import Mask
from core.regions.region import Region, RegionSet
from core.request import UpscaleRequest

REQUEST = UpscaleRequest(clean_up=0.0, device="cpu", precision="float32")
SIZE = Size(40, 24)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A shelf whose models folder holds small networks under the catalog's names."""
    folder = tmp_path_factory.mktemp("models")
    denoiser, codec = (network.state_dict() for network in small_networks())
    save_file(codec, folder / "vq-f4.safetensors")
    for name in ("sinsr", "samsr", "resshift"):
        save_file(
            {f"module.{key}": value for key, value in denoiser.items()}, folder / f"{name}-x4.safetensors"
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEMANTIC_UPSCALE_MODELS", str(folder))
        yield MethodRegistry()


def pixels_of_source():
    y, x = np.mgrid[: SIZE.height, : SIZE.width].astype(np.float32)
    waves = 0.5 + 0.2 * np.sin(x / 3 + y / 5)[..., None] * np.array([1.0, 0.6, -0.8])
    return waves.astype(np.float32)


def target_of(shelf, request=REQUEST, regions=None):
    encoder = FileEncoder(Carried(depth="float", has_alpha=False), SaveOptions(suffix=".tiff"))
    done = upscale(picture_from_array(pixels_of_source(), None), regions, request, Resources(shelf, encoder))
    return done.target.planes.read(Box.of(done.target.size)), done.outcome


@pytest.mark.parametrize("method", ["sinsr", "samsr", "resshift"])
def test_every_method_gives_a_target_that_shrinks_to_its_source(shelf, method):
    request = dataclasses.replace(REQUEST, method=method)
    target, outcome = target_of(shelf, request)
    assert outcome.method == method
    assert outcome.licence == entry(method).licence
    assert target.shape == (96, 160, 3)
    apart = shrink(to_batch(target)) - to_batch(pixels_of_source())
    assert float(apart.abs().max()) < 0.02


def test_a_faithful_region_is_free_of_the_seed_and_the_rest_is_not(shelf):
    faithful = Region("r1", "left", Mask.filled(Box(0, 0, 20, 24)), -2.0)
    regions = RegionSet(SIZE, (faithful,), rest=2.0)
    requests = (dataclasses.replace(REQUEST, method="sinsr", seed=seed) for seed in (1, 2))
    one, two = (target_of(shelf, request, regions)[0] for request in requests)
    apart = np.abs(one - two).max(axis=(0, 2))
    assert apart[:32].max() < 1e-3
    assert apart[84:].mean() > 0.01


def test_faithful_everywhere_is_the_same_for_every_method(shelf):
    requests = [
        dataclasses.replace(REQUEST, method=name, detail=-4.0) for name in ("compact", "sinsr", "samsr")
    ]
    targets = [target_of(shelf, request)[0] for request in requests]
    assert all(np.array_equal(target, targets[0]) for target in targets[1:])


def test_more_steps_give_another_target(shelf):
    one, many = (
        target_of(shelf, dataclasses.replace(REQUEST, method="resshift", steps=steps))[0] for steps in (1, 4)
    )
    assert not np.array_equal(one, many)


@pytest.mark.parametrize(("method", "steps"), [("samsr", 4), ("resshift", 15)])
def test_more_steps_than_a_method_takes_are_refused(shelf, method, steps):
    with pytest.raises(UsageError, match="takes at most"):
        target_of(shelf, dataclasses.replace(REQUEST, method=method, steps=steps))


@pytest.mark.parametrize("steps", [0, -1, 16])
def test_no_request_asks_for_impossible_steps(steps):
    with pytest.raises(UsageError):
        UpscaleRequest(steps=steps)


def test_overlaps_count_visible_regions_and_the_rest_as_one():
    boxes = (Box(0, 0, 10, 10), Box(5, 0, 10, 10), Box(0, 0, 40, 24))
    regions = [Region(f"r{i}", "", Mask.filled(box), 0.0, visible=i < 2) for i, box in enumerate(boxes)]
    count = overlap_batch(RegionSet(SIZE, tuple(regions)), Box(2, 2, 20, 12))[0, 0]
    assert count.shape == (12, 20)
    assert (float(count[0, 0]), float(count[0, 4]), float(count[11, 19])) == (1.0, 2.0, 1.0)


def test_a_missing_autoencoder_is_named(tmp_path, monkeypatch):
    denoiser, _ = small_networks()
    save_file(denoiser.state_dict(), tmp_path / "sinsr-x4.safetensors")
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path))
    with pytest.raises(CheckpointError, match="vq-f4"):
        target_of(MethodRegistry(), dataclasses.replace(REQUEST, method="sinsr"))


def test_swapped_files_are_told_apart(tmp_path, monkeypatch):
    _, codec = small_networks()
    for name in ("sinsr-x4", "vq-f4"):
        save_file(codec.state_dict(), tmp_path / f"{name}.safetensors")
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path))
    with pytest.raises(CheckpointError, match="but a VQ autoencoder"):
        target_of(MethodRegistry(), dataclasses.replace(REQUEST, method="sinsr"))
