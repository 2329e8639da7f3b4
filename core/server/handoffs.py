"""Pictures that a host left for the window, and the window's answers. Lives in the server's one loop."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from core.server.refusals import Refusal
from core.server.shapes import HandoffRow, HandoffShape

if TYPE_CHECKING:
    from core.server.shapes import HandoffBody

MOST = 64
PATIENCE_S = 25.0


class HandoffBook:
    """The newest 64."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, HandoffShape] = OrderedDict()
        self._answered: dict[str, asyncio.Event] = {}

    def take(self, body: HandoffBody) -> str:
        """Keep it; its id."""
        handoff_id = secrets.token_hex(8)
        self._rows[handoff_id] = HandoffShape(**body.model_dump(), id=handoff_id)
        self._answered[handoff_id] = asyncio.Event()
        while len(self._rows) > MOST:
            oldest, _ = self._rows.popitem(last=False)
            self._answered.pop(oldest).set()
        return handoff_id

    def open(self) -> list[HandoffRow]:
        """Those without an answer, oldest first."""
        names = HandoffRow.model_fields
        rows = [row for row in self._rows.values() if row.answer is None]
        return [HandoffRow(**{name: getattr(row, name) for name in names}) for row in rows]

    async def look(self, handoff_id: str, wait_s: float) -> HandoffShape:
        """As it stands after an answer came, or so many seconds. Refusal 404 for an unknown one."""
        row = self._row(handoff_id)
        if row.answer is None and wait_s > 0:
            try:
                await asyncio.wait_for(self._answered[handoff_id].wait(), min(wait_s, PATIENCE_S))
            except asyncio.TimeoutError:  # a class of its own before Python 3.11
                return row
        return self._row(handoff_id)

    def answer(self, handoff_id: str, answer: dict[str, Any]) -> HandoffShape:
        """Once only: Refusal 409 for a second time, 404 for an unknown one."""
        if self._row(handoff_id).answer is not None:
            raise Refusal(409, "answered", "This picture was given back already.")
        self._rows[handoff_id] = self._rows[handoff_id].model_copy(update={"answer": answer})
        self._answered[handoff_id].set()
        return self._rows[handoff_id]

    def _row(self, handoff_id: str) -> HandoffShape:
        row = self._rows.get(handoff_id)
        if row is None:
            raise Refusal(
                404, "handoff-unknown", "Nobody left such a picture.", "Send it again from its program."
            )
        return row
