"""The denoiser gives its authors' numbers, under its authors' keys."""

from __future__ import annotations

import json

import pytest
import torch
from golden import cases, golden, golden_folder
from published import agrees, at_ease, key_list, stored, unet_of
from recipe import filled

from core.nets.swin_unet import SwinUNet


def inputs(vectors, case):
    return (vectors[f"{case}.{name}"] for name in ("x", "t", "lq"))


def run(network, vectors, case):
    with torch.inference_mode():
        return network(*inputs(vectors, case))


@pytest.mark.golden
@pytest.mark.parametrize(("name", "case"), cases("unet_?", "out"))
def test_a_small_denoiser_with_its_weights_gives_the_reference(name, case):
    vectors, notes = golden(name)
    network = unet_of(notes["config"])
    network.load_state_dict(stored(vectors))
    assert agrees(run(at_ease(network), vectors, case), vectors[f"{case}.out"])


@pytest.fixture(scope="module")
def reduced():
    vectors, notes = golden("unet_mc32_recipe")
    return at_ease(filled(unet_of(notes["config"]), notes["salt"])), vectors, notes


@pytest.mark.golden
def test_the_recipe_fills_what_the_reference_was_filled_with(reduced):
    network, _, notes = reduced
    parameters = dict(network.named_parameters())
    assert sum(p.numel() for p in parameters.values()) == notes["recipe_check_num_params"]
    total = sum(float(p.double().abs().sum()) for p in parameters.values())
    assert total == pytest.approx(notes["recipe_check_sum_abs_params"], rel=1e-9)
    for key, first in notes["recipe_check_first4"].items():
        assert parameters[key].contiguous().flatten()[:4].tolist() == first


def probed(network, names, run_it):
    """What the network gives, and what each named part gives meanwhile."""
    seen = {}
    hooks = [
        network.get_submodule(name).register_forward_hook(
            lambda _, __, out, name=name: seen.__setitem__(name, out)
        )
        for name in names
    ]
    seen["out"] = run_it()
    for hook in hooks:
        hook.remove()
    return seen


@pytest.mark.golden
@pytest.mark.parametrize(("_file", "case"), cases("unet_mc32_recipe", "out"))
def test_the_released_topology_gives_the_reference_block_by_block(reduced, _file, case):
    network, vectors, _ = reduced
    probes = json.loads((golden_folder() / "unet_mc32_recipe.probes.json").read_text("utf-8"))[case]
    names = [probe["module"] for probe in probes if probe["module"] != "out"]
    seen = probed(network, names, lambda: run(network, vectors, case))
    assert agrees(seen["out"], vectors[f"{case}.out"])
    for probe in probes:
        ours = seen[probe["module"]]
        assert list(ours.shape) == probe["shape"]
        assert float(ours.double().mean()) == pytest.approx(probe["mean"], abs=1e-5)
        assert float(ours.double().std()) == pytest.approx(probe["std"], rel=1e-5)
        assert ours.flatten()[:4].tolist() == pytest.approx(probe["first4"], abs=3e-5)


@pytest.mark.golden
@pytest.mark.parametrize(("name", "case"), cases("unet_b", "out")[:1])
def test_a_batch_is_its_members(name, case):
    vectors, notes = golden(name)
    network = unet_of(notes["config"])
    network.load_state_dict(stored(vectors))
    x, _, source = (part[:1] for part in inputs(vectors, case))
    batch = torch.cat((x, x.flip(3))), torch.tensor([14, 3]), torch.cat((source, source.flip(3)))
    with torch.inference_mode():
        together = at_ease(network)(*batch)
        alone = torch.cat([network(*(part[i : i + 1] for part in batch)) for i in range(2)])
    assert agrees(together, alone)


@pytest.mark.golden
def test_keys_are_the_authors():
    with torch.device("meta"):
        ours = SwinUNet().state_dict()
    assert [(key, tuple(value.shape)) for key, value in ours.items()] == key_list(
        golden_folder() / "keys-unet.txt"
    )


@pytest.mark.slow
@pytest.mark.golden
def test_the_released_sizes_give_the_reference():
    vectors, notes = golden("unet_full_recipe")
    network = at_ease(filled(unet_of(notes["config"]), notes["salt"]))
    for _, case in cases("unet_full_recipe", "out"):
        assert agrees(run(network, vectors, case), vectors[f"{case}.out"], 1e-4)
