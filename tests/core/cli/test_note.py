"""What is written into a target besides pixels."""

import pytest

from core.cli.run import invention_allowed
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.region import Region, RegionSet

SIZE = Size(800, 600)


@pytest.mark.parametrize(
    ("rest", "priority", "detail", "allowed"),
    [(0, -2, 0, True), (-2, -2, 0, False), (-2, -1, 0, True), (-2, -2, 0.5, True), (2, 2, -4, False)],
)
def test_invention_is_allowed_where_the_weight_rises_above_zero(rest, priority, detail, allowed):
    region = Region("r1", "a", Mask.filled(Box(1, 1, 9, 9)), priority=priority)
    regions = RegionSet(Size(20, 20), (region,), rest=rest)
    assert invention_allowed(regions, regions.size, detail) is allowed


def test_a_hidden_rest_allows_nothing():
    size = Size(20, 20)
    regions = RegionSet(size, (Region("r1", "all", Mask.full(size), priority=-2),), rest=2)
    assert not invention_allowed(regions, size, 0.0)
