"""The sync agent, a process of its own beside the till, and the door through which the till lets it in (sync.md)."""
