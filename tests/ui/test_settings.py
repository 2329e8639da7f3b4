"""Settings: rows, defaults, what is kept and what survives."""

import json
import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow

from core.errors import UsageError
from core.service.run import idle_stop_s
from ui import idle_stop
from ui.recent import Remembered
from ui.settings import ROWS, SETTINGS, Settings, backup_of, tomllib

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "settings.toml"


def test_every_row_is_sound_and_has_words_where_it_is_shown():
    for row in SETTINGS:
        assert row.sound(row.default)
        assert not row.page or (row.text and row.tip)


def test_a_setting_is_told_and_kept(path, qtbot):
    settings = Settings(path)
    with qtbot.waitSignal(settings.changed) as heard:
        settings.set("look.theme", "dark")
    assert heard.args == ["look.theme"]
    assert Settings(path)["look.theme"] == "dark"


def test_a_value_that_may_not_stand_there_is_refused(path):
    with pytest.raises(UsageError):
        Settings(path).set("look.text_percent", 900)
    with pytest.raises(UsageError):
        Settings(path).set("look.theme", "pink")


def test_nonsense_in_the_file_reads_as_the_default(path):
    path.parent.mkdir()
    path.write_text('version = 1\nlook = 7\n[work]\noverlay_percent = "much"\n')
    settings = Settings(path)
    assert settings["look.theme"] == "system"
    assert settings["work.overlay_percent"] == 45
    settings.set("look.theme", "light")
    assert Settings(path)["look.theme"] == "light"


def test_unknown_keys_are_kept_for_the_version_that_knows_them(path):
    path.parent.mkdir()
    path.write_text('version = 9\n[look]\nfuture = [1, "ä"]\n[new.part]\nx = 1.5\n')
    Settings(path).set("look.theme", "dark")
    kept = tomllib.loads(path.read_text("utf-8"))
    assert kept["look"] == {"future": [1, "ä"], "theme": "dark"}
    assert kept["new"] == {"part": {"x": 1.5}}


def test_the_file_before_the_last_stands_in_for_a_damaged_one(path):
    settings = Settings(path)
    settings.set("look.theme", "dark")
    settings.set("look.text_percent", 150)
    assert backup_of(path).exists()
    path.write_text("look = [")
    again = Settings(path)
    assert again["look.theme"] == "dark"
    assert "settings.toml" in again.trouble


@pytest.mark.parametrize(
    "data",
    [
        b"look = [",
        b"\xff\xfe",
        b"[" * 100_000,
        b"a = " + b"[" * 50_000,
        b"x = 1\n" * 300_000,
        b"a = 1\na = 2",
    ],
)
def test_a_file_that_nobody_can_read_is_set_aside_and_defaults_hold(path, data):
    path.parent.mkdir()
    path.write_bytes(data)
    settings = Settings(path)
    assert settings["look.theme"] == ROWS["look.theme"].default
    assert "settings.toml" in settings.trouble
    assert path.with_name("settings.toml.broken").read_bytes() == data
    settings.set("look.theme", "dark")
    assert Settings(path)["look.theme"] == "dark"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_the_place_of_the_settings_holds_nobody_up(path):
    path.parent.mkdir()
    os.mkfifo(path)
    assert Settings(path).trouble


def test_the_settings_are_there_at_every_moment_of_a_save(path, monkeypatch):
    settings, seen = Settings(path), []
    settings.set("look.theme", "dark")
    replace = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda one, other: (seen.append(path.exists()), replace(one, other))[1]
    )
    settings.set("look.theme", "light")
    assert seen
    assert all(seen)


def test_a_folder_that_cannot_be_written_costs_no_crash(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings = Settings(blocked / "settings.toml")
    settings.set("look.theme", "dark")
    assert settings["look.theme"] == "dark"
    assert settings.trouble


def test_every_setting_is_read_somewhere():
    """A choice without an effect is a lie; the dialog itself does not count."""
    sources = [path for path in (ROOT / "ui").rglob("*.py") if path.name != "settings.py"]
    read = "\n".join(path.read_text("utf-8") for path in sources)
    assert [row.key for row in SETTINGS if f'"{row.key}"' not in read] == []


def test_the_engine_s_file_takes_the_idle_stop_and_keeps_what_else_it_holds(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path))
    idle_stop.engine_file().parent.mkdir()
    idle_stop.engine_file().write_text('{"future": 1, "idle_stop_min": 2.5}')
    settings = Settings()
    idle_stop.take_over(settings)
    assert settings[idle_stop.KEY] == 2
    assert idle_stop.write(0) == ""
    assert idle_stop_s() == 0
    assert json.loads(idle_stop.engine_file().read_text())["future"] == 1


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"idle_stop_min": "x"}', '{"idle_stop_min": NaN}', '{"idle_stop_min": -1}']
)
def test_an_engine_file_that_says_nothing_leaves_the_default(tmp_path, monkeypatch, text):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path))
    idle_stop.engine_file().parent.mkdir()
    idle_stop.engine_file().write_text(text)
    settings = Settings()
    idle_stop.take_over(settings)
    assert settings[idle_stop.KEY] == 10


def test_a_folder_that_cannot_be_written_is_told_for_the_engine_too(tmp_path, monkeypatch):
    (tmp_path / "config").write_text("")
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path))
    assert "engine.json" in idle_stop.write(5)


def test_recent_files_are_newest_first_and_only_those_that_are_there(tmp_path):
    remembered = Remembered(tmp_path / "window.toml")
    files = [tmp_path / name for name in ("a.png", "b.png")]
    for file in files:
        file.write_bytes(b"")
        remembered.add_recent(file)
    remembered.add_recent(files[0])
    assert Remembered(tmp_path / "window.toml").recent() == files
    files[0].unlink()
    assert Remembered(tmp_path / "window.toml").recent() == [files[1]]


@pytest.mark.parametrize("text", ["", "recent = 7\ngeometry = 3", "[", "recent = [1]\ngeometry = '???'"])
def test_a_damaged_memory_of_the_window_is_as_good_as_none(tmp_path, qtbot, text):
    file = tmp_path / "window.toml"
    file.write_text(text)
    window = QMainWindow()
    qtbot.addWidget(window)
    remembered = Remembered(file)
    assert remembered.recent() == []
    assert not remembered.restore_layout(window)
