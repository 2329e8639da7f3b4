"""MobileSAM's encoder gives the published network's numbers, and stands in Segment Anything's place."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import numpy as np
import pytest
import torch
from golden import golden, golden_folder
from sam_maker import as_image, photograph, seeded
from segment_anything import SamPredictor

from core.checkpoints.catalog import entry
from core.checkpoints.install import Import, install
from core.nets.sam import (
    PUBLISHED,
    UNUSED,
    TinyVit,
    TinyVitParams,
    build_sam,
    empty_sam,
    from_windows,
    params_of,
    to_windows,
)
from core.segment.cache import EmbeddingCache
from core.segment.interface import Point, Prompt
from core.segment.sam.segmenter import load_segmenter


def recipe():
    """The module that fills weights from their names."""
    spec = importlib.util.spec_from_file_location("recipe", golden_folder() / "recipe.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def filled(network, salt):
    fill = recipe().fill
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            parameter.copy_(torch.from_numpy(fill(key, tuple(parameter.shape), salt)))
    return network.eval()


def wave(fx=1.0, side=1024):
    """The golden vector's input: 1.5 sin(fx (c + 1) i / 100 + 1.3 (3 − c) j / 100)."""
    c, i, j = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in (3, side, side)), indexing="ij")
    return (1.5 * torch.sin(fx * (c + 1) * i / 100 + 1.3 * (3 - c) * j / 100)).float()[None]


@pytest.mark.slow
@pytest.mark.golden
def test_the_encoder_equals_the_golden_vector():
    vectors, notes = golden("mobilesam_encoder_recipe")
    picture, corner = wave(float(notes.get("fx", 1.0))), vectors["input_corner"]
    assert torch.allclose(picture[..., : corner.shape[-2], : corner.shape[-1]], corner, atol=1e-5)
    with torch.no_grad():
        found = filled(TinyVit(TinyVitParams()), notes["salt"])(picture)
    assert found.shape == (1, 256, 64, 64)
    torch.testing.assert_close(found[..., ::4, ::4], vectors["embedding_every_4th"], atol=1e-4, rtol=0)


@pytest.mark.golden
def test_names_and_shapes_are_the_published_files():
    lines = (golden_folder() / "keys-mobilesam.txt").read_text("utf-8").splitlines()
    published = {name: shape for name, shape, _ in (line.split("\t") for line in lines)}
    used = {name: shape for name, shape in published.items() if not name.startswith(UNUSED)}
    with torch.device("meta"):
        own = build_sam(PUBLISHED["mobile-sam"]).state_dict()
    assert {name: str(tuple(tensor.shape)) for name, tensor in own.items()} == used


@pytest.mark.parametrize(("height", "width", "window"), [(7, 14, 7), (8, 5, 7), (1, 1, 3)])
def test_windows_come_back_as_the_map_they_were_cut_from(height, width, window):
    cells = torch.rand((2, height, width, 3), generator=torch.Generator().manual_seed(1))
    windows = to_windows(cells, window)
    assert windows.shape[1:] == (window**2, 3)
    assert torch.equal(from_windows(windows, window, height, width), cells)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_networks_shapes_tell_which_one_it_is(name):
    with torch.device("meta"):
        shapes = {key: tuple(tensor.shape) for key, tensor in build_sam(PUBLISHED[name]).state_dict().items()}
    assert params_of(shapes) == PUBLISHED[name]


def test_other_networks_are_not_taken_for_segment_anything():
    assert params_of({"body.weight": (3, 3)}) is None
    assert params_of({"mask_decoder.iou_token.weight": (1, 256)}) is None


def test_an_empty_network_has_all_that_no_file_brings():
    made, empty = build_sam(PUBLISHED["mobile-sam"]), empty_sam(PUBLISHED["mobile-sam"])
    files = made.state_dict().keys()
    for (name, one), (other, two) in zip(made.named_buffers(), empty.named_buffers(), strict=True):
        assert name == other
        assert name in files or torch.equal(one, two)


@pytest.mark.slow
def test_it_runs_under_the_packages_predictor_after_our_whole_road(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path / "models"))
    network, row, picture = seeded(build_sam(PUBLISHED["mobile-sam"])), entry("mobile-sam"), photograph()
    unused = {f"{UNUSED[1]}weight": torch.zeros(1000, 320), f"{UNUSED[0]}bias": torch.zeros(320)}
    torch.save({**network.state_dict(), **unused}, tmp_path / row.source.file)
    path = install(Import(row, tmp_path / row.source.file, other_weights=True))
    segmenter = replace(load_segmenter(row, path, EmbeddingCache(None)), finish=False)
    predictor = SamPredictor(network)
    predictor.set_image(picture)
    masks, _, _ = predictor.predict(np.array([[100, 80]]), np.array([1]))
    found = segmenter.propose(segmenter.encode(as_image(picture)), Prompt((Point(100, 80),)))
    assert [p.area for p in found] == sorted(
        area for area in masks.sum((1, 2)) if area
    )  # nothing is no proposal
