"""Where a picture was taken goes only where the user lets it."""

from __future__ import annotations

import io

from PIL import Image

from core.image.metadata import without_location, without_metadata
from core.image.picture import Carried

GPS, MAKER = 0x8825, 0x010F
XMP = (
    b'<x:xmpmeta><rdf:RDF><rdf:Description exif:GPSLatitude="48,8N" dc:title="Lake">'
    b"<photoshop:City>Bern</photoshop:City><dc:format>x</dc:format></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def exif():
    tags = Image.Exif()
    tags[MAKER] = "Maker"
    tags.get_ifd(GPS)[1] = "N"
    tags.get_ifd(GPS)[2] = (48.0, 8.0, 0.0)
    return tags.tobytes()


def read(data):
    tags = Image.Exif()
    tags.load(data)
    return tags


def carried():
    fields = (("exif-ifd0-Make", "Maker"), ("exif-ifd3-GPSLatitude", "48 8 0"))
    return Carried(exif=exif(), xmp=XMP, iptc=b"Bern", fields=fields, icc=b"icc", dpi=(300, 300))


def test_the_place_goes_and_the_rest_stays():
    assert read(exif()).get_ifd(GPS)
    less = without_location(carried())
    assert GPS not in read(less.exif)
    assert read(less.exif)[MAKER] == "Maker"
    assert less.fields == (("exif-ifd0-Make", "Maker"),)
    assert b"Bern" not in less.xmp
    assert b"GPS" not in less.xmp
    assert b'dc:title="Lake"' in less.xmp
    assert b"<dc:format>" in less.xmp
    assert less.iptc is None


def test_exif_that_nobody_can_read_goes_whole():
    assert without_location(Carried(exif=b"Exif\0\0garbage of some length")).exif is None


def test_all_goes_but_how_it_looks():
    less = without_metadata(carried())
    assert (less.exif, less.xmp, less.iptc, less.fields) == (None, None, None, ())
    assert (less.icc, less.dpi) == (b"icc", (300, 300))


def test_nothing_of_the_place_is_in_a_file_that_is_saved(tmp_path):
    from core.image.io import FileEncoder, SaveOptions, open_picture, save_picture  # noqa: PLC0415

    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=exif())
    source = tmp_path / "source.jpg"
    source.write_bytes(file.getvalue())
    with open_picture(source) as picture:
        for suffix in (".jpg", ".png", ".tif", ".webp"):
            options = SaveOptions(suffix)
            target = FileEncoder(picture.carried, options).blank(picture.size)
            less = without_location(picture.carried)
            saved = save_picture(target, tmp_path / f"target{suffix}", options, less)
            with Image.open(saved.path) as image:
                assert GPS not in image.getexif()
                assert image.getexif()[MAKER] == "Maker"
