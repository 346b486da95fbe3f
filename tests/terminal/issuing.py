"""Whoever issues cards: the bench's own work at the second reader of the PC/SC twin, with an HQ in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from cards.generations import RETIRED
from drivers.card_reader.pcsc import PcscCardReader
from drivers.options import PcscOptions
from hq import card_register, member_codes
from hq.card_masters import MASTERS
from hq.card_register import Issue, Stock
from hq.headquarters import Headquarters
from hq.keys import FOLDER
from hq.member_record import find_member
from hq.schema import member
from keystore.file_store import FileStore
from keystore.masters import CARDS
from terminal.commands.card_bench import PUT_IT_ON, CardBench
from terminal.commands.card_hq import Card, Certified
from terminal.commands.card_work import CardWork, Done
from tests.contracts.beds.pcscd_twin import SECOND, TwinProcess

WAIT_S = 30


class HqHere:
    """As `terminal.commands.card_hq.Register`, by HQ's own functions."""

    def __init__(self, hq: Headquarters) -> None:
        self._hq = hq

    def certify(self, who: str, card: Card, until: str | None) -> Certified:
        last = (date.fromisoformat(until) - date(1970, 1, 1)).days if until else None
        member = self._member(who)
        return Certified(member, card_register.certify(self._hq, member, _issue(card), last))

    def issued(self, who: str, card: Card) -> dict[str, dict[str, int]]:
        card_register.issued(self._hq, self._member(who), _issue(card))
        return {}

    def retired(self, uid: str, *, blank: bool) -> dict[str, dict[str, int]]:
        card_register.end(self._hq, uid, None if blank else Stock.RETIRED)
        return {}

    def _member(self, who: str) -> str:
        with self._hq.database.reading() as connection:
            return find_member(connection, who, self._hq.keys.lookup)


class IssuingDesk:
    """Masters are HQ's own, in its folder. A card keeps its memory in `folder`: `card` is the order that shows it."""

    def __init__(self, hq: Headquarters, twin: TwinProcess, folder: Path) -> None:
        self.store = FileStore(hq.state / FOLDER / MASTERS, Random(3).randbytes)
        for version in (1, RETIRED):
            self.store.make(CARDS, version)
        member_codes.begin(hq, Random(4).randbytes)
        self._hq, self._twin, self._folder = hq, twin, folder

    def card(self, uid: str, kind: str) -> dict[str, str]:
        return {"card": kind, "memory": str(self._folder / f"{uid}.json")}

    def issue(self, uid: str, kind: str, who: str, link: str | None = None) -> Done:
        return self._at(uid, kind, lambda work: work.issue(who, None, link, None))

    def rekey(self, uid: str, kind: str) -> Done:
        return self._at(uid, kind, lambda work: work.rekey(None, None, None))

    def retire(self, uid: str, kind: str) -> Done:
        return self._at(uid, kind, lambda work: work.retire(blank=False))

    def _at(self, uid: str, kind: str, act: Callable[[CardWork], Done]) -> Done:
        def tell(sentence: str) -> None:
            if sentence == PUT_IT_ON:
                self._twin.order(tap=uid, reader=1, **self.card(uid, kind))

        with closing(PcscCardReader("bench", PcscOptions(reader=SECOND), uid_s_max=WAIT_S)) as reader:
            bench = CardBench(reader, tell, WAIT_S, WAIT_S)
            done = act(CardWork(bench, self.store, HqHere(self._hq), Random(5).randbytes, tell))
        self._twin.order(remove=True, reader=1)
        return done


@pytest.fixture
def twin(pcscd_socket: Path) -> Iterator[TwinProcess]:
    with closing(TwinProcess(pcscd_socket)) as twin:
        yield twin


def issuing_desk(hq: Headquarters, twin: TwinProcess, folder: Path, home_store: str) -> IssuingDesk:
    """A desk whose member m1 is at home in this store and in no other, for keys of cards go home."""
    with hq.database.transaction() as connection:
        at_home = update(member).where(member.c.id == "m1")
        connection.execute(at_home.values(home_store=home_store, second_store=None))
    return IssuingDesk(hq, twin, folder)


def _issue(card: Card) -> Issue:
    return Issue(card.uid, card.technology, card.version)
