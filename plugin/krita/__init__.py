"""Semantic Upscale as Krita sees it. `entry.py` becomes the `__init__` of the folder that Krita loads."""
