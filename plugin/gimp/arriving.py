"""What comes from the engine, and what is made here meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plugin.bridge.host import target_px

from .document import Target
from .enlarging import Original
from .results import original_wanted

if TYPE_CHECKING:
    from .choices import Settings
    from .source import Source


class Arrival:
    """The target of one source, row by row, and below it the original."""

    def __init__(self, image: Any, source: Source, settings: Settings, scale: float | None) -> None:
        """`scale` None where nobody knows it before the target is there."""
        self._source = source
        self._target: Any = None
        self._original: Original | None = None
        self._wanted = original_wanted(image, source, settings)
        if scale and self._wanted:
            self._begin(tuple(target_px(side, scale) for side in source.box[2:]))

    def _begin(self, size: tuple) -> None:
        self._original = self._original or Original(self._source, size)

    def receive(self, kind: str, *values: Any) -> None:
        """("size", width, height), then ("rows", y, rows, bytes) for all of them."""
        if kind == "size":
            self._target = Target(self._source.planes, self._source.drawable, self._source.at, values)
            if self._wanted:
                self._begin(values)
        else:
            self._target.write(*values)

    def meanwhile(self) -> bool:
        """Some hundredths of a second of work on the original; whether there is more, now or later."""
        return self._wanted and (self._original is None or self._original.step())

    def target(self, record: dict) -> Target:
        """The target when all of it is there; `record` says how it came about."""
        self._target.record = record
        if self._original is not None:
            self._target.original = self._original.whole((self._target.width, self._target.height))
        return self._target
