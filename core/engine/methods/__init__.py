"""Ways to upscale, one file each."""
