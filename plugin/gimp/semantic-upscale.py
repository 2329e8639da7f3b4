#!/usr/bin/env python3
# ruff: noqa: N999  (GIMP wants the name of the folder)
"""What GIMP starts: the folder of this file is where `plugin.gimp` and `plugin.bridge` are found."""

import os
import sys

SYSTEM = "/usr/bin/python3"

try:
    import gi  # noqa: F401  # pyright: ignore[reportMissingImports]
except ImportError:
    # GIMP was started from an environment whose python3 has no gi; without this the menu would silently be missing.
    if os.environ.get("SEMANTIC_UPSCALE_PYTHON") == SYSTEM or not os.path.exists(SYSTEM):  # noqa: PTH110
        raise
    os.environ["SEMANTIC_UPSCALE_PYTHON"] = SYSTEM
    os.execv(SYSTEM, [SYSTEM, *sys.argv])  # noqa: S606

from plugin.gimp.procedures import main  # noqa: E402  (gi must be there first)

main(sys.argv)
