"""The eight rules of the house hold, and each of them bites."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from itertools import chain

import pytest
from house import habits, walls, words
from house.source import HOUSE, ROOT, Source, read, same_or_inside

RULES = [
    walls.rule_1_down,
    walls.rule_1_round,
    walls.rule_2_core,
    walls.rule_2_ui,
    walls.rule_2_plugin,
    walls.rule_3_torch,
    walls.rule_4_and_5_doors,
    habits.rules_5_and_8_calls,
    habits.rule_6_frozen,
    habits.rule_7_quiet,
    habits.rule_8_maths,
    habits.rule_8_random,
    words.rule_one_name,
    words.rule_no_participles,
    words.rule_no_lodgers,
    words.rule_ui_floors,
]
BROKEN = [
    (walls.rule_1_down, "core/nets/a.py", "def f():\n    import core.service"),
    (walls.rule_1_down, "core/image/a.py", "if TYPE_CHECKING:\n    from core.cli import main"),
    (walls.rule_1_down, "core/regions/a.py", "from ..segment import propose"),
    (walls.rule_1_down, "core/image/a.py", "from core.regions import Region"),
    (walls.rule_1_down, "core/diffusion/a.py", "from core.nets.compact import Compact"),
    (walls.rule_1_down, "core/attic/a.py", ""),
    (walls.rule_2_core, "core/engine/a.py", "from plugin.krita import document"),
    (walls.rule_2_core, "core/engine/a.py", "importlib.import_module('ui.app')"),
    (walls.rule_2_ui, "ui/a.py", "from core.engine import upscale"),
    (walls.rule_2_plugin, "plugin/bridge/a.py", "import numpy"),
    (walls.rule_2_plugin, "plugin/bridge/a.py", "import krita"),
    (walls.rule_2_plugin, "plugin/krita/a.py", "import plugin.gimp"),
    (walls.rule_2_plugin, "plugin/krita/a.py", "match x:\n    case 1:\n        pass"),
    (walls.rule_3_torch, "core/regions/a.py", "def f():\n    import torch.nn"),
    (walls.rule_3_torch, "core/image/a.py", "from core.image import tensor"),
    (walls.rule_4_and_5_doors, "core/engine/a.py", "from PySide6.QtCore import QObject"),
    (walls.rule_4_and_5_doors, "ui/a.py", "import PyQt6"),
    (walls.rule_4_and_5_doors, "core/engine/a.py", "import pyvips"),
    (walls.rule_4_and_5_doors, "core/engine/a.py", "from urllib import request"),
    (habits.rules_5_and_8_calls, "core/engine/a.py", "x = t.cpu().numpy()"),
    (habits.rules_5_and_8_calls, "core/diffusion/a.py", "torch.manual_seed(1)"),
    (habits.rule_6_frozen, "core/engine/a.py", "@dataclass\nclass Job:\n    a: int"),
    (habits.rule_6_frozen, "ui/a.py", "@dataclasses.dataclass(slots=True)\nclass Job:\n    a: int"),
    (habits.rule_7_quiet, "core/a.py", "HOME = os.environ.get('HOME')"),
    (habits.rule_7_quiet, "core/a.py", "def f(home=os.environ['HOME']):\n    pass"),
    (habits.rule_7_quiet, "core/a.py", "class A:\n    text = Path('a').read_text()"),
    (habits.rule_7_quiet, "core/a.py", "for x in y:\n    pass"),
    (habits.rule_7_quiet, "core/a.py", "try:\n    import a\nexcept ImportError:\n    setup()"),
    (habits.rule_8_maths, "core/nets/a.py", "def f(path):\n    return path.read_bytes()"),
    (habits.rule_8_random, "core/diffusion/a.py", "def f(n):\n    return torch.randn(n)"),
    (habits.rule_8_random, "core/segment/a.py", "x = np.random.rand(3)"),
    (words.rule_no_participles, "core/a.py", "def told():\n    pass"),
    (words.rule_no_participles, "ui/a.py", "def gathered():\n    pass"),
    (words.rule_ui_floors, "ui/tools/a.py", "from ui.commands import runs"),
    (habits.lengths, "core/a.py", "def f():\n" + "    pass\n" * 60),
    (habits.lengths, "core/a.py", "\n" * 601),
]
SOUND = [
    (walls.rule_1_down, "core/engine/a.py", "from core.nets import compact\nfrom resources import models"),
    (walls.rule_2_core, "core/engine/a.py", "import uimodules, plugins"),
    (walls.rule_2_core, "core/engine/a.py", "from plugin.bridge.values import BANDS"),
    (walls.rule_2_ui, "ui/a.py", "from plugin.bridge import client\nfrom core.image.io import read"),
    (walls.rule_2_plugin, "plugin/krita/a.py", "from ..bridge import client\nimport json, krita"),
    (walls.rule_3_torch, "core/image/tensor.py", "import torch"),
    (walls.rule_4_and_5_doors, "core/engine/a.py", "from urllib.parse import quote"),
    (habits.rules_5_and_8_calls, "core/image/tensor.py", "def f(t):\n    return t.numpy()"),
    (habits.rule_6_frozen, "core/a.py", "@dataclass(frozen=True)\nclass A:\n    pass"),
    (habits.rule_6_frozen, "core/a.py", "@dataclass\nclass _Bench:\n    pass"),
    (
        habits.rule_7_quiet,
        "core/a.py",
        "'''Prose.'''\nA = re.compile('a')\ndef f():\n    return os.environ['A']",
    ),
    (habits.rule_7_quiet, "core/a.py", "if __name__ == '__main__':\n    print(1)"),
    (habits.rule_8_random, "core/diffusion/a.py", "torch.randn(3, generator=g)\nnp.random.Generator(x)"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    faults = list(rule(read(*HOUSE)))
    assert not faults, "\n" + "\n".join(map(str, faults))


def test_functions_and_files_stay_short(capsys):
    sources = read(*HOUSE, "tests", "benchmarks")
    with capsys.disabled():
        print("\n" + habits.averages(read(*HOUSE)))  # noqa: T201
    faults = list(habits.lengths(sources))
    assert not faults, "\n" + "\n".join(map(str, faults))


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_rule_names_the_file_and_line_that_breaks_it(rule, path, text):
    faults = [str(fault) for fault in rule((Source(path, text),))]
    assert len(faults) == 1
    assert faults[0].startswith(f"{path}:")


@pytest.mark.parametrize(("rule", "path", "text"), SOUND)
def test_a_rule_lets_sound_code_be(rule, path, text):
    assert not list(rule((Source(path, text),)))


def test_a_circle_is_found_even_through_a_function_and_a_relative_import():
    one = Source("core/image/one.py", "from core.image import two")
    two = Source("core/image/two.py", "def f():\n    from . import three")
    three = Source("core/image/three.py", "if TYPE_CHECKING:\n    from .one import thing")
    faults = list(walls.rule_1_round((one, two, three)))
    assert [fault.line for fault in faults] == [1]
    assert "core.image.one → core.image.two → core.image.three → core.image.one" in faults[0].words


def test_the_torch_free_part_starts_without_torch():
    light = [source for source in read("core") if same_or_inside(source.module, *walls.TORCH_FREE)]
    names = [source.module for source in light if source.path != walls.TENSOR_DOOR]
    assert _loaded(names, "torch") == []


@pytest.mark.skipif(not importlib.util.find_spec("PySide6"), reason="PySide6 is not installed")
def test_the_window_starts_without_torch():
    assert _loaded([source.module for source in read("ui")], "torch") == []


@pytest.mark.skipif(not read("plugin/bridge"), reason="there is no bridge yet")
def test_the_bridge_starts_with_the_standard_library_alone():
    assert _loaded([source.module for source in read("plugin/bridge")], "numpy", "torch", "PySide6") == []


def test_two_classes_of_one_name_are_found():
    one, two = Source("core/a.py", "class Order:\n    pass"), Source("ui/a.py", "class Order:\n    pass")
    assert [fault.path for fault in words.rule_one_name((one, two))] == ["ui/a.py"]


def test_a_small_file_with_one_importer_beside_it_is_found():
    host, lodger = (
        Source("core/image/a.py", "from core.image.b import f"),
        Source("core/image/b.py", "def f():\n    pass"),
    )
    assert [fault.path for fault in words.rule_no_lodgers((host, lodger))] == ["core/image/b.py"]


@pytest.mark.parametrize("top", ["core", "ui", "plugin"])
def test_no_two_folders_import_each_other(top):
    assert words.circles(read(top), top) == set()


def test_every_path_on_the_map_exists():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    paths = set(re.findall(r"`((?:core|ui|plugin|tests|resources|docs)/[\w./-]+)`", text))
    assert len(paths) > 60
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def _loaded(modules: list[str], *unwanted: str) -> list[str]:
    """Which of the unwanted packages a fresh interpreter holds after importing the modules."""
    lines = [
        "import importlib, sys",
        *(f"importlib.import_module({name!r})" for name in modules),
        f"print(*[name for name in {unwanted!r} if name in sys.modules])",
    ]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return list(chain(*map(str.split, run.stdout.splitlines())))
