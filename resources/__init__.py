"""Files that ship with the program: the bundled model, sample pictures, JSON schemas."""

from pathlib import Path

FOLDER = Path(__file__).parent
