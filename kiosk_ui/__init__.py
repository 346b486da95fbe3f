"""The pages of the terminal: static files, served as they are."""

from pathlib import Path

FOLDER = Path(__file__).parent
