"""Every conversation that a terminal leads with a card, each begun anew by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cards import classic, desfire, fm1208, ntag424
from cards.access import AccessRights
from cards.aes import AesKey
from cards.apdu import FRAMES_MAX
from cards.card_keys import change_other_key, change_own_key, key_version
from cards.channel import CommMode, InTheClear
from cards.dialogue import Dialogue, converse
from cards.errors import CardError
from cards.ev1_auth import authenticate_ev1
from cards.ev1_session import Ev1Session
from cards.ev2_auth import authenticate_ev2_first
from cards.ev2_session import Ev2Session
from cards.files import FileSettings, change_file_settings, get_file_settings, read_data, write_data
from cards.picc import get_card_uid, read_signature
from cards.version import get_version
from drivers.card_reader.whole_answer import ROUNDS_MAX, whole_answer
from drivers.errors import CardGone, CardMute
from tests.fuzz.readers import Reader

KEY, RND_A, UID = AesKey(bytes(16)), bytes(16), bytes.fromhex("04A1B2C3D4E5F6")
PLAIN, MAC, FULL = CommMode.PLAIN, CommMode.MAC, CommMode.FULL
RIGHTS = AccessRights(0, 0, 0, 0)
COMMANDS_MAX = 8 * FRAMES_MAX


def ev2() -> Ev2Session:
    return Ev2Session(KEY, KEY, bytes(4))


def ev1() -> Ev1Session:
    return Ev1Session(KEY)


TALKS: dict[str, Callable[[], Dialogue[object]]] = {
    "select": ntag424.select_application,
    "version": get_version,
    "signature": read_signature,
    "ev2 first": lambda: authenticate_ev2_first(KEY, 0, RND_A),
    "ev1": lambda: authenticate_ev1(KEY, 0, RND_A),
    "settings": lambda: get_file_settings(InTheClear(), 2, PLAIN),
    "read": lambda: read_data(InTheClear(), 2, 0, 500, PLAIN),
    "write": lambda: write_data(InTheClear(), 2, 0, bytes(100), PLAIN),
    "applications": lambda: desfire.application_ids(InTheClear(), PLAIN),
    "files": lambda: desfire.file_numbers(InTheClear(), PLAIN),
    "version of a key": lambda: key_version(InTheClear(), 0, PLAIN),
    "ev2 plain": lambda: read_data(ev2(), 2, 0, 500, PLAIN),
    "ev2 mac": lambda: get_file_settings(ev2(), 2, MAC),
    "ev2 full": lambda: get_card_uid(ev2()),
    "ev2 change": lambda: change_file_settings(ev2(), 2, FileSettings(FULL, RIGHTS, 32)),
    "ev2 own key": lambda: change_own_key(ev2(), KEY, 1),
    "ev2 other key": lambda: change_other_key(ev2(), 1, KEY, KEY, 1),
    "ev1 plain": lambda: read_data(ev1(), 2, 0, 500, PLAIN),
    "ev1 mac": lambda: get_file_settings(ev1(), 2, MAC),
    "ev1 full": lambda: read_data(ev1(), 2, 0, 500, FULL),
    "ev1 own key": lambda: change_own_key(ev1(), KEY, 1),
    "ev1 other key": lambda: change_other_key(ev1(), 1, KEY, KEY, 1),
    "classic value": lambda: classic.change_value(classic.Maker.ACS, 4, 1),
    "classic copy": lambda: classic.copy_value(classic.Maker.OMNIKEY, 4, 5),
    "fm1208 proof": lambda: fm1208.internal_authenticate(fm1208.FmKey(bytes(8)), 0, bytes(8)),
    "fm1208 trust": lambda: fm1208.external_authenticate(fm1208.FmKey(bytes(8)), 0),
}
UNPROVEN = {
    "ev2 first",
    "ev1",
    "ev2 mac",
    "ev2 full",
    "ev2 change",
    "ev2 other key",
    "ev1 plain",
    "ev1 mac",
    "ev1 full",
    "fm1208 proof",
}


def ends_well(talk: Dialogue[object], answers: list[bytes]) -> bool:
    """Whether it gave a result. Any error but the family's own is a failure, and so is a talk that goes on and on."""
    try:
        converse(talk, card_that_says(answers, COMMANDS_MAX))
    except CardError:
        return False
    return True


def card_that_says(answers: list[bytes], commands_max: int) -> Callable[[bytes], bytes]:
    """A card that gives `answers`, and then the last one again and again."""
    heard = 0

    def card(_: bytes) -> bytes:
        nonlocal heard
        heard += 1
        assert heard <= commands_max
        return answers[min(heard, len(answers)) - 1]

    return card


def answers_of(data: bytes) -> list[bytes]:
    """Any bytes as answers: each begins with its length, and the last one may be cut."""
    answers, at = [], 0
    while at < len(data):
        answers.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return answers or [b""]


def said(*answers: bytes) -> bytes:
    """What `answers_of` reads as `answers`."""
    return b"".join(bytes((len(answer),)) + answer for answer in answers)


EXAMPLES = (
    said(bytes(16) + b"\x91\xaf", bytes(32) + b"\x91\x00"),
    said(b"\x90\x00", bytes(24) + b"\x91\xaf", bytes(24) + b"\x91\xaf", bytes(16) + b"\x91\x00"),
    said(bytes(4) + b"\x61\x10", bytes(16) + b"\x90\x00"),
    said(b"\x6c\x08", bytes(8) + b"\x90\x00", b"\x91\xae"),
)


def talk_readers() -> Iterator[Reader]:
    """Each conversation as a reader of what a card says in it; `ends_well` lets no other error through."""
    for name, talk in TALKS.items():
        yield Reader(f"talk: {name}", EXAMPLES, _talk(name, talk), ())
    yield Reader("whole answer", EXAMPLES, lambda data: _whole(data, False), (CardGone, CardMute))
    yield Reader("whole answer by T=0", EXAMPLES, lambda data: _whole(data, True), (CardGone, CardMute))


def _talk(name: str, talk: Callable[[], Dialogue[object]]) -> Callable[[bytes], object]:
    def read(data: bytes) -> bool:
        well = ends_well(talk(), answers_of(data))
        assert not (well and name in UNPROVEN), "nobody without the key gives such an answer"
        return well

    return read


def _whole(data: bytes, t0: bool) -> bytes:
    command = bytes.fromhex("905A00000301020300")
    return whole_answer(command, card_that_says(answers_of(data), ROUNDS_MAX), t0)
