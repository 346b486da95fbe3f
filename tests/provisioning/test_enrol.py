"""Enrolment of a device, against a real HQ over TLS: cut anywhere, it goes on; twice, it is done once."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from random import Random

import pytest

from hq.terminals import State, find
from protocol.enrolment import EnrolAnswer, EnrolRequest, Hello, read_claim
from protocol.signing import private_from_hex, public_hex
from provisioning.enrol import Session, advance, enrol
from provisioning.hq_door import HqDoor
from provisioning.identity import Identity, load_identity
from provisioning.state import Progress, Stage, StateError, load_progress
from tests.hq.served import ServedHq, real_clock
from tests.protocol.examples import NONCE

STAGES = [Stage.KEYED, Stage.SENT, Stage.ENROLLED, Stage.ACTIVE]


def run(text: str, folder: Path, seed: int = 1) -> Identity:
    return enrol(text, folder, "serial", real_clock(), Random(seed).randbytes)


def states(hq: ServedHq) -> list[State]:
    with hq.headquarters.database.transaction() as connection:
        return [found.state for found in find(connection)]


def session(text: str, folder: Path, door: HqDoor | None = None) -> Session:
    signed, claim = read_claim(text)
    folder.mkdir(exist_ok=True)
    door = door or HqDoor(claim.hq)
    door.pin(claim.ca_pin)
    return Session(signed, claim, folder, "serial", door, door.time(NONCE), Random(1).randbytes)


def test_a_claim_becomes_an_identity(hq: ServedHq, folder: Path) -> None:
    identity = run(hq.make_claim("s01", "1"), folder)
    assert (identity.device, identity.epoch, identity.store, identity.lane) == ("s01-1", 1, "s01", "1")
    assert identity.hq == hq.url
    assert identity.trust_key == hq.headquarters.keys.trust_key
    assert identity.lookup_key == hq.headquarters.keys.lookup.hex()
    assert load_identity(folder) == identity
    assert (folder / "ca.pem").read_text() == hq.ca_pem
    assert states(hq) == [State.ACTIVE]
    with hq.headquarters.database.transaction() as connection:
        (known,) = find(connection)
    assert known.public_key == public_hex(private_from_hex(identity.private_key))


def test_what_it_leaves_is_for_its_owner_alone_and_names_no_secret_twice(hq: ServedHq, folder: Path) -> None:
    identity = run(hq.make_claim("s01", "1"), folder)
    files = {path.name: path for path in folder.iterdir()}
    assert set(files) == {"identity.json", "ca.pem", "enrolment.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    left = files["enrolment.json"].read_text()
    for secret in (identity.private_key, identity.lookup_key):
        assert secret not in left
        assert secret not in repr(identity)


def test_again_with_the_same_claim_nothing_happens(hq: ServedHq, folder: Path) -> None:
    text = hq.make_claim("s01", "1")
    identity = run(text, folder)
    hq.stop()
    assert run(text, folder, seed=2) == identity


@pytest.mark.parametrize("steps", range(5))
def test_killed_between_any_two_steps_it_goes_on(hq: ServedHq, folder: Path, steps: int) -> None:
    text = hq.make_claim("s01", "1")
    begun, progress = session(text, folder), Progress(stage=Stage.NEW)
    for _ in range(steps):
        progress = advance(begun, progress)
    begun.door.close()
    assert load_progress(folder).stage is ([Stage.NEW, *STAGES][steps])
    identity = run(text, folder, seed=2)
    assert identity.device == "s01-1"
    assert states(hq) == [State.ACTIVE]
    if progress.private_key:
        assert identity.private_key == progress.private_key


class Died(Exception):
    """The power went."""


class DiesAfterAnswer(HqDoor):
    """HQ has done what was asked; the device dies before it knows."""

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        super().enrol(request)
        raise Died

    def hello(self, hello: Hello) -> None:
        super().hello(hello)
        raise Died


@pytest.mark.parametrize("stage", [Stage.SENT, Stage.ENROLLED])
def test_killed_between_hqs_answer_and_the_disk_it_goes_on(hq: ServedHq, folder: Path, stage: Stage) -> None:
    text = hq.make_claim("s01", "1")
    begun, progress = session(text, folder), Progress(stage=Stage.NEW)
    while progress.stage is not stage:
        progress = advance(begun, progress)
    begun.door.close()
    dying = session(text, folder, DiesAfterAnswer(hq.url))
    with pytest.raises(Died):
        advance(dying, progress)
    dying.door.close()
    assert load_progress(folder).stage is stage
    identity = run(text, folder, seed=2)
    assert identity.private_key == progress.private_key
    assert states(hq) == [State.ACTIVE]


def test_killed_between_the_identity_and_the_last_stage_it_goes_on(hq: ServedHq, folder: Path) -> None:
    text = hq.make_claim("s01", "1")
    begun, progress = session(text, folder), Progress(stage=Stage.NEW)
    while progress.stage is not Stage.ENROLLED:
        progress = advance(begun, progress)
    before = (folder / "enrolment.json").read_bytes()
    advance(begun, progress)
    begun.door.close()
    identity = load_identity(folder)
    (folder / "enrolment.json").write_bytes(before)
    assert run(text, folder, seed=2) == identity
    assert load_progress(folder).stage is Stage.ACTIVE


def test_without_the_progress_on_disk_the_answer_would_be_lost(hq: ServedHq, folder: Path) -> None:
    """The control: a device that forgets its key after the hello has lost its claim."""
    text = hq.make_claim("s01", "1")
    run(text, folder)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(Exception, match="P04"):
        run(text, folder, seed=2)


def test_an_unfinished_claim_gives_way_to_a_new_one(hq: ServedHq, folder: Path) -> None:
    first, second = hq.make_claim("s01", "1"), hq.make_claim("s02", "3")
    begun = session(first, folder)
    advance(begun, Progress(stage=Stage.NEW))
    begun.door.close()
    assert run(second, folder).device == "s02-3"


@pytest.mark.parametrize("text", ["{", "[]", '{"stage":"somewhere"}', '{"stage":"new","more":1}'])
def test_a_progress_that_is_not_ours_is_told(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "enrolment.json").write_text(text)
    with pytest.raises(StateError, match=r"enrolment\.json"):
        load_progress(folder)


def test_an_identity_that_is_not_one_is_told_without_its_content(folder: Path) -> None:
    folder.mkdir()
    (folder / "identity.json").write_text(json.dumps({"private_key": "5ec2e7"}))
    with pytest.raises(StateError, match="is not an identity") as error:
        load_identity(folder)
    assert "5ec2e7" not in str(error.value)


def test_a_folder_that_cannot_be_written_is_told(hq: ServedHq, folder: Path) -> None:
    folder.mkdir()
    (folder / "enrolment.json.new").mkdir()
    with pytest.raises(StateError, match="cannot be written"):
        run(hq.make_claim("s01", "1"), folder)
    assert os.listdir(folder) == ["enrolment.json.new"]
