"""The virtual bench: what builds its machine, what drives it, and the devices that are plugged into it."""
