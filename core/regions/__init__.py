"""Regions of a picture: masks, their edits, the priority map made from them, and project files."""
