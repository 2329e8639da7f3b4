"""What a screen needs is named before Qt dies of it."""

import subprocess
import sys

import pytest

from core import display
from ui import app


@pytest.fixture
def bare(monkeypatch):
    """A system that has none of the libraries."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(display, "_there", lambda _: False)


def test_every_library_that_is_missing_is_named_by_its_package(bare):
    assert set(display.missing_packages()) == set(display.XCB_LIBRARIES.values())


def test_the_window_says_so_in_words_and_opens_nothing(bare, monkeypatch, capsys):
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", ":0")
    assert app.main([]) == app.DeviceError.exit_code
    assert "apt install libxcb-cursor0" in capsys.readouterr().err


def test_a_window_that_is_not_of_x11_needs_none_of_them(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not display.wants_xcb()


@pytest.mark.skipif(sys.platform != "linux", reason="Debian's names")
def test_qt_itself_asks_for_no_library_that_the_list_forgets():
    from PySide6.QtCore import QLibraryInfo  # noqa: PLC0415

    plugin = f"{QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)}/platforms/libqxcb.so"
    told = subprocess.run(["ldd", plugin], capture_output=True, text=True, check=True).stdout
    asked = {line.split()[0] for line in told.splitlines() if "libxcb-" in line}
    basic = {
        "libxcb-shm.so.0",
        "libxcb-render.so.0",
        "libxcb-xfixes.so.0",
        "libxcb-sync.so.1",
        "libxcb-randr.so.0",
        "libxcb-util.so.1",  # what libxcb-cursor and libxcb-image bring themselves
    }
    assert asked - basic <= set(display.XCB_LIBRARIES)
