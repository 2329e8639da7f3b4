"""The engine's log: five files of two megabytes; no picture, no name of one, no token."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from core import folders

if TYPE_CHECKING:
    from pathlib import Path

NAME = "semantic_upscale"
FILE_BYTES, FILES = 2_000_000, 5


def log_file() -> Path:
    """Where it is."""
    return folders.log() / "engine.log"


def open_log() -> RotatingFileHandler:
    """Write what this program and its HTTP server say from now on; close the handler in the end."""
    log_file().parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(log_file(), maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(process)d %(message)s"))
    for name, level in ((NAME, logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = False
        logger.addHandler(handler)
    return handler


def close_log(handler: RotatingFileHandler) -> None:
    """The end of `open_log`."""
    for name in (NAME, "uvicorn.error"):
        logging.getLogger(name).removeHandler(handler)
        logging.getLogger(name).propagate = True
    handler.close()
