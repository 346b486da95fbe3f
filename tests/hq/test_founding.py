"""HQ's folder appears whole or not at all, and its secrets are for its owner alone."""

from __future__ import annotations

import ssl
import stat
from pathlib import Path
from random import Random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from hq.certificates import ca_pin
from hq.chain import read_chain
from hq.founding import found
from hq.headquarters import Headquarters
from hq.keys import load_keys, make_keys
from hq.problems import HqError
from tests.hq.looking import balance, broken
from tests.hq.tiny_chain import NOW_MS


def found_at(state: Path, chain_folder: Path, hosts: tuple[str, ...] = ()) -> None:
    found(state, read_chain(chain_folder), hosts=hosts, now_ms=NOW_MS, random=Random(1).randbytes)


def test_balances_open_by_postings(hq: Headquarters) -> None:
    assert balance(hq, "m1") == (1000, 0)
    assert balance(hq, "m5") == (0, 0)
    assert broken(hq) == []


def test_every_secret_is_for_its_owner_alone(hq: Headquarters) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in hq.state.rglob("*") if path.is_file()}
    database = {"hq.db"} if hq.database.dialect == "sqlite" else set()
    assert database | {"database.url", "signing.key", "lookup.key", "ca.key.pem", "server.key.pem"} <= set(modes)
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


def test_a_folder_that_is_not_empty_is_left_alone(hq: Headquarters, chain_folder: Path) -> None:
    before = sorted(path.name for path in hq.state.iterdir())
    with pytest.raises(HqError, match="is not empty"):
        found_at(hq.state, chain_folder)
    assert sorted(path.name for path in hq.state.iterdir()) == before


def test_what_was_begun_and_not_finished_is_begun_again(tmp_path: Path, chain_folder: Path) -> None:
    half = tmp_path / "hq.new"
    half.mkdir()
    (half / "hq.db").write_text("half")
    found_at(tmp_path / "hq", chain_folder)
    assert not half.exists()
    Headquarters.open(tmp_path / "hq", lambda: NOW_MS).close()


def test_a_folder_without_hq_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(HqError, match="stillpoint-hq init"):
        Headquarters.open(tmp_path, lambda: NOW_MS)


def test_damaged_keys_are_told(tmp_path: Path) -> None:
    make_keys(tmp_path, Random(1).randbytes)
    (tmp_path / "keys" / "lookup.key").write_text("x")
    with pytest.raises(HqError, match="backup"):
        load_keys(tmp_path)


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = make_keys(tmp_path, Random(1).randbytes)
    with pytest.raises(HqError, match="cannot be written"):
        make_keys(tmp_path, Random(2).randbytes)
    assert load_keys(tmp_path).trust_key == first.trust_key


def test_the_certificate_names_its_hosts_and_chains_to_the_authority(tmp_path: Path, chain_folder: Path) -> None:
    found_at(tmp_path / "hq", chain_folder, ("hq.example", "10.0.0.7"))
    server = x509.load_pem_x509_certificate((tmp_path / "hq" / "server.pem").read_bytes())
    authority = x509.load_pem_x509_certificate((tmp_path / "hq" / "ca.pem").read_bytes())
    server.verify_directly_issued_by(authority)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "hq.example"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1", "10.0.0.7"]
    assert isinstance(server.public_key(), ec.EllipticCurvePublicKey)
    assert server.not_valid_after_utc.year - server.not_valid_before_utc.year >= 19


def test_the_pin_is_that_of_the_authority(hq: Headquarters) -> None:
    context = ssl.create_default_context(cadata=hq.ca_pem)
    assert len(context.get_ca_certs()) == 1
    assert ca_pin(hq.ca_pem.encode()) == hq.ca_pin
    assert len(hq.ca_pin) == 64
