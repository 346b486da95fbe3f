"""A founded HQ with its terminals enrolled, made once for each size of world and copied for each seed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hq.founding import found
from hq.headquarters import Headquarters
from protocol import signing
from protocol.enrolment import Claim, EnrolAnswer, EnrolRequest, Hello, hello_bytes, proof, read_claim
from terminal.bench.simulation.chain import ROGUE, START_MS, make_chain, place
from terminal.bench.simulation.filled_directory import fill_directory
from terminal.bench.simulation.office import hire
from terminal.identity import Identity

HQ_URL = "https://hq.example:8443"


@dataclass(frozen=True)
class Template:
    """`hq` is HQ's folder and `directory` what every terminal knows of it, not to be opened but copied; `identities`
    are the terminals', and `rogue` a broken one's."""

    hq: Path
    directory: Path
    identities: tuple[Identity, ...]
    rogue: Identity

    def copy_hq(self, to: Path) -> None:
        shutil.copytree(self.hq, to)

    def copy_directory(self, to: Path) -> None:
        shutil.copyfile(self.directory, to)


def make_template(folder: Path, terminals: int) -> Template:
    """Found an HQ in `folder` and enrol `terminals` of its terminals."""
    state, directory, chance = folder / "hq", folder / "directory.db", Random(f"template of {terminals}")
    found(state, make_chain(terminals), hosts=(), now_ms=START_MS, random=chance.randbytes)
    headquarters = Headquarters.open(state, lambda: START_MS)
    try:
        hire(headquarters, chance)
        identities = tuple(enrol(headquarters, *place(number), chance) for number in range(terminals))
        rogue = enrol(headquarters, ROGUE, "1", chance)
        fill_directory(headquarters, identities[0], directory, chance)
    finally:
        headquarters.close()
    return Template(state, directory, identities, rogue)


def enrol(hq: Headquarters, store: str, lane: str, chance: Random) -> Identity:
    """What `stillpoint-hq claim` and `stillpoint enrol` do together, up to the hello."""
    text = hq.make_claim(store=store, lane=lane, hq=HQ_URL, random=chance.randbytes)
    _, claim = read_claim(text)
    key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
    request = _request(claim, key, chance.randbytes(16).hex())
    with hq.database.transaction() as connection:
        answer = hq.registrar.enrol(connection, request, hq.clock())
        if not isinstance(answer, EnrolAnswer):
            raise answer
        signature = key.sign(hello_bytes(answer.device, claim.id)).hex()
        hq.registrar.hello(connection, Hello(device=answer.device, signature=signature))
    return Identity(**answer.model_dump(), hq=HQ_URL, private_key=signing.private_hex(key))


def _request(claim: Claim, key: Ed25519PrivateKey, nonce: str) -> EnrolRequest:
    public = signing.public_hex(key)
    proved = proof(claim.secret, public, "serial", nonce, claim.ca_pin, claim.store, claim.lane)
    return EnrolRequest(claim=claim.id, public_key=public, serial="serial", nonce=nonce, proof=proved)
