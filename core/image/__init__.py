"""Pictures in and out. `core.image.io` is the door; `core.image.tensor` the one to torch."""
