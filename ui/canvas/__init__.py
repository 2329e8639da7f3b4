"""The picture in the window: drawn in tiles, under its regions, with a tool in hand."""
