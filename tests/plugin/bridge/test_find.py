"""The bridge finds an engine, starts one, or says why it cannot."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from bridge_fake import TOKEN, Answer, FakeEngine, as_json, refusing

from core import folders
from plugin.bridge import (
    EngineGone,
    EngineMismatch,
    EngineMissing,
    connect,
    engine_folder,
    find,
    record_command,
    recorded_command,
)
from plugin.bridge import locate as starting


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home Ü"))
    return tmp_path / "home Ü"


@pytest.fixture
def engine():
    with FakeEngine().running() as fake:
        yield fake


def test_a_living_engine_is_found(engine):
    engine.write_down()
    assert find("krita").hello().version == "0.1.0"
    assert connect(start=False).address == engine.address


def test_nothing_is_found_where_nothing_is():
    assert find() is None


def test_a_stale_file_is_no_engine(engine):
    engine.write_down()
    engine.server.shutdown()
    engine.server.server_close()
    assert find() is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"protocol": 1}', '{"protocol": "x"}', "\0" * 99, "[" * 60000]
)
def test_a_damaged_file_is_no_engine(home, text):
    (home / "engine").mkdir(parents=True)
    (home / "engine" / "engine.json").write_text(text)
    assert find() is None


def test_an_address_elsewhere_is_never_called(engine):
    engine.write_down(address="192.0.2.1:80")
    assert find() is None


def test_whoever_took_the_port_of_a_dead_engine_hears_no_token(engine):
    """After kill -9 the file stays, and anybody may listen on its port and answer `hello`."""
    engine.token = None
    engine.write_down()
    engine.answers["GET /v1/proof"] = Answer(b"0" * 64)
    assert find() is None
    assert [said.path for said in engine.said] == ["/v1/proof"]
    assert not [said for said in engine.said if TOKEN in str(said)]


def test_a_port_taken_while_the_program_runs_hears_no_token_either(engine):
    engine.write_down()
    bridge = find()
    bridge.close()  # as when the engine is killed: the next call opens another connection
    engine.token, engine.said = None, []
    with pytest.raises(EngineGone):
        bridge.upscale("secret", rest=0.0)
    assert [said.path for said in engine.said] == ["/v1/proof"]
    assert TOKEN not in str(engine.said)


@pytest.mark.skipif(os.name == "nt", reason="locks of another kind")
def test_an_older_engine_that_lives_is_told_and_not_taken_for_dead(engine, home):
    import fcntl  # noqa: PLC0415  (POSIX only)

    engine.token = None
    engine.write_down()
    engine.answers["GET /v1/proof"] = refusing(401, "token", "No.")
    with (home / "engine" / "engine.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(EngineMismatch, match="another version"):
            find()
    assert find() is None


def test_an_engine_of_another_version_is_told(engine):
    engine.write_down(protocol=2)
    engine.answers["GET /v1/hello"] = as_json({"protocol": 2})
    with pytest.raises(EngineMismatch, match="version 2"):
        find()


def test_without_a_command_the_user_hears_what_to_do():
    with pytest.raises(EngineMissing) as missing:
        connect()
    assert "semantic-upscale serve" in missing.value.advice


def test_a_command_is_kept_for_the_user_alone(home):
    record_command(["/usr/bin/Größe", "serve"], "/srv")
    assert recorded_command().words == ("/usr/bin/Größe", "serve")
    assert recorded_command().cwd == "/srv"
    if os.name == "posix":
        assert stat.S_IMODE((home / "engine" / "command.json").stat().st_mode) == 0o600
        assert stat.S_IMODE((home / "engine").stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_a_command_that_others_can_write_is_not_believed(home):
    record_command(["/usr/bin/evil", "serve"])
    (home / "engine" / "command.json").chmod(0o666)
    assert recorded_command() is None


@pytest.mark.skipif(os.name == "nt", reason="POSIX")
@pytest.mark.parametrize("name", ["engine.json", "command.json"])
def test_what_is_no_file_is_not_waited_for(home, name):
    (home / "engine").mkdir(parents=True)
    os.mkfifo(home / "engine" / name, 0o600)
    assert find() is None
    assert recorded_command() is None
    (home / "engine" / name).unlink()
    (home / "engine" / name).symlink_to("/dev/zero")
    assert find() is None
    assert recorded_command() is None


def test_an_engine_starts_where_nobody_has_planted_anything(home, tmp_path, monkeypatch):
    """`python -m` looks first where it stands: in the user's folder a numpy.py would be run."""
    (tmp_path / "downloads").mkdir()
    monkeypatch.chdir(tmp_path / "downloads")
    record_command([sys.executable, "-c", "import os; print(os.getcwd()); raise SystemExit(3)"])
    with pytest.raises(EngineMissing) as missing:
        connect(wait_s=20)
    assert missing.value.log_tail == engine_folder()


def test_a_program_that_is_not_there_is_named():
    record_command(["/nowhere/python", "serve"])
    with pytest.raises(EngineMissing, match="/nowhere/python"):
        connect()


def test_an_engine_that_breaks_down_while_starting_leaves_its_last_words():
    record_command([sys.executable, "-c", "print('no torch — здесь'); raise SystemExit(3)"])
    with pytest.raises(EngineMissing, match="exit code 3") as missing:
        connect(wait_s=20)
    assert "no torch — здесь" in missing.value.log_tail


def test_a_started_engine_is_waited_for(engine, home):
    told = {"protocol": 1, "pid": 1, "address": engine.address, "token": TOKEN}
    place = home / "engine" / "engine.json"
    code = f"import pathlib; pathlib.Path({str(place)!r}).write_text({json.dumps(told)!r})"
    record_command([sys.executable, "-c", code])
    waited = []
    assert connect(on_wait=lambda: waited.append(1)).address == engine.address
    assert waited


def test_what_waiting_raises_ends_it():
    record_command([sys.executable, "-c", "import time; time.sleep(0.5)"])

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        connect(on_wait=stop)


def test_a_child_gets_a_clean_environment(monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("KEPT", "y")
    environment = starting.child_environment()
    assert not [name for name, value in environment.items() if value == "x"]
    assert (environment["KEPT"], environment["PYTHONUTF8"]) == ("y", "1")


def test_the_bridge_and_the_core_mean_the_same_folder(monkeypatch, tmp_path):
    assert Path(engine_folder()) == folders.engine()
    for moved in ("~/x", "relative", str(tmp_path / "a b")):
        monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", moved)
        assert Path(engine_folder()) == folders.engine()
    monkeypatch.delenv("SEMANTIC_UPSCALE_HOME")
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    assert Path(engine_folder()) == folders.engine()
    if os.name == "posix":
        assert tmp_path not in folders.engine().parents
