"""The denoiser's and the student's stages: what their losses ask for, and that both learn and go on."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from core.diffusion.consistency import shrink
from core.diffusion.residual import CALMER_WHEN_CLEANED, MOST_STRENGTH
from core.nets.compact import TRUNK_ALONE, Compact
from core.nets.denoiser import Denoiser, DenoiserConfig
from core.train import distributed
from core.train.command import sample_sheet
from core.train.data import Batch
from core.train.denoise import DenoiserStage, edm_weight
from core.train.losses import JUDGED, ProjectedCritic, energy_score, feature_score, lattice_excess
from core.train.recipe import DenoiserRecipe, StudentRecipe
from core.train.stages import prepare_network
from core.train.student import (
    StudentStage,
    Supervisors,
    draw_strength,
    inventive,
    one_step,
    pull_to_zero,
    read,
)

SMALL = DenoiserConfig(48, 8, 1, 8)


def batch(seed=0, count=2):
    rng = torch.Generator().manual_seed(seed)
    target = torch.rand((count, 3, 64, 64), generator=rng) * 2 - 1
    return Batch(F.avg_pool2d(target, 4), target, torch.zeros(count))


def features(picture):
    """Stands for a network of features: channels and sides as SqueezeNet's, each position its own patch."""
    patches = F.pixel_unshuffle(picture, 2)
    return tuple(
        F.avg_pool2d(patches.repeat(1, channels // 12 + 1, 1, 1)[:, :channels], 2**depth)
        for depth, channels in JUDGED
    )


def trunk():
    return prepare_network(Compact(TRUNK_ALONE)).eval().requires_grad_(False)


def student(recipe=None, critic=None, teacher=None):
    torch.manual_seed(0)
    teacher = teacher or Denoiser(SMALL)
    network = Denoiser(SMALL)
    network.load_state_dict(teacher.state_dict())
    supervisors = Supervisors(trunk(), teacher.requires_grad_(False), critic, features)
    return StudentStage(network, supervisors, recipe or StudentRecipe(distilled=1, teacher_steps=2))


def draws(count, spread, seed):
    return spread * torch.randn(count, 3, 32, 32, generator=torch.Generator().manual_seed(seed))


def test_the_score_is_least_for_the_spread_of_the_truth_and_a_mean_loses():
    truth = draws(64, 1.0, 0)
    scores = {s: energy_score(draws(64, s, 1), draws(64, s, 2), truth).item() for s in (0.0, 0.5, 1.0, 1.5)}
    assert min(scores, key=scores.__getitem__) == 1.0
    assert scores[0.0] > scores[1.0] * 1.1


def test_without_spread_a_mean_wins():
    truth = draws(64, 1.0, 0)
    mean = torch.zeros_like(truth)
    drawn = energy_score(draws(64, 1.0, 1), draws(64, 1.0, 2), truth, 0.0)
    assert energy_score(mean, mean, truth, 0.0) < drawn


def test_features_are_judged_by_direction_not_by_size():
    found = [draws(4, 1.0, 3)]
    wanted = [found[0][:2]]
    assert feature_score([10 * found[0]], wanted).item() == pytest.approx(
        feature_score(found, wanted).item(), abs=1e-4
    )


def test_a_weave_on_the_lattice_is_seen_and_noise_is_not():
    weave = torch.zeros(2, 3, 128, 128)
    weave[..., ::4, ::4] = 0.05
    noise = torch.cat([draws(16, 0.05, seed).reshape(1, 3, 128, 128) for seed in (4, 5)])
    assert lattice_excess(noise + weave) > 10 * lattice_excess(noise)
    assert lattice_excess(noise) < 0.5


def test_what_the_product_takes_away_is_not_learnt():
    left = pull_to_zero(draws(2, 0.1, 6))
    assert shrink(left).abs().max() < 1e-3


def test_every_noise_counts_about_alike():
    weights = edm_weight(torch.tensor([0.005, 0.1, 0.998]), 6.0)
    assert weights.tolist() == pytest.approx([6.0, 1 + 0.08**2 * 0.9**2 / (0.3**2 * 0.1), 1.0], rel=1e-3)


def test_the_denoiser_learns_what_the_estimate_lacks():
    def error(seed):
        torch.manual_seed(seed)
        return stage.step(batch(), 1.0)["error"]

    torch.manual_seed(0)
    stage = DenoiserStage(Denoiser(SMALL).start_from_nothing(), trunk(), DenoiserRecipe(rate=3e-3))
    before = [error(seed) for seed in range(4)]
    for seed in range(16):
        error(seed % 4)
    after = [error(seed) for seed in range(4)]
    assert all(late < 0.9 * early for early, late in zip(before, after, strict=True))


def test_a_student_learns_from_every_term_and_its_critic_too():
    critic = ProjectedCritic(width=8)
    stage, before = student(critic=critic), next(critic.parameters()).clone()
    first = stage.step(batch(), 1.0)
    assert {"distillation", "lattice", "bands 1", "bands 2", "features", "adversary"} <= first.keys()
    assert "distillation" not in stage.step(batch(), 1.0)
    assert not torch.equal(before, next(critic.parameters()))


def test_without_a_network_of_features_bands_alone_teach():
    stage = student()
    stage.supervisors = Supervisors(stage.supervisors.trunk, stage.supervisors.denoiser)
    assert "features" not in stage.step(batch(), 1.0)


def test_a_student_comes_to_follow_its_teachers_chain():
    recipe = StudentRecipe(
        rate=3e-3, distilled=200, teacher_steps=3, bands=0, features=0, lattice=0, most_gradient=99
    )
    stage = student(recipe)
    torch.nn.init.normal_(stage.supervisors.denoiser.exit.weight, std=0.2)
    followed = [stage.step(batch(seed % 2), 1.0)["distillation"] for seed in range(40)]
    assert np.mean(followed[-10:]) < 0.9 * np.mean(followed[:10])


def test_a_student_goes_on_as_if_it_had_not_been_stopped():
    def update(stage, seed):
        torch.manual_seed(seed)
        stage.step(batch(seed), 1.0)

    torch.manual_seed(1)
    critic = ProjectedCritic(width=8)
    straight, broken = (student(critic=copy.deepcopy(critic)) for _ in range(2))
    update(straight, 1)
    update(broken, 1)
    resumed = student(critic=ProjectedCritic(width=8))
    resumed.restore(broken.state())
    update(straight, 2)
    update(resumed, 2)
    pairs = zip(straight.network.parameters(), resumed.network.parameters(), strict=True)
    assert all(torch.equal(one, two) for one, two in pairs)


def test_an_update_that_is_no_number_leaves_student_and_critic_alone():
    critic = ProjectedCritic(width=8)
    stage = student(critic=critic)
    before = [p.clone() for p in (*stage.network.parameters(), *critic.parameters())]
    bad = Batch(batch().source, torch.full((2, 3, 64, 64), torch.nan), torch.zeros(2))
    assert not all(np.isfinite(value) for value in stage.step(bad, 1.0).values())
    assert all(
        torch.equal(a, b)
        for a, b in zip(before, (*stage.network.parameters(), *critic.parameters()), strict=True)
    )


def test_a_sheet_shows_bicubic_faithful_half_whole_and_truth():
    sheet = sample_sheet(trunk(), Denoiser(SMALL), batch())
    assert sheet.shape == (2 * 64, 5 * 64, 3)
    assert sample_sheet(trunk(), None, batch()).shape == (2 * 64, 3 * 64, 3)


def test_the_seed_moves_what_a_student_adds():
    seen = read(trunk(), batch())
    torch.manual_seed(0)
    network = Denoiser(SMALL).requires_grad_(False)
    one, other = (one_step(network, seen, torch.randn(seen.folded.shape)) for _ in range(2))
    assert (one - other).square().mean() > 0.5 * one.square().mean()


@pytest.mark.parametrize(
    "make", [lambda: student(critic=ProjectedCritic(width=8)), None], ids=["student", "denoiser"]
)
def test_stages_learn_in_half_precision_where_it_is_the_faster_one(monkeypatch, make):
    monkeypatch.setattr(distributed, "bfloat16_is_faster", lambda: True)
    stage = make() if make else DenoiserStage(Denoiser(SMALL), trunk(), DenoiserRecipe())
    losses = stage.step(batch(), 1.0)
    assert all(np.isfinite(value) for value in losses.values())
    assert all(p.dtype == torch.float32 for p in stage.network.parameters())


def test_asking_for_the_faster_precision_draws_nothing():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    distributed.bfloat16_is_faster.cache_clear()
    assert distributed.bfloat16_is_faster() in (True, False)
    assert torch.equal(torch.rand(1), expected)


def test_the_student_hears_the_noise_that_the_product_gives_it():
    dirty = replace(batch(), clean_up=torch.tensor([0.0, 1.0]))
    assert inventive(dirty).flatten().tolist() == pytest.approx(
        [MOST_STRENGTH, MOST_STRENGTH * (1 - CALMER_WHEN_CLEANED)]
    )


def trunk_of(stage):
    assert stage.trunk is not None
    return stage.trunk


def test_a_trunk_learns_beside_its_student_and_goes_on_where_it_stopped():
    recipe = StudentRecipe(trunk_rate=1e-3)
    stage, rested = student(recipe), trunk()
    losses = stage.step(batch(), 1.0)
    stage.step(batch(1), 1.0)
    assert losses["fidelity"] > 0
    assert not torch.equal(trunk_of(stage).network.base.weight, rested.base.weight)
    again = student(recipe)
    again.restore(copy.deepcopy(stage.state()))
    learnt, resumed = (trunk_of(one).average.network.state_dict() for one in (stage, again))
    assert all(torch.equal(learnt[name], resumed[name]) for name in learnt)


def test_what_the_student_adds_does_not_pull_at_the_mean():
    torch.manual_seed(0)
    alone, beside = (
        student(StudentRecipe(trunk_rate=1e-3, bands=bands, adversary=0.0)) for bands in (0.0, 50.0)
    )
    for stage in (alone, beside):
        torch.manual_seed(1)
        stage.step(batch(), 1.0)
    ours, others = (trunk_of(stage).network.base.weight for stage in (alone, beside))
    assert torch.equal(ours, others), "y hears nothing but its own L1"


def test_half_of_the_sources_get_weaker_noise():
    torch.manual_seed(0)
    strength = draw_strength(batch(count=400), 0.2)
    assert strength.shape == (400, 1, 1, 1)
    assert 0.4 < float((strength == 1.0).float().mean()) < 0.6
    assert 0.2 <= float(strength.min()) < 0.25
    assert (draw_strength(batch(), 1.0) == 1.0).all()
