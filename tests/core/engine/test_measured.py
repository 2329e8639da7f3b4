"""Time and memory of a community model are known after one tile, and kept for its device."""

import dataclasses

import numpy as np
import pytest

from core.checkpoints import adding
from core.checkpoints.convert import convert
from core.engine.device import choose_device
from core.engine.machine import watched_memory
from core.engine.methods import community
from core.engine.methods.measured import TileMeasure, key_of, measures, measures_file
from core.engine.methods.registry import MethodRegistry, precision_for
from core.request import UpscaleRequest
from core.service.routes_engine import capabilities
from tests.community import write_pth

MIB = 2**20


@pytest.fixture
def method_name(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    return adding.add(write_pth(tmp_path, "Compact"), converter=convert).row.id


def test_a_tile_is_measured_once_and_then_remembered(method_name, monkeypatch):
    choice = choose_device("cpu", "float32")
    first = MethodRegistry().get(method_name, choice)
    assert first.needs.seconds_per_px > 0
    assert first.needs.cost.tile_bytes_per_px >= community.LEAST_BYTES_PER_PX
    monkeypatch.setattr(community, "measure_tile", lambda *_: pytest.fail("measured again"))
    assert MethodRegistry().get(method_name, choice).needs.seconds_per_px == first.needs.seconds_per_px


def test_other_threads_or_another_precision_are_another_device(method_name):
    choice = choose_device("cpu", "float32")
    others = (
        dataclasses.replace(choice, threads=choice.threads + 1),
        dataclasses.replace(choice, precision="float16"),
    )
    assert len({key_of("a" * 64, one) for one in (choice, *others)}) == 3


def test_a_damaged_file_of_measures_costs_one_tile_and_no_error(method_name):
    measures_file().parent.mkdir(parents=True, exist_ok=True)
    measures_file().write_text("{broken")
    assert measures() == {}
    assert MethodRegistry().get(method_name, choose_device("cpu", "float32")).needs.seconds_per_px > 0
    assert all(isinstance(one, TileMeasure) for one in measures().values())


def test_a_host_is_told_what_a_model_costs_and_that_it_has_no_seed(method_name):
    assert method_name in capabilities()["methods"]
    assert method_name in capabilities()["seedless"]
    assert method_name not in capabilities()["seconds_per_megapixel"]
    MethodRegistry().get(method_name, choose_device("cpu", "float32"))
    assert capabilities()["seconds_per_megapixel"][method_name] > 0


def test_a_host_is_not_offered_what_cannot_run(method_name, monkeypatch):
    monkeypatch.setattr("core.checkpoints.community.find_spec", lambda name: None)
    assert method_name not in capabilities()["methods"]


def test_full_precision_is_the_rule_for_community_models_and_can_be_changed(method_name):
    assert precision_for(UpscaleRequest(method=method_name)) == "float32"
    assert precision_for(UpscaleRequest(method=method_name, precision="bfloat16")) == "bfloat16"
    assert precision_for(UpscaleRequest()) == "auto"


def test_memory_is_seen_at_its_peak():
    with watched_memory("cpu") as memory:
        for _ in range(20):
            block = np.ones(64 * MIB, np.uint8)
            block += 1
            del block
    assert 48 * MIB <= memory.taken_bytes <= 160 * MIB
