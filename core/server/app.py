"""The app: all calls behind the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from core.server import about, jobs, pictures, pixels, refusals, results
from core.server.gate import Gate

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from core.server.desk import Desk
    from core.server.gate import Rules

ROUTERS = (about.router, pictures.router, pixels.router, jobs.router, results.router)


def build_api(desk: Desk | None = None) -> FastAPI:
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
    refusals.install(api)
    for router in ROUTERS:
        # Not included: an included router is looked through anew for every request, for longer than it is answered.
        api.router.routes.extend(router.routes)
    return api


def build_app(desk: Desk, rules: Rules) -> ASGIApp:
    """What is served."""
    return Gate(build_api(desk), rules)
