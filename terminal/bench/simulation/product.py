"""The parts of the product that a world is built of. A mutant is the product with one part that breaks a rule."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.bench.simulation.hq_node import HqNode
from terminal.clock_keeper import ClockKeeper
from terminal.counter.shop import Shop
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.ledger import Ledger


@dataclass(frozen=True)
class Product:
    ledger: type[Ledger] = Ledger
    keeper: type[ClockKeeper] = ClockKeeper
    directory: type[Directory] = Directory
    shop: type[Shop] = Shop
    writer: type[DirectoryWriter] = DirectoryWriter
    hq: type[HqNode] = HqNode
