"""What was read once is not read again, and nothing differs by it."""

from __future__ import annotations

import pytest
import torch

from core.engine.methods import compact
from core.engine.methods.base import TileInput
from core.engine.methods.compact import ReadCache, step
from core.nets.compact import Compact, CompactConfig


@pytest.fixture
def network():
    torch.manual_seed(0)
    made = Compact(CompactConfig(4, 4, 1, 1, 1, 4, 1)).eval().requires_grad_(False)
    made.count, whole = 0, made.read

    def counted(*inputs):
        made.count += 1
        return whole(*inputs)

    made.read = counted
    return made


def _tile(source, weight, clean_up=0.0):
    return TileInput(source, torch.full((1, 1, 32, 32), weight), torch.ones(1, 3, 32, 32), clean_up)


def test_another_map_reads_nothing_anew_and_gives_the_same(network):
    reader, source = ReadCache(network), torch.rand(1, 3, 8, 8)
    for weight in (0.2, 0.9):
        remembered = step(reader, _tile(source.clone(), weight))
        assert torch.equal(remembered.target, step(network, _tile(source, weight)).target)
    assert network.count == 1 + 2


def test_another_source_or_clean_up_is_read(network):
    reader, source = ReadCache(network), torch.rand(1, 3, 8, 8)
    for tile in (_tile(source, 0.5), _tile(source, 0.5, 0.5), _tile(source + 0.01, 0.5)):
        assert torch.equal(step(reader, tile).target, step(network, tile).target)
    assert network.count == 6


def test_no_more_is_remembered_than_fits(network, monkeypatch):
    monkeypatch.setattr(compact, "MOST_PX", 100)
    reader, sources = ReadCache(network), [torch.rand(1, 3, 8, 8) for _ in range(2)]
    for source in (*sources, sources[0], torch.rand(1, 3, 12, 12), sources[0]):
        reader.read(source, torch.zeros(1))
    assert network.count == 4
