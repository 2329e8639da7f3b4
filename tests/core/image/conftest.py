"""Pictures made on the spot, and the engine's road without an engine: open, encode, save."""

import numpy as np
import pytest
import pyvips

from core.geometry import Box
from core.image.io import FileEncoder, SaveOptions, open_picture, save_picture, strips
from core.image.vips import set_blob, vips_image

SPACES = {1: "b-w", 2: "b-w", 3: "srgb", 4: "srgb"}
SPACES_16 = {1: "grey16", 2: "grey16", 3: "rgb16", 4: "rgb16"}


@pytest.fixture
def noise():
    """Seeded pixels of a shape and dtype."""

    def make(shape, dtype=np.uint8):
        random = np.random.default_rng(7)
        if np.dtype(dtype).kind == "f":
            return random.random(shape, np.float32)
        return random.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)

    return make


@pytest.fixture
def write():
    """Write pixels by libvips' own means, with a profile or fields of the header."""

    def make(path, pixels, icc=None, space=None, **fields):
        spaces = SPACES_16 if pixels.dtype == np.uint16 else SPACES
        image = vips_image(pixels, space or spaces[pixels.shape[2]]).copy()
        if icc:
            set_blob(image, "icc-profile-data", icc)
        for name, value in fields.items():
            kind = pyvips.GValue.gint_type if isinstance(value, int) else pyvips.GValue.gstr_type
            image.set_type(kind, name.replace("_", "-"), value)
        lossless = {"lossless": True} if path.suffix in (".webp", ".avif") else {}
        if path.suffix == ".webp":
            lossless["exact"] = True
        image.write_to_file(str(path), **lossless)
        return path

    return make


@pytest.fixture
def read():
    """The stored pixels of a file and its header."""

    def load(path):
        image = pyvips.Image.new_from_file(str(path))
        pixels = image.numpy()
        return pixels.reshape(image.height, image.width, image.bands), image

    return load


@pytest.fixture
def road():
    """Open, encode and save at scale 1."""

    def walk(source, target, **options):
        chosen = SaveOptions(suffix=target.suffix, **{"lossless": True, **options})
        with open_picture(source) as picture:
            encoder = FileEncoder(picture.carried, chosen)
            made = encoder.blank(picture.size)
            for strip in strips(picture.size, 100):
                alpha = picture.alpha.read(strip) if picture.alpha else None
                made.planes.write(strip.y, encoder.encode(picture.colour.read(strip), alpha))
            return save_picture(made, target, chosen, picture.carried)

    return walk


@pytest.fixture
def whole():
    """All pixels of planes."""
    return lambda planes: planes.read(Box.of(planes.size))


@pytest.fixture
def wide():
    """libvips' Display P3."""
    return pyvips.Image.profile_load("p3")
