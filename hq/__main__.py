"""`python -m hq` is `stillpoint-hq`."""

from hq.cli import main

main()
