"""Who may have a thing that is handed out here now, and what one of it uses."""

from __future__ import annotations

from loyalty import MemberFacts, TillState
from loyalty.audience import Audience
from loyalty.handed_out import HandedOut
from loyalty.limits import Scope
from loyalty.quote import Miss, RightUse
from tests.loyalty.material import NOON
from tests.loyalty.rights_material import ANN, holding, limit, rules

BOOK = rules()
CHILD = MemberFacts("ann", "regular", birthday="1990-03-01")
GIFT = HandedOut("reward/gift", Audience(birthday=True), (limit(Scope.TERMINAL, 2),))
ONCE, HERE = "birthday:2026:reward:gift:ann", "terminal:times:ever:reward:gift"


def barred(thing: HandedOut, member: MemberFacts | None, state: TillState) -> Miss | None:
    return thing.barred(member, state, BOOK, NOON)


def test_the_audience_comes_before_what_is_left() -> None:
    empty = holding(used={HERE: 2})
    assert barred(GIFT, ANN, empty) is Miss.NOT_BIRTHDAY
    assert barred(GIFT, CHILD, empty) is Miss.LIMIT_REACHED
    assert barred(GIFT, CHILD, holding(used={HERE: 1})) is None


def test_a_birthday_is_once_whatever_the_limits_leave() -> None:
    assert barred(GIFT, CHILD, holding(used={ONCE: 1})) is Miss.LIMIT_REACHED
    assert GIFT.uses(CHILD, holding(), BOOK, NOON) == (RightUse("limit", HERE, 1), RightUse("limit", ONCE, 1))


def test_what_is_not_for_a_birthday_uses_no_birthday() -> None:
    plain = HandedOut("reward/gift", Audience(), ())
    assert barred(plain, CHILD, holding(used={ONCE: 1})) is None
    assert plain.uses(CHILD, holding(), BOOK, NOON) == ()
    assert plain.uses(None, holding(), BOOK, NOON) == ()


def test_a_guest_has_nothing_of_a_member_limit() -> None:
    own = HandedOut("coupon/x", Audience(), (limit(Scope.MEMBER),))
    assert barred(own, None, holding(leased={"member:times:ever:coupon:x:ann": 1})) is Miss.LIMIT_REACHED
    assert barred(own, ANN, holding(leased={"member:times:ever:coupon:x:ann": 1})) is None
