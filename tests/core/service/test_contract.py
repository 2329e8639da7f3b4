"""Version 1 of the protocol stays what it is: described in openapi.json, recorded in golden_exchanges."""

from __future__ import annotations

import http.client
import json
import os

import pytest
from bridge_fake import TOKEN, Answer, FakeEngine
from exchanges import PLACE, Recorder, exchanges, packed, plain, session
from server_fake import engine_in, until

from core.service import app, context, run
from plugin.bridge import Bridge, find

REFRESH = bool(os.environ.get("SEMANTIC_UPSCALE_REFRESH"))


@pytest.fixture
def steady_ids(monkeypatch):
    monkeypatch.setattr(context.secrets, "token_hex", lambda count: "ab" * count)


def _golden():
    return json.loads(PLACE.read_text("utf-8"))


def _holds(old, new):
    """Whether everything that was said is still said: more keys are fine, other values are not."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(key in new and _holds(old[key], new[key]) for key in old)
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(_holds, old, new))
    return old == new


def test_the_description_is_that_of_the_code():
    assert app.PLACE.read_text("utf-8") == app.description(), "run python -m core.service.app"


def test_every_call_of_the_bridge_is_recorded(tmp_path, monkeypatch, steady_ids):
    kept, built = [], run.build_app
    monkeypatch.setattr(run, "build_app", lambda *parts: Recorder(built(*parts), kept))
    with engine_in(tmp_path, monkeypatch):
        bridge = find("golden")
        kept.clear()
        session(bridge, tmp_path)
        bridge.close()
        until(lambda: kept[-1][3])
        whole = list(kept)
    found = exchanges(whole)
    if REFRESH:
        PLACE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == _golden()


def test_the_engine_of_today_understands_a_client_of_version_1(tmp_path, monkeypatch, steady_ids):
    with engine_in(tmp_path, monkeypatch) as engine:
        headers = {"Authorization": f"Bearer {engine.told.token}", "X-Client": "old/1"}
        for row in _golden():
            line = http.client.HTTPConnection(engine.told.address, timeout=10)
            body = packed(row["request"]["body"]) or None
            kind = {"Content-Type": "application/json"} if "raw" not in row["request"]["path"] else {}
            line.request(row["request"]["method"], row["request"]["path"], body, {**headers, **kind})
            answer = line.getresponse()
            told = plain(answer.read())
            line.close()
            assert answer.status == row["response"]["status"], row["request"]
            assert _holds(row["response"]["body"], told), row["request"]


def test_the_bridge_of_today_understands_an_engine_of_version_1(tmp_path):
    rows = _golden()
    with FakeEngine().running() as fake:
        fake.answers = _InTurn(rows)
        bridge = Bridge(fake.address, TOKEN, "golden")
        session(bridge, tmp_path)
        bridge.close()
    asked = [{"method": said.method, "path": said.path, "body": plain(said.body)} for said in fake.said]
    assert asked == [row["request"] for row in rows]


class _InTurn:
    """Gives the recorded answers one after the other."""

    def __init__(self, rows):
        self.rows = iter(rows)

    def get(self, *_):
        told = next(self.rows)["response"]
        body = packed(told["body"])
        return Answer(body, told["status"], told["headers"])
