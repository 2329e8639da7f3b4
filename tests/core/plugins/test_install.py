"""`semantic-upscale plugins`: every Krita and GIMP of a user, written, enabled, taken out; and the zips."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import build_app
from core.cli import plugins as command
from core.errors import InputError, OutputError
from core.plugins import install as contents
from core.plugins.install import (
    User,
    content,
    enable,
    enable_in_settings,
    install,
    installed_version,
    is_enabled,
    places,
    remove,
)
from core.plugins.pack import pack

ROOT = Path(__file__).parents[3]


@pytest.fixture
def plugins(tmp_path, monkeypatch):
    """Run `semantic-upscale plugins …` for a user with one Krita and two GIMPs; Krita is closed."""
    home = tmp_path / "home"
    for folder in (".local/share/krita", ".config/GIMP/3.0", ".config/GIMP/3.2", ".config/GIMP/2.10"):
        (home / folder).mkdir(parents=True)
    monkeypatch.setattr(command, "this_user", lambda: User("linux", home, {}))
    monkeypatch.setattr(command, "krita_runs", lambda: False)
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "program"))
    return lambda *words: CliRunner().invoke(build_app(), ["plugins", *words])


def rows(done):
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_host_gets_the_plug_in_and_krita_is_told_to_load_it(plugins, tmp_path):
    told = rows(plugins("install", "--json"))
    assert [row["name"] for row in told] == ["Krita", "GIMP 3.0", "GIMP 3.2"]
    assert all(row["enabled"] and row["installed"] for row in told)
    home = tmp_path / "home"
    assert (home / ".local/share/krita/pykrita/semantic_upscale.desktop").is_file()
    assert is_enabled(home / ".config/kritarc")
    main = home / ".config/GIMP/3.2/plug-ins/semantic-upscale/semantic-upscale.py"
    assert main.stat().st_mode & 0o111
    words = json.loads((tmp_path / "program/engine/command.json").read_text())["command"]
    assert words[-1] == "serve"


def test_an_open_krita_is_left_alone_and_the_user_told_what_to_tick(plugins, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "krita_runs", lambda: True)
    done = plugins("install", "krita")
    assert "Python Plugin Manager" in done.stdout
    assert not (tmp_path / "home/.config/kritarc").exists()


def test_the_list_and_the_way_out(plugins):
    assert [row["installed"] for row in rows(plugins("list", "--json"))] == [None] * 3
    plugins("install", "gimp")
    assert [bool(row["installed"]) for row in rows(plugins("list", "--json"))] == [False, True, True]
    assert "GIMP 3.0: removed" in plugins("remove").stdout
    assert [row["installed"] for row in rows(plugins("list", "--json"))] == [None] * 3


def test_without_a_host_the_user_is_told_to_start_one(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "this_user", lambda: User("linux", tmp_path, {}))
    done = CliRunner().invoke(build_app(), ["plugins", "install"])
    assert done.exit_code == 3
    assert "Start the one you use once" in done.stderr


@pytest.mark.parametrize(
    ("system", "folders", "found"),
    [
        ("linux", [".var/app/org.kde.krita", "snap/krita/current"], ["Krita (flatpak)", "Krita (snap)"]),
        ("linux", [".var/app/org.gimp.GIMP/config/GIMP/3.0", "snap/gimp/current/.config/GIMP/3.2"],
         ["GIMP 3.0 (flatpak)", "GIMP 3.2 (snap)"]),
        ("win32", ["AppData/Roaming/krita", "AppData/Roaming/GIMP/3.0"], ["Krita", "GIMP 3.0"]),
        ("darwin", ["Library/Application Support/krita", "Library/Application Support/GIMP/3.2"],
         ["Krita", "GIMP 3.2"]),
        ("linux", ["data/krita", "config/GIMP/3.10", "config/GIMP/3.2"], ["Krita", "GIMP 3.2", "GIMP 3.10"]),
    ],
)  # fmt: skip
def test_places_of_all_systems_and_sandboxes_are_known(tmp_path, system, folders, found):
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    moved = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert [place.title for place in places(User(system, tmp_path, moved))] == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "[python]\nenable_semantic_upscale=true\n"),
        ("[a]\nb=1\n", "[a]\nb=1\n\n[python]\nenable_semantic_upscale=true\n"),
        ("[python]\nenable_x=true\n[z]\n", "[python]\nenable_semantic_upscale=true\nenable_x=true\n[z]\n"),
        ("[python]\nenable_semantic_upscale=false\n", "[python]\nenable_semantic_upscale=true\n"),
        ("[python]\nenable_semantic_upscale=true\n", "[python]\nenable_semantic_upscale=true\n"),
    ],
)
def test_kritas_settings_keep_everything_else(before, after):
    assert enable_in_settings(before) == after
    assert enable_in_settings(after) == after


def test_settings_that_are_no_text_survive(tmp_path):
    path = tmp_path / "kritarc"
    path.write_bytes(b"[x]\nname=\xff\xfe\n")
    enable(path)
    assert b"name=\xff\xfe\n" in path.read_bytes()
    assert is_enabled(path)


def test_an_older_version_is_replaced_as_a_whole(tmp_path):
    place = places(User("linux", tmp_path, {"XDG_CONFIG_HOME": str(tmp_path)}))
    (tmp_path / "GIMP/3.0").mkdir(parents=True)
    (place,) = places(User("linux", tmp_path, {"XDG_CONFIG_HOME": str(tmp_path)}))
    install(place, "1.0")
    stale = place.folder / "semantic-upscale/stale.py"
    stale.touch()
    install(place, "2.0")
    assert installed_version(place) == "2.0"
    assert not stale.exists()
    assert [path.name for path in place.folder.iterdir()] == ["semantic-upscale"]
    assert remove(place)
    assert not remove(place)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "GIMP/3.0").mkdir(parents=True)
    (tmp_path / "GIMP/3.0/plug-ins").write_text("a file")
    (place,) = places(User("linux", tmp_path, {"XDG_CONFIG_HOME": str(tmp_path)}))
    with pytest.raises(OutputError, match="plug-ins"):
        install(place, "1.0")


def test_a_program_packed_without_plug_ins_says_so(tmp_path):
    with pytest.raises(InputError, match="krita plug-in is not in"):
        content("krita", "1.0", tmp_path)


@pytest.mark.parametrize("host", ["krita", "gimp"])
def test_the_same_sources_give_the_same_zip_with_an_entry_for_the_folder(tmp_path, host):
    one, two = pack(host, "1.0", tmp_path / "a"), pack(host, "1.0", tmp_path / "b")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = archive.namelist()
        assert contents.FOLDERS[host] + "/" in names
        assert archive.read(contents.FOLDERS[host] + "/VERSION") == b"1.0\n"
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    mains = [name for name in names if name.endswith("semantic-upscale.py")]
    assert [oct(modes[name] & 0o777) for name in mains] == ["0o755"] * (host == "gimp")


def test_what_is_written_for_krita_can_be_imported_there(tmp_path):
    """Entry, plug-in and bridge find each other in their new places, and trouble is caught by the entry."""
    for file in content("krita", "1.0"):
        path = tmp_path / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    code = """
import sys, types
sys.path.insert(0, sys.argv[2])
import fake_krita
from _pytest.monkeypatch import MonkeyPatch
app = fake_krita.install(MonkeyPatch())
sys.path.insert(0, sys.argv[1])
import semantic_upscale
print(type(app.extensions[0]).__name__, len(app.factories), 'plugin' in sys.modules)
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(ROOT / "tests" / "fakes")],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.split() == ["SemanticUpscale", "1", "False"]
