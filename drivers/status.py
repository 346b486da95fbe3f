"""Every status a device can have, by its code: the state it stands for and one sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drivers.base import DeviceStatus, Kind, State
from drivers.identity import printable

VALUE_CHARS_MAX = 200
WORDS: Mapping[str, tuple[State, str]] = MappingProxyType(
    {
        "device_ready": ("ready", "{kind} {device} is ready."),
        "device_closed": ("closed", "{kind} {device} is closed."),
        "device_unplugged": ("missing", "{kind} {device} is unplugged: is the cable in? Sales go on without it."),
        "device_away": ("missing", "The devices process does not answer; {device} comes back with it. Sales go on."),
        "driver_failed": ("failed", "The driver of {device} failed ({reason}) and is started again. Sales go on."),
        "driver_hung": ("failed", "{device} has not answered for {seconds} s: unplug it and plug it in again."),
        "driver_unavailable": ("failed", "{device} needs {library}, which is not installed: install it and restart."),
        "plugin_broken": (
            "failed",
            "The driver of {device} is a plug-in that cannot be used ({reason}): install it anew. Sales go on.",
        ),
        "pcscd_absent": ("missing", "The smart card service does not run: start pcscd. Sales go on without cards."),
        "pcscd_refused": (
            "missing",
            "The smart card service refuses us: who may use it? Sales go on without cards.",
        ),
        "reader_absent": ("missing", "No card reader named like {reader}: is the cable in? Sales go on without cards."),
        "reader_failed": ("failed", "The card reader answers with error {error}: unplug it and plug it in again."),
        "card_unreadable": ("ready", "The card could not be read: hold it still, and tap again."),
        "reader_port_absent": ("missing", "No card reader at {port}: is the cable in? Sales go on without cards."),
        "reader_port_lost": ("missing", "The card reader at {port} went away: is the cable in? Sales go on."),
        "chip_silent": (
            "missing",
            "No PN532 answers at {port}: are its switches set to UART, TX and RX crossed? Sales go on without cards.",
        ),
        "chip_strange": ("failed", "What answers at {port} is no PN532 ({chip}): connect one, or choose its driver."),
        "card_mute": ("ready", "The card does not answer: take it away, and tap again."),
        "port_absent": ("missing", "No scanner at {port}: is the cable in? Codes can be typed meanwhile."),
        "port_busy": ("failed", "Another program holds {port}: stop it, or name another port in terminal.toml."),
        "port_refused": ("failed", "{port} cannot be opened ({reason}): check its rights and its settings."),
        "port_lost": ("missing", "The scanner at {port} went away: is the cable in? Codes can be typed meanwhile."),
        "scan_noisy": ("ready", "A scan came damaged and was left out: scan again."),
        "scan_too_long": ("ready", "A scan was longer than {limit} characters and was left out: scan another code."),
        "scan_unended": ("ready", "A scan had no end and was left out: set the scanner to send CR or LF after a code."),
        "input_absent": ("missing", "No input device {input}: is the cable in? Sales go on without it."),
        "input_ambiguous": (
            "failed",
            "{count} input devices fit {input} ({found}): tell them apart by usb_path or serial in terminal.toml.",
        ),
        "input_busy": ("failed", "Another program holds {input}: stop it, or name another device in terminal.toml."),
        "input_refused": ("failed", "{input} cannot be opened ({reason}): may the devices process read it?"),
        "input_lost": ("missing", "{input} went away: is the cable in? Sales go on without it."),
        "keys_lost": ("ready", "Keys were pressed faster than they could be read: type it again."),
        "layout_learned": (
            "ready",
            'The scanner types in the layout "{layout}": it is read so from now on; write it into terminal.toml.',
        ),
        "layout_none": ("ready", "The scanner types in a layout that is not known: set it to a US keyboard."),
        "layout_case": ("ready", "The scanner changes capitals and small letters: switch that off in the scanner."),
        "layout_several": ("ready", "The scanner types the same in several layouts: the one it had is kept."),
        "card_text_refused": (
            "ready",
            "The card reader typed something that is no card number: check its format in terminal.toml.",
        ),
        "pins_absent": (
            "missing",
            "This machine has no GPIO pins ({reason}). Sales go on without what is wired to them.",
        ),
        "pins_busy": ("failed", "Another program holds a pin of {device}: stop it, or name others in terminal.toml."),
        "pins_refused": ("failed", "The pins of {device} cannot be used ({reason}): check them in terminal.toml."),
        "printer_absent": (
            "missing",
            "No printer at {place}: is the cable in and the power on? Sales go on without paper.",
        ),
        "printer_lost": (
            "missing",
            "The printer at {place} went away: is the cable in and the power on? Sales go on without paper.",
        ),
        "printer_busy": (
            "failed",
            "Another program holds the printer at {place}: stop it, or name another in terminal.toml.",
        ),
        "printer_refused": (
            "failed",
            "The printer at {place} cannot be opened ({reason}): check its rights and its settings.",
        ),
        "printer_mute": ("missing", "{device} does not answer: is it switched on? Sales go on without paper."),
        "printer_stalled": ("failed", "{device} takes nothing more: has it paper, and is its cover shut?"),
        "printer_no_paper": ("failed", "{device} has no paper: put in a new roll. Receipts wait meanwhile."),
        "printer_paper_low": ("ready", "{device} has little paper left: have a new roll at hand."),
        "printer_cover_open": ("failed", "The cover of {device} is open: shut it. Receipts wait meanwhile."),
        "printer_jammed": ("failed", "{device} has a jam or a fault: open it, clear it and switch it off and on."),
        "printer_hot": ("failed", "{device} is too hot: it goes on by itself. Receipts wait meanwhile."),
        "printer_offline": ("failed", "{device} is offline: press its feed button, or switch it off and on."),
        "receipt_unsure": (
            "ready",
            "It is not known whether the last receipt was printed whole: look, and print it again if it was not.",
        ),
        "receipt_dropped": ("ready", "A receipt was not printed: print it again when {device} works."),
        "receipt_unprintable": ("ready", "A receipt cannot be printed as it is ({reason}): tell support."),
        "drawer_unreached": (
            "missing",
            "The drawer hangs on the printer {printer}, which is away: open it with its key. Sales go on.",
        ),
        "control_busy": ("failed", "Another program serves {path}: stop it, or name another path in terminal.toml."),
        "control_refused": ("failed", "The control socket {path} cannot be made ({reason})."),
    }
)


def status(kind: Kind, device: str, code: str, **params: str | int) -> DeviceStatus:
    """The status of `code`, its values cut to a bounded length and fit to be shown.

    `code` must be in WORDS with these params.
    """
    state, sentence = WORDS[code]
    bounded = {
        key: printable(value[:VALUE_CHARS_MAX]) if isinstance(value, str) else value for key, value in params.items()
    }
    words = sentence.format(kind=kind.replace("_", " ").capitalize(), device=device, **bounded)
    return DeviceStatus(kind, device, state, code, bounded, words)
