"""The chain of DESFire EV1 as published; enciphered data by a card written out here; nothing altered passes."""

from __future__ import annotations

import pytest

from cards.aes import AesKey, decrypt, encrypt
from cards.card_keys import change_other_key, change_own_key
from cards.channel import CommMode
from cards.crc import crc32
from cards.dialogue import converse
from cards.errors import BadAnswer, CardRefused, ProofFailed, SessionOver
from cards.ev1_session import Ev1Session, with_crc
from cards.files import read_data, write_data
from tests.cards.known import Scripted, each_flipped, entry, octets

CHAIN = entry("ev1-aes-cmac-chain")
KEY = AesKey(octets(CHAIN["session_key"]))
PLAIN, MAC, FULL = CommMode.PLAIN, CommMode.MAC, CommMode.FULL


def test_the_published_chain() -> None:
    session = Ev1Session(KEY)
    for exchange, code in zip(CHAIN["exchanges"], CHAIN["rx_cmacs"].split(","), strict=True):
        command = octets(exchange["command"])
        card = Scripted(exchange["response_data"] + code + "9100")
        answer = converse(session.send(command[0], command[1:], mode=PLAIN), card)
        assert answer == octets(exchange["response_data"])


def test_an_answer_altered_or_out_of_turn_breaks_the_chain() -> None:
    first, second = CHAIN["rx_cmacs"].split(",")[:2]
    for code in [each.hex() for each in each_flipped(octets(first))] + [second]:
        session = Ev1Session(KEY)
        with pytest.raises(ProofFailed):
            converse(
                session.send(0xCD, octets(CHAIN["exchanges"][0]["command"])[1:], mode=PLAIN), Scripted(code + "9100")
            )
        with pytest.raises(SessionOver):
            converse(session.send(0x6F), Scripted())


def test_the_sessions_own_key_is_changed_as_published() -> None:
    known = entry("ev1-changekey-same-aes")
    session = Ev1Session(AesKey(octets(known["session_key"])), known["key_no"])
    version = octets(known["key_version"])[0]
    said = octets(known["native_cmd"])[:2]
    assert with_crc(said, octets(known["new_key"]) + bytes((version,))) == octets(known["cryptogram"])
    card = Scripted("9100")
    converse(change_own_key(session, AesKey(octets(known["new_key"])), version), card)
    assert card.heard == ["90C4000021" + known["native_cmd"][2:] + "00"]
    with pytest.raises(SessionOver):
        converse(session.send(0x6F), Scripted())


class Twin:
    """The card's side of the chain, one message after the other."""

    def __init__(self) -> None:
        self.session = Ev1Session(KEY)

    def coded(self, data: bytes = b"") -> str:
        return (data + self.session.code(data + b"\0")).hex() + "9100"

    def sealed(self, data: bytes, padding: bytes) -> str:
        sealed = encrypt(KEY, data + crc32(data + b"\0") + padding, self.session.chain)
        self.session.chain = sealed[-16:]
        return sealed.hex() + "9100"


@pytest.mark.parametrize("data", [b"0123456789abcdefghijklmnop", bytes(26), b"\x80" * 26])
@pytest.mark.parametrize("padding", [b"\0\0", b"\x80\0"])
def test_an_enciphered_file_is_read(data: bytes, padding: bytes) -> None:
    session, twin = Ev1Session(KEY), Twin()
    twin.session.code(octets("BD05" + "000000" + "1A0000"))
    card = Scripted(twin.sealed(data, padding))
    assert converse(read_data(session, 5, 0, 26, FULL), card) == data
    twin.session.code(b"\x6f")
    assert converse(session.send(0x6F, mode=MAC), Scripted(twin.coded(b"\5"))) == b"\5"


def test_an_enciphered_answer_altered_in_any_byte_is_refused() -> None:
    twin = Twin()
    twin.session.code(octets("BD05" + "000000" + "0C0000"))
    answer = octets(twin.sealed(b"twelve bytes", b""))[:-2]
    for altered in each_flipped(answer):
        with pytest.raises(ProofFailed):
            converse(read_data(Ev1Session(KEY), 5, 0, 12, FULL), Scripted(altered.hex() + "9100"))


def test_an_enciphered_write_carries_its_checksum() -> None:
    session, twin = Ev1Session(KEY), Twin()
    header, data = octets("05" + "000000" + "030000"), b"abc"
    sealed = twin.session.encipher(b"\x3d" + header, data)
    card = Scripted(twin.coded())
    converse(write_data(session, 5, 0, data, FULL), card)
    assert card.heard == ["903D000017" + (header + sealed).hex().upper() + "00"]
    assert decrypt(KEY, sealed) == data + crc32(b"\x3d" + header + data) + bytes(9)


def test_a_coded_write_carries_its_code() -> None:
    session, twin = Ev1Session(KEY), Twin()
    header, data = octets("05" + "000000" + "030000"), b"abc"
    code = twin.session.code(b"\x3d" + header + data)
    card = Scripted(twin.coded())
    converse(write_data(session, 5, 0, data, MAC), card)
    assert card.heard == ["903D000012" + (header + data + code).hex().upper() + "00"]


def test_another_key_is_changed_by_its_difference() -> None:
    session, twin = Ev1Session(KEY), Twin()
    old, new = AesKey(b"o" * 16), AesKey(b"n" * 16)
    difference = b"\1" * 16 + b"\7"
    sealed = twin.session.encipher(b"\xc4\2", difference, crc32(new.value))
    card = Scripted(twin.coded())
    converse(change_other_key(session, 2, old, new, 7), card)
    assert card.heard == ["90C400002102" + sealed.hex().upper() + "00"]
    text = decrypt(KEY, sealed)
    assert text == difference + crc32(b"\xc4\2" + difference) + crc32(b"n" * 16) + bytes(7)
    with pytest.raises(ProofFailed):
        converse(change_other_key(session, 2, old, new, 7), Scripted("00" * 8 + "9100"))


@pytest.mark.parametrize("answer", ["9100", "00" * 7 + "9100"])
def test_an_answer_without_a_code_is_refused(answer: str) -> None:
    for mode in CommMode:
        with pytest.raises(BadAnswer):
            converse(Ev1Session(KEY).send(0x6F, mode=mode), Scripted(answer))


def test_an_error_ends_the_session() -> None:
    session = Ev1Session(KEY)
    with pytest.raises(CardRefused):
        converse(session.send(0x6F), Scripted("919D"))
    with pytest.raises(SessionOver):
        converse(session.send(0x6F), Scripted())


@pytest.mark.parametrize("mode", list(CommMode))
def test_the_room_for_data_fits_into_one_frame(mode: CommMode) -> None:
    session, header, card = Ev1Session(KEY), bytes(7), Scripted("9100")
    with pytest.raises(BadAnswer):
        converse(session.send(0x3D, header, bytes(session.room(header, mode)), mode), card)
    assert 40 < len(octets(card.heard[0])) <= 58
