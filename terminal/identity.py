"""Who this terminal is: what enrolment left behind in `identity.json` and `ca.pem` of the state folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from protocol.enrolment import Hex32
from protocol.operation import Identifier
from protocol.signing import Signed
from terminal.errors import ConfigError
from terminal.private_file import read_private

IDENTITY = "identity.json"
CA = "ca.pem"
_MAX_BYTES = 64 * 1024
_Secret = Annotated[Hex32, Field(repr=False)]


class Identity(BaseModel):
    """`hq` is HQ's address; `trust_key` verifies what HQ signs; the other keys are secrets, in hex.

    `admission` is HQ's word that this device was enrolled, for an HQ that has forgotten it.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    device: Identifier
    epoch: Annotated[int, Field(ge=1, lt=2**31)]
    store: Identifier
    lane: Identifier
    hq: Annotated[str, Field(pattern=r"^https://[^\s/]+$", max_length=200)]
    trust_key: Hex32
    lookup_key: _Secret
    private_key: _Secret
    admission: Signed | None = None


def load_identity(state: Path) -> Identity:
    """The identity in the state folder. Raises ConfigError if there is none, or others may read its secrets."""
    path = state / IDENTITY
    text = _read(path)
    try:
        return Identity.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({str(part["loc"][0]) for part in error.errors() if part["loc"]})
        where = f" in {', '.join(fields)}" if fields else ""
        raise ConfigError((f"{path} is damaged{where}: enrol this terminal again",)) from None


def ca_path(state: Path) -> Path:
    """HQ's own CA, the only one that this terminal believes."""
    return state / CA


def _read(path: Path) -> bytes:
    try:
        return read_private(path, _MAX_BYTES)
    except FileNotFoundError:
        raise ConfigError((f"{path} is missing: enrol this terminal with `stillpoint enrol`",)) from None
    except OSError as error:
        raise ConfigError((f"{path} cannot be read: {error.strerror}",)) from error
