"""SAM-DiffSR to the letter: schedule, resize, networks, one step and the whole chain, against the authors' numbers."""

import re

import numpy as np
import pytest
import torch
from golden import cases, files, golden, golden_folder
from recipe import filled

from core.diffusion import cosine
from core.nets.sam_diffsr import SamDiffSR, SamDiffSRConfig, config_of

pytestmark = pytest.mark.golden
BUFFERS = {
    "betas": lambda s: s.betas,
    "alphas_cumprod": lambda s: s.kept,
    "alphas_cumprod_prev": lambda s: s.kept_before,
    "sqrt_alphas_cumprod": lambda s: np.sqrt(s.kept),
    "sqrt_one_minus_alphas_cumprod": lambda s: np.sqrt(1 - s.kept),
    "posterior_variance": lambda s: s.variance,
    "posterior_log_variance_clipped": lambda s: np.log(np.maximum(s.variance, 1e-20)),
    "posterior_mean_coef1": lambda s: s.mean_of_start,
    "posterior_mean_coef2": lambda s: s.mean_of_current,
    "mask_coefficient": lambda s: s.mask_strength,
}


def near(found, wanted, tolerance=1e-4):
    torch.testing.assert_close(torch.as_tensor(found).float(), wanted.float(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("file", "case"), cases("samdiffsr_schedule", "betas"))
def test_the_schedule(file, case):
    vectors, _ = golden(file)
    schedule = cosine.cosine_schedule(len(vectors[f"{case}.betas"]))
    for name, value in BUFFERS.items():
        near(np.array(value(schedule)), vectors[f"{case}.{name}"], 1e-5)


@pytest.mark.parametrize("file", files("samdiffsr_imresize"))
def test_the_resize(file):
    vectors, _ = golden(file)
    picture = vectors["img_u8"].numpy()
    assert np.array_equal(cosine.matlab_resize(picture, 1 / 4), vectors["down4_u8"].numpy())
    near(cosine.matlab_resize(picture.astype(np.float64) / 256, 4.0), vectors["up4_of_img_over_256"], 1e-6)


@pytest.fixture
def small(request):
    """Vectors, the network with their weights, and their schedule."""
    vectors, notes = golden(request.param)
    weights = {
        key.removeprefix("weights."): v.float() for key, v in vectors.items() if key.startswith("weights.")
    }
    network = SamDiffSR(config_of({key: tuple(value.shape) for key, value in weights.items()}))
    learnt = {key: value for key, value in weights.items() if key.startswith(("denoise_fn.", "rrdb."))}
    network.load_state_dict(learnt)
    schedule = cosine.cosine_schedule(notes["hparams"]["timesteps"])
    return vectors, network.eval().requires_grad_(False), schedule


@pytest.mark.parametrize("small", files("samdiffsr_small"), indirect=True)
def test_conditioner_and_residual(small):
    vectors, network, _ = small
    features = network.rrdb.features(vectors["lr"])
    near(features[2], vectors["cond_feature_2"])
    near(features[-1], vectors["cond_feature_last"])
    near(network.rrdb.enlarged(features), vectors["rrdb_out"])
    near(cosine.residual_of(vectors["hr"], vectors["lr_up"]), vectors["residual"], 1e-6)
    near(cosine.picture_of(vectors["residual"], vectors["lr_up"]), vectors["res2img_of_residual"], 1e-6)


@pytest.mark.parametrize("small", files("samdiffsr_small"), indirect=True)
def test_every_step_of_training_and_sampling(small):
    vectors, network, schedule = small
    condition = network.condition(vectors["lr"])
    for case in sorted({key.split(".")[0] for key in vectors if re.match(r"case\d+\.", key)}):
        step = int(vectors[f"{case}.t"])
        told = {
            name: vectors[f"{case}.{name}"] for name in ("modulated_noise", "x_t", "noise_pred", "x0_pred")
        }
        near(
            cosine.moved_noise(schedule, step, vectors["noise"], vectors["sam_mask"]), told["modulated_noise"]
        )
        near(cosine.diffuse(schedule, vectors["residual"], step, told["modulated_noise"]), told["x_t"])
        found = network(told["x_t"], torch.tensor([step]), condition)
        near(found, told["noise_pred"])
        near((told["modulated_noise"] - found).abs().mean(), vectors[f"{case}.loss_l1"][0])
        start = cosine.start_of(schedule, told["x_t"], step, found)
        near(start, told["x0_pred"], 1e-3)
        fresh = vectors[f"{case}.posterior_noise"]
        near(
            cosine.ancestral_step(schedule, told["x_t"], start, step, fresh), vectors[f"{case}.x_prev"], 1e-3
        )


@pytest.mark.parametrize("small", files("samdiffsr_small"), indirect=True)
def test_the_whole_chain_is_the_authors_picture(small):
    vectors, network, schedule = small
    condition, noises = network.condition(vectors["lr"]), vectors["sample_noises"].float()
    current = noises[0]
    for fresh, step in zip(noises[1:], reversed(range(schedule.steps)), strict=True):
        start = cosine.start_of(schedule, current, step, network(current, torch.tensor([step]), condition))
        current = cosine.ancestral_step(schedule, current, start, step, fresh)
    near(cosine.picture_of(current, vectors["lr_up"]), vectors["sample_sr"], 5e-3)


@pytest.mark.parametrize("file", files("samdiffsr_full_recipe"))
def test_the_released_sizes(file):
    vectors, notes = golden(file)
    network = filled(SamDiffSR(), notes["salt"])
    features = network.rrdb.features(vectors["lr"])
    scale = float(vectors["cond_feature_17"].std())
    near(features[-1] / scale, vectors["cond_feature_17"] / scale)
    near(network.rrdb.enlarged(features), vectors["rrdb_out"])
    found = network(vectors["x"], vectors["t"], network.condition(vectors["lr"]))
    near(found / vectors["noise_pred"].std(), vectors["noise_pred"] / vectors["noise_pred"].std())


def test_the_keys_are_the_released_ones():
    lines = (golden_folder() / "keys-samdiffsr.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    wanted = {row[-1] for row in rows if row[-1].startswith(("denoise_fn.", "rrdb."))}
    assert set(SamDiffSR().state_dict()) == wanted
    shapes = {key: tuple(value.shape) for key, value in SamDiffSR().state_dict().items()}
    assert config_of(shapes) == SamDiffSRConfig()


def test_eta_one_is_the_ancestral_step():
    schedule, rng = cosine.cosine_schedule(20), torch.Generator().manual_seed(0)
    current, start, fresh = (torch.randn(1, 3, 8, 8, generator=rng) * size for size in (1.0, 0.3, 1.0))
    for step in range(1, 20):
        ours = cosine.ddim_step(schedule, current, start, (step, step - 1), fresh)
        near(ours, cosine.ancestral_step(schedule, current, start, step, fresh), 1e-5)
