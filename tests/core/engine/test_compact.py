"""The bundled method starts where the formulas of residual-shifting diffusion say."""

from __future__ import annotations

import torch

from core.diffusion import sampling
from core.diffusion.samsr import StrengthSchedule
from core.engine.methods.base import TileInput
from core.engine.methods.compact import SCHEDULE, step
from core.nets.compact import Compact, bicubic


def test_the_start_is_that_of_a_schedule_whose_strength_follows_the_map(monkeypatch):
    torch.manual_seed(1)
    source, weight, noise = (
        torch.rand(1, 3, 6, 8) * 2 - 1,
        torch.rand(1, 1, 24, 32),
        torch.randn(1, 3, 24, 32),
    )
    network, seen = Compact().eval(), []
    monkeypatch.setattr(network, "denoise", lambda reading, start, weight: seen.append(start))
    with torch.inference_mode():
        step(network, TileInput(source, weight, noise, 0.0))
        rates = StrengthSchedule(SCHEDULE, weight)
        start = sampling.start(rates, bicubic(source), noise)
        expected = sampling.scale_input(rates.at(SCHEDULE.steps - 1), start)
    torch.testing.assert_close(seen[0], expected, rtol=0, atol=1e-6)
