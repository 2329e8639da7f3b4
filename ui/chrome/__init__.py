"""The window's frame: tools, their options, the status line, the guest's bar."""
