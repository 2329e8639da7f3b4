"""What stands on the lattice of the source's pixels, what is added where it is flat, and what the seed moves."""

import numpy as np
import pytest

from core.errors import InputError
from core.metrics.lattice import added_power, pool_powers, power_table, seed_share


def grey(side=128):
    picture = np.full((side, side, 3), 0.5, np.float32)
    picture[:, side // 2 :] += 0.2 * (np.indices((side, side // 2)).sum(0) // 2 % 2)[..., None].astype(
        np.float32
    )
    return picture


def noise(side=128, seed=1, size=0.02):
    return (
        np.repeat(np.random.default_rng(seed).standard_normal((side, side, 1)), 3, 2).astype(np.float32)
        * size
    )


def test_white_noise_has_no_more_on_the_lattice_than_elsewhere():
    found = pool_powers(added_power(grey() + noise(seed=seed), grey()) for seed in range(6))
    assert found.lattice_over_white == pytest.approx(1.0, abs=0.25)
    assert found.lattice_over_neighbours == pytest.approx(1.0, abs=0.25)


def test_a_weave_of_four_pixels_is_seen():
    weave = (
        np.tile(np.random.default_rng(2).standard_normal((4, 4, 1)).astype(np.float32), (32, 32, 3)) * 0.02
    )
    found = added_power(grey() + noise() + weave, grey())
    assert found.lattice_over_white > 10
    assert found.lattice_over_neighbours > 10


def test_what_is_added_in_the_sky_is_told_from_what_is_added_in_the_grass():
    added = noise()
    added[:, 64:] *= 0.1
    assert added_power(grey() + added, grey()).flat_over_textured > 10
    assert added_power(grey() + noise(), grey()).flat_over_textured == pytest.approx(1.0, abs=0.2)


def test_where_nothing_was_added_there_is_no_number():
    found = added_power(grey(), grey())
    assert power_table({"x": found}).rows[0].cells == (None, None, None)
    assert seed_share(grey(), grey(), grey()) is None


def test_the_share_of_the_seed_is_0_for_equal_targets_and_1_for_strangers():
    assert seed_share(grey() + noise(), grey() + noise(), grey()) == 0.0
    assert seed_share(grey() + noise(seed=1), grey() + noise(seed=2), grey()) == pytest.approx(1.0, abs=0.05)


def test_a_picture_below_a_block_is_refused():
    with pytest.raises(InputError, match="32 px"):
        added_power(grey(16), grey(16))
