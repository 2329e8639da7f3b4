"""`semantic-upscale engine` looks after the engine; settings say when it leaves."""

from __future__ import annotations

import json
import logging
import socket

import pytest
from server_fake import engine_in
from typer.testing import CliRunner

from core import engine_location, folders
from core.cli import build_app
from core.errors import UsageError
from core.service import run
from plugin.bridge import engine_folder, record_command


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _run(*words):
    return CliRunner().invoke(build_app(), list(words))


def test_without_an_engine_the_commands_say_so():
    assert "not running" in _run("engine", "status").stdout
    assert "not running" in _run("engine", "stop").stderr
    assert "no log yet" in _run("engine", "log").stdout
    assert json.loads(_run("engine", "status", "--json").stdout) == {"running": False}


def test_a_running_engine_is_described_and_stopped(home, monkeypatch):
    with engine_in(home, monkeypatch) as engine:
        told = json.loads(_run("engine", "status", "--json").stdout)
        assert (told["running"], told["pid"], told["queue"]) == (True, engine.told.pid, [])
        assert "idle for" in _run("engine", "status").stdout
        assert "runs already" in _run("engine", "start").stderr
        assert "listens on" in _run("engine", "log", "-n", "1").stdout
        assert "has left" in _run("engine", "stop").stderr
        assert engine.queue.closed == [True]


def test_idle_with_nothing_to_do_it_leaves(home, monkeypatch):
    with engine_in(home, monkeypatch, idle_stop_s=0.2) as engine:
        engine.thread.join(10)
        assert not engine.thread.is_alive()


def test_the_settings_say_when_it_leaves(home):
    assert run.idle_stop_s() == 600.0
    folders.config().mkdir(parents=True)
    for text, seconds in (('{"idle_stop_min": 2.5}', 150.0), ('{"idle_stop_min": 0}', 0.0), ("{", 600.0)):
        (folders.config() / "engine.json").write_text(text)
        assert run.idle_stop_s() == seconds
    assert run.idle_stop_s(1) == 60.0


@pytest.mark.parametrize("minutes", [-1.0, float("nan"), float("inf")])
def test_a_number_of_minutes_that_cannot_be_is_refused(minutes):
    with pytest.raises(UsageError):
        run.idle_stop_s(minutes)


def test_the_log_is_turned_over_and_never_grows_beyond_five_files(home, monkeypatch):
    monkeypatch.setattr(run, "FILE_BYTES", 500)
    handler = run.open_log()
    [logging.getLogger("semantic_upscale.engine").info("line %d %s", n, "ü" * 100) for n in range(50)]
    run.close_log(handler)
    files = list(folders.log().glob("engine.log*"))
    assert len(files) == run.FILES
    assert all(file.stat().st_size <= 500 for file in files)


def test_program_and_bridge_write_the_same_command(home):
    own = engine_location.record_command()
    text = own.read_text("utf-8")
    record_command(*engine_location.engine_command())
    assert own.read_text("utf-8") == text
    assert str(own.parent) == engine_folder()


def test_a_command_of_another_place_is_replaced(home):
    record_command(["/old/python", "serve"])
    engine_location.record_command()
    told = json.loads((folders.engine() / "command.json").read_text("utf-8"))
    assert told["command"][1:] == ["-m", "core.cli", "serve"]


def test_small_answers_are_sent_at_once():
    with run._socket() as listening:  # asyncio sets TCP_NODELAY only where the protocol is named
        assert listening.proto == socket.IPPROTO_TCP
