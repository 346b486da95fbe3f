"""The bench's folder, ports and configuration."""

import tomllib
from pathlib import Path

from terminal.bench.layout import SOCKET_PATH_MAX, Layout, Ports


def _layout(state: Path) -> Layout:
    return Layout(state, Ports.from_base(9000))


def test_ports_follow_each_other_from_a_base() -> None:
    assert Ports.from_base(9000) == Ports(9000, 9001, 9002, 9003, 9004)


def test_free_ports_are_five_different_ones() -> None:
    ports = Ports.free()
    assert len({ports.bench, ports.terminal, ports.hq, ports.status, ports.line}) == 5


def test_prepare_writes_a_configuration_and_keeps_the_token(tmp_path: Path) -> None:
    layout = _layout(tmp_path / "s")
    layout.prepare("first")
    layout.prepare("second")
    assert layout.token.read_text() == "first"
    assert layout.token.stat().st_mode & 0o777 == 0o600
    assert tomllib.loads(layout.toml.read_text())["web"]["listen"] == "127.0.0.1:9001"


def test_sockets_move_out_of_a_folder_whose_path_is_too_long(tmp_path: Path) -> None:
    near, far = _layout(Path("/s")), _layout(tmp_path / ("x" * SOCKET_PATH_MAX))
    assert near.run == Path("/s/run")
    assert not far.run.is_relative_to(tmp_path)
    assert len(str(far.socket("card_reader"))) < 100


def test_wipe_forgets_everything(tmp_path: Path) -> None:
    layout = _layout(tmp_path / "s")
    layout.prepare("first")
    layout.wipe()
    assert not layout.state.exists()
    assert not layout.run.exists()
