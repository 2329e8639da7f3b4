"""What engine, window and hosts must say alike is one thing, not many that agree."""

import ast
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.geometry import Size
from core.request import UpscaleRequest
from plugin.bridge import facts, host

SCALES = (1.1, 1.25, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.3, 3.5, 4)
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("scale", SCALES)
def test_every_side_is_rounded_half_up(scale):
    for side in range(1, 4001):
        exact = Fraction(side) * Fraction(str(scale))
        assert facts.target_px(side, scale) == max(1, int(exact + Fraction(1, 2))), (side, scale)


def test_the_engine_makes_the_size_that_the_plug_ins_say():
    assert Size(101, 41).enlarged(2.5) == Size(253, 103)
    assert Size(1, 1).enlarged(1.1) == Size(1, 1)


@given(some.integers(1, 10**6), some.floats(1.01, 4))
def test_a_side_never_shrinks_and_is_off_by_half_a_pixel_at_most(side, scale):
    assert side <= facts.target_px(side, scale)
    assert abs(facts.target_px(side, scale) - side * scale) <= 0.5 + 1e-6 * side


def test_a_fact_is_written_in_one_file():
    owners = {"BANDS": [], "DEPTH_BYTES": [], "PRIORITY_NAMES": [], "SCALE": []}
    for folder in ("core", "ui", "plugin"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                names = [target.id for target in getattr(node, "targets", ()) if isinstance(target, ast.Name)]
                for name in set(names) & set(owners):
                    owners[name].append(path.relative_to(ROOT).as_posix())
    ours = {
        "ui/model/pixels.py",
        "plugin/krita/pixels.py",
    }  # of another matter: planes of a QImage, depths of Krita
    assert {name: [place for place in places if place not in ours] for name, places in owners.items()} == {
        "BANDS": ["plugin/bridge/facts.py"],
        "DEPTH_BYTES": ["plugin/bridge/facts.py"],
        "PRIORITY_NAMES": ["plugin/bridge/facts.py"],
        "SCALE": ["core/geometry.py"],
    }


def test_the_names_of_the_priorities_are_the_hosts_too():
    assert [host.priority_name(step) for step in sorted(facts.PRIORITY_NAMES)] == [
        "Faithful −2", "Careful −1", "Balanced 0", "Rich +1", "Inventive +2",
    ]  # fmt: skip
    assert UpscaleRequest().scale == 4


def test_a_fact_costs_no_http():
    code = "import sys, plugin.bridge.facts; print([n for n in ('http.client', 'subprocess') if n in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "[]"
