"""A device is chosen by name from those that compute; what cannot be is told in words."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine import machine
from core.engine.device import DeviceChoice, choose_device, memory_budget_bytes, pick
from core.engine.machine import Device
from core.engine.settings import EngineSettings, parse_size, read_settings
from core.errors import DeviceError, UsageError

GIB = 2**30
CPU = Device("cpu", "A processor", 8 * GIB, native_bfloat16=False)
OLD = Device("cuda:0", "An old card", 4 * GIB, native_bfloat16=False)
NEW = Device("cuda:1", "A new card", 24 * GIB, native_bfloat16=True)
NOTHING = EngineSettings()


def choose(name="auto", precision="auto", given_settings=NOTHING, devices=(OLD, NEW, CPU)):
    return choose_device(name, precision, settings=given_settings, devices=devices)


def test_auto_takes_the_first_device_and_falls_to_the_cpu():
    assert choose().device == "cuda:0"
    assert choose(devices=(CPU,)).device == "cpu"


@pytest.mark.parametrize(("name", "device"), [("cpu", "cpu"), ("cuda", "cuda:0"), ("CUDA:1 ", "cuda:1")])
def test_a_device_goes_by_its_name(name, device):
    assert choose(name).device == device


@pytest.mark.parametrize("name", ["mps", "cuda:2", "gpu", "", "cuda:", "cpu:0", "自動"])
def test_an_unknown_device_is_refused_with_the_names_that_would_do(name):
    with pytest.raises(DeviceError) as caught:
        pick(name, (NEW, CPU))
    assert "cuda:1 (A new card), cpu (A processor)" in caught.value.advice


@pytest.mark.parametrize(("device", "precision"), [(OLD, "float32"), (NEW, "bfloat16"), (CPU, "float32")])
def test_auto_takes_bfloat16_only_where_it_is_native(device, precision):
    assert choose(devices=(device,)).precision == precision


def test_a_precision_asked_for_is_kept_and_an_unknown_one_refused():
    assert choose("cpu", "bfloat16").precision == "bfloat16"
    with pytest.raises(UsageError, match="int4"):
        choose("cpu", "int4")


def test_the_environment_decides_only_where_the_request_says_auto():
    wish = EngineSettings(device="cuda:1", threads=3)
    assert choose(given_settings=wish).device == "cuda:1"
    assert choose("cpu", given_settings=wish).device == "cpu"
    assert choose(given_settings=wish).threads == 3


def test_this_machine_has_a_cpu_with_memory_and_threads():
    choice = choose_device("cpu", settings=NOTHING)
    assert choice.name
    assert choice.free_bytes > 0
    assert choice.threads >= 1


@given(
    free=st.integers(0, 2**40),
    asked=st.none() | st.integers(0, 2**40),
    limit=st.none() | st.integers(0, 2**40),
)
def test_the_budget_never_passes_what_is_free_asked_or_allowed(free, asked, limit):
    choice = DeviceChoice("cpu", "float32", 1, "A processor", free)
    budget = memory_budget_bytes(choice, asked, settings=EngineSettings(memory_bytes=limit))
    assert 0 <= budget <= free
    assert all(budget <= bound for bound in (asked, limit) if bound is not None)
    assert asked is not None or limit is not None or budget == free // 2


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("2GB", 2 * 10**9), ("2GiB", 2 * GIB), ("2G", 2 * GIB), ("1.5 gib", 3 * GIB // 2), ("134217728", 2**27)],
)
def test_sizes_are_read_as_people_write_them(text, size_bytes):
    assert parse_size(text, "the limit") == size_bytes


@pytest.mark.parametrize("text", ["", "much", "-2GB", "1KB", "9999999999T", "2 GB GB", "nan", "1e9", "٣GB"])
def test_a_size_that_makes_no_sense_is_told(text):
    with pytest.raises(UsageError):
        parse_size(text, "the limit")


@settings(max_examples=60)
@given(st.text(max_size=12), st.sampled_from(["THREADS", "MEMORY_LIMIT"]))
def test_no_text_in_the_environment_does_more_than_a_usage_error(text, part):
    with contextlib.suppress(UsageError):
        found = read_settings({f"SEMANTIC_UPSCALE_{part}": text})
        assert found.threads is None or 1 <= found.threads <= 1024
        assert found.memory_bytes is None or found.memory_bytes >= 2**26


@pytest.mark.parametrize("text", ["0", "-1", "2.5", "1025", "many", "²"])
def test_a_number_of_threads_that_makes_no_sense_is_told(text):
    with pytest.raises(UsageError, match="SEMANTIC_UPSCALE_THREADS"):
        read_settings({"SEMANTIC_UPSCALE_THREADS": text})


def test_the_environment_of_this_process_is_read_when_asked(monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_DEVICE", " cpu ")
    assert read_settings().device == "cpu"


def container(root, files, group="/"):
    for name, text in files.items():
        path = root / group.lstrip("/") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "ascii")
    membership = root / "membership"
    membership.write_text(f"0::{group}\n", "ascii")
    return root, membership


def test_a_container_leaves_its_limit_less_what_it_cannot_give_back(tmp_path):
    files = {"memory.max": "1000\n", "memory.current": "700\n", "memory.stat": "anon 5\ninactive_file 200\n"}
    assert machine.memory_left_bytes(*container(tmp_path, files, "/a/b")) == 500


def test_the_narrowest_of_nested_limits_counts(tmp_path):
    container(tmp_path, {"memory.max": "900", "memory.current": "800"}, "/outer")
    files = {"memory.max": "max", "memory.current": "100"}
    assert machine.memory_left_bytes(*container(tmp_path, files, "/outer/inner")) == 100


def test_an_old_container_is_understood_too(tmp_path):
    files = {"memory/memory.limit_in_bytes": "600", "memory/memory.usage_in_bytes": "100"}
    assert machine.memory_left_bytes(*container(tmp_path, files)) == 500


def test_without_a_container_nothing_is_limited(tmp_path):
    assert machine.memory_left_bytes(tmp_path, tmp_path / "none") is None
    assert machine.cores_allowed(tmp_path, tmp_path / "none") is None


@pytest.mark.parametrize(
    ("quota", "cores"), [("250000 100000", 2), ("50000 100000", 1), ("max 100000", None)]
)
def test_a_ration_of_time_becomes_whole_cores(quota, cores, tmp_path):
    assert machine.cores_allowed(*container(tmp_path, {"cpu.max": quota})) == cores


def test_flags_and_name_are_read_from_the_systems_words(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: A processor\nflags\t\t: fpu avx512_bf16\n", "ascii")
    assert machine.cpu_flags(info) == {"fpu", "avx512_bf16"}
    assert machine.cpu_flags(tmp_path / "none") == frozenset()
