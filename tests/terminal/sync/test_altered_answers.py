"""Each check of HQ's answers keeps one lie out: with the check the lie has no effect, without it it has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol import signing
from protocol.contact import TIME
from protocol.control import DENY
from protocol.feed import Bucket, RowKind
from protocol.lease import Grant, GrantLot, GrantPage
from protocol.signing import Signed
from protocol.signing import private_from_hex as key_from_hex
from terminal.errors import ChainDiverged, StoreError
from terminal.store import grants
from terminal.store.directory_rows import Tally
from terminal.store.ledger import Ledger
from terminal.sync.failures import Nonsense
from tests.terminal.store.feed_material import Feed, member
from tests.terminal.store.material import ADA, DEVICE, EPOCH, append, open_ledger
from tests.terminal.sync.feed_bed import HQ_KEY, Direct, direct_client, feed_bed
from tests.terminal.sync.feed_hq import FeedHq
from tests.terminal.sync.https import NOW_MS, Asked, Say

YEAR_MS = 365 * 24 * 3600 * 1000
Patch = pytest.MonkeyPatch


def unchecked(patch: Patch) -> None:
    """Whoever signed it, it is believed."""
    patch.setattr(signing, "verify", lambda *_: None)


def kept(_patch: Patch) -> None:
    """The check stays."""


def changed(signed: Signed, **fields: Any) -> Signed:
    """What it says, changed after HQ signed it."""
    said = {**json.loads(signed.payload), **fields}
    return signed.model_copy(update={"payload": json.dumps(said, separators=(",", ":"), sort_keys=True)})


class AlteredPage(FeedHq):
    """Each page that has member `a` gives them more points than HQ does; heads and repairs are honest."""

    def __call__(self, asked: Asked) -> Say:
        say = super().__call__(asked)
        if "/v1/feed/members-0?" not in asked.path:
            return say
        page = json.loads(say.body)
        for row in page["rows"]:
            row["body"] = member("a", 9999) if row["key"] == "a" else row["body"]
        return Say(json.dumps(page).encode())


@pytest.mark.parametrize("weaken", [False, True])
def test_a_row_of_a_page_that_was_altered(tmp_path: Path, monkeypatch: Patch, weaken: bool) -> None:
    """The sum finds it, and the row is fetched again; who does not compare sums keeps what nobody has."""
    if weaken:
        monkeypatch.setattr(Tally, "agrees", lambda *_: True)
    feed = Feed()
    for name in "ab":
        feed.put(RowKind.MEMBER, name, member(name, 5))
    with feed_bed(tmp_path / "state", AlteredPage(feed)) as bed:
        bed.pull()
        found = json.loads(bed.bodies()["a"])
    assert found == member("a", 9999 if weaken else 5)


@pytest.mark.parametrize(("weaken", "banned"), [(kept, []), (unchecked, ["m9"])])
def test_a_deny_list_that_was_altered(
    tmp_path: Path, monkeypatch: Patch, weaken: Callable[[Patch], None], banned: list[str]
) -> None:
    weaken(monkeypatch)
    honest = Signed.make(DENY, {"version": 1, "cards": [], "members": [], "devices": []}, HQ_KEY)
    feed = Feed(Bucket.CONFIG)
    feed.put(RowKind.DENY, "current", changed(honest, members=["m9"]).model_dump())
    with feed_bed(tmp_path / "state", FeedHq(feed)) as bed:
        bed.pull(Bucket.CONFIG)
        body = bed.bodies()["current"]
    assert (json.loads(json.loads(body)["payload"])["members"] if body else []) == banned


@pytest.mark.parametrize("weaken", [kept, unchecked])
def test_a_time_that_was_altered(monkeypatch: Patch, weaken: Callable[[Patch], None]) -> None:
    weaken(monkeypatch)

    def answers(asked: Asked) -> Say:
        nonce = asked.path.partition("nonce=")[2]
        honest = Signed.make(TIME, {"nonce": nonce, "utc_ms": NOW_MS}, key_from_hex("77" * 32))
        return Say(changed(honest, utc_ms=NOW_MS + YEAR_MS).model_dump_json().encode())

    client = direct_client(Direct(answers))
    if weaken is kept:
        with pytest.raises(Nonsense, match="not signed by HQ"):
            client.ask_time()
    else:
        client.ask_time()
    assert client._clock.now_ms() == NOW_MS + (0 if weaken is kept else YEAR_MS)


@pytest.mark.parametrize("weaken", [False, True])
def test_an_acknowledgement_of_another_history(tmp_path: Path, monkeypatch: Patch, weaken: bool) -> None:
    """Believed, HQ would never be sent what it does not have."""
    lie = b"\x55" * 32
    with open_ledger(tmp_path / "ledger.db") as ledger:
        append(ledger)
        if weaken:
            monkeypatch.setattr(Ledger, "_hash_at", lambda *_: lie)
            ledger.acknowledge(1, lie)
        else:
            with pytest.raises(ChainDiverged):
                ledger.acknowledge(1, lie)
        assert ledger.outbox().depth == (0 if weaken else 1)


def granted(number: int, device: str = DEVICE) -> GrantPage:
    lot = GrantLot(lot=f"g{number}", points=10, earned_on="2026-09-21", expires_on="2028-09-21")
    return GrantPage(device=device, epoch=EPOCH, grants=(Grant(number=number, member=ADA, lots=(lot,)),), head=2)


def as_numbered(items: Iterable[Any], first: int = 0) -> Iterator[tuple[int, Any]]:
    """As `enumerate`, but a grant has the number that it says."""
    for at, item in enumerate(items, first):
        yield getattr(item, "number", at), item


@pytest.mark.parametrize("weaken", [False, True])
def test_a_page_of_grants_without_its_first(tmp_path: Path, monkeypatch: Patch, weaken: bool) -> None:
    """Taken as it came, the first would never be heard of again."""
    if weaken:
        monkeypatch.setattr(grants, "enumerate", as_numbered, raising=False)
    with open_ledger(tmp_path / "ledger.db") as ledger:
        if weaken:
            ledger.apply_grants(granted(2))
        else:
            with pytest.raises(StoreError, match="grant 1 is missing"):
                ledger.apply_grants(granted(2))
        for number in (1, 2):
            ledger.apply_grants(granted(number))
        lots = [lot.id for lot in ledger.held(ADA).points]
    assert lots == (["g2"] if weaken else ["g1", "g2"])


@pytest.mark.parametrize("weaken", [False, True])
def test_grants_of_another_terminal(tmp_path: Path, monkeypatch: Patch, weaken: bool) -> None:
    """Taken here, the same points would be spent twice."""
    with open_ledger(tmp_path / "ledger.db") as ledger:
        if weaken:
            monkeypatch.setattr(ledger, "_device", "s02-1-bb")
            ledger.apply_grants(granted(1, "s02-1-bb"))
        else:
            with pytest.raises(StoreError, match="are not ours"):
                ledger.apply_grants(granted(1, "s02-1-bb"))
        assert bool(ledger.held(ADA).points) == weaken
