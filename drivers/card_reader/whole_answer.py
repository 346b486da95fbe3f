"""Whole answers from cards that give them in parts or ask for another length (ISO/IEC 7816-4, 5.3.4 and 5.6)."""

from __future__ import annotations

from collections.abc import Callable

from drivers.errors import CardGone, CardMute

Transmit = Callable[[bytes], bytes]
MORE = 0x61  # that many bytes wait for GET RESPONSE
OTHER_LE = 0x6C  # the command again, with that Le
GET_RESPONSE = 0xC0
ROUNDS_MAX = 512
ANSWER_BYTES_MAX = 65_538
HEADER = 4


def whole_answer(apdu: bytes, transmit: Transmit, t0: bool = False) -> bytes:
    """The answer to `apdu` with the data of all its parts and the last status word.

    `t0` says that the card speaks T=0, where a command with data goes without Le (ISO/IEC 7816-3, 12.2). Raises
    CardGone for an answer without a status word, as a reader gives it for a card that is pulled in the middle, and
    CardMute for one that does not end.
    """
    command, data = _tpdu(apdu) if t0 else apdu, b""
    for _ in range(ROUNDS_MAX):
        answer = transmit(command)
        if len(answer) < 2:
            raise CardGone("the card's answer has no status word")
        data, high, low = data + answer[:-2], answer[-2], answer[-1]
        if high == MORE:
            command = bytes([_channel(apdu[0]), GET_RESPONSE, 0, 0, low])
        elif high == OTHER_LE and len(answer) == 2 and command[HEADER:] != bytes([low]) and _short_case_2(command):
            command = command[:HEADER] + bytes([low])
        else:
            return data + answer[-2:]
        if len(data) > ANSWER_BYTES_MAX:
            break
    raise CardMute("the card's answer does not end")


def _channel(cla: int) -> int:
    """The class byte of GET RESPONSE on the logical channel of the command; only interindustry classes have one."""
    return cla & 0x03 if cla < 0x40 else 0


def _short_case_2(command: bytes) -> bool:
    return len(command) in {HEADER, HEADER + 1}


def _tpdu(apdu: bytes) -> bytes:
    """`apdu` without the Le of a short command with data; case 1 gets the P3 that T=0 always has."""
    if len(apdu) == HEADER:
        return apdu + b"\0"
    if len(apdu) > HEADER + 1 and len(apdu) == HEADER + 2 + apdu[HEADER]:
        return apdu[:-1]
    return apdu
