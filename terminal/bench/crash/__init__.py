"""Proof by crashes: what a disk may hold after a power cut, and a service that is killed at any moment."""
