"""Receipts on paper: what stands on them, and the way to printer and drawer."""
