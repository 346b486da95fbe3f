"""Readers of members' cards."""
