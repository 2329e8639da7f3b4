"""Opening and saving take memory by the strip, not by the picture."""

import os
import subprocess
import sys

import pytest

ROAD = """
import sys
from core.geometry import Box, Size
from core.image.io import *
def peak_kb():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
first = peak_kb()
with open_picture(sys.argv[1], ".") as picture:
    assert isinstance(picture.colour, ScratchPlanes)
    options = SaveOptions(suffix=sys.argv[2])
    encoder = FileEncoder(picture.carried, options)
    target = encoder.blank(picture.size, ".")
    for strip in strips(picture.size):
        target.planes.write(strip.y, encoder.encode(picture.colour.read(strip)))
    opened = peak_kb()
    save_picture(target, "b" + sys.argv[2], options, picture.carried)
    target.close()
print((opened - first) // 1024, (peak_kb() - first) // 1024)
"""
WRITE = """
import sys, pyvips
ramp = pyvips.Image.xyz(10000, 6000)
image = (ramp[0] % 251).bandjoin([ramp[1] % 241, (ramp[0] + ramp[1]) % 255])
image.cast("uchar").copy(interpretation="srgb").write_to_file(sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read as Linux tells it")
def test_60_megapixels_take_less_than_400_mb(tmp_path):
    env = {**os.environ, "PYTHONPATH": os.getcwd()}  # noqa: PTH109
    subprocess.run([sys.executable, "-c", WRITE, str(tmp_path / "a.jpg")], env=env, check=True)
    for source, suffix in (("a.jpg", ".tif"), ("b.tif", ".jpg")):
        road = [sys.executable, "-c", ROAD, source, suffix]
        done = subprocess.run(road, env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert max(map(int, done.stdout.split())) < 400, done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "b.jpg", "b.tif"]
