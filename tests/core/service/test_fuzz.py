"""Whatever is sent, the engine answers in its own words and lives on."""

from __future__ import annotations

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi
from server_fake import engine_in

from core.service.app import PLACE
from plugin.bridge import EngineRefused, PixelPlanes, find
from plugin.bridge.facts import BANDS, DEPTH_BYTES
from plugin.bridge.values import query

CHECKS = (
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.unsupported_method,
)
# What ends the engine, and what goes on for as long as a job does, is asked elsewhere.
SCHEMA = schemathesis.openapi.from_dict(json.loads(PLACE.read_text("utf-8"))).exclude(path=["/v1/stop"])
BOUNDED = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, engine_in(tmp_path_factory.mktemp("home"), patch) as made:
        yield made


@pytest.fixture(scope="module")
def bridge(engine):
    made = find("fuzz")
    yield made
    made.close()


@SCHEMA.parametrize()
@BOUNDED
def test_every_call_answers_as_it_is_described(case, engine):
    headers = {"Authorization": f"Bearer {engine.told.token}", "X-Client": "fuzz/1"}
    case.call_and_validate(
        base_url=f"http://{engine.told.address}", headers=headers, checks=CHECKS, timeout=30
    )


@st.composite
def _planes(draw):
    """Any planes that can be, strides and profiles too."""
    width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    mode, depth = draw(st.sampled_from(sorted(BANDS))), draw(st.sampled_from(sorted(DEPTH_BYTES)))
    row_bytes = width * BANDS[mode] * DEPTH_BYTES[depth]
    stride = draw(st.sampled_from([0, row_bytes, row_bytes + 4]))
    size = (stride or row_bytes) * height
    data = bytes(size) if depth == "f32" else draw(st.binary(min_size=size, max_size=size))
    return PixelPlanes(width, height, mode, depth, data, None, stride, draw(st.none() | st.floats(1, 1e4)))


@given(planes=_planes())
@settings(BOUNDED, max_examples=60)
def test_any_planes_arrive_as_they_were_sent(bridge, planes):
    told = bridge.post_picture(planes)
    assert (told.width, told.height, told.mode, told.depth) == (
        planes.width,
        planes.height,
        planes.mode,
        planes.depth,
    )


@given(data=st.data(), body=st.binary(max_size=300))
@settings(BOUNDED, max_examples=80)
def test_any_body_with_any_layout_is_taken_or_refused(bridge, data, body):
    number = st.integers(-2, 12) | st.integers(-(2**40), 2**40)
    told = {
        name: data.draw(st.none() | number, name) for name in ("width", "height", "stride_bytes", "icc_bytes")
    }
    told |= {
        "mode": data.draw(st.sampled_from([*BANDS, "CMYK", ""])),
        "depth": data.draw(st.sampled_from([*DEPTH_BYTES, "u9"])),
    }
    try:
        answer = bridge._line.send("POST", "/v1/pictures" + query({"kind": "raw", **told}), [body])
    except EngineRefused as refused:
        assert 400 <= refused.status < 500, refused  # noqa: PT017  (either is right)
    else:
        assert answer["width"] * answer["height"] > 0


@given(body=st.binary(max_size=400))
@settings(BOUNDED, max_examples=12)
def test_any_file_is_taken_or_refused(bridge, body):
    heads = (
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"II*\0",
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x18ftypavif",
        b"",
    )
    for head in heads:
        with pytest.raises(EngineRefused) as refused:
            bridge._line.send("POST", "/v1/pictures?kind=file", [head + body])
        assert 400 <= refused.value.status < 500
