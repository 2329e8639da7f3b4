"""What is written under the picture: depth and profile, whatever the profile says of itself."""

import struct

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from PIL import ImageCms

from core.image.picture import Carried
from ui.model.pixels import LONGEST, facts, profile_name


def profile(element):
    """A profile with one tag, as far as its name goes."""
    return bytes(128) + struct.pack(">I4sII", 1, b"desc", 144, len(element)) + element


def old(text):
    return b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text + b"\0"


def new(*texts):
    parts = [(language, text.encode("utf-16-be")) for language, text in texts]
    start, rows = 16 + 12 * len(parts), b""
    for language, text in parts:
        rows += struct.pack(">2s2sII", language, b"XX", len(text), start)
        start += len(text)
    return b"mluc" + bytes(4) + struct.pack(">II", len(parts), 12) + rows + b"".join(t for _, t in parts)


@pytest.mark.parametrize(
    ("element", "name"),
    [
        (old(b"Adobe RGB (1998)"), "Adobe RGB (1998)"),
        (new((b"en", "Display P3")), "Display P3"),
        (new((b"de", "Anzeige P3"), (b"en", "Display P3")), "Display P3"),
        (new((b"ja", "ディスプレイ")), "ディスプレイ"),
        (new(), ""),
        (b"text" + bytes(20), ""),
        (old(b"a\nb\t c"), "a b c"),
    ],
)
def test_a_profile_says_its_name(element, name):
    assert profile_name(profile(element)) == name


def test_a_real_profile_is_named():
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert "sRGB" in profile_name(icc)


def test_a_long_name_is_shortened():
    assert len(profile_name(profile(old(b"x" * 500)))) == LONGEST


@tried(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_stumble(data):
    assert isinstance(profile_name(bytes(128) + data), str)


@pytest.mark.parametrize(
    ("carried", "words"),
    [
        (Carried(depth=16, icc=profile(new((b"en", "Display P3")))), "16 bit · Display P3"),
        (Carried(), "8 bit · sRGB"),
        (Carried(kind="cmyk"), "8 bit · CMYK"),
        (Carried(depth="float"), "floating point · sRGB"),
        (Carried(icc=b"damaged"), "8 bit · sRGB"),
        (None, ""),
    ],
)
def test_depth_and_profile_stand_together(carried, words):
    assert facts(carried) == words
