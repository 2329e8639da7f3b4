"""The VQ-f4 autoencoder of latent diffusion, under its authors' keys."""
