"""PC/SC errors."""

from __future__ import annotations

import pytest

from drivers.card_reader.scard import PcscError


@pytest.mark.parametrize(
    ("code", "gone"),
    [(0x8010001D, True), (0x80100013, True), (0x80100069, False), (0x80100016, False), (0x8010000C, False)],
)
def test_some_errors_need_a_new_context(code: int, gone: bool) -> None:
    error = PcscError(code)
    assert error.service_gone is gone
    assert f"0x{code:08X}" in str(error)
