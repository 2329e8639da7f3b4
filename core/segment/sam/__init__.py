"""Segment Anything and MobileSAM behind the `Segmenter` interface."""
