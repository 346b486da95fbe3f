"""Who this terminal is: what enrolment leaves behind in `identity.json` (mode 0600) and `ca.pem`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from protocol.enrolment import Hex32
from protocol.operation import Identifier, Message, later
from protocol.signing import Signed
from provisioning.state import StateError, read_json, write_file

IDENTITY = "identity.json"
CA = "ca.pem"
Secret = Annotated[Hex32, Field(repr=False)]


class Identity(Message):
    """`hq` is HQ's address; `trust_key` verifies what HQ signs; the other keys are secrets, in hex.

    `admission` is HQ's word that this device was enrolled; `token` is of before requests were signed.
    """

    device: Identifier
    epoch: int
    store: Identifier
    lane: Identifier
    hq: str
    trust_key: Hex32
    lookup_key: Secret
    token: Annotated[Hex32 | None, Field(repr=False)] = later(None)
    private_key: Secret
    admission: Signed | None = later(None)


def load_identity(folder: Path) -> Identity | None:
    """The identity in a state folder; None before enrolment. Raises StateError."""
    document = read_json(folder / IDENTITY)
    if document is None:
        return None
    try:
        return Identity.model_validate(document)
    except ValidationError:
        raise StateError(f"{folder / IDENTITY} is not an identity: move it away and enrol again") from None


def save_identity(folder: Path, identity: Identity, ca_pem: str) -> None:
    """Write the CA first: whoever finds an identity finds the CA that belongs to it."""
    write_file(folder / CA, ca_pem.encode())
    write_file(folder / IDENTITY, json.dumps(identity.model_dump(), indent=1, sort_keys=True).encode())
