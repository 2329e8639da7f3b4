"""Cutting the work into tiles that fit the memory, and joining their results without a seam."""
