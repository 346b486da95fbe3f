"""Which device is meant, whatever the order of discovery."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from drivers.errors import DeviceLost
from drivers.evdev.codes import PAD_DIGITS, ROW_DIGITS
from drivers.evdev.identity import InputIdentity, Wanted, choose, usb_path_of

LEFT = InputIdentity(
    "/dev/input/event3", 0x05E0, 0x1200, "usb-0000:00:14.0-1.1/input0", "S1", "1-1.1", frozenset(ROW_DIGITS)
)
RIGHT = replace(LEFT, path="/dev/input/event4", phys="usb-0000:00:14.0-1.2/input0", uniq="S2", usb_path="1-1.2")
PAD = InputIdentity("/dev/input/event5", 0x04D9, 0xA02A, "usb-x/input0", "", "1-2", frozenset(PAD_DIGITS))
POWER = InputIdentity("/dev/input/event0", 0, 1, "PNP0C0C/button/input0", "", "", frozenset({116}))
ALL = [POWER, LEFT, RIGHT, PAD]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (Wanted(usb="05e0:1200", serial="S1"), LEFT),
        (Wanted(usb="05E0:1200", serial="S2"), RIGHT),
        (Wanted(usb="05e0:1200", usb_path="1-1.2"), RIGHT),
        (Wanted(usb_path="1-1.1"), LEFT),
        (Wanted(serial="S2"), RIGHT),
        (Wanted(usb="04d9:a02a"), PAD),
    ],
)
def test_the_same_device_in_every_order(wanted: Wanted, chosen: InputIdentity) -> None:
    for order in itertools.permutations(ALL):
        assert choose(order, wanted) == chosen


def test_twins_keep_their_identity_when_their_nodes_change_places() -> None:
    swapped = [replace(LEFT, path=RIGHT.path), replace(RIGHT, path=LEFT.path)]
    assert choose(swapped, Wanted(serial="S1")).path == RIGHT.path
    assert choose(swapped, Wanted(usb_path="1-1.2")).path == LEFT.path


@pytest.mark.parametrize("wanted", [Wanted(usb="05e0:1200"), Wanted()])
def test_several_devices_are_never_one(wanted: Wanted) -> None:
    with pytest.raises(DeviceLost) as caught:
        choose(ALL, wanted)
    assert caught.value.code == "input_ambiguous"
    assert str(caught.value.params["found"]).startswith("USB port 1-1.1 serial S1; USB port 1-1.2 serial S2")


def test_two_that_tell_nothing_of_themselves_are_not_one_device() -> None:
    with pytest.raises(DeviceLost, match="ambiguous") as caught:
        choose([replace(PAD, phys=""), replace(PAD, phys="", path="/dev/input/event9")], Wanted(usb="04d9:a02a"))
    assert caught.value.params["count"] == 2


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(usb="05e0:1201"),
        Wanted(serial="S3"),
        Wanted(usb_path="1-1"),
        Wanted(usb="04d9:a02a", serial="S1"),
        Wanted(usb="0000:0001"),
    ],
)
def test_what_fits_in_part_or_cannot_type_is_not_meant(wanted: Wanted) -> None:
    with pytest.raises(DeviceLost) as caught:
        choose(ALL, wanted)
    assert (caught.value.code, caught.value.params) == ("input_absent", {"input": str(wanted)})


def test_of_the_interfaces_of_one_device_the_first_that_types_is_taken() -> None:
    second = replace(LEFT, path="/dev/input/event1", phys="usb-0000:00:14.0-1.1/input1")
    media = replace(LEFT, path="/dev/input/event2", phys="usb-0000:00:14.0-1.1/input0", keys=frozenset({115}))
    for order in itertools.permutations([media, second, replace(LEFT, phys="usb-0000:00:14.0-1.1/input2")]):
        assert choose(order, Wanted(serial="S1")) == second


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/0003:05E0:1200.0001/input/input7/event7", "1-1"),
        (
            "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.2/1-1.2:1.0/0003:05E0:1200.0002/input/input8/event8",
            "1-1.2",
        ),
        ("/sys/devices/platform/soc/3f980000.usb/usb1/1-1/1-1.4/1-1.4.10/1-1.4.10:1.1/x/input/input3", "1-1.4.10"),
        ("/sys/devices/platform/i8042/serio0/input/input1/event1", ""),
        ("", ""),
    ],
)
def test_the_place_on_the_bus(folder: str, place: str) -> None:
    assert usb_path_of(folder) == place


@pytest.mark.parametrize(("phys", "interface"), [("usb-x/input2", 2), ("usb-x/input10", 10), ("usb-x", 0), ("", 0)])
def test_the_interface(phys: str, interface: int) -> None:
    assert replace(LEFT, phys=phys).interface == interface


def test_words_for_people() -> None:
    assert str(Wanted("/dev/input/event3")) == "/dev/input/event3"
    assert str(Wanted(usb="05e0:1200", serial="S1")) == "usb 05e0:1200, serial S1"
    assert str(Wanted()) == "that types"
