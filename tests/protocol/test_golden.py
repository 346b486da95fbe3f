"""Golden files: bytes that were once written never change, and stay readable (architecture.md, idea 8)."""

from __future__ import annotations

import pytest

from protocol import canonical, chain
from protocol.batch import Batch
from protocol.enrolment import CLAIM, read_claim
from protocol.operation import Operation
from protocol.signing import public_hex
from tests.protocol.examples import DEVICE_KEY, FOLDER, HQ_KEY, claim, examples, model_of

EXAMPLES = examples()


def test_every_example_has_its_file_and_every_file_its_example() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_bytes_have_not_changed(name: str) -> None:
    assert EXAMPLES[name] == (FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", sorted(name for name in EXAMPLES if name.endswith(".json")))
def test_the_file_is_readable_and_says_the_same_again(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    message = model_of(name).model_validate(canonical.decode(data))
    assert canonical.encode(message.model_dump(mode="json")) == data


def test_the_batch_is_readable_and_still_verifies() -> None:
    found = Batch.decode((FOLDER / "batch.bin").read_bytes())
    found.verify(public_hex(DEVICE_KEY))
    assert chain.extend(chain.genesis("s01-1", 1), found.operations).hex() == found.header.last_hash
    assert [Operation.decode(data).seq for data in found.operations] == [1, 2, 3]


def test_the_claim_is_readable_and_still_verifies() -> None:
    signed, found = read_claim((FOLDER / "claim_text.bin").read_text())
    assert found == claim()
    assert signed.open(CLAIM, public_hex(HQ_KEY))["id"] == claim().id
