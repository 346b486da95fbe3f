"""HQ's certificate authority and its server certificate; terminals pin the authority (appliance.md, Provisioning)."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hq.keys import write_secret

CA, SERVER, SERVER_KEY, CA_KEY = "ca.pem", "server.pem", "server.key.pem", "ca.key.pem"
DEFAULT_HOSTS = ("localhost", "127.0.0.1", "::1")
YEARS = timedelta(days=20 * 365)  # an outage must never meet an expired certificate
SKEW = timedelta(days=2)


def make_certificates(state: Path, hosts: Sequence[str], now_ms: int) -> None:
    """Make the authority and a server certificate for `hosts` (names or addresses) in `state`, keys mode 0600."""
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _authority(ca_key, now)
    server = _server(server_key, ca, ca_key, hosts, now)
    write_secret(state / CA_KEY, _private(ca_key))
    write_secret(state / SERVER_KEY, _private(server_key))
    write_secret(state / CA, ca.public_bytes(Encoding.PEM))
    write_secret(state / SERVER, server.public_bytes(Encoding.PEM))


def ca_pin(ca_pem: bytes) -> str:
    """SHA-256 of the certificate's DER, in hex: what a claim carries."""
    return hashlib.sha256(x509.load_pem_x509_certificate(ca_pem).public_bytes(Encoding.DER)).hexdigest()


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name("Stillpoint HQ authority")
    return (
        _begin(name, name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False, certifies=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    hosts: Sequence[str],
    now: datetime,
) -> x509.Certificate:
    names = [_alternative(host) for host in dict.fromkeys([*DEFAULT_HOSTS, *hosts])]
    return (
        _begin(_name("Stillpoint HQ"), ca.subject, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True, certifies=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _begin(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + YEARS)
    )


def _usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
