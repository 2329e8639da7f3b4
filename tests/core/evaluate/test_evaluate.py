"""The evaluation: what it asks of the road, what it finds, and what it tells."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import torch

from core.engine.device import choose_device
from core.engine.methods.compact import NEEDS, step
from core.engine.methods.registry import MethodRegistry
from core.engine.upscale import THOROUGH
from core.errors import InputError, OutputError
from core.evaluate.control import mean_curve, one_region, ramp_region, ratio
from core.evaluate.data import Protocol, pair_of
from core.evaluate.evaluation import EvaluationTask, run
from core.evaluate.goals import Bar, bar_table, control_bars, quality_bars
from core.evaluate.quality import Score, Upscaler, meeting_lines, repeat_run
from core.evaluate.report import as_dict, check_place, html, tables, write_json, write_report
from core.evaluate.rivals import REALESR
from core.geometry import Box
from core.image.io import Carried, FileEncoder, SaveOptions, picture_from_array, save_picture
from core.nets.compact import Compact, CompactConfig
from core.regions.mask import Mask
from core.request import UpscaleRequest

SMALL = CompactConfig(8, 8, 1, 1, 1, 8, 1)


class SmallMethod:
    """The compact network, small and untrained: obedient by construction, and fast."""

    name, checkpoint, sha256, licence, needs = "compact", "none", "", "", NEEDS

    def __init__(self):
        self.network = Compact(SMALL).eval()
        state = torch.Generator().manual_seed(5)
        for parameter in self.network.parameters():
            parameter.data = torch.randn(parameter.shape, generator=state) * 0.05

    def estimate(self, tile):
        return step(self.network, tile)

    def dirt(self, source):
        return 0.25 if len(source) else None


@pytest.fixture(scope="module")
def studio():
    request, shelf = UpscaleRequest(device="cpu", precision="float32"), MethodRegistry()
    choice = choose_device("cpu", "float32")
    shelf._lent["compact", choice.device, choice.precision] = SmallMethod()
    return Upscaler(request, shelf)


def texture(height, width, seed=3):
    rng = np.random.default_rng(seed)
    rough = rng.random((height // 8 + 1, width // 8 + 1, 3)).repeat(8, 0).repeat(8, 1)[:height, :width]
    return (0.2 + 0.6 * rough + 0.05 * rng.random((height, width, 3))).astype(np.float32)


def save(path, colour):
    encoder = FileEncoder(Carried(), SaveOptions(".png"))
    picture = picture_from_array(colour)
    target = encoder.blank(picture.size)
    target.planes.write(0, encoder.encode(colour))
    return save_picture(target, path, SaveOptions(".png"), picture.carried).path


@pytest.fixture(scope="module")
def found(studio, tmp_path_factory):
    folder = tmp_path_factory.mktemp("set") / "set5"
    folder.mkdir()
    save(folder / "<b>one.png", texture(202, 403))
    return run(EvaluationTask(folder, regions=1, repeats=1, rivals=folder), studio)


def test_faithful_and_inventive_are_really_asked_for(studio):
    source = texture(20, 24)
    faithful, inventive = (studio.everywhere(source, step).target for step in (-2.0, 2.0))
    assert not np.array_equal(faithful, inventive)
    assert np.array_equal(faithful, studio.everywhere(source, -2.0, seed=9).target)


def test_the_target_is_not_rounded(studio):
    target = studio.everywhere(texture(12, 12), 0.0).target
    assert target.shape == (48, 48, 3)
    assert np.abs(target * 255 - np.rint(target * 255)).max() > 0.2


def test_a_ramp_has_five_steps_and_stays_near_its_region(studio):
    source, mask = texture(48, 100), Mask.filled(Box(0, 8, 24, 24))
    pair = pair_of(source.repeat(4, 0).repeat(4, 1), Protocol.BICUBIC)
    ramp = ramp_region(studio, pair, mask, ("x", 1), clean_up=0.0)
    assert len(ramp.targets) == 5
    assert ramp.measured.leak_up < 1e-3
    assert ratio(ramp.measured.leak_up) > 1000
    assert ramp.added[:, 300:].max() < 1e-3 < ramp.added[32:128, :96].max()


def test_only_the_region_is_raised():
    regions = one_region(texture(10, 10), Mask.filled(Box(1, 1, 3, 3)), 2.0)
    assert (regions.rest, [region.priority for region in regions]) == (0.0, [2.0])


def test_runs_repeat_and_seeds_act_only_above_faithful(studio):
    result = repeat_run(studio, "x", texture(40, 150), clean_up=0.0)
    assert result.same_seed_equal
    assert result.faithful_any_seed_equal
    assert result.seed_change > 0
    assert result.tile_change is not None
    assert result.tile_change < 2.0


def test_tiles_meet_where_one_begins_the_other_ends_and_between():
    assert meeting_lines((0, 64), 96) == (256, 320, 384)
    assert meeting_lines((0,), 96) == ()


def test_every_candidate_of_every_picture_is_scored(found):
    names = [score.candidate for score in found.scores]
    assert names[0] == "bicubic"
    assert names[1:] == [
        f"compact {step}" for step in ("Faithful", "Careful", "Balanced", "Rich", "Inventive")
    ]
    assert found.scores[1].lr_psnr > 45


def test_the_bars_of_a_known_set_are_printed(found):
    titles = [bar.name for bar in found.bars]
    assert titles[0] == "Faithful PSNR Y on set5"
    assert len(titles) == 17
    assert found.bars[0].cleared is None, "one picture is not the whole of Set5"


def test_a_set_without_regions_has_no_control_bar():
    assert control_bars((), Protocol.BICUBIC) == []


def score_of(candidate, psnr_y, niqe, distance, seconds=1.0):
    return Score("a", candidate, psnr_y, psnr_y, None, None, 50.0, niqe, distance, seconds)


@pytest.mark.parametrize("protocol", [Protocol.DEGRADED, Protocol.DIRTY])
def test_dirty_sources_are_compared_with_the_rival(protocol):
    scores = [score_of(REALESR, 25.0, 5.0, 0.02, 4.0), score_of("x Faithful", 26.0, 7.0, 0.02)]
    scores.append(score_of("x Inventive", 25.6, 4.0, 0.019))
    bars = quality_bars("set14", protocol, scores, "x")
    assert [bar.found for bar in bars] == pytest.approx([1.0, -5.0, 0.6, 0.25])
    assert [bar.cleared for bar in bars] == [True, True, True, True]
    assert [bar.aimed for bar in bars] == [False, False, False, True]


def test_without_the_rival_nothing_is_claimed_of_it():
    bars = quality_bars("set14", Protocol.DEGRADED, [score_of("x Faithful", 26.0, 7.0, 0.02)], "x")
    assert {bar.cleared for bar in bars} == {None}


def test_real_pictures_are_judged_by_the_fall_of_niqe():
    scores = [score_of("x Faithful", None, 8.0, None), score_of("x Inventive", None, 5.0, None)]
    (bar,) = quality_bars("realset80", Protocol.NONE, scores, "x")
    assert (bar.found, bar.cleared, bar.aimed) == (37.5, True, False)


@pytest.mark.parametrize(
    ("bar", "cleared", "aimed"),
    [
        (Bar("a", "", 2.0, 3.0, 2.0), True, False),
        (Bar("a", "", 2.0, 3.0, 1.9), False, False),
        (Bar("a", "", 1.05, 1.01, 1.06, at_most=True), False, False),
        (Bar("a", "", 1.05, 1.01, 1.01, at_most=True), True, True),
        (Bar("a", "", 20.0, 40.0, float("inf")), True, True),
        (Bar("a", "", 2.0, 3.0, None), None, None),
        (Bar("a", "", 2.0, 3.0, float("nan")), None, None),
    ],
)
def test_a_bar_is_cleared_missed_or_unknown(bar, cleared, aimed):
    assert (bar.cleared, bar.aimed) == (cleared, aimed)
    assert bar_table([bar]).rows[0].cells[-2:] == (cleared, aimed)


def test_json_holds_every_number_and_nothing_that_json_has_not(found, tmp_path):
    write_json(found, tmp_path / "new" / "out.json")
    told = json.loads((tmp_path / "new" / "out.json").read_text("utf-8"))
    assert told == json.loads(json.dumps(as_dict(found), allow_nan=False))
    assert len(told["scores"]) == len(found.scores)
    assert told["ramps"][0]["result"]["priorities"] == [-2, -1, 0, 1, 2]


def test_the_report_needs_no_other_file_and_escapes_names(found, tmp_path):
    write_report(found, tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text("utf-8")
    assert "&lt;b&gt;one" in page
    assert "<b>one" not in page
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert page.count("<svg") == 2
    assert all(table.title in page for table in tables(found))


def test_the_report_shows_source_candidates_reference_and_ramp(found):
    page = html(found)
    for caption in ("source", "bicubic", "reference", "region", "what was added"):
        assert f'alt="{caption}"' in page


def test_a_curve_is_given_ring_by_ring(found):
    curve = mean_curve(found.ramps)
    assert curve[0][0] == 0.5
    assert all(share >= 0 for _, share in curve)


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "taken").write_text("file")
    with pytest.raises(OutputError):
        check_place(tmp_path / "taken" / "out.html")
    check_place(tmp_path / "free.html")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_without_regions_and_repeats_only_quality_is_measured(studio, tmp_path):
    save(tmp_path / "a.png", texture(60, 60))
    heard = []
    found = run(EvaluationTask(tmp_path, protocol=Protocol.NONE, regions=0, repeats=0), studio, heard.append)
    assert [score.psnr_y for score in found.scores if score.psnr_y is not None] == []
    assert found.pictures[0].clean_up == pytest.approx(
        THOROUGH * 0.25, abs=0.006
    )  # the tiny gauge says a quarter
    assert (found.ramps, found.repeats) == ((), ())
    assert [progress.done for progress in heard] == [0, 1]


def test_an_empty_folder_is_an_error_before_any_work(studio, tmp_path):
    with pytest.raises(InputError, match="no picture"):
        run(EvaluationTask(tmp_path), studio)
