"""The addresses of HQ's door at which terminals ask about what is shown at the till: links of cards, member codes."""

from __future__ import annotations

from sqlalchemy import Connection

from cards.member_code import MemberCodeError
from hq import member_codes
from hq.card_links import judge_link
from hq.problems import Code, HqError
from hq.route import Asked, Route
from hq.sightings import take_report
from protocol.links import CodeAnswer, CodeAsk, CodeVerdict, LinkAnswer, LinkAsk, LinksSeen


def post_sun(asked: Asked) -> LinkAnswer:
    return judge_link(asked.hq, asked.sender, asked.body, asked.hq.card_masters.diversify)


def post_seen(asked: Asked) -> None:
    """In the order of the cards' keys, so that terminals that tell of the same cards wait for each other in turn."""
    hq, told = asked.hq, sorted(asked.body.seen, key=lambda each: (each.card, each.counter))

    def work(connection: Connection) -> None:
        for seen in told:
            take_report(connection, asked.sender, seen, hq.clock())

    hq.database.repeated(work)


def post_take(asked: Asked) -> CodeAnswer:
    try:
        taken = member_codes.take(asked.hq, asked.body.code)
    except MemberCodeError as error:
        return CodeAnswer(verdict=CodeVerdict.REFUSED, fault=error.fault.value)
    except HqError:
        return CodeAnswer(verdict=CodeVerdict.UNKNOWN)
    return CodeAnswer(verdict=CodeVerdict.AGAIN if taken.again else CodeVerdict.TAKEN, member=taken.member)


SHOWN_ROUTES = (
    Route(
        "POST",
        "/v1/sun",
        "Whether a card's link that is shown now was made by the card's key and never came before.",
        post_sun,
        LinkAnswer,
        LinkAsk,
        refuses=(Code.KEY_STORE,),
    ),
    Route(
        "POST",
        "/v1/sun/seen",
        "A terminal tells of links that it judged itself; HQ looks whether one chip can have made them all.",
        post_seen,
        None,
        LinksSeen,
    ),
    Route(
        "POST",
        "/v1/member-codes/take",
        "Take a member code that is shown now, so that no other terminal takes it.",
        post_take,
        CodeAnswer,
        CodeAsk,
    ),
)
