"""The commands of `stillpoint`, one module each; each names its click command `command`."""
