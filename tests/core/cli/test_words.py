"""The words of options, and how progress is said."""

import contextlib
import io

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from core.cli import options as parse
from core.cli import paths
from core.cli.paths import scratch_folder
from core.cli.terminal import Terminal, reporting, time_left, words_for
from core.errors import OutputError, UsageError
from core.files import make_own_folder
from core.geometry import Box
from core.progress import Progress


@pytest.mark.parametrize(
    ("text", "value"), [("-2", -2), ("+0.5", 0.5), ("Faithful", -2), ("rich", 1), ("−1", -1), ("0", 0)]
)
def test_a_priority_is_a_number_or_a_step(text, value):
    assert parse.priority(text) == value


@given(text=st.text(max_size=20))
@pytest.mark.parametrize("read", [parse.priority, parse.tile, parse.suffix, parse.box, parse.mask])
def test_any_other_word_is_wrong_usage_and_no_crash(read, text):
    with contextlib.suppress(UsageError):
        assert read(text) is not None


def test_a_mask_file_may_hold_an_equals_sign():
    path, priority = parse.mask("a=b.png=-1")
    assert (str(path), priority) == ("a=b.png", -1)


def test_points_include_unless_they_end_in_minus():
    assert parse.points(["1,2 3,4-", "5,6+"]) == [(1, 2, True), (3, 4, False), (5, 6, True)]


def test_a_box_is_four_numbers():
    assert parse.box("1, 2, 30, 40") == Box(1, 2, 30, 40)


@pytest.mark.parametrize(("text", "name"), [("0", "cuda:0"), ("-1", "cpu"), ("mps", "mps")])
def test_numbers_are_gpus_as_other_programs_count(text, name):
    assert parse.device(text) == name


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (59, "59 s"), (150, "2 min"), (7500, "2 h 5 min")]
)
def test_time_left_is_said_as_people_say_it(seconds, words):
    assert time_left(seconds) == words


def test_a_tile_is_said_with_the_time_left():
    assert words_for(Progress("upscale", 3, 12, 2.7)) == "tile 3/12, 8 s left"


def voice_into(stream, *, terminal, **options):
    return Terminal(console=Console(file=stream, force_terminal=terminal, width=100), **options)


def test_without_a_terminal_there_is_at_most_a_line_a_second():
    stream, times = io.StringIO(), iter([0.0, 0.5, 1.1, 1.2, 2.2, 2.3])
    with reporting(voice_into(stream, terminal=False), "a.png", lambda: next(times)) as report:
        for done in range(1, 6):
            report(Progress("upscale", done, 9, done))
    assert stream.getvalue().splitlines() == ["a.png: tile 2/9, 7 s left", "a.png: tile 4/9, 5 s left"]


def test_on_a_terminal_there_is_a_bar():
    stream = io.StringIO()
    with reporting(voice_into(stream, terminal=True), "a.png") as report:
        report(Progress("upscale", 1, 2, 1.0))
    assert "1/2" in stream.getvalue()
    assert "\x1b[" in stream.getvalue()


def test_a_dumb_terminal_gets_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    stream, times = io.StringIO(), iter([0.0, 2.0])
    with reporting(voice_into(stream, terminal=True), "a.png", lambda: next(times)) as report:
        report(Progress("upscale", 1, 2, 1.0))
    assert stream.getvalue() == "a.png: tile 1/2, 1 s left\n"


def test_who_wants_quiet_hears_no_progress():
    stream = io.StringIO()
    with reporting(voice_into(stream, terminal=False, quiet=True), "a.png") as report:
        report(Progress("upscale", 1, 2, 99.0))
    assert stream.getvalue() == ""


def test_space_for_folders_of_one_disk_is_added_up(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10**9})())
    other = tmp_path / "other"
    other.mkdir()
    paths.check_space({tmp_path: 6 * 10**8})
    with pytest.raises(OutputError, match="1,200 MB"):
        paths.check_space({tmp_path: 6 * 10**8, other: 6 * 10**8})


def test_scratch_of_dead_runs_is_swept_and_that_of_living_ones_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_CACHE", str(tmp_path))
    with scratch_folder() as living:
        machine, pid, _ = living.name.split("-")
        dead, foreign = (living.with_name(f"{name}-{pid}-dead") for name in (machine, "another"))
        for folder in (dead, foreign):
            make_own_folder(folder)
            folder.with_name(f"{folder.name}.lock").touch()
        with scratch_folder():
            assert not dead.exists()
            assert foreign.exists()
            assert living.exists()
    assert not living.exists()
    assert sorted(path.name for path in living.parent.iterdir()) == [foreign.name, f"{foreign.name}.lock"]


def test_a_clock_that_was_set_costs_no_living_run_its_folder(tmp_path, monkeypatch):
    """Start times come from the wall clock: whoever compares them takes the living for dead."""
    monkeypatch.setenv("SEMANTIC_UPSCALE_CACHE", str(tmp_path))
    with scratch_folder() as living:
        began = psutil.Process.create_time
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: began(self) + 5)
        with scratch_folder():
            assert living.exists()
