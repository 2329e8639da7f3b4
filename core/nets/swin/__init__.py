"""The denoiser of ResShift, SinSR and SAMSR: a U-Net with window attention, under its authors' keys."""
