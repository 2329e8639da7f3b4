"""The built-in segmenter: OpenCV only, nothing to download."""
