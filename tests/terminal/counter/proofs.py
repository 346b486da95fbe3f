"""What HQ tells a test shop of proofs: the table, and cards that were issued with a key."""

from __future__ import annotations

from cards.aes import AesKey
from loyalty.assurance import USUAL, Rule
from protocol.assurance import AssuranceTable
from protocol.control import CONFIGURATION, Configuration
from protocol.directory import CardProof, CardRow, CardState, CardTechnology, card_key
from protocol.feed import Bucket, RowKind
from protocol.signing import Signed
from tests.terminal.shops import ADA, LOOKUP, TRUST, TestShop

KEY = AesKey(bytes(range(16)))
AID = "495150"
NTAG = CardProof(technology=CardTechnology.NTAG424, key_no=1, version=1)
DESFIRE = CardProof(technology=CardTechnology.DESFIRE_EV2, key_no=1, application=AID, version=1)
DESFIRE_EV1 = DESFIRE.model_copy(update={"technology": CardTechnology.DESFIRE_EV1})


def allow(test: TestShop, *rules: Rule) -> None:
    """HQ allows this beside what is usual."""
    told = Configuration(version=1, assurance=AssuranceTable.of((*USUAL, *rules)))
    body = Signed.make(CONFIGURATION, told.model_dump(mode="json"), TRUST).model_dump()
    test.tell(Bucket.CONFIG, (RowKind.CONFIGURATION, "current", body))


def key_of(uid: str) -> str:
    """A card's key in the directory."""
    return card_key(bytes.fromhex(LOOKUP), uid)


def issued(test: TestShop, proof: CardProof, uid: str = ADA, member: str = "m1") -> None:
    """From now on HQ says that this card was issued with a key."""
    row = CardRow(member=member, state=CardState.ACTIVE, proof=proof)
    test.tell_members((RowKind.CARD, key_of(uid), row.model_dump(mode="json")))


def at_hand(card: str, version: int) -> AesKey | None:
    """A terminal that has the first key of Ada's card."""
    return KEY if (card, version) == (key_of(ADA), 1) else None
