"""What a picture carried comes back in its target, read by exiftool and Pillow, or the ledger says that it is lost."""

import json
import shutil
import struct
import subprocess
import zlib

import numpy as np
import pytest
from PIL import Image

from core.errors import InputError, OutputError
from core.geometry import Box, Size
from core.image.cicp import BT709, D65, NamedColour, icc_of, named_profile
from core.image.colour import matrix_profile
from core.image.containers import Extras, iim_of, resources_of
from core.image.io import open_picture
from core.image.xmp import Becomes, follow_picture

SUFFIXES = [".png", ".jpg", ".webp", ".tif", ".avif"]
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
FACES = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF}><rdf:Description rdf:about=""
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" tiff:ImageWidth="96" tiff:Orientation="6">
 <tiff:ImageLength>64</tiff:ImageLength><mwg-rs:Regions rdf:parseType="Resource">
 <mwg-rs:AppliedToDimensions stDim:w="96" stDim:h="64" stDim:unit="pixel"/><mwg-rs:RegionList><rdf:Bag>
 <rdf:li rdf:parseType="Resource"><mwg-rs:Area stArea:x="0.25" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2"
 stArea:unit="normalized"/></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
 <MPReg:Rectangle>0.2, 0.4, 0.1, 0.2</MPReg:Rectangle><dc:title>Straße</dc:title>{{}}
 </rdf:Description></rdf:RDF></x:xmpmeta>"""
IIM = b"".join(
    b"\x1c" + struct.pack(">BBH", record, number, len(text)) + text
    for record, number, text in (
        (1, 90, b"\x1b%G"),
        (2, 25, "bäta".encode()),
        (2, 90, b"Wien"),
        (2, 120, b"x" * 301),
    )
)


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def chunk(kind, data):
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


@pytest.fixture
def camera(tmp_path, noise):
    """A JPEG lying on its side, with a comment, IPTC, faces, a thumbnail and 300 dpi."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x9C9B] = "Camera & Co", 6, "Titel".encode("utf-16-le")
    exif.get_ifd(0x8769)[0xA002] = 96
    path = tmp_path / "camera.jpg"
    Image.fromarray(noise((64, 96, 3))).save(path, exif=exif, dpi=(300, 300), comment="Grüße")
    data = path.read_bytes()
    packet = b"http://ns.adobe.com/xap/1.0/\0" + FACES.format("").encode()
    blocks = segment(0xE1, packet) + segment(0xED, b"Photoshop 3.0\0" + resources_of(IIM))
    path.write_bytes(data[:2] + blocks + data[2:])
    return path


def by_exiftool(path, *names):
    tool = shutil.which("exiftool")
    if tool is None:
        pytest.skip("exiftool is not here: apt install libimage-exiftool-perl")
    asked = [f"-{name}" for name in names]
    told = subprocess.run([tool, "-j", "-n", "-G0", *asked, path], capture_output=True, check=True)
    return json.loads(told.stdout)[0]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_a_camera_wrote_is_read_by_another_program(tmp_path, camera, road, suffix):
    saved = road(camera, tmp_path / f"b{suffix}")
    told = by_exiftool(saved.path, "EXIF:all", "XMP:all", "IPTC:all", "Comment", "File:Comment")
    assert (told["EXIF:Make"], told["EXIF:XPTitle"], told["EXIF:Orientation"]) == ("Camera & Co", "Titel", 1)
    assert (told["XMP:ImageWidth"], told["XMP:ImageHeight"], told["XMP:Orientation"]) == (64, 96, 1)
    assert (told["XMP:RegionAppliedToDimensionsW"], told["XMP:RegionAppliedToDimensionsH"]) == (64, 96)
    areas = [told[f"XMP:RegionArea{side}"] for side in "XYWH"]
    assert [float(np.squeeze(area)) for area in areas] == [0.5, 0.25, 0.2, 0.1]
    assert told["XMP:Title"] == "Straße"
    lost = " ".join(saved.losses)
    assert told.get("IPTC:City") == "Wien" or "IPTC" in lost
    assert told.get("IPTC:Caption-Abstract") == "x" * 301 or "IPTC" in lost
    assert "Grüße" in (told.get("File:Comment"), told.get("PNG:Comment")) or "1 comment" in lost
    assert not any("Thumbnail" in name for name in told)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_nothing_is_called_lost_that_is_there(tmp_path, camera, road, suffix):
    losses = road(camera, tmp_path / f"b{suffix}").losses
    assert [said for said in losses if "comment" not in said] == []


def test_strict_writes_nothing_that_would_lose_something(tmp_path, camera, road):
    with pytest.raises(OutputError, match="IPTC"):
        road(camera, tmp_path / "b.webp", strict=True)
    assert road(camera, tmp_path / "b.png", strict=True).path.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.png", "camera.jpg"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_packet_of_200_kilobytes_is_kept_whole(tmp_path, camera, road, suffix):
    long = FACES.format("<dc:rights>" + "y" * 200_000 + "</dc:rights>").encode()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(
        data[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + long) + data[33:]
    )
    first = road(tmp_path / "a.png", tmp_path / "b.jpg", record="{}")
    second = road(first.path, tmp_path / f"c{suffix}", record="{}")
    assert first.losses == second.losses == ()
    with open_picture(second.path) as picture:
        assert b"y" * 200_000 in picture.carried.xmp
        assert picture.carried.xmp.count(b"su:record") == 2


def test_texts_of_a_png_come_back_to_the_byte(tmp_path, road):
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "a.png")
    texts = chunk(b"iTXt", "Title\0\0\0\0\0写真".encode()) + chunk(
        b"zTXt", b"Long\0\0" + zlib.compress(b"\xe4" * 500)
    )
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[:33] + texts + data[33:])
    saved = road(tmp_path / "a.png", tmp_path / "b.png")
    assert saved.losses == ()
    assert texts[:20] in saved.path.read_bytes()
    with Image.open(saved.path) as image:
        image.load()
        assert (image.text["Title"], image.text["Long"]) == ("写真", "ä" * 500)
    assert "2 texts: Long, Title" in road(tmp_path / "a.png", tmp_path / "b.webp").losses[0]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_faces_follow_every_turn(orientation):
    """The middle of a region must meet the same pixel, found by turning a picture that is black but for it."""
    stored = np.zeros((30, 40), np.uint8)
    stored[20:24, 4:12] = 255  # middle (8, 22), sides 8 × 4
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(stored)
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
    upright = np.asarray(image if orientation == 1 else image.transpose(turns[orientation]))
    rows, columns = np.nonzero(upright)
    size = Size(upright.shape[1], upright.shape[0])
    x, y = Becomes(orientation, size).middle(8 / 40, 22 / 30)
    wide, high = Becomes(orientation, size).extent(8 / 40, 4 / 30)
    assert (x * size.width, y * size.height) == pytest.approx(
        ((columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2)
    )
    assert (wide * size.width, high * size.height) == pytest.approx((np.ptp(columns) + 1, np.ptp(rows) + 1))


@pytest.mark.parametrize(
    "text", ["<a", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>http://ns.adobe.com/tiff/1.0/</x>", ""]
)
def test_a_packet_that_is_no_plain_xml_stays_as_it_stands(text):
    text += " http://ns.adobe.com/tiff/1.0/"
    assert follow_picture(text, Becomes(6, Size(1, 1))) == text


def test_iptc_is_found_in_every_form():
    assert iim_of(IIM) == iim_of(resources_of(IIM)) == iim_of(b"Photoshop 3.0\0" + resources_of(IIM)) == IIM
    named = b"8BIM" + struct.pack(">HB3sL", 0x040B, 3, b"url", 8) + b"http://x"
    assert iim_of(named + resources_of(IIM)) == IIM
    assert iim_of(named) == b""


# Colours that a file names by numbers.


def png_with(tmp_path, *chunks):
    Image.fromarray(np.full((8, 8, 3), (255, 0, 0), np.uint8)).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[:33] + b"".join(chunks) + data[33:])
    return tmp_path / "a.png"


def test_a_red_of_display_p3_is_brighter_than_srgb_has_it_and_comes_back(tmp_path, road, read):
    source = png_with(tmp_path, chunk(b"cICP", bytes([12, 13, 0, 1])))
    with open_picture(source) as picture:
        red = picture.colour.read(Box.of(picture.size))[0, 0]
    assert red == pytest.approx([1.0931, -0.2267, -0.1501], abs=2e-3)
    saved = road(source, tmp_path / "b.tif")
    assert saved.losses == ()
    assert read(saved.path)[0][0, 0].tolist() == [255, 0, 0]
    with open_picture(saved.path) as picture:
        assert matrix_profile(picture.carried.icc, "rgb") is not None


def test_a_gamma_of_one_is_light(tmp_path):
    source = png_with(tmp_path, chunk(b"gAMA", struct.pack(">L", 100_000)))
    with open_picture(source) as picture:
        assert matrix_profile(picture.carried.icc, "rgb").curves[0].g == 1.0


@pytest.mark.parametrize(
    "extras",
    [
        Extras(),
        Extras(cicp=(1, 13, 0)),
        Extras(cicp=(2, 2, 2)),
        Extras(gamma=0.45455),
        Extras(gamma=0.45455, chromaticities=(*D65, *BT709)),
    ],
)
def test_what_means_srgb_or_nothing_makes_no_profile(tmp_path, extras):
    assert named_profile(extras, "rgb", tmp_path / "a.png") is None


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_refused_by_its_name(tmp_path, transfer, name):
    with (
        pytest.raises(InputError, match=rf"HDR \({name}\)"),
        open_picture(png_with(tmp_path, chunk(b"cICP", bytes([9, transfer, 0, 1])))),
    ):
        pass


def test_a_grey_profile_has_one_curve():
    profile = matrix_profile(icc_of(NamedColour((*D65, *BT709), (1.8,)), "grey"), "grey")
    assert profile.curves[0].g == pytest.approx(1.8, abs=1e-4)


# A JPEG whose last two bytes were cut off has all its rows; one that was cut earlier has not.


def test_a_jpeg_without_its_last_mark_is_whole(tmp_path, noise):
    Image.fromarray(noise((64, 96, 3))).save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    assert data.endswith(b"\xff\xd9")
    (tmp_path / "a.jpg").write_bytes(data[:-2])
    with open_picture(tmp_path / "a.jpg") as picture:
        assert any("last bytes" in said for said in picture.notices)
    (tmp_path / "a.jpg").write_bytes(data[: len(data) * 6 // 10])
    with pytest.raises(InputError, match="cut short"), open_picture(tmp_path / "a.jpg"):
        pass
