"""A published weights file tells what it is, whatever it was wrapped in."""

from __future__ import annotations

import pytest
import torch
from golden import files, golden
from published import codec_of, stored, unet_of

from core.checkpoints.detect import (
    CODEC,
    DENOISER,
    architecture_of,
    codec_config,
    denoiser_config,
    method_of,
    network_of,
    unwrap,
)
from core.checkpoints.files import Weights, load_pth
from core.engine.methods.latent import RESSHIFT, RESSHIFT_15, SINSR, latent_model, recipe_of
from core.errors import CheckpointError
from core.nets.swin_unet import SwinUNet
from core.nets.vq import VqAutoencoder


def shapes_of(network):
    return {key: tuple(value.shape) for key, value in network.state_dict().items()}


@pytest.fixture(scope="module")
def denoiser():
    vectors, notes = golden("unet_a")
    return stored(vectors), unet_of(notes["config"]).config


@pytest.fixture(scope="module")
def codec():
    vectors, notes = golden("vq_small")
    return stored(vectors), codec_of(notes["config"]).config


def weights_of(tensors, prefix=""):
    return Weights({prefix + key: value for key, value in tensors.items()}, {})


@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."])
def test_wrappers_are_undone_and_sizes_deduced(denoiser, codec, prefix):
    for (tensors, config), kind in ((denoiser, DENOISER), (codec, CODEC)):
        network = network_of(weights_of(tensors, prefix), kind, "file")
        assert network.config == config
        assert all(torch.equal(value, tensors[key]) for key, value in network.state_dict().items())


@pytest.mark.golden
@pytest.mark.parametrize("name", files("unet_*"))
def test_every_reference_is_deduced_from_shapes_alone(name):
    _, notes = golden(name)
    with torch.device("meta"):
        network = unet_of(notes["config"])
    assert denoiser_config(shapes_of(network)) == network.config


def test_the_released_sizes_are_the_defaults():
    with torch.device("meta"):
        unet, autoencoder = SwinUNet(), VqAutoencoder()
    assert denoiser_config(shapes_of(unet)) == unet.config
    assert codec_config(shapes_of(autoencoder)) == autoencoder.config


def test_a_training_checkpoint_is_read_like_the_bare_file(denoiser, tmp_path):
    tensors, config = denoiser
    nested = {"state_dict": {f"module.{key}": value for key, value in tensors.items()}, "log_step": 3}
    torch.save(nested, tmp_path / "model.pth")
    assert network_of(load_pth(tmp_path / "model.pth"), DENOISER, "model.pth").config == config


def test_an_autoencoder_is_no_denoiser_and_is_told_so(codec):
    with pytest.raises(CheckpointError, match=r"file does not hold a denoiser .* but a VQ autoencoder"):
        network_of(weights_of(codec[0]), DENOISER, "file")


def test_another_network_is_named_by_its_keys():
    with pytest.raises(CheckpointError, match=r"something else \(conv_first.weight"):
        network_of(weights_of({"conv_first.weight": torch.zeros(1)}), CODEC, "file")


@pytest.mark.parametrize("kind", [DENOISER, CODEC])
def test_missing_and_spare_keys_are_named(denoiser, codec, kind):
    tensors = dict((denoiser if kind == DENOISER else codec)[0])
    gone = next(key for key in tensors if key.endswith("norm2.bias"))
    del tensors[gone]
    tensors["extra.weight"] = torch.zeros(2)
    with pytest.raises(CheckpointError) as caught:
        network_of(weights_of(tensors), kind, "file")
    assert gone in str(caught.value)
    assert "extra.weight" in str(caught.value)


def test_half_a_file_is_refused(denoiser):
    half = dict(list(denoiser[0].items())[: len(denoiser[0]) // 2]) | {
        "out.2.weight": torch.zeros(3, 32, 3, 3)
    }
    with pytest.raises(CheckpointError):
        network_of(weights_of(half), DENOISER, "file")


def test_stored_in_half_precision_is_loaded_in_single(denoiser):
    halves = {key: v.half() if v.is_floating_point() else v for key, v in denoiser[0].items()}
    network = network_of(weights_of(halves), DENOISER, "file")
    assert {p.dtype for p in network.parameters()} == {torch.float32}


def test_both_networks_go_to_the_precision_asked_for_but_the_codes(denoiser, codec):
    model = latent_model((weights_of(denoiser[0]), "a"), (weights_of(codec[0]), "b"), "cpu", torch.bfloat16)
    assert next(model.denoiser.parameters()).dtype == torch.bfloat16
    assert model.codec.decoder.conv_in.weight.dtype == torch.bfloat16
    assert torch.equal(model.codec.quantize.embedding.weight, codec[0]["quantize.embedding.weight"])


def test_nothing_is_detected_in_nothing():
    assert architecture_of({}) is None
    assert unwrap({}) == {}


@pytest.mark.parametrize(("file", "method"), [
    ("SinSR_v1.pth", "sinsr"), ("SamSR_v2.pth", "samsr"), ("resshift_realsrx4_s15_v2.pth", "resshift"),
    ("weights.pth", None),
])  # fmt: skip
def test_a_denoisers_file_name_tells_its_method(file, method):
    assert method_of(file) == method


def test_resshift_takes_as_many_steps_as_its_file_says():
    assert recipe_of("resshift", "resshift_realsrx4_s15_v1.pth") == RESSHIFT_15
    assert recipe_of("resshift", "resshift_realsrx4_s4_v3.pth") == RESSHIFT
    assert recipe_of("sinsr", "SinSR_v2.pth") == SINSR
