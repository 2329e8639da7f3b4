"""Measures any method we can load on any folder of pictures, and tells it in tables, pictures and JSON.

Every picture goes through the real road, `core.engine.upscale.upscale`; only the target stays in floating point.
"""
