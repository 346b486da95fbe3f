"""Twins: what tells one reader from another of its model."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.base import CardTapped
from drivers.card_reader.reader_identity import CHANNEL_ID, VENDOR_IFD_SERIAL_NO, Wanted, identity_of
from drivers.identity import Identity
from tests.contracts.beds.played import PlayedBed, PlayedPcsc
from tests.contracts.recorder import Recorder

OMNIKEY = "HID Global OMNIKEY 5022 Smart Card Reader [OMNIKEY 5022 Smart Card Reader] ({}) {:02X} 00"
ACR = "ACS ACR122U PICC Interface {:02X} 00"


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    """Two devices at a hub, and their interfaces, which have no address."""
    for name, address in {"1-1.2": (1, 7), "1-1.3": (1, 9), "1-1.2:1.0": None, "usb1": (1, 1)}.items():
        (tmp_path / name).mkdir()
        if address is not None:
            (tmp_path / name / "busnum").write_text(f"{address[0]}\n")
            (tmp_path / name / "devnum").write_text(f"{address[1]}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "attributes", "identity"),
    [
        (ACR.format(0), {}, Identity("ACS ACR122U PICC Interface")),
        (ACR.format(0), {CHANNEL_ID: "07012000"}, Identity("ACS ACR122U PICC Interface", "", "1-1.2")),
        (ACR.format(0), {CHANNEL_ID: "08012000"}, Identity("ACS ACR122U PICC Interface")),
        (ACR.format(0), {CHANNEL_ID: "07010100"}, Identity("ACS ACR122U PICC Interface")),
        (ACR.format(0), {CHANNEL_ID: "07"}, Identity("ACS ACR122U PICC Interface")),
        (OMNIKEY.format("0A1", 1), {}, Identity("HID Global OMNIKEY 5022 Smart Card Reader", "0A1")),
        (
            OMNIKEY.format("0A1", 1),
            {VENDOR_IFD_SERIAL_NO: b"77\0".hex()},
            Identity("HID Global OMNIKEY 5022 Smart Card Reader", "77"),
        ),
        (ACR.format(0), {VENDOR_IFD_SERIAL_NO: "1B5B"}, Identity("ACS ACR122U PICC Interface")),
        ("strange", {}, Identity("strange")),
    ],
)
def test_identities(usb: Path, name: str, attributes: dict[int, str], identity: Identity) -> None:
    pcsc = PlayedPcsc()
    pcsc.attributes[name] = {number: bytes.fromhex(value) for number, value in attributes.items()}
    assert identity_of(pcsc, name, usb) == identity
    assert pcsc.said == ["direct", "release"]


def test_a_reader_that_cannot_be_asked_has_its_name() -> None:
    pcsc = PlayedPcsc()
    pcsc.error = 0x8010000B
    assert identity_of(pcsc, OMNIKEY.format("0A1", 0)).serial == "0A1"


def test_what_is_wanted() -> None:
    asked: list[str] = []

    def identity(name: str) -> Identity:
        asked.append(name)
        return Identity("x", serial="7", usb_path="1-2")

    assert Wanted("AC*").fits("ACS 00 00", identity)
    assert not Wanted("HID*", serial="7").fits("ACS 00 00", identity)
    assert asked == []
    assert Wanted("*", serial="7").fits("a", identity)
    assert Wanted("*", serial="7", usb_path="1-2").fits("a", identity)
    assert not Wanted("*", serial="8").fits("a", identity)
    assert not Wanted("*", serial="7", usb_path="1-3").fits("a", identity)
    assert str(Wanted("AC*", "7", "1-2")) == "AC*, serial 7, USB port 1-2"


def test_a_twin_that_takes_the_others_name_is_not_taken_for_it() -> None:
    """Both are unplugged; they come back in the other order, so that each has the other's number."""
    played, told = PlayedBed(serial="0A1"), Recorder()
    first, second = OMNIKEY.format("0A1", 0), OMNIKEY.format("0B2", 1)
    played.pcsc.set(plugged=True, names=[first, second])
    played.driver.start(told)
    told.status("device_ready")
    assert played.driver.identities() == [identity_of(played.pcsc, first)]
    played.unplug()
    assert "serial 0A1" in told.status("reader_absent").sentence
    played.pcsc.set(plugged=True, names=[second])
    assert [identity.serial for identity in played.driver.identities()] == ["0B2"], "who looks for it sees the other"
    played.pcsc.set(plugged=True, names=[OMNIKEY.format("0B2", 0)])
    played.pcsc.set(plugged=True, names=[OMNIKEY.format("0B2", 0), OMNIKEY.format("0A1", 1)])
    told.status("device_ready")
    assert [identity.serial for identity in played.driver.identities()] == ["0A1"]
    played.tap("04A1B2C3D4E5F6")
    assert told.next(CardTapped).card == 1
    played.close()


def test_without_the_option_both_twins_serve() -> None:
    """The control: by name alone nothing tells them apart."""
    played, told = PlayedBed(), Recorder()
    played.pcsc.set(plugged=True, names=[ACR.format(0), ACR.format(1)])
    played.driver.start(told)
    told.status("device_ready")
    assert len(played.driver.identities()) == 2
    played.close()
