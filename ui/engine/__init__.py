"""The window's side of the engine: threads that wait, so that the window never does."""
