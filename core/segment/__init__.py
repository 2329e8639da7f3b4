"""Finding objects: what a segmenter is, the one that ships inside, and suggestions made from its proposals."""
