"""Community models under the map: exact where Faithful, theirs where Inventive, without seams, from any scale."""

import dataclasses

import numpy as np
import pytest
import torch

from core.checkpoints import adding
from core.checkpoints.convert import convert
from core.engine.methods.community import CommunityMethod
from core.engine.methods.registry import MethodRegistry
from core.engine.upscale import Resources, upscale
from core.errors import UsageError
from core.geometry import Box
from core.image.io import Carried, FileEncoder, SaveOptions, picture_from_array
from core.metrics.seams import tile_seam
from core.regions.mask import Mask
from core.regions.region import Region, RegionSet
from core.request import UpscaleRequest
from tests.community import MAKERS, SCALES, write_pth

CLEAN = UpscaleRequest(clean_up=0.0, precision="float32", device="cpu")
NOTHING = 1e-6  # 0.0003 of an 8-bit level
INSIDE_PX = 14  # the pull to the source looks no farther than this over a region's border


def picture_of(height, width, alpha=None):
    y, x = np.mgrid[:height, :width].astype(np.float32)
    base = 0.5 + 0.3 * np.sin(x / 5 + y / 9)[..., None] * np.array([1.0, 0.7, -0.5])
    return picture_from_array((base + 0.1 * (x[..., None] > width / 2)).astype(np.float32), alpha)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A shelf with every architecture of the tests."""
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEMANTIC_UPSCALE_HOME", str(folder / "home"))
        for name in MAKERS:
            adding.add(write_pth(folder, name), converter=convert)
        yield MethodRegistry()


def name_of(architecture):
    return f"{SCALES[architecture]}x_{architecture}"


def run(shelf, picture, request, regions=None):
    carried = Carried(depth="float", has_alpha=picture.alpha is not None)
    encoder = FileEncoder(carried, SaveOptions(suffix=".tiff"))
    result = upscale(picture, regions, request, Resources(shelf, encoder))
    with result.target.planes as planes:
        return planes.read(Box.of(planes.size)), result.outcome


@pytest.mark.parametrize("architecture", MAKERS)
def test_a_model_acts_inside_its_region_and_nowhere_else(shelf, architecture):
    picture, request = picture_of(48, 96), dataclasses.replace(CLEAN, method=name_of(architecture))
    right = Region("r", "right half", Mask.filled(Box(48, 0, 48, 48)), 2.0)
    regions = RegionSet(picture.size, (right,), rest=-2.0)
    mixed, _ = run(shelf, picture, request, regions)
    bundled, _ = run(shelf, picture, CLEAN, RegionSet(picture.size, (), -2.0))
    whole, outcome = run(shelf, picture, request, RegionSet(picture.size, (), 2.0))
    border = 4 * 48
    left, right = np.s_[:, : border - 4 * INSIDE_PX], np.s_[:, border + 4 * INSIDE_PX :]
    assert np.abs(mixed[left] - bundled[left]).max() <= NOTHING
    assert np.abs(mixed[right] - whole[right]).max() <= NOTHING
    assert not np.allclose(mixed[:, border:], bundled[:, border:], atol=0.01)
    assert outcome.lr_psnr > 0


def test_more_priority_gives_more_of_the_model(shelf):
    picture, request = picture_of(40, 40), dataclasses.replace(CLEAN, method="4x_Compact")
    steps = [run(shelf, picture, request, RegionSet(picture.size, (), rest)) for rest in (-2, -1, 0, 1, 2)]
    away = [float(np.abs(target - steps[0][0]).mean()) for target, _ in steps]
    assert away == sorted(away)
    assert away[0] == 0.0
    assert steps[0][1].lr_psnr >= 60.0


@pytest.mark.parametrize("architecture", ["ESRGAN", "Compact", "SPAN", "SwinIR", "RealCUGAN", "Compact-2x"])
def test_tiles_of_a_model_leave_no_seam(shelf, architecture):
    picture = picture_of(96, 160)
    request = dataclasses.replace(CLEAN, method=name_of(architecture), detail=2.0)
    whole, _ = run(shelf, picture, dataclasses.replace(request, tile_px=160, tile_height_px=96))
    tiled, outcome = run(shelf, picture, dataclasses.replace(request, tile_px=96, tile_height_px=96))
    assert outcome.tiles > 1
    columns = range(4 * 64, 4 * 97, 4)
    tiled_seam, whole_seam = (tile_seam(target, columns, (), scale=4) for target in (tiled, whole))
    assert tiled_seam.ratio <= 1.01 * whole_seam.ratio


def test_alpha_comes_along_and_a_tiny_picture_is_large_enough(shelf):
    alpha = np.linspace(0, 1, 15, dtype=np.float32).reshape(3, 5)
    target, _ = run(shelf, picture_of(3, 5, alpha), dataclasses.replace(CLEAN, method="4x_SwinIR"))
    assert target.shape == (12, 20, 4)
    assert np.isfinite(target).all()


def test_clean_up_lets_a_model_move_away_from_the_dirt(shelf):
    picture, request = picture_of(40, 40), dataclasses.replace(CLEAN, method="4x_Compact", detail=2.0)
    held = run(shelf, picture, request)[1].lr_psnr
    freed = run(shelf, picture, dataclasses.replace(request, clean_up=1.0))[1].lr_psnr
    assert freed < held


def test_only_a_model_of_scale_one_listens_to_the_seed(shelf):
    picture = picture_of(40, 40)

    def differ(method):
        request = dataclasses.replace(CLEAN, method=method, detail=2.0)
        first, _ = run(shelf, picture, request)
        second, _ = run(shelf, picture, dataclasses.replace(request, seed=1))
        return not np.array_equal(first, second)

    assert [differ(name_of(name)) for name in ("Compact-1x", "Compact-2x", "Compact")] == [True, False, False]


def test_a_model_that_was_removed_is_no_method_any_more(shelf):
    with pytest.raises(UsageError, match="No method"):
        run(shelf, picture_of(8, 8), dataclasses.replace(CLEAN, method="4x_Gone"))


def test_a_model_that_cannot_compute_in_half_precision_runs_in_float32(shelf, monkeypatch):
    del monkeypatch
    method = shelf.get("1x_SCUNet", _choice("float16"))
    assert isinstance(method, CommunityMethod)
    assert method.dtype in (torch.float16, torch.float32)


def _choice(precision):
    from core.engine.device import choose_device  # noqa: PLC0415

    return choose_device("cpu", precision)
