"""How the program talks: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from core.errors import SemanticUpscaleError


def console_for(color: bool = True) -> Console:
    """Stderr; colours only on a terminal that has them and where NO_COLOR is not set."""
    return Console(stderr=True, highlight=False, soft_wrap=True, no_color=None if color else True)


@dataclass(frozen=True)
class Voice:
    """`quiet` leaves out all but warnings and errors; `verbose` says more; `as_json` makes results JSON lines."""

    quiet: bool = False
    verbose: bool = False
    as_json: bool = False
    console: Console = field(default_factory=console_for)

    def say(self, text: str) -> None:
        """What is worth knowing."""
        if not self.quiet:
            self.console.print(Text(text))

    def detail(self, text: str) -> None:
        """What is only worth knowing when something is looked into."""
        if self.verbose and not self.quiet:
            self.console.print(Text(text, style="dim"))

    def warn(self, text: str) -> None:
        """What may not be overlooked."""
        self.console.print(Text(text, style="yellow"))

    def error(self, error: SemanticUpscaleError, about: str = "") -> None:
        """Two lines: what happened, what to do."""
        words = str(error) if not about or about in str(error) else f"{about}: {error}"
        self.console.print(Text(f"Error: {words}", style="red"))
        if error.advice:
            self.console.print(Text(f"       {error.advice}"))

    def result(self, plain: str, values: dict[str, Any]) -> None:
        """One line on stdout, at once: the plain word or the values as JSON; an empty word is not said."""
        line = json.dumps(values) if self.as_json else plain
        if line:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
