"""Known answers of member codes: those that HQ issues, and those that a phone makes under a certificate."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cards import device_code, member_code
from cards.member_code import TENANT_BYTES, Issuer, MemberCode, MemberCodeError, text_of
from terminal.bench.known_answers.given import Given, NotTellable
from terminal.bench.known_answers.judge import Fact, Facts

_KID = 1
_MADE_BYTES = 6  # issue time and number end the message that a phone signs


def _secret(given: Given, name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(given.octets(name))


def _code(given: Given) -> MemberCode:
    kid, member_ref = given.number("kid", _KID), given.octets("member_ref")
    return MemberCode(kid, member_ref, given.number("iat"), given.number("ttl"), given.octets("jti"))


def _issued(given: Given) -> bytes:
    """The token of an issuer, if what it signs is the message that is given."""
    code, tenant = _code(given), given.octets("tenant_id")
    if "signed_message" in given and member_code.signed_message(tenant, code) != given.octets("signed_message"):
        raise NotTellable("input signed_message is not the message of these inputs")
    return member_code.issue(code, tenant, _secret(given, "issuer_secret"))


def _made(given: Given) -> bytes:
    """The token of a phone, put together from the messages that issuer and phone sign."""
    certified, made = given.octets("cert_message"), given.octets("device_message")
    certificate = certified[len(device_code.CERTIFICATE_DOMAIN) + TENANT_BYTES :]
    signed = certificate + _secret(given, "issuer_secret").sign(certified)
    return signed + made[-_MADE_BYTES:] + _secret(given, "device_secret").sign(made)


def _token(given: Given) -> bytes:
    return _made(given) if "device_secret" in given else _issued(given)


def _valid(given: Given) -> bool:
    """Whether a terminal takes the code at the second when it was issued."""
    tenant, code = given.octets("tenant_id"), _code(given)
    issuer = Issuer(tenant, code.kid, _public(given))
    try:
        member_code.verify(text_of(_issued(given)), tenant, [issuer], code.issued_s)
    except MemberCodeError:
        return False
    return True


def _public(given: Given) -> Ed25519PublicKey:
    if "issuer_public" in given:
        return Ed25519PublicKey.from_public_bytes(given.octets("issuer_public"))
    return _secret(given, "issuer_secret").public_key()


def _certificate_valid(given: Given) -> bool:
    code = device_code.read(_made(given))
    return code.certificate_proven(given.octets("tenant_id"), _public(given))


def _device_valid(given: Given) -> bool:
    return device_code.read(_made(given)).device_proven(given.octets("tenant_id"))


def _text(given: Given) -> Fact:
    text = text_of(_token(given))
    return text if member_code.token_of(text) == _token(given) else ""


MEMBER_CODES: Facts = {
    "token": _token,
    "valid": _valid,
    "cert_valid": _certificate_valid,
    "device_valid": _device_valid,
    "qr_text": _text,
}
