"""The first thing of every round: HQ's time, the right to spend, and HQ's position in our chain."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from protocol.canonical import CanonicalError
from protocol.contact import Contact, Heartbeat
from protocol.lease import SPEND_UNTIL, SpendUntil
from protocol.operation import ClockQuality
from protocol.signing import SignatureError, Signed
from terminal.identity import Identity
from terminal.sync.failures import Nonsense, Refused
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock, read_time

HEARTBEAT_BYTES_MAX = 2000
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Meeting:
    """What HQ said: how long leases may be spent, the device's state, and what it holds of our operations."""

    spend_until_ms: int
    state: str
    acked_seq: int
    acked_hash: str
    granted: int | None = None  # the newest grant at HQ
    report: bool = False  # HQ was restored, and asks for the grants above that


class Contacts:
    """Asks HQ for its word. `nonce` gives 32 hex digits that were never given before."""

    def __init__(self, client: HqClient, identity: Identity, clock: HqClock, nonce: Callable[[], str]) -> None:
        self._client, self._identity, self._clock, self._nonce = client, identity, clock, nonce

    def meet(self, heartbeat: Heartbeat) -> Meeting:
        """One contact; afterwards the clock is HQ's. Raises Unreachable, Nonsense or Refused."""
        nonce, asked = self._nonce(), self._clock.asked()
        said = Contact(nonce=nonce, epoch=self._identity.epoch, heartbeat=heartbeat)
        try:
            answer = self._client.contact(said)
        except Refused as refused:
            if refused.code != "device_unknown" or self._identity.admission is None:
                raise
            log.warning("HQ has forgotten this terminal, and is shown what it signed at the enrolment")
            self._client.readmit(self._identity.admission)
            answer = self._client.contact(said)
        right = read_right(answer.spend_until, self._identity)
        self._clock.answered(read_time(answer.time, nonce, self._identity.trust_key), asked)
        return Meeting(right.until_ms, answer.state, answer.acked_seq, answer.acked_hash, answer.granted, answer.report)


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
