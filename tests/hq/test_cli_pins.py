"""`stillpoint-hq pin …` as a person types it: the PIN is asked for, and shows nowhere."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from hq.cli import main

PIN = "482915"


def run(*arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], input=typed)


def test_a_pin_is_set_and_reset_and_the_acts_are_kept(hq_folder: Path) -> None:
    state = ("--state", hq_folder)
    early = run("pin", "set", "m1", *state, typed=f"{PIN}\n{PIN}\n")
    assert (early.exit_code, "pin begin" in early.output) == (1, True)
    assert run("pin", "begin", *state).output.startswith("pepper-1 is used from now on")
    done = run("pin", "set", "13800001234", *state, "--by", "lin", typed=f"{PIN}\n{PIN}\n")
    assert done.exit_code == 0, done.output
    assert "the PIN of m1 is set (version 1)" in done.output
    assert PIN not in done.output
    assert "version 2" in run("pin", "reset", "m1", *state, "--by", "wang").output
    acts = run("pin", "acts", "m1", *state).output
    assert "set m1 version 1 by lin" in acts
    assert "reset m1 version 2 by wang" in acts
    assert "never set" in run("pin", "acts", "m2", *state).output


def test_a_pin_is_not_taken_from_the_command_line_or_typed_once(hq_folder: Path) -> None:
    state = ("--state", hq_folder)
    run("pin", "begin", *state)
    assert run("pin", "set", "m1", PIN, *state).exit_code == 2
    assert run("pin", "set", "m1", *state, typed=f"{PIN}\n482916\n").exit_code == 1
    bad = run("pin", "set", "m1", *state, typed="111111\n111111\n")
    assert (bad.exit_code, "111111" in bad.output) == (1, False)
    assert "never set" in run("pin", "acts", "m1", *state).output
