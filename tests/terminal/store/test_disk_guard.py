"""A disk that fills up stops the directory first, and operations last."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.store.disk_guard import KEPT_FOR_OPERATIONS, directory_may_grow, free_bytes


@pytest.mark.parametrize(
    ("free", "by", "may"),
    [
        (KEPT_FOR_OPERATIONS, 0, True),
        (KEPT_FOR_OPERATIONS - 1, 0, False),
        (KEPT_FOR_OPERATIONS + 50, 50, True),
        (KEPT_FOR_OPERATIONS + 50, 51, False),
    ],
)
def test_what_is_kept_for_operations_is_never_given_to_the_directory(
    tmp_path: Path, free: int, by: int, may: bool
) -> None:
    assert directory_may_grow(tmp_path, by, lambda _folder: free) is may


def test_the_room_is_that_of_the_folders_disk(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0
    assert not directory_may_grow(tmp_path, free_bytes(tmp_path) + 10**9)
