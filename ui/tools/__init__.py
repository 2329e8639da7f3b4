"""Tools: one file each. A tool asks its stage, never a thread, a model or a window."""
