"""Semantic Upscale inside GIMP 3. `semantic-upscale.py` is what GIMP runs; `document` the only door to its pixels."""
