"""The process that holds the devices, and its place in the terminal."""
