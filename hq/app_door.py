"""What the server of a chain's app may ask of HQ: member codes, under a bearer token instead of a signature."""

from __future__ import annotations

import os

from cards.member_code import LIFE_S
from hq import issuer_keys, member_codes
from hq.apps import app_of
from hq.headquarters import Headquarters
from hq.problems import Code, HqError, Refusal
from hq.route import Admits, Asked, Request, Route
from protocol.links import AppCode, AppCodeAsk

_BEARER = "bearer "


def check_app(hq: Headquarters, request: Request) -> None:
    """Raises Refusal unless the request bears the token of an app that may ask now."""
    said = request.headers.get("authorization", "")
    token = said[len(_BEARER) :] if said[: len(_BEARER)].lower() == _BEARER else ""
    with hq.database.reading() as connection:
        name = app_of(connection, token)
    if name is None:
        raise Refusal(Code.APP_UNKNOWN)
    wait_s = hq.guard.apps.wait_s(name, hq.clock())
    if wait_s:
        raise Refusal(Code.TOO_MANY, wait_s=wait_s)


def post_member_codes(asked: Asked) -> AppCode:
    """The code's time is counted from before it was made, so it is never told as longer than it is."""
    hq = asked.hq
    if not issuer_keys.load_issuers(hq.state):
        raise Refusal(Code.NO_ISSUER)
    good_until_ms = (hq.clock() // 1000 + LIFE_S) * 1000
    try:
        code = member_codes.issue(hq, asked.body.member, os.urandom)
    except HqError:
        raise Refusal(Code.MEMBER_UNKNOWN) from None
    return AppCode(code=code, good_until_ms=good_until_ms)


APP_ROUTES = (
    Route(
        "POST",
        "/v1/app/member-codes",
        "A fresh member code, for the server of the chain's app; its token is in the header Authorization.",
        post_member_codes,
        AppCode,
        AppCodeAsk,
        Admits.APP,
        refuses=(Code.MEMBER_UNKNOWN, Code.NO_ISSUER),
    ),
)
