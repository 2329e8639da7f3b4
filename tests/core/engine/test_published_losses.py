"""The distillation losses have their authors' values."""

from __future__ import annotations

import pytest
import torch
from golden import files, golden, schedule_of
from published import at_ease, codec_of, unet_of
from recipe import filled

from core.diffusion.samsr import with_background
from core.diffusion.schedule import FIFTEEN_STEPS, build_schedule
from core.train.distill_losses import (
    BothWays,
    DistillPair,
    latent_losses,
    picture_losses,
    resshift_loss,
    semantic_loss,
)

SCHEDULE = build_schedule(FIFTEEN_STEPS)


@pytest.fixture(autouse=True)
def _without_gradients():
    with torch.no_grad():
        yield


@pytest.fixture(scope="module", params=files("losses_*_recipe"))
def case(request):
    """Vectors, the denoiser with the source bound, the autoencoder and the schedule."""
    vectors, notes = golden(request.param)
    unet = at_ease(filled(unet_of(notes["unet_config"]), notes["student_salt"]))
    codec = at_ease(filled(codec_of(notes["vq_config"]), notes["vq_salt"]))
    source = vectors["lq"].float()
    return vectors, lambda x, t: unet(x, t, source), codec, schedule_of(notes)


def lesson_of(vectors, codec):
    return DistillPair(vectors["z_t"], vectors["teacher_x0"], codec.encode(vectors["gt"].float()))


def near(reference):
    return pytest.approx(float(reference), rel=1e-5)


@pytest.mark.golden
def test_losses_between_latents(case):
    vectors, denoiser, codec, schedule = case
    ours = latent_losses(BothWays(denoiser, schedule), lesson_of(vectors, codec))
    assert float(ours.forward) == near(vectors["distill_latent.mse"])
    assert float(ours.inverse) == near(vectors["distill_latent.mse_xT"])
    assert float(ours.truth) == near(vectors["distill_latent.mse_gt"])
    assert float(ours.total) == near(vectors["distill_latent.loss"])
    assert float(ours.forward) == near(vectors.get("distill_plain.loss", ours.forward))


@pytest.mark.golden
def test_losses_between_pictures(case):
    vectors, denoiser, codec, schedule = case
    lesson, target = lesson_of(vectors, codec), vectors["gt"].float()
    ours = picture_losses(BothWays(denoiser, schedule), lesson, codec.decode, target)
    assert float(ours.forward) == near(vectors["distill_image.mse"])
    assert float(ours.truth) == near(vectors["distill_image.mse_gt_rgb"])
    semantic = vectors.get("distill_image.msesam", torch.zeros(1))
    assert float(ours.total + semantic) == near(vectors["distill_image.loss"])


@pytest.mark.golden
def test_the_loss_of_mask_counts():
    vectors, _ = golden("losses_samsr_recipe")
    made, true = (with_background(vectors[f"raw_masks_{name}"].float())[None] for name in ("pred", "gt"))
    assert float(semantic_loss(made, true)) == near(vectors["distill_image.msesam"])


@pytest.mark.golden
def test_resshifts_own_loss(case):
    vectors, denoiser, codec, schedule = case
    if "resshift.t" in vectors:
        truth = lesson_of(vectors, codec).truth
        ours = resshift_loss(denoiser, schedule, (vectors["resshift.z_t"], vectors["resshift.t"]), truth)
        assert float(ours) == near(vectors["resshift.mse"])


def test_gradients_reach_the_student_through_the_decoder():
    gain = torch.ones((), requires_grad=True)
    latent = torch.linspace(-1.0, 1.0, 48).view(1, 3, 4, 4)
    student = BothWays(lambda x, t: gain * x, SCHEDULE)
    lesson = DistillPair(latent, 0.5 * latent, 0.3 * latent)
    with torch.enable_grad():
        ours = picture_losses(student, lesson, lambda z: z.repeat(1, 1, 4, 4), torch.zeros(1, 3, 16, 16))
        ours.total.sum().backward()
    assert gain.grad is not None
    assert float(gain.grad) != 0.0
