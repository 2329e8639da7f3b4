"""Camera data in TIFF, classic and big, in either byte order."""

import numpy as np
import pytest
from PIL import Image

from core.image.picture import Carried
from core.image.tiff import complete_tiff, exif_in_tiff
from core.image.vips import vips_image


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("endian", ["<", ">"])
def test_what_is_added_is_read_back_and_the_pixels_stay(tmp_path, noise, read, big, endian):
    pixels = noise((40, 50, 3))
    vips_image(pixels, "srgb").tiffsave(str(tmp_path / "a.tif"), bigtiff=big, tile=True)
    exif = Image.Exif()
    exif.endian = endian
    exif[0x010F] = "Camera & Co"
    exif.get_ifd(0x8769)[0x829A] = 0.02
    complete_tiff(tmp_path / "a.tif", Carried(exif=exif.tobytes()), "Semantic Upscale 9.9")
    found = Image.Exif()
    found.load(exif_in_tiff(tmp_path / "a.tif"))
    assert (found[0x010F], found[0x0131]) == ("Camera & Co", "Semantic Upscale 9.9")
    assert float(found.get_ifd(0x8769)[0x829A]) == pytest.approx(0.02)
    np.testing.assert_array_equal(read(tmp_path / "a.tif")[0], pixels)


def test_a_damaged_file_has_no_camera_data(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"II*\0\xff\xff\0\0")
    assert exif_in_tiff(tmp_path / "a.tif") is None
