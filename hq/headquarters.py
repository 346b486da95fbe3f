"""HQ as a whole: its folder opened, its keys loaded, its programmes read, its clock at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hq.address import read_address, sqlite_file
from hq.apply import apply
from hq.card_masters import CardMasters
from hq.certificates import CA, ca_pin
from hq.claims import make_claim
from hq.database import Database, open_database, read_setting
from hq.demand import Demand
from hq.enrolment import Registrar
from hq.guard import Guard
from hq.judgement import USUAL, Rules, Sizes
from hq.keys import FOLDER, Keys, RandomBytes, load_keys
from hq.migrations import migrate
from hq.partitions import make_months
from hq.problems import HqError
from hq.programmes import Programmes, learn
from hq.take_in import Judge
from loyalty.moment import Moment

Clock = Callable[[], int]  # UTC in milliseconds


@dataclass(frozen=True)
class Headquarters:
    """`zone` is the programme's: HQ's day begins at its midnight. Use from any thread; `close` when done.

    `programmes` grows when HQ learns of new ones: at every turn of its work beside answering, and at every replay.
    `judge` books what comes in: what this release understands, and parks the rest.
    """

    state: Path
    database: Database
    keys: Keys
    clock: Clock
    generation: int
    zone: str
    ca_pem: str
    programmes: Programmes
    guard: Guard
    card_masters: CardMasters
    sizes: Sizes = USUAL
    demand: Demand = field(default_factory=Demand)
    judge: Judge = apply

    @classmethod
    def open(cls, state: Path, clock: Clock) -> Headquarters:
        """Raises HqError if `state` is not a folder that `stillpoint-hq init` made, or its database is not there."""
        url = read_address(state)
        file = sqlite_file(url)
        if file is not None and not file.is_file():
            raise HqError(f"HQ's database {file} is not there: bring it back from its backup")
        keys, ca_pem = load_keys(state), (state / CA).read_text()
        database = open_database(url)
        try:
            return cls.over(database, keys, ca_pem, clock, state)
        except BaseException:
            database.close()
            raise

    @classmethod
    def over(cls, database: Database, keys: Keys, ca_pem: str, clock: Clock, state: Path) -> Headquarters:
        """HQ on a database that is open: brought to this version's schema, with partitions for the coming months."""
        migrate(database)
        make_months(database, clock())
        with database.reading() as connection:
            programmes: Programmes = {}
            learn(connection, programmes)
            generation, zone = int(read_setting(connection, "generation")), read_setting(connection, "zone")
        guard, masters = Guard.of(database, clock()), CardMasters(state / FOLDER)
        return cls(state, database, keys, clock, generation, zone, ca_pem, programmes, guard, masters)

    @property
    def registrar(self) -> Registrar:
        return Registrar(self.keys, self.ca_pin, self.generation)

    @property
    def ca_pin(self) -> str:
        return ca_pin(self.ca_pem.encode())

    def today(self) -> str:
        """HQ's date now, ISO."""
        return Moment(self.clock(), self.zone, 0).local().date().isoformat()

    def rules(self) -> Rules:
        newest = self.programmes[max(list(self.programmes))]  # a copy: another thread may learn meanwhile
        return Rules(self.clock(), self.today(), newest.copyable_daily_points, newest, self.sizes)

    def learn_programmes(self) -> None:
        """Know what another process published since. Not inside a transaction."""
        with self.database.reading() as connection:
            learn(connection, self.programmes)

    def make_claim(self, *, store: str, lane: str, hq: str, random: RandomBytes) -> str:
        """A new claim for a terminal of `store` that reaches HQ at `hq`, as text (`SP1:…`). Raises HqError."""
        with self.database.transaction() as connection:
            return make_claim(
                connection,
                self.keys,
                hq=hq,
                ca_pin=self.ca_pin,
                store=store,
                lane=lane,
                now_ms=self.clock(),
                random=random,
            )

    def close(self) -> None:
        self.card_masters.close()
        self.database.close()
