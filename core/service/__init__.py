"""The engine as a process: an HTTP API on 127.0.0.1 around one queue. No torch here; the worker has it."""
