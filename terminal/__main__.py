"""`python -m terminal` is `stillpoint`."""

from terminal.cli import main

main()
