"""Weights files: which we know (`catalog`), how one is read (`files`), how a network takes it (`fit`)."""
