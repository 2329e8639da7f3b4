"""The one place of the plug-in that remembers: what was wished last, what is going on, who wants to hear of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Callable

from krita import Krita

from ..bridge.errors import BridgeError
from ..bridge.host import HostRequest, engine_words
from .engine_calls import handing_over, upscaling
from .run import LIVE, Standing, UpscaleRun
from .source import choose
from .words import BUSY

GROUP, KEY, REVIEW = "semantic_upscale", "wish", "review"


class PluginState:
    """One per Krita. Everything is called on Krita's own thread."""

    def __init__(self) -> None:
        self.wish = self._kept()
        self.standing = Standing()
        self.road: UpscaleRun | None = None
        self.asking: Any = None
        self.listeners: list[Callable[[Standing], None]] = []
        self.wish_listeners: list[Callable[[HostRequest], None]] = []

    @staticmethod
    def _kept() -> HostRequest:
        try:
            values = json.loads(Krita.instance().readSetting(GROUP, KEY, "") or "{}")
        except ValueError:
            values = {}
        return HostRequest().with_values(values if isinstance(values, dict) else {})

    def keep(self, wish: HostRequest) -> None:
        """Remember the wish, here and for the next start, and show it wherever it is shown."""
        self.wish = wish
        Krita.instance().writeSetting(GROUP, KEY, json.dumps(wish.as_dict()))
        tell(self.wish_listeners, wish)

    @property
    def reviews(self) -> bool:
        """Whether a result that would change this document is shown first."""
        return Krita.instance().readSetting(GROUP, REVIEW, "true") != "false"

    def keep_reviews(self, wanted: bool) -> None:
        """Remember that, here and for the next start."""
        Krita.instance().writeSetting(GROUP, REVIEW, "true" if wanted else "false")

    @property
    def busy(self) -> bool:
        """Whether a picture is being enlarged, or its result waits for an answer."""
        return self.road is not None and self.road.standing.kind in LIVE

    def listen(self, listener: Callable[[Standing], None]) -> None:
        """Hear of every change from now on."""
        self.listeners.append(listener)

    def leave(self, listener: Callable[[Standing], None]) -> None:
        """Hear no more."""
        self.listeners = [one for one in self.listeners if one != listener]

    def upscale(self, wish: HostRequest | None = None) -> bool:
        """Begin with the active document, by this wish or the last one; False, the reason told, where it cannot be."""
        self.keep(wish or self.wish)
        return self._begin(self.wish, upscaling)

    def _begin(self, wish: HostRequest, errand: Callable[..., Any]) -> bool:
        if self.busy:
            self.heard(replace(self.standing, advice=BUSY))
            return False
        try:
            chosen = choose(Krita.instance().activeDocument(), wish)
        except BridgeError as error:
            self.heard(Standing("failed", *engine_words(error)))
            return False
        self.road = UpscaleRun(chosen, wish, self.heard, errand, review=self.reviews)
        self.road.start()
        return True

    def open_window(self) -> bool:
        """Hand the picture to the window; what comes back is a new document, or resizes this one if that is agreed."""
        resize = self.wish.result == "resize" and self.wish.resize_asked
        wish = replace(self.wish, source="picture", result="resize" if resize else "document")
        return self._begin(wish, handing_over)

    def cancel(self) -> None:
        """Stop what is going on."""
        if self.road is not None:
            self.road.cancel()

    def heard(self, standing: Standing) -> None:
        """Tell everyone."""
        self.standing = standing
        tell(self.listeners, standing)


def tell(listeners: list[Callable[[Any], None]], what: Any) -> None:
    """Tell each one; a widget whose window Krita has closed meanwhile is forgotten."""
    for listener in tuple(listeners):
        try:
            listener(what)
        except RuntimeError:  # noqa: PERF203  (Qt's object has gone)
            listeners.remove(listener)
