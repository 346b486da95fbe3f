"""Write the corpus of priced baskets."""

from __future__ import annotations

from tests.golden.pricing.corpus import files

if __name__ == "__main__":
    for path, content in files():
        path.write_bytes(content)
