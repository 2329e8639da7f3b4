"""The ways to upscale, one file each, behind the protocol of `base`."""
