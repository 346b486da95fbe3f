"""Pads of keys."""
