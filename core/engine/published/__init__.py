"""The published models ResShift, SinSR and SAMSR: latent diffusion in one step or a few, under our control."""
