"""Known answers of what libraries do for the product: signatures, HMAC, Argon2id, base45."""

from __future__ import annotations

import hashlib
import hmac

import base45
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cards.pin_cost import Cost, argon2id
from terminal.bench.known_answers.given import Given, NotTellable
from terminal.bench.known_answers.judge import Facts

_WORK_MAX_KIB = 1024 * 1024  # about a second
_TAG_MAX, _LANES_MAX = 1024, 64


def _private(given: Given) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(given.octets("secret"))


def _tag(given: Given) -> bytes:
    memory_kib, iterations = given.number("memory_kib"), given.number("iterations")
    length, lanes = given.number("tag_len"), given.number("lanes")
    if memory_kib * iterations > _WORK_MAX_KIB or length > _TAG_MAX or lanes > _LANES_MAX:
        raise NotTellable(f"{memory_kib} KiB {iterations} times over, {length} bytes: more than is tried here")
    cost = Cost(memory_kib, iterations, lanes)
    secret, data = given.octets("secret", b""), given.octets("ad", b"")
    return argon2id(given.octets("password"), given.octets("salt"), cost, secret=secret, data=data, length=length)


def _base45(given: Given) -> str:
    data = given.text("ascii").encode("ascii", "replace") if "ascii" in given else given.octets("data")
    written: bytes = base45.b45encode(data)
    return written.decode("ascii")


ED25519: Facts = {
    "public": lambda given: _private(given).public_key().public_bytes_raw(),
    "signature": lambda given: _private(given).sign(given.octets("message")),
}
HMAC: Facts = {"mac": lambda given: hmac.new(given.octets("key"), given.octets("data"), hashlib.sha256).digest()}
ARGON2ID: Facts = {"tag": _tag}
BASE45: Facts = {"base45": _base45}
