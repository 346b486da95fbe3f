"""Deterministic simulation from one seed: the real terminal and the real HQ in one process, on a simulated world."""
