"""Bytes that must not change by accident."""
