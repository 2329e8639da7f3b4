"""From picture to target the published models give their authors' numbers."""

from __future__ import annotations

import pytest
import torch
from golden import golden, schedule_of
from published import agrees, at_ease, codec_of, unet_of
from recipe import filled

from core.diffusion import sampling
from core.diffusion.consistency import enlarge
from core.diffusion.sampling import deterministic, estimate, one_step, result
from core.diffusion.samsr import SamsrSchedule, latent_as_picture, sam_noise, semantic_weight, with_background
from core.diffusion.schedule import FIFTEEN_STEPS, build_schedule
from core.engine.methods.base import TileInput
from core.engine.methods.latent import (
    SINSR,
    LatentModel,
    Named,
    PublishedMethod,
    Start,
    pad_to_multiple,
    sample_latent,
)

SCHEDULE = build_schedule(FIFTEEN_STEPS)  # what the methods are published with
UNIT_PX = 64


def model_of(notes):
    unet = at_ease(filled(unet_of(notes["unet_config"]), notes["salt"]))
    codec = at_ease(filled(codec_of(notes["vq_config"]), notes["salt"]))
    return LatentModel(unet, codec, torch.float32)


@pytest.fixture(autouse=True)
def _without_gradients():
    with torch.inference_mode():
        yield


@pytest.fixture(scope="module")
def sinsr():
    vectors, notes = golden("pipeline_sinsr_recipe")
    return model_of(notes), vectors, schedule_of(notes)


@pytest.fixture(scope="module")
def samsr():
    vectors, notes = golden("samsr_pipeline_recipe")
    return model_of(notes), vectors, schedule_of(notes)


def source_of(vectors):
    return vectors["lr_0_1"] * 2.0 - 1.0


@pytest.mark.golden
def test_the_source_is_padded_and_enlarged_as_theirs(sinsr):
    _, vectors, _ = sinsr
    whole, corner = pad_to_multiple(source_of(vectors), UNIT_PX), vectors["bicubic_up_corner"]
    assert torch.equal(whole, vectors["y_padded"])
    assert agrees(enlarge(whole)[:, :, : corner.shape[2], : corner.shape[3]], corner)


@pytest.mark.golden
def test_one_step_is_theirs_at_every_station(sinsr):
    model, vectors, schedule = sinsr
    last = schedule.steps - 1
    z_y = model.encode(vectors["y_padded"])
    assert agrees(z_y, vectors["z_y"])
    start = sampling.start(schedule, z_y, vectors["noise"])
    assert agrees(start, vectors["x_T"])
    scaled = sampling.scale_input(schedule.at(last), start)
    assert agrees(scaled, vectors["unet_input_scaled"])
    x0 = estimate(schedule, last, start, model.listening_to(vectors["y_padded"]))
    assert agrees(x0, vectors["x0_pred"])
    assert flipped(model, x0, vectors["x0_code_indices"]) <= 2


def flipped(model, latent, indices):
    """How many positions chose another code."""
    return int((model.codec.quantize.indices(latent).flatten() != indices).sum())


@pytest.mark.golden
def test_the_target_is_theirs(sinsr):
    model, vectors, _ = sinsr
    theirs = vectors["sr_one_step_minus1_1"]
    target = model.decode(vectors["x0_pred"])[:, :, : theirs.shape[2], : theirs.shape[3]]
    assert agrees(target, theirs)


@pytest.mark.golden
def test_the_deterministic_chain_is_theirs(sinsr):
    """From the stored x_T; every step feeds the next, so rounding grows along it."""
    model, vectors, schedule = sinsr
    z_y, x_t = vectors["z_y"], vectors["x_T"]
    denoiser = model.listening_to(vectors["y_padded"])
    stored = {name for name in vectors if name.startswith("ddim_after_")}
    for done in range(1, schedule.steps + 1):
        t = schedule.steps - done
        x_t = sampling.ddim_step(schedule.at(t), x_t, estimate(schedule, t, x_t, denoiser), z_y)
        if (name := f"ddim_after_{done}_steps") in stored:
            stored.remove(name)
            assert agrees(x_t, vectors[name], 5e-5)
    assert not stored


def whole_noise(latent_noise):
    """Noise at target resolution whose first sub-grid is this."""
    return latent_noise.repeat_interleave(4, 2).repeat_interleave(4, 3)


@pytest.mark.golden
def test_the_method_at_its_most_inventive_is_the_published_model(sinsr):
    """The noise of the padding is ours, mirrored, so the reference is run with it."""
    model, vectors, _ = sinsr
    source = source_of(vectors)
    height, width = source.shape[2:]
    noise = vectors["noise"][:, :, :height, :width]
    tile = TileInput(source, torch.ones(1, 1, 4 * height, 4 * width), whole_noise(noise), 0.0)
    ours = PublishedMethod(SINSR, model, Named("x", "")).estimate(tile).target
    y, start = pad_to_multiple(source, UNIT_PX), [pad_to_multiple(noise, UNIT_PX)]
    x0 = result(one_step(SCHEDULE, model.encode(y), model.listening_to(y), start))
    assert torch.equal(ours, model.decode(x0)[:, :, : 4 * height, : 4 * width])


@pytest.mark.golden
def test_samsr_is_theirs_at_every_station(samsr):
    model, vectors, plain = samsr
    source = vectors["lr_minus1_1"]
    z_y = model.encode(source)
    assert agrees(z_y, vectors["z_y"])
    seen = latent_as_picture(z_y)[0].int()
    assert int((seen - vectors["sam_input_uint8_hwc"].int()).abs().max()) <= 1
    planes = with_background(vectors["raw_masks"].float())[None]
    schedule = SamsrSchedule(plain, semantic_weight(planes))
    noise = sam_noise(planes, vectors["noise_per_mask"])
    x0 = result(one_step(schedule, z_y, model.listening_to(source), [noise]))
    assert agrees(x0, vectors["x0_pred"])
    assert agrees(model.codec.decode(vectors["x0_pred"]), vectors["sr"])


@pytest.mark.golden
def test_all_fifteen_steps_of_the_method_are_the_chain(sinsr):
    _, vectors, _ = sinsr
    denoiser = stub(vectors["y_padded"])
    ours = sample_latent(SINSR, Start(vectors["z_y"], [vectors["noise"]]), denoiser, SCHEDULE.steps)
    theirs = result(deterministic(SCHEDULE, vectors["z_y"], denoiser, [vectors["noise"]]))
    assert torch.equal(ours, theirs)


def stub(source):
    """A denoiser that costs nothing."""
    return lambda x, timestep: 0.5 * x + 0.1 * source + timestep.view(-1, 1, 1, 1) / 100.0
