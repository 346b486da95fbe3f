"""The house rules as functions that find what breaks them; `tests/test_tidy.py` runs them on the whole tree."""
