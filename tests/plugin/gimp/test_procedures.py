"""The GIMP plug-in, without GIMP: arguments, menu entries, words about errors, and the file that GIMP starts."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import fake_gi
import pytest

from core.errors import UsageError
from core.request import UpscaleRequest
from plugin.bridge import EngineMissing
from plugin.gimp import settings as choices
from plugin.gimp.help import redact

MAIN = Path(__file__).parents[3] / "plugin" / "gimp" / "semantic-upscale.py"
VALUES = {
    "source": None, "result-in": "new-layer", "regions": "none", "scale": 2.0, "rest": "inventive",
    "selection-priority": "careful", "detail": 0.5, "clean-up": 0.0, "clean-up-automatic": True,
    "seed": 3, "method": None, "keep-original": True, "fine": False,
}  # fmt: skip


@pytest.fixture
def gimp(monkeypatch):
    return fake_gi.install(monkeypatch)


def config(**changes):
    values = {**VALUES, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return SimpleNamespace(get_property=values.__getitem__)


def test_what_gimp_never_stored_is_the_usual_value():
    read = choices.settings_from(config())
    assert (read.source, read.method, read.clean_up) == ("picture", "compact", None)
    assert (read.result, read.rest, read.selected, read.seed) == ("new-layer", 2.0, -1.0, 3)


def test_every_choice_is_a_request_that_the_engine_takes():
    settings = choices.settings_from(config(clean_up=0.25, clean_up_automatic=False, scale=1.05))
    assert UpscaleRequest(**settings.options()).clean_up == 0.25


def test_fine_is_asked_for_by_the_steps_of_the_request_and_otherwise_nothing_is_said():
    assert UpscaleRequest(**choices.settings_from(config(fine=True)).options()).steps == 15
    assert "steps" not in choices.settings_from(config()).options()


def test_what_gimp_lets_through_is_what_the_engine_takes(gimp):
    procedure = gimp[1]("procedures").make(None, "semantic-upscale")
    for name in ("scale", "detail"):
        least, most = procedure.arguments[name][2:4]
        for value in (least, most):
            UpscaleRequest(**{name: value})
        with pytest.raises(UsageError):
            UpscaleRequest(**{name: most + 0.5})


def test_every_entry_is_made_and_none_is_grey_without_reason(gimp):
    procedures = gimp[1]("procedures")
    made = [procedures.make(None, name) for name in procedures.ENTRIES]
    assert all(one.told["set_menu_label"][0] for one in made)
    assert all(one.told["add_menu_path"][0].startswith("<Image>/Filters/Semantic Upscale") for one in made)
    on_images = [one for one in made if "set_image_types" in one.told]
    assert [one.told["set_sensitivity_mask"][0] for one in on_images] == [0b1111] * 3


def test_every_argument_is_read_by_its_own_name(gimp):
    procedure = gimp[1]("procedures").make(None, "semantic-upscale")
    assert set(procedure.arguments) == set(VALUES) | {"resize-asked"}


def call(procedures, mode):
    return procedures.Call(procedures.make(None, "semantic-upscale"), mode, None, [], None)


def test_an_error_is_told_in_words_with_advice(gimp):
    seen, module = gimp
    procedures = module("procedures")

    def work(_call):
        raise EngineMissing("No engine.", "Start it.")

    mode = procedures.Gimp.RunMode.NONINTERACTIVE
    answer = procedures.show_errors(work, call(procedures, mode))
    assert answer[0] == procedures.PDB.EXECUTION_ERROR
    assert answer.error == "No engine. Start it."
    assert seen.messages == []


def test_gimp_3_2_says_nothing_with_last_values_so_the_plug_in_does(gimp):
    seen, module = gimp
    procedures = module("procedures")
    answer = procedures.show_errors(
        procedures.upscale, call(procedures, procedures.Gimp.RunMode.WITH_LAST_VALS)
    )
    assert answer.error == "There is no picture. Open a picture first."
    assert seen.messages == [answer.error]


def test_a_result_is_an_image_and_its_notes(gimp):
    procedures = gimp[1]("procedures")
    made = procedures.make(None, "semantic-upscale")
    assert procedures.answer(made, procedures.PDB.SUCCESS, "image", "a note") == [
        procedures.PDB.SUCCESS, "image", "a note",
    ]  # fmt: skip


def test_a_report_does_not_name_the_home_folder():
    assert redact(f"log {Path.home()}/engine.log") == "log ~/engine.log"


def test_without_gi_the_systems_python_is_tried_once_and_then_the_reason_told():
    environment = {**os.environ, "SEMANTIC_UPSCALE_PYTHON": "/usr/bin/python3"}
    command = [sys.executable, "-S", str(MAIN)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "No module named 'gi'" in done.stderr


def test_the_file_that_gimp_starts_can_be_started():
    first = MAIN.read_text("utf-8").splitlines()[0]
    assert first == "#!/usr/bin/env python3"
    assert os.name == "nt" or MAIN.stat().st_mode & 0o100


def test_what_gimp_remembers_is_told_and_can_be_forgotten(gimp, tmp_path):
    seen, module = gimp
    seen.profile, memory = str(tmp_path), module("arguments")
    assert "Nothing was chosen yet" in memory.words()
    memory.last_values().parent.mkdir()
    memory.last_values().write_text('# settings\n\n(result-in "new-layer")\n(scale 2.5)\n\n# end\n')
    assert "Result in: New layer\nSize ×: 2.5" in memory.words()
    memory.forget()
    memory.forget()
    assert not memory.last_values().exists()


def test_the_file_that_gimp_starts_belongs_to_no_package_and_finds_the_plug_in_beside_it():
    imports = [
        node for node in ast.walk(ast.parse(MAIN.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    assert [(node.module, node.level) for node in imports] == [("plugin.gimp.procedures", 0)]
