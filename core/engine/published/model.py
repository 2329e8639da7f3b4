"""Denoiser and autoencoder together, between pictures and latents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.diffusion.consistency import enlarge

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from core.diffusion.sampling import Denoiser
    from core.nets.swin.unet import SwinUNet
    from core.nets.vq.autoencoder import VqAutoencoder


@dataclass(frozen=True, eq=False)
class LatentModel:
    """Networks in `dtype`; the latents between them stay float32, as in the authors' half-precision runs."""

    denoiser: SwinUNet
    codec: VqAutoencoder
    dtype: torch.dtype

    @property
    def multiple(self) -> int:
        """Sides of the source must be multiples of this."""
        return self.denoiser.config.multiple

    def encode(self, source: Tensor) -> Tensor:
        """(B, 3, h, w) in [−1, 1] → z_y, the latent of its bicubic enlargement, (B, 3, h, w) float32."""
        return self.codec.encode(enlarge(source.float()).to(self.dtype)).float()

    def listening_to(self, source: Tensor) -> Denoiser:
        """The denoiser with the picture (B, 3, h, w) bound: (x_t at unit scale, timestep) → x_0, float32."""
        heard = source.to(self.dtype)

        def denoise(x: Tensor, timestep: Tensor) -> Tensor:
            return self.denoiser(x.to(self.dtype), timestep, heard).float()

        return denoise

    def decode(self, latent: Tensor) -> Tensor:
        """(B, 3, h, w) float32 → (B, 3, 4h, 4w) float32 within [−1, 1]; nearest codes are sought in float32."""
        return self.codec.decode(latent).float().clamp(-1.0, 1.0)
