"""Virtual twins: devices whose hands are lines on a unix socket, for demonstration, tests and simulation."""
