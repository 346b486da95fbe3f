"""What a card can do wrong. The texts name commands and status words; they never hold keys or what a card stores."""

from __future__ import annotations


class CardError(Exception):
    """The conversation with the card cannot go on: an expected event, not a fault of this program."""


class BadAnswer(CardError):
    """The answer has a shape that the command cannot have: too short, too long, padded wrongly, without end."""


class CardRefused(CardError):
    """The card answered with the status word `sw`, which is no success for this command."""

    def __init__(self, sw: int, asked: str = "the command") -> None:
        super().__init__(f"the card refused {asked} with status {sw:04X}: {MEANINGS.get(sw, 'see its data sheet')}")
        self.sw = sw


class ProofFailed(CardError):
    """Card and we do not hold the same key, or somebody altered what was said between: trust nothing of it."""


class SessionOver(CardError):
    """The session ended, by an error or by changing its own key: authenticate again."""


MEANINGS = {  # NXP DESFire and NTAG 424 DNA (91xx), ISO/IEC 7816-4
    0x911C: "it does not know this command",
    0x911E: "it does not accept our MAC",
    0x9140: "it has no key of that number",
    0x917E: "the command has a wrong length",
    0x919D: "its rights do not allow that",
    0x919E: "a parameter is out of range",
    0x91A0: "it has no such application",
    0x91AD: "it asks us to wait after failed authentications",
    0x91AE: "that needs an authentication, or with another key",
    0x91BE: "that lies beyond the end of the file",
    0x91CA: "an earlier command was not finished",
    0x91DE: "this exists already",
    0x91EE: "its memory failed",
    0x91F0: "it has no such file",
    0x6700: "the command has a wrong length",
    0x6982: "that needs an authentication",
    0x6983: "its key is locked",
    0x6985: "not now",
    0x6A82: "it has no such file or application",
    0x6D00: "it does not know this command",
    0x6E00: "it does not know this class of commands",
}
