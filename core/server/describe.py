"""`python -m core.server.describe`: writes openapi.json, the machine-readable form of docs/protocol.md."""

from __future__ import annotations

import json
from pathlib import Path

from core.server.app import build_api

PLACE = Path(__file__).with_name("openapi.json")


def description() -> str:
    """The text of the file as the code of today has it."""
    whole = build_api().openapi()
    whole["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    whole["security"] = [{"token": []}]
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PLACE.write_text(description(), "utf-8")
