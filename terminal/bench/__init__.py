"""The virtual bench: HQ, a line that can be cut, a terminal with virtual devices, and a page to play on."""
