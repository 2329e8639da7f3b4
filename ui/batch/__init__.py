"""Many pictures, one after another, by rules instead of hand-made regions."""
