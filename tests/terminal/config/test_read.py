"""terminal.toml: what is read, and what is said of what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drivers import registry
from drivers.options import PcscOptions, VirtualOptions
from terminal.config import load
from terminal.errors import ConfigError

LEAST = '[terminal]\nstate = "state"\nrun = "/run/stillpoint"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "terminal.toml"
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text))
    return caught.value.problems


def test_the_least_file_has_all_defaults(tmp_path: Path) -> None:
    config = load(write(tmp_path, LEAST))
    assert config.terminal.state == tmp_path / "state"
    assert config.devices_socket == Path("/run/stillpoint/devices.sock")
    assert config.sync_socket == Path("/run/stillpoint/sync.sock")
    assert (config.terminal.language, config.terminal.demo) == ("zh-CN", False)
    assert (config.web.listen, config.web.pos_token_file) == ("127.0.0.1:8321", None)
    assert (config.sync.interval_s, config.sync.retry_delay_s_max, config.sync.ask_deadline_ms) == (30, 60, 1500)
    assert config.devices == ()


def test_devices_carry_the_options_of_their_driver(tmp_path: Path) -> None:
    text = LEAST + '[card_reader.counter]\ndriver = "pcsc"\nreader = "ACS*"\n'
    text += '[light.counter]\ndriver = "virtual"\ncontrol = "run/light.sock"\n[web]\npos_token_file = "token"\n'
    config = load(write(tmp_path, text))
    reader, light = config.devices
    assert (reader.kind, reader.name, reader.driver) == ("card_reader", "counter", "pcsc")
    assert reader.options == PcscOptions(reader="ACS*")
    assert light.options == VirtualOptions(control=tmp_path / "run/light.sock")
    assert config.web.pos_token_file == tmp_path / "token"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[web]\n", "[terminal] state is missing: it has no default, add it"),
        (LEAST + "rum = 1\n", "[terminal] rum = 1: there is no such key; did you mean 'run'?"),
        (LEAST + 'zzz = "x"\n', "there is no such key; there are state, run, language, demo"),
        (LEAST + 'language = "fr"\n', "[terminal] language = 'fr': it must be one of 'zh-CN', 'zh-TW' or 'en'"),
        (LEAST + "demo = 1\n", "[terminal] demo = 1: it must be true or false"),
        (LEAST + "[sync]\ninterval_s = 0\n", "[sync] interval_s = 0: it must be 1 or more"),
        (LEAST + "[sync]\ninterval_s = 4000\n", "[sync] interval_s = 4000: it must be 3600 or less"),
        (LEAST + '[sync]\ninterval_s = "30"\n', "[sync] interval_s = '30': it must be a whole number"),
        (LEAST + "[sync]\ninterval_s = true\n", "[sync] interval_s = true: it must be a whole number"),
        (LEAST + '[web]\nlisten = "0.0.0.0:80"\n', "it must be a loopback address and a port"),
        (LEAST + '[web]\nlisten = "127.0.0.1:99999"\n', "it must be a loopback address and a port"),
        (LEAST + "[web]\npos_token_file = 1\n", "[web] pos_token_file = 1: it must be text in quotes"),
        (LEAST + "[wbe]\n", "wbe = {}: there is no such key; did you mean 'web'?"),
        (LEAST + '[card_reder.x]\ndriver = "pcsc"\n', "did you mean 'card_reader'?"),
        (LEAST + '[card_reader.x]\ndriver = "pcs"\n', "no card_reader driver named 'pcs'; did you mean 'pcsc'?"),
        (LEAST + "[card_reader.x]\n", "[card_reader.x] driver is missing: name one of 'pcsc', 'pn532'"),
        (LEAST + '[card_reader.x]\ndriver = "pcsc"\nreadr = "A"\n', "[card_reader.x] readr = 'A'"),
        (LEAST + '[card_reader.X]\ndriver = "pcsc"\n', "a device's name is 1 to 32 small letters"),
        (LEAST + '[scanner]\ndriver = "serial"\n', "[scanner] needs a name for the device: write [scanner.counter]"),
        (LEAST + '[scanner.x]\ndriver = "serial"\n', "[scanner.x] port is missing"),
        (LEAST + '[light.x]\ndriver = "gpio"\nred = 1\ngreen = 1\n', "[light.x] must be a pin of its own"),
        (
            LEAST + '[drawer.x]\ndriver = "printer"\nprinter = "till"\n[printer.y]\ndriver = "escpos"\nhost = "h"\n',
            "[drawer.x] printer = 'till': there is no such printer; there are 'y'",
        ),
        (LEAST + '[printer.x]\ndriver = "escpos"\n', "[printer.x] must say where the printer is by exactly one of"),
        (LEAST + '[card_reader.x]\ndriver = "pcsc"\nserial = ""\n', "serial = '': it must not be empty"),
        (
            LEAST + '[keypad.x]\ndriver = "hid"\nusb = "4d9:1203"\n',
            "usb = '4d9:1203': it must be vendor and product as lsusb shows them, as in '05e0:1200'",
        ),
        (
            LEAST + '[scanner.x]\ndriver = "hid"\nusb_path = "usb1"\n',
            "usb_path = 'usb1': it must be a USB port as `stillpoint doctor` shows it, as in '1-1.2'",
        ),
        (
            LEAST + '[printer.x]\ndriver = "escpos"\nhost = "192.0.2.7:9100"\n',
            "host = '192.0.2.7:9100': it must be a name or an address alone: another port than 9100 goes into tcp_port",
        ),
        ("terminal = 1\n", "terminal = 1: it must be a table, written [terminal]"),
        ("[terminal\n", "is not TOML in UTF-8"),
        ("x" * 70_000, "are too many for a configuration"),
    ],
)
def test_what_is_wrong_is_said_with_file_key_value_and_way_out(tmp_path: Path, text: str, says: str) -> None:
    found = problems(tmp_path, text)
    assert any(says in problem for problem in found), found
    assert all(problem.startswith(str(tmp_path / "terminal.toml")) for problem in found)


def test_no_option_of_ours_is_refused_by_a_pattern_that_few_can_read() -> None:
    patterns = [
        f"{kind}.{name} {key}"
        for (kind, name), entry in registry.DRIVERS.items()
        for key, shape in entry.options.model_json_schema()["properties"].items()
        if '"pattern"' in json.dumps(shape)
    ]
    assert patterns == []


def test_everything_is_said_at_once(tmp_path: Path) -> None:
    text = '[terminal]\nrum = 1\n[web]\nlisten = "x"\n[scanner.a]\ndriver = "seral"\n[ligth.x]\n'
    assert len(problems(tmp_path, text)) == 6


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, LEAST + f'[web]\nlisten = "{"x" * 5000}"\n')
    assert len(found) < 400


def test_too_many_devices(tmp_path: Path) -> None:
    text = LEAST + "".join(f'[card_reader.r{number}]\ndriver = "pcsc"\n' for number in range(17))
    assert "17 devices are too many" in problems(tmp_path, text)[0]


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff")])
def test_a_file_that_cannot_be_read(tmp_path: Path, make: object) -> None:
    path = tmp_path / "terminal.toml"
    assert callable(make)
    make(path)
    with pytest.raises(ConfigError, match=r"terminal\.toml"):
        load(path)
