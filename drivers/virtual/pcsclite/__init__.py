"""A twin of the PC/SC service for the real libpcsclite: no reader driver, no polling, and faults to order."""
