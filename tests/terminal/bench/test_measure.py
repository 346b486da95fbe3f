"""Figures by the nearest rank."""

from terminal.bench.measure import figures, machine


def test_ranks_of_a_known_series() -> None:
    taken = figures([n * 1_000_000 for n in range(100, 0, -1)])
    assert taken == {"samples": 100, "median_us": 50_000, "p95_us": 95_000, "p99_us": 99_000}


def test_one_sample_is_every_rank() -> None:
    assert figures([7_000]) == {"samples": 1, "median_us": 7, "p95_us": 7, "p99_us": 7}


def test_the_machine_is_named() -> None:
    assert {"processor", "cores", "system", "python"} == set(machine())
