"""What the window does when a person asks: files, runs, regions, views, windows."""
