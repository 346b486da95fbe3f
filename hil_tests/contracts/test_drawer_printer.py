"""The drawer's contract at the socket of a USB printer, which the kernel's own driver had first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from hil_tests.beds.gadget_drawer import GadgetDrawerBed
from tests.contracts.drawer import DrawerReplugContract


class TestAtUsbGadget(DrawerReplugContract):
    @pytest.fixture
    def bed(self) -> Iterator[GadgetDrawerBed]:
        with contextlib.closing(GadgetDrawerBed()) as bed:
            yield bed
