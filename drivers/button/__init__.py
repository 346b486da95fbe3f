"""Single buttons."""
