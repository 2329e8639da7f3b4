# ruff: noqa: T201, BLE001  (a program of its own: it prints, and reports whatever went wrong)
"""Runs inside GIMP, by its batch interpreter: every scenario, its verdict into /t/verdicts.json."""

from __future__ import annotations

import json
import time
import traceback
from pathlib import Path

from hosts.gimp import scene_chosen, scene_composite, scene_engine, scene_pixels, scene_placed, scene_refused

SCENES = (scene_pixels, scene_chosen, scene_placed, scene_composite, scene_refused, scene_engine)


def verdict(scenario):
    since = time.monotonic()
    try:
        scenario()
    except Exception:
        return traceback.format_exc()
    finally:
        print(f"{scenario.__name__}: {time.monotonic() - since:.1f} s", flush=True)
    return ""


def scenarios():
    """Every public function of the scenes."""
    for scene in SCENES:
        for name, value in list(vars(scene).items()):
            if getattr(value, "__module__", "") == scene.__name__ and not name.startswith("_"):
                yield name, value


verdicts = {name: verdict(scenario) for name, scenario in scenarios()}
Path("/t/verdicts.json").write_text(json.dumps(verdicts))
