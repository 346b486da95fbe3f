"""Tests of the sync agent and of its door."""
