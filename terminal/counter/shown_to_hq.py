"""What is shown at the till and good once: links of cards and member codes, and what HQ is asked of them first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from protocol.links import CodeAnswer, CodeAsk, LinkAnswer, LinkAsk
from terminal.codes.code import DynamicMemberCode, SunLink
from terminal.codes.reading import read_code
from terminal.counter.by_link import link_ask

if TYPE_CHECKING:
    from terminal.counter.desk import Desk

_MAY_BE = re.compile(r"\s*(\][A-Za-z][0-9A-Za-z])?(M1:|[Hh][Tt][Tt][Pp][Ss]?://)")


@dataclass(frozen=True)
class HqSaid:
    """What HQ said of what is shown now."""

    link: LinkAnswer | None = None
    code: CodeAnswer | None = None


def may_be_asked(text: str) -> bool:
    """Whether this may be something that HQ is asked about; most of what is scanned is not."""
    return _MAY_BE.match(text) is not None


def asked_of_hq(desk: Desk, text: str, aim: str) -> LinkAsk | CodeAsk | None:
    """What HQ is asked before `desk` takes this; None where the desk can say by itself what becomes of it.

    Raises Refusal as the desk does for a card that is not known or blocked.
    """
    shop = desk.shop
    if not shop.online() or desk.till.phase == "paying" or desk.shows(text):
        return None
    match read_code(text, shop.configured().codes, aim):
        case SunLink(url):
            return link_ask(shop, url)
        case DynamicMemberCode(code) if shop.configured().issuers is not None:
            return _code_ask(code)
        case _:
            return None


def _code_ask(code: str) -> CodeAsk | None:
    try:
        return CodeAsk(code=code)
    except ValidationError:
        return None  # it is damaged, as the desk will say
