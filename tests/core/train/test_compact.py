"""Training: what it reads, that it goes on where it was stopped, and what stops it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from core.checkpoints.files import load_safetensors
from core.engine.methods.compact import build
from core.errors import CheckpointError, InputError, SelfTestError, UsageError
from core.nets.compact import Compact
from core.train import degrade as degrading
from core.train.data import Batch, Shape, draw_batch, load_photographs
from core.train.degrade import Dirt, add_chroma_noise, blur_kernel, degrade, draw_dirt
from core.train.loop import keep_state, learn, share_at
from core.train.recipe import DenoiserRecipe, StageRecipe, StudentRecipe, TrainingRecipe, read_recipe
from core.train.run import TrainingRun, train_compact
from core.train.stages import FidelityStage, prepare_network

SHORT = {"steps": 2, "count": 2, "patch_px": 16}
RECIPE = TrainingRecipe(
    fidelity=StageRecipe(**SHORT),
    denoiser=DenoiserRecipe(**SHORT),
    student=StudentRecipe(**SHORT, distilled=1, teacher_steps=2),
    gauge=StageRecipe(**SHORT),
)
STAGES = ("fidelity", "denoiser", "student", "gauge")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for name in ("a.png", "b.jpg"):
        blocks = rng.integers(0, 255, (12, 16, 3), np.uint8)
        Image.fromarray(blocks).resize((160, 120), Image.Resampling.BICUBIC).save(folder / name)
    return folder


def batch(seed=0):
    rng = torch.Generator().manual_seed(seed)
    target = torch.rand((2, 3, 64, 64), generator=rng) * 2 - 1
    return Batch(torch.nn.functional.avg_pool2d(target, 4), target, torch.zeros(2))


def test_a_course_ends_in_a_model_that_loads(photos, tmp_path):
    lessons = list(train_compact(TrainingRun(photos, tmp_path, RECIPE)))
    assert [lesson.stage for lesson in lessons] == [stage for stage in STAGES for _ in range(2)]
    path = tmp_path / "compact-x4.safetensors"
    networks = build(load_safetensors(path), path)
    assert None not in networks
    assert path.stat().st_size <= 12_000_000


def test_a_finished_course_has_nothing_left_to_do(photos, tmp_path):
    list(train_compact(TrainingRun(photos, tmp_path, RECIPE)))
    assert list(train_compact(TrainingRun(photos, tmp_path, RECIPE))) == []


def test_later_stages_leave_the_faithful_estimate_alone(photos, tmp_path):
    *_, last = train_compact(TrainingRun(photos, tmp_path, RECIPE))
    kept = torch.load(tmp_path / "fidelity.state", weights_only=True)["state"]["average"]
    learnt = last.trunk.state_dict()
    assert kept.keys() == learnt.keys()
    assert all(torch.equal(kept[name], learnt[name]) for name in kept)


def test_the_student_begins_as_the_denoiser(photos, tmp_path):
    alone = replace(RECIPE, student=replace(RECIPE.student, rate=0.0))
    list(train_compact(TrainingRun(photos, tmp_path, alone)))
    held = load_safetensors(tmp_path / "compact-x4.safetensors").tensors
    names = [name.removeprefix("student.") for name in held if name.startswith("student.")]
    assert len(names) > 20
    assert all(torch.allclose(held[f"student.{name}"], held[f"denoiser.{name}"]) for name in names)


def test_a_course_may_begin_from_a_model_and_then_keeps_what_it_knew(photos, tmp_path):
    list(train_compact(TrainingRun(photos, tmp_path / "first", RECIPE)))
    model = tmp_path / "first" / "compact-x4.safetensors"
    still = {name: replace(getattr(RECIPE, name), steps=0) for name in STAGES}
    list(train_compact(TrainingRun(photos, tmp_path / "second", replace(RECIPE, **still), start=model)))
    before, after = (load_safetensors(path).tensors for path in (model, tmp_path / "second" / model.name))
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_course_may_begin_from_the_bundled_model(photos, tmp_path):
    import resources  # noqa: PLC0415

    still = {name: replace(getattr(RECIPE, name), steps=0) for name in STAGES}
    bundled = resources.FOLDER / "models" / "compact-x4.safetensors"
    list(train_compact(TrainingRun(photos, tmp_path, replace(RECIPE, **still), start=bundled)))
    before, after = (load_safetensors(path).tensors for path in (bundled, tmp_path / bundled.name))
    assert torch.allclose(after["network.trunk.entry.weight"], before["network.trunk.entry.weight"].float())


def test_a_model_of_other_sizes_is_no_start(photos, tmp_path):
    list(train_compact(TrainingRun(photos, tmp_path / "first", RECIPE)))
    model = tmp_path / "first" / "compact-x4.safetensors"
    held = load_safetensors(model)
    held.tensors["network.trunk.entry.weight"] = torch.zeros(8, 4, 3, 3)
    save_file(held.tensors, tmp_path / "other.safetensors", held.metadata)
    with pytest.raises(CheckpointError, match="does not fit"):
        list(
            train_compact(
                TrainingRun(photos, tmp_path / "second", RECIPE, start=tmp_path / "other.safetensors")
            )
        )


def test_a_stopped_stage_goes_on_where_it_was(tmp_path):
    def stage():
        torch.manual_seed(0)
        return FidelityStage(prepare_network(Compact()), StageRecipe(rate=1e-3))

    def batches(done):
        return (batch(i) for i in range(done, 100))

    straight = stage()
    list(learn(straight, batches, 2, tmp_path / "straight"))
    broken = learn(stage(), batches, 2, tmp_path / "broken")
    next(broken)
    broken.close()
    resumed = stage()
    assert [lesson.done for lesson in learn(resumed, batches, 2, tmp_path / "broken")] == [2]
    pairs = zip(straight.network.parameters(), resumed.network.parameters(), strict=True)
    assert all(torch.equal(one, two) for one, two in pairs)


def test_updates_that_are_no_number_stop_after_ten_and_keep_the_last_good_state(tmp_path):
    stage = FidelityStage(prepare_network(Compact()), StageRecipe())
    bad = Batch(batch().source, torch.full((2, 3, 64, 64), torch.nan), torch.zeros(2))
    keep_state(stage, 0, tmp_path / "state")
    before = (tmp_path / "state").read_bytes()
    with pytest.raises(SelfTestError, match="update 10"):
        list(learn(stage, lambda done: (bad for _ in range(20)), 20, tmp_path / "state"))
    assert (tmp_path / "state").read_bytes() == before


def test_an_update_that_is_no_number_is_skipped_told_and_changes_nothing(tmp_path):
    stage, told = FidelityStage(prepare_network(Compact()), StageRecipe()), []
    bad = Batch(batch().source, torch.full((2, 3, 64, 64), torch.nan), torch.zeros(2))
    before = {name: tensor.clone() for name, tensor in stage.network.state_dict().items()}
    learnt = learn(
        stage, lambda done: (one for one in (bad, batch())), 2, tmp_path / "state", tell=told.append
    )
    next(learnt)
    assert all(torch.equal(before[name], tensor) for name, tensor in stage.network.state_dict().items())
    assert "skipped" in told[0]
    next(learnt)
    assert stage.average.updates == len(told) == 1
    learnt.close()


def test_a_state_of_another_model_is_refused(tmp_path):
    torch.save({"stage": "fidelity", "done": 1, "state": {"network": {}}}, tmp_path / "state")
    stage = FidelityStage(prepare_network(Compact()), StageRecipe())
    with pytest.raises(CheckpointError, match="does not fit"):
        list(learn(stage, lambda done: (one for one in []), 2, tmp_path / "state"))


def test_a_damaged_state_is_refused(tmp_path):
    (tmp_path / "state").write_bytes(b"no state at all")
    stage = FidelityStage(prepare_network(Compact()), StageRecipe())
    with pytest.raises(CheckpointError):
        list(learn(stage, lambda done: (one for one in []), 2, tmp_path / "state"))


def test_the_learning_rate_rises_stays_and_falls_to_nothing():
    shares = [share_at(done, 900) for done in range(900)]
    assert shares[0] < shares[40] < shares[100] == 1.0
    assert shares[700] < 1
    assert shares[-1] < 0.01


def test_fresh_weights_are_plain_bicubic():
    network, pair = prepare_network(Compact()), batch()
    expected = torch.nn.functional.interpolate(pair.source, scale_factor=4, mode="bicubic")
    with torch.no_grad():
        assert torch.allclose(network.read(pair.source, pair.clean_up).faithful, expected, atol=1e-6)


def test_an_empty_folder_is_an_error_in_words(tmp_path):
    with pytest.raises(InputError, match="0 picture files"):
        load_photographs(tmp_path, 64)


def test_pictures_below_a_patch_are_an_error_in_words(photos):
    with pytest.raises(InputError, match="at least 500×500"):
        load_photographs(photos, 500)


def test_the_same_seed_draws_the_same_pairs(photos):
    photographs = load_photographs(photos, 64)
    first, second = (draw_batch(photographs, np.random.default_rng(5), Shape(4, 16, 0.5)) for _ in range(2))
    assert torch.equal(first.source, second.source)
    assert torch.equal(first.clean_up, second.clean_up)


def test_clean_pairs_are_shown_with_no_clean_up(photos):
    pairs = draw_batch(load_photographs(photos, 64), np.random.default_rng(0), Shape(4, 16))
    assert (pairs.clean_up == 0).all()


def test_dirt_grows_with_each_kind():
    assert Dirt(0, 0, 100, again=False).clean_up == 0
    assert Dirt(1, 0, 100, again=False).clean_up < Dirt(2, 0, 100, again=False).clean_up
    assert Dirt(0, 4, 100, again=False).clean_up < Dirt(0, 9, 75, again=False).clean_up <= 1


def test_degraded_sources_are_a_quarter_and_differ():
    rng = np.random.default_rng(1)
    sharp = rng.integers(0, 255, (64, 64, 3), np.uint8)
    dirty = degrade(rng, sharp, draw_dirt(rng))
    assert dirty.shape == (16, 16, 3)
    assert dirty.dtype == np.uint8


def test_blotches_of_colour_leave_the_luma_alone():
    grey = np.full((64, 64, 3), 128, np.float32)
    soiled = add_chroma_noise(np.random.default_rng(0), grey, 20.0)
    assert soiled.std((0, 1)).min() > 5
    assert np.abs(soiled @ np.float32([0.299, 0.587, 0.114]) - 128).max() < 1


@pytest.mark.parametrize("seed", range(6))
def test_every_bell_sums_to_one(seed):
    kernel = blur_kernel(np.random.default_rng(seed), 1.7)
    assert kernel.sum() == pytest.approx(1, abs=1e-4)
    assert kernel.argmax() == kernel.size // 2


def test_a_second_round_resamples_the_blocks_of_the_first():
    sharp, dirt = (
        np.random.default_rng(1).integers(0, 255, (256, 256, 3), np.uint8),
        Dirt(0, 0, 30, again=True),
    )
    sizes = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            degrading, "through_jpeg", lambda picture, quality: sizes.append(len(picture)) or picture
        )
        assert degrade(np.random.default_rng(2), sharp, dirt).shape == (64, 64, 3)
    assert len(sizes) == 2
    assert sizes[0] != sizes[1] == 64


def test_the_shipped_recipe_reads_and_a_strange_word_is_refused(tmp_path):
    import resources  # noqa: PLC0415

    assert read_recipe(resources.FOLDER / "recipes" / "compact.toml").fidelity.steps > 0
    (tmp_path / "strange.toml").write_text("[fidelity]\nspeed = 3\n")
    with pytest.raises(UsageError, match="speed"):
        read_recipe(tmp_path / "strange.toml")
    with pytest.raises(InputError):
        read_recipe(tmp_path / "missing.toml")


LONG = "[fidelity]\nsteps = 100000\ncount = 1\npatch_px = 16\n" + "".join(
    f"[{stage}]\npatch_px = 16\n" for stage in ("denoiser", "student", "gauge")
)


def test_a_run_stops_after_its_minutes_keeps_its_state_and_goes_on(photos, tmp_path, shell):
    (tmp_path / "long.toml").write_text(LONG)
    asked = [
        "train",
        "compact",
        "--data",
        photos,
        "--config",
        tmp_path / "long.toml",
        "--out",
        tmp_path / "run",
    ]
    done = []
    for _ in range(2):
        result = shell(*asked, "--device", "cpu", "--minutes", "0.01")
        assert result.exit_code == 0, result.output
        done.append(torch.load(tmp_path / "run" / "fidelity.state", weights_only=True)["done"])
    assert 0 < done[0] < done[1]
    assert not (tmp_path / "run" / "compact-x4.safetensors").exists()
