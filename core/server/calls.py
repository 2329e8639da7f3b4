"""Where the calls of one matter are gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

if TYPE_CHECKING:
    from fastapi.routing import APIRoute


def calls(prefix: str) -> APIRouter:
    """Calls under this address, named in OpenAPI as their functions are."""
    return APIRouter(prefix=prefix, generate_unique_id_function=_name)


def _name(route: APIRoute) -> str:
    return route.name
