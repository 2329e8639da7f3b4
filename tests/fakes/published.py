"""The published networks at the sizes that the golden vectors' notes give, in the authors' words."""

from __future__ import annotations

import torch
from recipe import filled

from core.nets.swin_unet import SwinUNet, SwinUNetConfig
from core.nets.vq import VqAutoencoder, VqConfig

SMALL = SwinUNetConfig(
    width=32, multipliers=(1, 1), blocks=(1, 1), latent_px=16, attention_px=(16, 8), embed=32, head_width=16,
    mlp_ratio=2,
)  # fmt: skip


def small_networks():
    """A denoiser and an autoencoder as small as their make allows, filled by the recipe."""
    codec = VqAutoencoder(VqConfig(width=32, multipliers=(1, 1, 1), blocks=1, codes=256))
    return filled(SwinUNet(SMALL)), filled(codec)


def unet_of(notes):
    return SwinUNet(
        SwinUNetConfig(
            in_channels=notes["in_channels"],
            out_channels=notes["out_channels"],
            width=notes["model_channels"],
            multipliers=tuple(notes["channel_mult"]),
            blocks=tuple(notes["num_res_blocks"]),
            latent_px=notes["image_size"],
            attention_px=tuple(notes["attention_resolutions"]),
            embed=notes["swin_embed_dim"],
            head_width=notes["num_head_channels"],
            window=notes["window_size"],
            mlp_ratio=notes["mlp_ratio"],
            depth=notes["swin_depth"],
        )
    )


def codec_of(notes):
    sizes = notes["ddconfig"]
    return VqAutoencoder(
        VqConfig(
            channels=sizes["in_channels"],
            latent_channels=sizes["z_channels"],
            width=sizes["ch"],
            multipliers=tuple(sizes["ch_mult"]),
            blocks=sizes["num_res_blocks"],
            codes=notes["n_embed"],
        )
    )


def stored(vectors):
    """The weights inside a golden file, as the reference run used them."""
    start = "weights."
    return {
        key[len(start) :]: value.float() if value.is_floating_point() else value
        for key, value in vectors.items()
        if key.startswith(start)
    }


def relative(ours, theirs):
    """Root mean square of the difference over that of the reference."""
    return float((ours - theirs).norm() / theirs.norm())


def agrees(ours, theirs, tolerance=1e-5):
    """Within the tolerance as a whole, and nowhere further off than 10⁻⁴ of the reference's largest value."""
    worst = float((ours - theirs).abs().max() / theirs.abs().max())
    return ours.shape == theirs.shape and relative(ours, theirs) <= tolerance and worst <= 1e-4


def key_list(path):
    """(key, shape) of a golden key list, in order."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    fields = (line.split(maxsplit=3) for line in lines)
    return [_key_and_shape(rest) for *_, rest in fields]


def _key_and_shape(text):
    shape, key = text[1:].split(")")
    return key.strip(), tuple(int(side) for side in shape.split(",") if side.strip())


def at_ease(network):
    """For inference, laid out as the engine lays it out."""
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
