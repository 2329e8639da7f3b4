import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.geometry import Size
from core.tiling import MemoryCost, TileRange, halve_tile, tile_for_budget

MIB = 1 << 20
COST = MemoryCost(tile_bytes_per_px=6000, band_bytes_per_px=400, fixed_bytes=20 * MIB)
SIDES = TileRange()


@given(
    width=st.integers(1, 60_000),
    height=st.integers(1, 60_000),
    memory=st.integers(1, 4000).map(lambda mib: mib * MIB),
)
@settings(max_examples=60, deadline=None)
def test_the_tile_fits_the_budget_or_is_the_smallest(width, height, memory):
    source = Size(width, height)
    tile = tile_for_budget(source, memory, COST, SIDES)
    smallest = Size(min(32, width), min(32, height))
    assert tile == smallest or COST.of(source, tile) <= memory
    assert tile.width <= min(width, 512)
    assert tile.height <= min(height, 512)


def test_memory_does_not_grow_with_the_picture():
    for source in (Size(4000, 3000), Size(12_000, 9000), Size(60_000, 60_000)):
        tile = tile_for_budget(source, 1500 * MIB, COST, SIDES)
        assert COST.of(source, tile) <= 1500 * MIB


def test_a_very_wide_source_gets_low_tiles_not_narrow_ones():
    tile = tile_for_budget(Size(30_000, 3000), 1500 * MIB, COST, SIDES)
    assert tile.height < tile.width


def test_more_memory_never_wastes_more_work():
    tiles = [tile_for_budget(Size(4000, 3000), mib * MIB, COST, SIDES) for mib in (200, 500, 1000, 3000)]
    areas = [tile.area for tile in tiles]
    assert areas == sorted(areas)
    assert areas[0] < areas[-1]


def test_a_source_that_fits_is_taken_whole():
    assert tile_for_budget(Size(300, 200), 1000 * MIB, COST, SIDES) == Size(300, 200)


@pytest.mark.parametrize(
    ("tile", "smaller"),
    [
        (Size(256, 256), Size(128, 128)),
        (Size(512, 48), Size(256, 32)),
        (Size(20, 100), Size(20, 50)),
        (Size(32, 32), None),
        (Size(7, 3), None),
    ],
)
def test_halving_ends_at_the_smallest_tile(tile, smaller):
    assert halve_tile(tile) == smaller


def test_halving_always_comes_to_an_end():
    tile, steps = Size(100_000, 77), 0
    while (tile := halve_tile(tile, 64)) is not None:
        steps += 1
    assert steps == 11
