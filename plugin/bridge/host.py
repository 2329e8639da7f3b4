"""What Krita and GIMP share: names that carry a priority, wishes, words about the engine, the order of channels."""

from __future__ import annotations

import re
from array import array
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from .errors import BridgeError, EngineGone, EngineMismatch, EngineMissing, JobCancelled
from .facts import FINE_STEPS, PRIORITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Layers and groups are labelled by colour in both hosts, with the same numbers; blue keeps, orange invents.
COLOUR_LABEL = {1: -2.0, 2: -1.0, 8: 0.0, 3: 1.0, 4: 2.0}
WORDS = {
    "faithful": -2.0,
    "careful": -1.0,
    "balanced": 0.0,
    "rich": 1.0,
    "inventive": 2.0,
    "treu": -2.0,
    "getreu": -2.0,
    "behutsam": -1.0,
    "vorsichtig": -1.0,
    "ausgewogen": 0.0,
    "reich": 1.0,
    "erfinderisch": 2.0,
}
TRUE_SIGNS = str.maketrans({"−": "-", "–": "-", ",": "."})
NUMBERED = re.compile(r"^\s*su\s*:\s*([+−–-]?\d+(?:[.,]\d+)?)?\s*(.*)$", re.IGNORECASE | re.DOTALL)
WORD = re.compile(r"[^\W\d_]+")
EDGES = " \t\n\r:;,.–—-()[]{}_/|"
DEFAULT_SCALE = 4.0

NOT_STARTED = "Start Semantic Upscale once, or run: semantic-upscale plugins install."
UPDATE = "Update Semantic Upscale, then run: semantic-upscale plugins install. Restart this program."


def parse_region_name(text: str) -> tuple[str, float | None]:
    """A layer's or channel's name → (name without the priority, priority or None).

    "su:-2 face", "su: Rich sky", "Faithful face", "face (Rich)" and the German words are understood, in any case; a
    number beyond −2 … +2 is taken to the limit. A word counts only at the start or the end, so that "Too rich for me"
    stays a name.
    """
    numbered = NUMBERED.match(text)
    if numbered and numbered.group(1):
        value = float(numbered.group(1).translate(TRUE_SIGNS))
        return numbered.group(2).strip(EDGES), max(-2.0, min(2.0, value))
    rest = numbered.group(2) if numbered else text
    for found in _first_and_last(rest):
        priority = WORDS.get(found.group().casefold())
        if priority is not None:
            return (
                rest[: found.start()].rstrip(EDGES) + " " + rest[found.end() :].lstrip(EDGES)
            ).strip(), priority
    return rest.strip(), None


def _first_and_last(text: str) -> list[re.Match[str]]:
    found = list(WORD.finditer(text))
    first = [one for one in found[:1] if not text[: one.start()].strip(EDGES)]
    last = [one for one in found[1:][-1:] if not text[one.end() :].strip(EDGES)]
    return first + last


def is_marked(text: str) -> bool:
    """Whether the name begins with "su:", which makes a channel a region whatever its group."""
    return NUMBERED.match(text) is not None


def priority_name(priority: float) -> str:
    """Such as "Faithful −2" or "Inventive +2"; a value between has the name of the nearest step."""
    sign = "+" if priority > 0 else "−" if priority < 0 else ""
    return "{} {}{}".format(PRIORITY_NAMES[max(-2, min(2, round(priority)))], sign, f"{abs(priority):g}")


def target_name(name: str, scale: float) -> str:
    """From "photo.kra" and 4: "photo ×4 (Semantic)"."""
    stem = re.sub(
        r"\.(?:kra|xcf|png|jpe?g|tiff?|webp|avif|psd|ora|exr|bmp)$", "", name.strip(), flags=re.IGNORECASE
    )
    return "{} ×{:g} (Semantic)".format(stem or "Picture", scale)


@dataclass(frozen=True)
class HostRequest:
    """What the user chose in the host; `with_values` makes one of what was kept.

    | field | values |
    | --- | --- |
    | source | picture (what is seen), layer (the active one), selection (its box with 64 px around it) |
    | scale | > 1 … 4 |
    | detail | −4 … +4, added to every priority |
    | clean_up | 0 … 1; None: estimated by the engine |
    | rest | −2 … +2, priority outside the regions |
    | regions | group (named layers or channels), selection, found (clicked), none |
    | selection_priority | −2 … +2, of the region that the selection makes |
    | result | document (a new one), layer (of the source's size), resize (this document) |
    | fine | True: the detail is drawn in `FINE_STEPS` steps, which takes longer |
    | resize_asked | True once the user agreed to have this document resized |
    """

    source: str = "picture"
    scale: float = DEFAULT_SCALE
    detail: float = 0.0
    clean_up: float | None = None
    rest: float = 0.0
    regions: str = "group"
    selection_priority: float = -2.0
    result: str = "document"
    fine: bool = False
    resize_asked: bool = False

    def options(self) -> dict[str, Any]:
        """The fields of an upscale request that differ from its defaults."""
        wanted = {"scale": self.scale, "detail": self.detail, "clean_up": self.clean_up}
        usual: dict[str, Any] = {"scale": DEFAULT_SCALE, "detail": 0.0, "clean_up": None, "steps": None}
        wanted["steps"] = FINE_STEPS if self.fine else None
        return {name: value for name, value in wanted.items() if value != usual[name]}

    def with_values(self, values: Mapping[str, Any]) -> HostRequest:
        """A copy with the values that have the right type; others are left as they are."""
        known = {one.name: getattr(self, one.name) for one in fields(self)}
        fit = {name: value for name, value in values.items() if name in known and _alike(known[name], value)}
        if values.get("clean_up", 0.0) is None:
            fit["clean_up"] = None
        return replace(self, **fit)

    def as_dict(self) -> dict[str, Any]:
        """For keeping as JSON."""
        return asdict(self)


def _alike(before: Any, value: Any) -> bool:
    if isinstance(before, (bool, str)):
        return type(value) is type(before)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def engine_words(error: BaseException) -> tuple[str, str]:
    """(what happened, what to do), one sentence each, for whatever a call to the engine raised."""
    told = str(error).strip()
    advice = getattr(error, "advice", "")
    if isinstance(error, JobCancelled):
        return "Stopped. Nothing was changed.", ""
    if isinstance(error, EngineMissing):
        return told or "The Semantic Upscale engine was not found.", advice or NOT_STARTED
    if isinstance(error, EngineMismatch):
        return told or "Plug-in and engine are of different versions.", advice or UPDATE
    if isinstance(error, EngineGone):
        return (
            "The engine stopped in the middle of the work. Nothing was changed.",
            "Press Upscale again; it starts anew.",
        )
    if isinstance(error, BridgeError):
        return told or "The engine could not do this.", advice
    return f"Something in the plug-in broke ({type(error).__name__}: {told}). Nothing was changed.", (
        "Copy the report and send it to the authors."
    )


def swap_red_blue(data: bytes | bytearray | memoryview, depth: str) -> bytearray:
    """BGRA rows ↔ RGBA rows of four bands, depth "u8" or "u16"; a copy. About 10 ms for 4 MiB: do it in pieces."""
    if depth == "u8":
        swapped = bytearray(data)
        swapped[0::4], swapped[2::4] = swapped[2::4], swapped[0::4]
        return swapped
    wide = array("H", bytes(data))
    wide[0::4], wide[2::4] = wide[2::4], wide[0::4]
    return bytearray(wide.tobytes())
