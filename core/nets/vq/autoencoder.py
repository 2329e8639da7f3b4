"""The autoencoder: encoder, codebook, decoder."""

from __future__ import annotations

from torch import Tensor, nn

from core.nets.vq.codebook import Codebook
from core.nets.vq.coders import Decoder, Encoder
from core.nets.vq.config import VqConfig


class VqAutoencoder(nn.Module):
    """Pictures in [−1, 1] to latents and back. Keys and shapes are those of the released file."""

    def __init__(self, config: VqConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or VqConfig()
        channels = config.latent_channels
        self.encoder, self.decoder = Encoder(config), Decoder(config)
        self.quantize = Codebook(config.codes, channels)
        self.quant_conv = nn.Conv2d(channels, channels, 1)
        self.post_quant_conv = nn.Conv2d(channels, channels, 1)

    def encode(self, picture: Tensor) -> Tensor:
        """(B, 3, f·h, f·w) → (B, 3, h, w), not quantised."""
        return self.quant_conv(self.encoder(picture))

    def decode(self, latent: Tensor) -> Tensor:
        """(B, 3, h, w) → (B, 3, f·h, f·w), not clamped; the latent is quantised first."""
        return self.decode_codes(self.quantize(latent))

    def decode_codes(self, latent: Tensor) -> Tensor:
        """As `decode`, of a latent that is taken as it is, in any precision."""
        return self.decoder(self.post_quant_conv(latent.to(self.post_quant_conv.weight.dtype)))

    def forward(self, picture: Tensor) -> Tensor:
        """There and back."""
        return self.decode(self.encode(picture))
