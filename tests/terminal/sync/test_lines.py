"""The lines between agent and till: each message survives the way, and nothing else is taken."""

from __future__ import annotations

import pytest

from protocol.entries import Entry, EntryKind
from protocol.feed import Bucket
from protocol.lease import Grant, GrantAsk, GrantLot, GrantPage
from protocol.links import CodeAsk, LinkAsk
from terminal.sync import lines

PAGE = GrantPage(
    device="d",
    epoch=1,
    head=1,
    grants=(Grant(number=1, member="m", lots=(GrantLot(lot="l", points=5, earned_on="2026-01-01"),)),),
)
FROM_AGENT: list[lines.FromAgent] = [
    lines.Acknowledge(id=1, seq=0, hash="0" * 64),
    lines.Grants(id=2, page=PAGE),
    lines.Met(id=3, utc_ms=5, spend_until_ms=6),
    lines.Changed(id=4, bucket=Bucket.MEMBERS_0),
    lines.State(id=5, online=False, code="bundle_refused"),
    lines.Describe(id=6),
    lines.Answer(re=7, error="not_granted"),
]
FROM_TILL: list[lines.FromTill] = [
    lines.Nudge(),
    lines.Ask(id=1, wish=GrantAsk(member="m", points=5, after=0)),
    lines.AskKey(id=2, uid="04AABBCCDDEE80"),
    lines.AskShown(id=3, limit_ms=1500, link=LinkAsk(uid="04AABBCCDDEE80", counter=7, code="0" * 16)),
    lines.AskShown(id=4, limit_ms=1500, code=CodeAsk(code="M1:ABC")),
    lines.AskEntry(
        id=5,
        limit_ms=10_000,
        entry=Entry(
            intent="5e" * 16, kind=EntryKind.PIN_CHANGE, member="m", level="P1", pin_given=True, staff="Li", pin="4815"
        ),
    ),
    lines.Answer(re=7, value={"clock": "held", "devices": {"读卡器": "ready"}}),
]


@pytest.mark.parametrize("message", FROM_AGENT, ids=lambda message: type(message).__name__)
def test_what_the_agent_says(message: lines.FromAgent) -> None:
    data = lines.line(message)
    assert data.count(b"\n") == 1
    assert lines.read_from_agent(data) == message


@pytest.mark.parametrize("message", FROM_TILL, ids=lambda message: type(message).__name__)
def test_what_the_till_says(message: lines.FromTill) -> None:
    assert lines.read_from_till(lines.line(message)) == message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"say":"acknowledge","id":1,"seq":-1,"hash":"00"}',
        b'{"say":"nudge"}',
        b'{"say":"describe","id":1,"more":2}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"say":"describe","id":"1"}',
    ],
)
def test_anything_else_is_refused_without_being_repeated(data: bytes) -> None:
    with pytest.raises(lines.LineError) as caught:
        lines.read_from_agent(data)
    assert len(str(caught.value)) < 200
