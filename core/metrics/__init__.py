"""What a result is worth, in numbers: fidelity, naturalness, distance, consistency, control, seams.

Everything takes pictures as (H, W, 3) float32 in [0, 1], sRGB-encoded, unless it says otherwise. Nothing here
writes a file, and a file of numbers that a measure needs is named by the caller.
"""
