"""Tests of what a terminal keeps on disk."""
