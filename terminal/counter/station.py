"""The till at work: takes events from the queue, lets the desk act, and publishes what both screens show."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from cards.pin import PinGuess
from terminal.counter.attention import Attention
from terminal.counter.by_card import KEY_AWAY, SILENT, Asked, KeyAway, Said, question
from terminal.counter.card_alarms import newest_alarms
from terminal.counter.consumer import Busy, Consumer
from terminal.counter.desk import Desk, Tap
from terminal.counter.duties import perform
from terminal.counter.lift import lift
from terminal.counter.phrase import Refusal
from terminal.counter.pin_check import Looking
from terminal.counter.pin_desk import looked
from terminal.counter.pin_looker import look_here
from terminal.counter.screens import Surroundings, counter_screen, look, member_screen, status
from terminal.counter.shortage import LEDGER_REFUSED, by_ledger
from terminal.errors import StorageBroken, StorageFull, StoreError

log = logging.getLogger(__name__)
T = TypeVar("T")
Publish = Callable[[dict[str, dict[str, Any]]], object]


@dataclass(frozen=True)
class Outlets:
    """Where results go: views to the pages, a light's name to the devices, the end when the disk is broken, and
    the word to the sync agent that something new waits. `idle` is called on the till's thread in moments without work.
    `look` looks at a PIN, on another thread.
    """

    publish: Publish
    light: Callable[[str], object]
    fatal: Callable[[str], object]
    committed: Callable[[], object]
    idle: Callable[[], object] = lambda: None
    look: Callable[[PinGuess], Future[bool]] = look_here


class Station:
    """One desk, one queue, one thread. Everything public may be called from any thread."""

    def __init__(self, desk: Desk, attention: Attention, around: Surroundings, outlets: Outlets) -> None:
        self.around = around
        self._desk, self._attention, self._outlets = desk, attention, outlets
        self._consumer = Consumer(self._tick)
        self._number = self._tidied = self._minute = self._unasked = 0
        self._ready = threading.Event()

    def start(self) -> None:
        self._consumer.start()
        self.refresh()

    def close(self) -> None:
        self._consumer.close()

    def do(self, work: Callable[[Desk], T], shown: bool = True) -> Future[T]:
        """Run `work` at the desk and show what came of it. A Refusal is shown (unless not `shown`) and raised."""
        return self._consumer.submit(lambda: self._act(work, shown))

    def ask(self, work: Callable[[Desk], T]) -> Future[T]:
        """Run `work` that changes nothing at the till: a question, or a sale of a POS."""
        return self._consumer.submit(lambda: self._guarded(lambda: work(self._desk)))

    def look(self, looking: Looking) -> Future[bool]:
        """Whether a PIN is right; the till goes on meanwhile. What comes of it is for `ask` or `do`."""
        return self._outlets.look(looking.guess)

    def refresh(self) -> Future[None]:
        """Show the screens again: something that they tell of has changed."""
        return self._consumer.submit(self._show)

    def unasked(self) -> Future[None]:
        """Do what is due now, such as to answer what HQ recalls: that waits for no idle moment (sync.md, Leases 6)."""
        self._unasked = 0
        return self._consumer.submit(self._do_unasked)

    def card(self, uid: str, technology: str, tap: Tap, said: Said = SILENT, asked_ns: int = 0) -> Future[None]:
        """A card at the reader and what it said, with one log line of the time of each stage; `asked_ns` is how long it
        was spoken with."""
        queued_ns = time.monotonic_ns()
        return self._consumer.submit(
            lambda: self._tapped(lambda desk: desk.card(uid, technology, tap, said), tap, queued_ns, asked_ns)
        )

    def question(self, uid: str, technology: str, tap: Tap) -> Future[Asked | KeyAway | None]:
        """A card at the reader that can be spoken with: what it must be asked before it is told to `card`. Where that
        is nothing, or nothing yet, it is told at once."""
        queued_ns = time.monotonic_ns()
        return self._consumer.submit(lambda: self._question(uid, technology, tap, queued_ns))

    def lift(self, uid: str, technology: str, tap: Tap, said: Said) -> Future[None]:
        """What a card said that was greeted before its key was here."""
        return self._consumer.submit(lambda: self._lift(uid, technology, tap, said))

    def card_pulled(self, tap: Tap) -> Future[None]:
        """The card left while it was spoken with."""
        queued_ns = time.monotonic_ns()
        return self._consumer.submit(lambda: self._tapped(lambda desk: desk.card_pulled(tap), tap, queued_ns, 0))

    def _question(self, uid: str, technology: str, tap: Tap, queued_ns: int) -> Asked | KeyAway | None:
        try:
            asked = self._guarded(lambda: question(self._desk.shop, uid, technology))
        except Refusal:
            asked = None  # `card` says why
        if asked is None or asked is KEY_AWAY:
            self._tapped(lambda desk: desk.card(uid, technology, tap, SILENT), tap, queued_ns, 0)
        return asked

    def _lift(self, uid: str, technology: str, tap: Tap, said: Said) -> None:
        try:
            became = "lifted" if self._act(lambda desk: lift(desk, uid, technology, tap, said), True) else "left"
        except Refusal as refusal:
            self._outlets.light("refused")
            became = refusal.phrase.code
        log.info("key %s %s", tap.id, became)

    def _tapped(self, work: Callable[[Desk], None], tap: Tap, queued_ns: int, asked_ns: int) -> None:
        started_ns = time.monotonic_ns()
        verdict = "greeted"
        try:
            self._act(lambda desk: self._greet(desk, work), True)
        except Refusal as refusal:
            verdict = refusal.phrase.code
        stages = [queued_ns - asked_ns - tap.at_ns, started_ns - queued_ns, time.monotonic_ns() - started_ns, asked_ns]
        told = (tap.id, verdict, *(ns // 1000 for ns in stages))
        log.info("tap %s %s read_us=%d queued_us=%d shown_us=%d asked_us=%d", *told)

    def _greet(self, desk: Desk, work: Callable[[Desk], None]) -> None:
        """The light comes with the decision; screens and the note of the open basket come after it."""
        try:
            work(desk)
        except Refusal:
            self._outlets.light("refused")
            raise
        self._outlets.light("ok")

    def _act(self, work: Callable[[Desk], T], shown: bool) -> T:
        desk, before = self._desk, self._desk.shop.ledger.next_seq()
        try:
            result = self._guarded(lambda: work(desk))
        except Refusal as refusal:
            if shown:
                desk.refused(refusal.phrase)
                self._show()
            raise
        self._look_at(desk.pad.to_look_at())
        self._show()
        if desk.shop.ledger.next_seq() != before:
            self._outlets.committed()
        self._keep()
        return result

    def _look_at(self, looking: Looking | None) -> None:
        if looking is not None:
            self.look(looking).add_done_callback(lambda done: self._looked(looking, done))

    def _looked(self, looking: Looking, done: Future[bool]) -> None:
        """The till learns what came of it; where that is lost, the guess stays a wrong one."""
        right = None if done.cancelled() or done.exception() else done.result()
        try:
            self.do(lambda desk: looked(desk, looking, right))
        except Busy as error:
            log.warning("a PIN was looked at in vain: %s", error)

    def _guarded(self, work: Callable[[], T]) -> T:
        """Turn what the ledger and the disk say into a sentence. A broken disk ends the service: reopen from disk
        (sync.md)."""
        try:
            result = work()
        except LEDGER_REFUSED as error:
            raise by_ledger(self._desk.shop, error) from error
        except StorageFull as error:
            self.around.storage = "full"
            raise Refusal("storage_full", 507) from error
        except StorageBroken as error:
            self._outlets.fatal(str(error))
            raise Refusal("storage_broken", 500) from error
        return result

    def _keep(self) -> None:
        try:
            self._guarded(self._desk.keep)
            self.around.storage = "ok"
        except Refusal as refusal:
            log.error("the open basket could not be noted: %s", refusal.phrase.code)

    def _tick(self) -> None:
        """Once a second without work: clear what is over, and tidy the ledger so that no sale pays for it.

        Every minute the screens are drawn anew: an offer of certain hours begins and ends by itself.
        """
        self._do_unasked()
        self._tidy()
        stale = self._minute != self._this_minute() or not self._ready.is_set()
        if self._desk.tick() or self._attention.warning_ms() is not None or stale:
            self._show()

    def _do_unasked(self) -> None:
        """Once a minute, and at once while more is due: what nobody at the till asks for."""
        if self._unasked == self._this_minute():
            return
        try:
            written = self._guarded(lambda: perform(self._desk.shop))
            self._guarded(self._outlets.idle)
            self.around.alarms = self._guarded(lambda: newest_alarms(self._desk.shop))
        except (Refusal, StoreError) as error:
            log.error("what is due could not be written: %s", error)
            written = 0
        if written:
            self._outlets.committed()
        else:
            self._unasked = self._this_minute()

    def _this_minute(self) -> int:
        return self._desk.shop.clock().utc_ms // 60_000

    def _tidy(self) -> None:
        ledger = self._desk.shop.ledger
        if ledger.next_seq() == self._tidied:
            return
        try:
            self._guarded(ledger.checkpoint)
            self._tidied = ledger.next_seq()
        except Refusal as refusal:
            log.error("the ledger could not be tidied: %s", refusal.phrase.code)

    def _show(self) -> None:
        """Both views, numbered; on a broken disk the screens stay as they are, and the service leaves."""
        try:
            self._outlets.publish(self._views())
        except StorageBroken as error:
            self._outlets.fatal(str(error))

    def _views(self) -> dict[str, dict[str, Any]]:
        """Before the directory is here, a notice instead of a till."""
        self._number += 1
        self._minute = self._this_minute()
        desk, around = self._desk, self.around
        base = {"n": self._number, "status": status(desk.shop, around), "tap": _tap_view(desk.tap)}
        try:
            scene = look(desk)
            views = {
                "member": {**base, "view": "member", "member_screen": member_screen(scene, self._attention, around)},
                "counter": {**base, "view": "counter", "counter": counter_screen(scene)},
            }
            self._ready.set()
        except Refusal as refusal:
            views = {name: {**base, "view": name, "not_ready": refusal.phrase.view()} for name in ("member", "counter")}
        return views


def _tap_view(tap: Tap | None) -> dict[str, Any] | None:
    return None if tap is None else {"id": tap.id, "at_ns": tap.at_ns}
