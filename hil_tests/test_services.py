"""Our services under systemd in the guest: devices that come, go and fail, and processes that hang or die."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from hil_tests.bench.agent_link import Done
from hil_tests.bench.stand import Stand

PYTHON = "/opt/stillpoint/current/bin/python3"
LIMIT_S = 120
ADA = "04A1B2C3D4E5F6"


def pid_of(stand: Stand, service: str) -> int:
    return int(stand.agent.run("systemctl", "show", "-P", "MainPID", service).out)


def restarted(stand: Stand, service: str, before: int) -> bool:
    """Wait until another process than `before` is up."""
    script = f"""
    for _ in $(seq {LIMIT_S * 10}); do
        pid=$(systemctl show -P MainPID {service})
        [ "$pid" != {before} ] && [ "$pid" != 0 ] && systemctl -q is-active {service} && exit 0
        sleep 0.1
    done
    exit 1"""
    return stand.agent.shell(script, limit_s=2.0 * LIMIT_S, check=False).code == 0


def taps(stand: Stand) -> int:
    """How many taps the terminal has shown by now."""
    return int(stand.agent.shell("journalctl -q -u stillpoint-terminal | grep -c ' tap '", check=False).out)


def shows_one_more_tap(stand: Stand, act: Callable[[], None]) -> bool:
    """Whether the terminal shows a tap after `act`."""
    before = taps(stand)
    act()
    script = f"""
    for _ in $(seq {LIMIT_S * 2}); do
        [ $(journalctl -q -u stillpoint-terminal | grep -c ' tap ') -gt {before} ] && exit 0
        sleep 0.5
    done
    exit 1"""
    return stand.agent.shell(script, limit_s=2.0 * LIMIT_S, check=False).code == 0


def lay(stand: Stand, reader: int = 1) -> Callable[[], None]:
    return lambda: stand.show(reader, {"tap": ADA})


def view(stand: Stand, *patterns: str) -> Done:
    words = (PYTHON, "-B", "-m", "hil_tests.appliance.counter_view", str(LIMIT_S), *patterns)
    return stand.agent.run(*words, limit_s=2.0 * LIMIT_S, check=False, PYTHONPATH="/bench")


def ready(kind: str, state: str = "ready") -> str:
    """A pattern for a device of the counter's view that is ready, or in another state."""
    return rf'\{{[^{{}}]*"kind":\s*"{kind}"[^{{}}]*"state":\s*"{state}"'


@pytest.fixture
def counter(stand: Stand) -> Stand:
    """With the counter's reader and scanner plugged in, and seen."""
    stand.readers[1].plug()
    stand.adapters[3].plug()
    return stand


def test_the_services_are_up_and_none_was_restarted(stand: Stand) -> None:
    for service in ("stillpoint-terminal", "stillpoint-devices"):
        assert stand.agent.run("systemctl", "is-active", service).out.strip() == "active"
        assert stand.agent.run("systemctl", "show", "-P", "NRestarts", service).out.strip() == "0"
    assert stand.agent.run("systemctl", "--failed", "-q", "--no-legend").out == ""


def test_a_card_at_a_reader_that_was_plugged_in_is_on_the_screen(counter: Stand) -> None:
    assert shows_one_more_tap(counter, lay(counter))
    counter.remove(1)
    assert shows_one_more_tap(counter, lay(counter))


def test_pcscd_that_is_killed_comes_back_and_cards_are_read(counter: Stand) -> None:
    assert shows_one_more_tap(counter, lay(counter))
    counter.remove(1)
    counter.agent.run("systemctl", "kill", "-s", "KILL", "pcscd")
    assert shows_one_more_tap(counter, lay(counter))


def test_a_pcscd_that_hangs_is_on_the_screen_and_cards_are_read_when_it_goes_on(counter: Stand) -> None:
    assert shows_one_more_tap(counter, lay(counter))
    counter.agent.run("systemctl", "kill", "-s", "STOP", "pcscd")
    assert view(counter, ready("card_reader", "failed")).code == 0
    assert view(counter, ready("scanner")).code == 0
    counter.agent.run("systemctl", "kill", "-s", "CONT", "pcscd")
    assert view(counter, ready("card_reader")).code == 0
    counter.remove(1)
    assert shows_one_more_tap(counter, lay(counter))


def test_a_devices_process_that_is_killed_is_started_again_and_cards_are_read(counter: Stand) -> None:
    before = pid_of(counter, "stillpoint-devices")
    counter.agent.run("kill", "-9", str(before))
    assert restarted(counter, "stillpoint-devices", before)
    assert shows_one_more_tap(counter, lay(counter))


@pytest.mark.long
@pytest.mark.parametrize("service", ["stillpoint-devices", "stillpoint-terminal"])
def test_a_process_that_hangs_is_ended_by_its_watchdog_and_started_again(stand: Stand, service: str) -> None:
    before = pid_of(stand, service)
    stand.agent.run("kill", "-STOP", str(before))
    assert restarted(stand, service, before)
    said = stand.agent.run("journalctl", "-q", "--no-pager", "-u", service).out
    assert re.search("watchdog", said, re.IGNORECASE)


def test_after_a_brown_out_of_usb_every_device_is_back(counter: Stand) -> None:
    assert shows_one_more_tap(counter, lay(counter))
    for _ in range(3):
        counter.readers[1].unplug()
        counter.adapters[3].unplug()
        counter.readers[1].plug()
        counter.adapters[3].plug()
    assert shows_one_more_tap(counter, lay(counter))
    assert view(counter, ready("scanner"), ready("card_reader"), ready("light")).code == 0


def test_twin_scanners_keep_their_names_when_they_come_back_in_the_other_order(stand: Stand) -> None:
    stand.agent.run("systemctl", "stop", "stillpoint-devices")  # it holds the first port there is
    first, second = stand.adapters[3], stand.adapters[4]
    first.plug()
    second.plug()
    before = twins(stand)
    first.unplug()
    second.unplug()
    second.plug()
    stand.agent.shell("udevadm settle")
    first.plug()
    assert set(before) == {"serial-1-3", "serial-1-4"}
    after = twins(stand)
    assert after == {"serial-1-3": before["serial-1-4"], "serial-1-4": before["serial-1-3"]}
    for adapter, name, said in ((first, "serial-1-3", b"ONE"), (second, "serial-1-4", b"TWO")):
        out, port = f"/tmp/{name}", f"/dev/stillpoint/{name}"
        stand.agent.begin(PYTHON, "-B", "-m", "hil_tests.appliance.listen", port, "3", out, PYTHONPATH="/bench")
        stand.agent.shell(until(f"[ -e {out} ]"))
        adapter.send(said)
        stand.agent.shell(until(f"[ -s {out} ]"))
        assert stand.agent.run("cat", out).out == said.decode()


def until(condition: str) -> str:
    """A script that waits for `condition`, and fails when it does not come."""
    return f"for _ in $(seq {LIMIT_S * 5}); do {condition} && exit 0; sleep 0.2; done; exit 1"


def twins(stand: Stand) -> dict[str, str]:
    """Where the name of each twin leads, when both are there."""
    script = """
    for _ in $(seq 100); do [ $(ls /dev/stillpoint 2>/dev/null | wc -l) = 2 ] && break; sleep 0.1; done
    udevadm settle; cd /dev/stillpoint && for name in *; do echo $name $(readlink -f $name); done"""
    return dict(line.split() for line in stand.agent.shell(script).out.splitlines())


def test_the_machine_s_own_watchdog_fires_when_nobody_feeds_it(stand: Stand) -> None:
    stand.agent.begin(PYTHON, "-B", "-m", "hil_tests.appliance.feed_once", PYTHONPATH="/bench")
    stand.qmp.event("WATCHDOG", limit_s=LIMIT_S)
