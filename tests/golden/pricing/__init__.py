"""Baskets with the bytes of their quotes: what a till worked out yesterday, HQ works out today (D21).

`python -m tests.golden.pricing` draws them anew. Do that only when pricing is meant to change, and raise
`loyalty.ENGINE` with it.
"""
