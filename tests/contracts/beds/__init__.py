"""The beds that need no hardware."""
