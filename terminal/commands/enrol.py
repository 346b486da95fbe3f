"""`stillpoint enrol`: make this device a terminal of one store."""

from __future__ import annotations

import json
import re
import secrets
import time
from pathlib import Path

import click

from protocol.enrolment import ClaimError, read_claim
from provisioning.enrol import enrol
from provisioning.failures import EnrolError
from provisioning.identity import Identity
from provisioning.state import StateError

DEFAULT = Path("/var/lib/stillpoint")
_SERIALS = ("/sys/firmware/devicetree/base/serial-number", "/sys/class/dmi/id/product_uuid", "/etc/machine-id")
_SECRETS = {"lookup_key", "token", "private_key"}


@click.command()
@click.argument("claim")
@click.option("--state", type=click.Path(path_type=Path), default=DEFAULT, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the identity, or what went wrong, as JSON.")
def command(claim: str, state: Path, as_json: bool) -> None:
    """Use CLAIM, the text of HQ's code (SP1:…), once. Run it again after a power cut: it goes on where it stopped."""
    try:
        if not as_json:
            click.echo(_announcement(claim))
        identity = enrol(claim, state, _serial(), time.time_ns() // 1_000_000, secrets.token_bytes)
    except EnrolError as error:
        _fail(error, as_json)
    except StateError as error:
        raise click.ClickException(str(error)) from error
    else:
        click.echo(json.dumps(_public(identity)) if as_json else f"This is now terminal {identity.device}.")


def _announcement(text: str) -> str:
    """Whom we are about to believe: people compare it with what HQ's page shows."""
    try:
        _, claim = read_claim(text)
    except ClaimError:
        return "Reading the claim …"
    pin = " ".join(claim.ca_pin[at : at + 4] for at in range(0, 16, 4))
    return f"Enrolling as store {claim.store}, lane {claim.lane} of HQ {claim.hq} (fingerprint {pin})."


def _fail(error: EnrolError, as_json: bool) -> None:
    if as_json:
        known = {"code": error.failure.name, "message": error.sentence, "action": error.failure.action}
        click.echo(json.dumps({"error": known}))
        raise click.exceptions.Exit(1)
    raise click.ClickException(str(error)) from error


def _public(identity: Identity) -> dict[str, object]:
    """Without secrets, and without what is of use to HQ alone."""
    return identity.model_dump(exclude={*_SECRETS, "admission"})


def _serial() -> str:
    """What the hardware, or else the installation, calls itself; `unknown` if it does not."""
    for path in _SERIALS:
        try:
            text = Path(path).read_text("ascii", "ignore")
        except OSError:
            continue
        serial = re.sub(r"[^A-Za-z0-9._:-]", "", text)[:64]
        if serial:
            return serial
    return "unknown"
