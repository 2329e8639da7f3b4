"""`semantic-upscale doctor`: whether everything works here, and what to do where it does not."""

from __future__ import annotations

from dataclasses import asdict

import typer

from core.cli import options as o  # noqa: TC001  (typer reads the types)
from core.cli.errors import end_with_code
from core.cli.terminal import Terminal, console_for
from core.errors import SelfTestError

MARKS = {True: "ok  ", False: "FAIL", None: "    "}


@end_with_code
def doctor(
    as_json: o.Json = False, quiet: o.Quiet = False, verbose: o.Verbose = False, no_color: o.NoColor = False
) -> None:
    """Check the program on this machine: devices, memory, formats, folders, model, and a tiny run."""
    from core.cli.self_test import examination  # noqa: PLC0415  (torch takes seconds)

    voice = Terminal(quiet, verbose, as_json, console_for(not no_color))
    findings = []
    for finding in examination():
        findings.append(finding)
        if not as_json:
            typer.echo(f"{MARKS[finding.ok]} {finding.name}: {finding.value}")
            if finding.hint:
                typer.echo(f"       → {finding.hint}")
    failed = [finding.name for finding in findings if finding.ok is False]
    voice.result("", {"ok": not failed, "findings": [asdict(finding) for finding in findings]})
    if failed:
        raise SelfTestError(f"Not in order: {', '.join(failed)}.", "See the lines marked FAIL above.")
