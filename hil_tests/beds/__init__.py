"""The beds of the bench: the drivers and everything below them are real, down to the kernel."""
