"""The app: all calls behind the gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI

from core.service import gate, routes_engine, routes_jobs, routes_pictures, routes_pixels
from core.service.gate import Gate

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from core.service.context import AppContext
    from core.service.gate import Rules


ROUTERS = (
    routes_engine.router,
    routes_pictures.router,
    routes_pixels.router_pixels,
    routes_jobs.router,
    routes_pixels.router,
)


def build_api(desk: AppContext | None = None) -> FastAPI:
    """The calls; without a desk only to be described."""
    api = FastAPI(
        title="Semantic Upscale engine",
        version="1",
        description="See docs/protocol.md.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    api.state.desk = desk
    gate.install(api)
    for router in ROUTERS:
        # Not included: an included router is looked through anew for every request, for longer than it is answered.
        api.router.routes.extend(router.routes)
    return api


def build_app(desk: AppContext, rules: Rules) -> ASGIApp:
    """What is served."""
    return Gate(build_api(desk), rules)


# `python -m core.service.app`: writes openapi.json, the machine-readable form of docs/protocol.md.

PLACE = Path(__file__).with_name("openapi.json")


def description() -> str:
    """The text of the file as the code of today has it."""
    whole = build_api().openapi()
    whole["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    whole["security"] = [{"token": []}]
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PLACE.write_text(description(), "utf-8")
