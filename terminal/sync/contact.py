"""The first thing of every round: HQ's time, the right to spend, and HQ's position in our chain."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from protocol.canonical import CanonicalError
from protocol.contact import TIME, Contact, Heartbeat, SignedTime
from protocol.lease import SPEND_UNTIL, SpendUntil
from protocol.operation import ClockQuality
from protocol.signing import SignatureError, Signed
from terminal.identity import Identity
from terminal.sync.failures import Nonsense
from terminal.sync.hq_client import HqClient

HEARTBEAT_BYTES_MAX = 2000


@dataclass(frozen=True)
class Meeting:
    """What HQ said: how long leases may be spent, the device's state, and what it holds of our operations."""

    spend_until_ms: int
    state: str
    acked_seq: int
    acked_hash: str


class HqClock:
    """HQ's time, carried on by the machine's monotonic time from the last signed answer. `monotonic` is in ms."""

    def __init__(self, monotonic: Callable[[], int]) -> None:
        self._monotonic = monotonic
        self._ahead_ms: int | None = None

    def now_ms(self) -> int | None:
        """HQ's time now, None before the first contact."""
        return None if self._ahead_ms is None else self._monotonic() + self._ahead_ms

    def asked(self) -> int:
        return self._monotonic()

    def answered(self, utc_ms: int, asked_ms: int) -> None:
        """HQ said `utc_ms` half-way between the question and now."""
        self._ahead_ms = utc_ms - (asked_ms + self._monotonic()) // 2


class Contacts:
    """Asks HQ for the time and for its word. `nonce` gives 32 hex digits that were never given before."""

    def __init__(self, client: HqClient, identity: Identity, clock: HqClock, nonce: Callable[[], str]) -> None:
        self._client, self._identity, self._clock, self._nonce = client, identity, clock, nonce

    def meet(self, heartbeat: Heartbeat) -> Meeting:
        """One contact; afterwards the clock is HQ's. Raises Unreachable, Nonsense or Refused."""
        if self._clock.now_ms() is None:
            nonce, asked = self._nonce(), self._clock.asked()
            self._set_clock(self._client.time(nonce), nonce, asked)
        nonce, asked = self._nonce(), self._clock.asked()
        answer = self._client.contact(Contact(nonce=nonce, epoch=self._identity.epoch, heartbeat=heartbeat))
        right = read_right(answer.spend_until, self._identity)
        self._set_clock(answer.time, nonce, asked)
        return Meeting(right.until_ms, answer.state, answer.acked_seq, answer.acked_hash)

    def _set_clock(self, signed: Signed, nonce: str, asked_ms: int) -> None:
        self._clock.answered(read_time(signed, nonce, self._identity.trust_key), asked_ms)


def read_time(signed: Signed, nonce: str, trust_key: str) -> int:
    """HQ's time (UTC ms). Raises Nonsense unless HQ signed it for this very question."""
    try:
        said = SignedTime.model_validate(signed.open(TIME, trust_key))
    except (SignatureError, CanonicalError, ValidationError) as error:
        raise Nonsense("HQ's time is not signed by HQ") from error
    if said.nonce != nonce:
        raise Nonsense("HQ's time answers another question: somebody plays back an old answer")
    return said.utc_ms


def read_right(signed: Signed, identity: Identity) -> SpendUntil:
    """The right to spend. Raises Nonsense unless HQ signed it for this device and epoch."""
    try:
        right = SpendUntil.model_validate(signed.open(SPEND_UNTIL, identity.trust_key))
    except (SignatureError, CanonicalError, ValidationError) as error:
        raise Nonsense("the right to spend is not signed by HQ") from error
    if (right.device, right.epoch) != (identity.device, identity.epoch):
        raise Nonsense(f"the right to spend is for {right.device}, epoch {right.epoch}, not for us")
    return right


def heartbeat(version: str, outbox: int, said: Mapping[str, Any], directory: dict[str, Any]) -> Heartbeat:
    """What HQ is told, under 2 kB: devices are left out if they would make it larger."""
    quality = said.get("clock")
    clock = ClockQuality(quality) if quality in set(ClockQuality) else ClockQuality.UNKNOWN
    devices = said.get("devices")
    small = isinstance(devices, dict) and len(json.dumps(devices)) < HEARTBEAT_BYTES_MAX // 2
    return Heartbeat(
        version=version[:40],
        outbox=outbox,
        clock=clock,
        devices=devices if small and devices else {},
        directory=directory,
    )
