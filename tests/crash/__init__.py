"""Crashes of what Python's own SQLite writes: the directory and HQ's database."""
