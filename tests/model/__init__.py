"""Terminals, HQ on SQLite and HQ on PostgreSQL beside a reference of about a hundred lines: all agree at every step."""
