"""One terminal in the world: a machine with a disk, on which a till and an agent run until the power goes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from protocol.lease import GrantAsk
from terminal.bench.simulation.agent_process import AgentProcess
from terminal.bench.simulation.disk import Image
from terminal.bench.simulation.leased import Leased, leased_by
from terminal.bench.simulation.machine import SimulatedMachine
from terminal.bench.simulation.network import PoweredOff
from terminal.bench.simulation.newer_answers import NewerAnswers
from terminal.bench.simulation.reference import Fact
from terminal.bench.simulation.schedule import HOUR_MS, MINUTE_MS, SECOND_MS
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.snapshot_check import look_at_snapshot
from terminal.bench.simulation.spending_right import SpendingRight
from terminal.bench.simulation.till_process import DIRECTORY, LEDGER, TillProcess
from terminal.bench.simulation.watched_writer import watch
from terminal.errors import StoreError
from terminal.identity import Identity
from terminal.store.outbox import OutboxReader
from terminal.sync.failures import LinkDown

ROUND_EVERY_MS = 20 * HOUR_MS  # in the field a minute: each is much work to simulate
IDLE_EVERY_MS = 5 * HOUR_MS
BOOT_MS = 40 * SECOND_MS
T = TypeVar("T")


class TerminalNode:
    """`name` is the device, or a copy's own name. `on` while it has power."""

    def __init__(self, world: Services, identity: Identity, name: str | None = None) -> None:
        self.world, self.identity = world, identity
        self.name = name or identity.device
        self.folder = world.folder / f"{self.name}.{identity.epoch}"
        self.folder.mkdir()
        self.machine = SimulatedMachine(self.name, world.schedule)
        self.chance = world.chance(f"terminal {self.name}")
        self.right = SpendingRight(lambda: world.schedule.now_ms)
        self.on = self.retired = False
        self.gone = False  # with its disk: nobody can look at it any more
        self.busy = False  # the agent is waiting for HQ
        self.serving = False  # somebody is at the counter
        self.cut_at_sync: int | None = None  # at which sync of the next act the power is to go
        self.not_understood: str | None = None  # whose answers a newer HQ gives a field that is unknown here
        self._dying = False  # the power has gone, and the program has not come to a wait yet
        self._life = 0
        self._image: Image | None = None
        self.twin: TerminalNode | None = None  # another machine with a copy of this one's disk
        self._known = 0  # the newest operation on this disk that the world knows of
        self._answered = 0  # the newest that a customer has had an answer to

    @property
    def holder(self) -> str:
        return f"{self.identity.device}:{self.identity.epoch}"

    def power_on(self) -> None:
        """Boot, unless it is on, or was taken out of service."""
        if not self.on and not self.retired:
            self._boot()

    def _boot(self) -> bool:
        """Whether everything could be opened."""
        self.machine.reboot()
        try:
            world, parts = self.world, (self.identity, self.machine, self.world.product, self.world.disk)
            self.till = TillProcess(self.folder, *parts, self.alive(), self.right.heard)
            transport = NewerAnswers(world.network, self.name, self.alive(), lambda: self.not_understood)
            writer = watch(world.product.writer, self._mismatch, self._adopted)
            clocks = self.machine.monotonic
            self.agent = AgentProcess(self.folder, self.till, transport, clocks, writer, self.chance)
        except StoreError as error:
            self.world.violate("opens_after_any_crash", str(error).replace(str(self.folder), ""), self.name)
            return False
        self.on = True
        self.right.on()
        self._check_disk()
        self.world.say(self.name, f"power on, {self._known} operations on the disk")
        self._plan_round(self.chance.randint(SECOND_MS, HOUR_MS))
        self._plan_idle()
        return True

    def power_off(self, image: Image | None = None) -> None:
        """The power goes now, or went when `image` was taken of the disk: unsynced writes are lost or torn."""
        if not self.on:
            return
        left = self.world.disk.image(self.folder, self.chance) if image is None else image
        self.close()
        self.right.off()
        self.world.disk.put(self.folder, left)
        self.world.say(self.name, "power off")

    def close(self) -> None:
        self.on, self.busy, self.serving, self._dying = False, False, False, False
        self._life += 1
        self.world.disk.disarm(self.folder)
        with suppress(StoreError):
            self.agent.close()
        with suppress(StoreError):
            self.till.close()

    def alive(self) -> Callable[[], bool]:
        """Whether this life still goes on; a restart is another life."""
        life = self._life
        return lambda: self._life == life and not self._dying

    def during(self, act: Callable[[], T]) -> T | None:
        """Do something that writes. If a cut was ordered, the power goes when that sync is asked for, or else at once
        afterwards. None if the power went before it was done."""
        life, cut, images = self._life, self.cut_at_sync, list[Image]()
        self.cut_at_sync = None
        if cut is not None:
            self.world.disk.arm(self.folder, cut, lambda: self._die(images))
        try:
            done = act()
        except PoweredOff:
            done = None
        if self._life != life:
            return None
        if images:
            self.power_off(images[0])
            self.world.schedule.after(BOOT_MS, self.power_on)
            return None
        if cut is not None:
            self.world.schedule.at(self.world.schedule.now_ms, self.power_off)
            self.world.schedule.after(BOOT_MS, self.power_on)
        return done

    def _die(self, images: list[Image]) -> None:
        images.append(self.world.disk.image(self.folder, self.chance))
        self._dying = True

    def note_facts(self) -> None:
        """Tell the world's ledger what is new on the disk."""
        self._note(self.till.reader)

    def _note(self, reader: OutboxReader) -> None:
        pending = reader.pending(self._known, 500, 10**7)
        for seq, data in enumerate(pending.operations, pending.first):
            key = (self.identity.device, self.identity.epoch, seq)
            self._known = seq
            for invariant, text, member in self.world.reference.record(Fact(key, data)):
                self.world.violate(invariant, text, member, self.name)

    def answered(self, seq: int) -> None:
        """A customer has the receipt of operation `seq`."""
        self._answered = max(self._answered, seq)

    def spent(self) -> None:
        """Something that was leased was spent here just now."""
        if self.right.over():
            self.world.violate("spends_only_in_time", "leases were spent after the end of the right", self.name)

    def stopped(self) -> None:
        """Spending was refused here just now because the right had ended."""
        if self.right.surely():
            self.world.violate("never_stopped_early", "spending was refused before the end of the right", self.name)

    def nudge(self) -> None:
        """The till has told the agent of a sale."""
        life = self.alive()

        def heard() -> None:
            self._run_agent(life, nudged=True)

        self.world.schedule.after(self.chance.randint(200, 5000), heard)

    def round_if_free(self) -> None:
        """A round out of turn, unless one is under way."""
        self._run_agent(self.alive(), nudged=False)

    def round_now(self) -> bool:
        """One round at once; returns whether it went well."""
        return self.on and self._exchange(lambda: self.agent.round()) is None

    def hear_news(self) -> None:
        """The watch brings news, where the line is up."""
        if self.on and not self.busy and self.name not in self.world.network.line.cut:
            self._exchange(lambda: self.agent.heard())

    def forget_directory(self, damage: bytes | None) -> None:
        """`directory.db` is lost, or begins with `damage`, while the power is off."""
        for path in sorted(self.folder.glob("directory*")):
            if damage is None:
                path.unlink()
            elif path.name == DIRECTORY and path.stat().st_size:
                with path.open("r+b") as file:
                    file.write(damage)

    def keep_image(self) -> None:
        """Somebody copies the whole disk."""
        if self.on:
            self._image = self.world.disk.image(self.folder, None)

    def roll_back(self) -> bool:
        """The disk that was copied is put back, as of another day; False if there is none, or it cannot be opened."""
        if self._image is None or not self.on:
            return False
        self.note_facts()
        self.power_off()
        self.world.disk.put(self.folder, self._image)
        with OutboxReader(self.folder / LEDGER) as reader:
            self._answered = reader.position().head
        self._known = min(self._known, self._answered)
        self.right.forget()
        if not self._boot():
            return False
        self.world.reference.disk_put_back(self.holder, self._known, self.leased())
        return True

    def retire(self) -> None:
        """Taken out of service for good."""
        self.power_off()
        with OutboxReader(self.folder / LEDGER) as reader:
            self._note(reader)
        self.retired = True

    def become_copy_of(self, other: TerminalNode) -> bool:
        """Run on what is on the disk of `other`, beside it; False if that cannot be opened."""
        other.note_facts()
        self.world.disk.put(self.folder, self.world.disk.image(other.folder, None))
        self._known = self._answered = other._known
        other.twin, self.twin = self, other
        return self._boot()

    def leased(self) -> Leased:
        """What the ledger holds."""
        return leased_by(self.till.ledger, self.world.reference.opening)

    def _adopted(self, version: int) -> None:
        look_at_snapshot(self, version)

    def _mismatch(self, bucket: str) -> None:
        self.world.violate("pages_add_up", f"{self.name}: the rows of {bucket} are not HQ's", self.name)

    def _check_disk(self) -> None:
        """What customers have had an answer to is there after any crash; more may be, and is now known."""
        head = self.till.ledger.head().seq
        if head < self._answered:
            lost = f"operation {self._answered} was answered and {head} are on the disk"
            self.world.violate("answered_is_on_disk", lost, self.name)
            return
        self._known = min(self._known, head)
        self.note_facts()

    def _plan_idle(self) -> None:
        life = self.alive()

        def idle() -> None:
            if life() and not self.serving:
                self.during(self._idle)
            if life():
                self._plan_idle()

        self.world.schedule.after(IDLE_EVERY_MS, idle)

    def _idle(self) -> None:
        with suppress(LinkDown):
            self.till.idle()

    def _plan_round(self, after_ms: int) -> None:
        life = self.alive()
        self.world.schedule.after(after_ms, lambda: self._round_when_due(life))

    def _round_when_due(self, life: Callable[[], bool]) -> None:
        wait_ms = self._run_agent(life, nudged=False)
        if life():
            self._plan_round(wait_ms or self.chance.randint(ROUND_EVERY_MS // 2, ROUND_EVERY_MS * 3 // 2))

    def _run_agent(self, life: Callable[[], bool], *, nudged: bool) -> int | None:
        if not life() or not self.on:
            return None
        if self.busy:
            return MINUTE_MS
        return self._exchange(lambda: self.agent.nudged() if nudged else self.agent.round())

    def ask(self, wish: GrantAsk) -> None:
        """More lease for somebody at the counter, where HQ can be asked."""
        if self.till.online and not self.busy:
            self._bounded(lambda: self.agent.ask(wish))

    def _bounded(self, act: Callable[[], T]) -> T:
        """What HQ gives one of two machines with the same disk the other may be given too."""
        before = self.leased() if self.twin else None
        try:
            return act()
        finally:
            if before is not None and self.on:
                self.world.reference.may_be_lost(self.leased().more_than(before))

    def _exchange(self, act: Callable[[], int | None]) -> int | None:
        """Let the agent work; it may be cut off at any wait, or any write of the till's, by the loss of power."""
        life, self.busy = self._life, True
        wait_ms = self.during(lambda: self._bounded(act))
        if self._life == life:
            self.busy = False
            self.world.say(self.name, f"exchanged with HQ: {self.agent.failure or 'well'}")
        return wait_ms
