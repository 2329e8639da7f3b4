"""A session of every call, and how its exchanges are recorded. The files are the contract of version 1.

SEMANTIC_UPSCALE_REFRESH=1 with tests/test_server_contract.py writes them anew; a difference in the diff is a change
that older plug-ins see.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

from plugin.bridge import EngineRefused, PixelPlanes, RegionIn
from plugin.bridge.transport import PROOF_PATH

PLACE = Path(__file__).with_name("golden_exchanges") / "v1.json"
HEADERS = ("content-type", "x-width", "x-rows")
CHANGING = ("version", "pid", "started", "log", "idle_s", "capabilities")


def session(bridge, folder):
    """Every call, in an order that makes sense."""
    bridge.hello()
    bridge.models()
    picture = bridge.post_picture(PixelPlanes(2, 3, "RGB", "u8", bytes(range(18)))).id
    region = RegionIn("sky", -2.0, (0, 0, 2, 1), b"\xff\0", 1.5, locked=True, visible=False)
    job = bridge.upscale(picture, [region], 0.5, {"seed": 3, "clean_up": 0.25}, keep=True)
    list(job.events())  # `wait` need not ask where the engine has told the end already
    job.info()
    list(job.rows("RGBA", "u16", 2, 3))
    job.tile(0)
    job.added()
    job.save(str(folder / "a.jpg"), quality=90, metadata=False)
    job.keep()
    bridge.preview(picture, (0, 0, 2, 2), lane="loupe").planes()
    bridge.propose(picture, [(1, 2, 1), (0, 0, 0)], (0, 0, 2, 2), lane="hover").proposals()
    _the_rest(bridge, picture, job)


def _the_rest(bridge, picture, job):
    bridge.everything(picture)
    bridge.suggest(picture)
    bridge.prepare(picture, "built-in")
    bridge.estimate(picture)
    bridge.download("mobile-sam", accept_licence=True)
    given = bridge.hand_off(picture, [], -1.0, "photo.kra", "krita")
    bridge.handoffs()
    bridge.answer_handoff(given, job.id)
    bridge.handoff(given, wait_s=1)
    for refused in (lambda: bridge.job("nobody"), lambda: bridge.upscale(picture, rest=9.0)):
        try:
            refused()
        except EngineRefused:
            continue
        raise AssertionError
    bridge.status()
    job.cancel()
    bridge.forget_picture(picture)
    bridge.stop()


class Recorder:
    """An ASGI app around another that writes down what was asked and answered."""

    def __init__(self, app, kept):
        self.app, self.kept = app, kept

    async def __call__(self, scope, receive, send):
        if scope["path"] == PROOF_PATH:  # never twice the same
            await self.app(scope, receive, send)
            return
        asked, answered, told = [], [], {}

        async def hear():
            message = await receive()
            asked.append(message.get("body", b""))
            return message

        async def say(message):
            if message["type"] == "http.response.start":
                pairs = ((name.decode().lower(), value.decode()) for name, value in message["headers"])
                told.update(status=message["status"], headers={n: v for n, v in pairs if n in HEADERS})
            answered.append(message.get("body", b""))
            await send(message)

        path = scope["path"] + ("?" + scope["query_string"].decode() if scope["query_string"] else "")
        row = {"method": scope["method"], "path": path}
        self.kept.append((row, asked, told, answered))
        await self.app(scope, hear, say)


def exchanges(kept):
    """What was written down, as JSON."""
    return [
        {
            "request": {**row, "body": plain(b"".join(asked))},
            "response": {**told, "body": plain(b"".join(answered))},
        }
        for row, asked, told, answered in kept
    ]


def plain(body):
    """JSON as it is, text as text, other bytes as base64."""
    try:
        return steady(json.loads(body))
    except ValueError:
        pass
    try:
        return (
            {"text": body.decode("utf-8")} if body.isascii() else {"base64": base64.b64encode(body).decode()}
        )
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def packed(body):
    """The bytes again."""
    if isinstance(body, dict) and set(body) == {"text"}:
        return body["text"].encode()
    if isinstance(body, dict) and set(body) == {"base64"}:
        return base64.b64decode(body["base64"])
    return json.dumps(body).encode()


def steady(value):
    """Without what differs from start to start; of the models the first is left, without its size."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and "licence" in value[0]:
        return [{**value[0], "size_bytes": 0}]
    if not isinstance(value, dict):
        return value
    stars = {
        name: {} if name == "capabilities" else 0 if name != "log" else ""
        for name in CHANGING
        if name in value
    }
    return {**value, **stars}
