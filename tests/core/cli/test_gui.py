"""`semantic-upscale` and `semantic-upscale gui`: the window, or a clear word why not; the menu entry."""

import configparser
import os
import subprocess
import sys
import xml.etree.ElementTree as ET  # our own files
from pathlib import Path

import pytest

from core.cli import gui as desktop
from core.cli.window import check_display, opens_window, trouble
from core.errors import DeviceError, UsageError

RESOURCES = Path(__file__).parents[3] / "resources" / "desktop"
NO_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def program(*arguments, **environment):
    bare = {name: value for name, value in os.environ.items() if name not in NO_DISPLAY}
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments],
        env={**bare, **environment}, capture_output=True, text=True, check=False, timeout=60,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display there")
@pytest.mark.parametrize("arguments", [(), ("gui",), ("gui", "cat.jpg")])
def test_without_a_display_it_says_so_and_what_to_do(arguments):
    run = program(*arguments)
    assert run.returncode == DeviceError.exit_code
    assert "no display" in run.stderr
    assert "semantic-upscale upscale" in run.stderr


def test_the_window_is_opened_before_the_shell_is_loaded():
    assert opens_window(["gui", "cat.jpg"])
    assert not opens_window(["gui", "--register"])
    assert not opens_window(["upscale", "cat.jpg"])


@pytest.mark.parametrize("arguments", [["gui", "a", "b"], ["gui", "--nonsense"], ["gui", "--handoff"]])
def test_wrong_arguments_are_a_matter_for_the_shell(arguments, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    assert isinstance(trouble(arguments), UsageError)


def test_any_display_will_do():
    for name in NO_DISPLAY:
        check_display({name: "x"})


@pytest.fixture
def installed(tmp_path, monkeypatch):
    gui = tmp_path / "bin" / desktop.GUI
    gui.parent.mkdir()
    gui.write_text("")
    monkeypatch.setattr(desktop.sys, "executable", str(gui.with_name("python")))
    monkeypatch.setattr(desktop.sys, "platform", "linux")
    monkeypatch.setattr(desktop, "REFRESH", ())
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share"


def test_registering_installs_entry_icons_and_type_and_can_be_undone(installed):
    written = desktop.register_desktop()
    assert all(path.is_file() for path in written)
    names = {str(path.relative_to(installed)) for path in written}
    assert f"applications/{desktop.APP_ID}.desktop" in names
    assert f"icons/hicolor/256x256/apps/{desktop.APP_ID}.png" in names
    assert sorted(desktop.unregister_desktop()) == sorted(written)
    assert not any(path.exists() for path in written)


def test_the_entry_starts_this_environment_s_program(installed, tmp_path):
    desktop.register_desktop()
    entry = configparser.RawConfigParser(strict=True)
    entry.optionxform = str
    entry.read(installed / "applications" / f"{desktop.APP_ID}.desktop", "utf-8")
    told = entry["Desktop Entry"]
    assert told["Exec"] == f'"{tmp_path}/bin/{desktop.GUI}" %f'
    assert told["Icon"] == told["StartupWMClass"] == desktop.APP_ID
    assert "application/x-semantic-upscale-project;" in told["MimeType"]
    assert told["Name[de]" if "Name[de]" in told else "Name"]
    assert told["Comment[de]"]


def test_without_the_installed_program_there_is_nothing_to_register(tmp_path, monkeypatch):
    monkeypatch.setattr(desktop.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    with pytest.raises(UsageError):
        desktop.register_desktop()
    assert not (tmp_path / "share").exists()


def test_names_of_the_desktop_agree():
    for ending in ("desktop", "metainfo.xml", "mime.xml", "svg"):
        assert (RESOURCES / f"{desktop.APP_ID}.{ending}").is_file()
    about = ET.parse(RESOURCES / f"{desktop.APP_ID}.metainfo.xml").getroot()  # noqa: S314
    assert about.findtext("id") == desktop.APP_ID
    assert about.findtext("launchable") == f"{desktop.APP_ID}.desktop"
    mime = ET.parse(RESOURCES / f"{desktop.APP_ID}.mime.xml").getroot()  # noqa: S314
    assert mime[0].attrib["type"] == "application/x-semantic-upscale-project"
