"""Keys of the open sdm-backend, and links of tags that were made with them."""

from __future__ import annotations

import pytest

from cards.sdm_keys import SdmMaster, meta_key, tag_key
from cards.sun import SunMessage, verify
from cards.tamper import tamper_status
from tests.cards.known import entry, octets

KNOWN = entry("sdm-kdf-sdm-backend-k1")
FILE_KEY_NO = 2


def test_the_published_keys() -> None:
    master = SdmMaster(octets(KNOWN["master_key"]))
    assert meta_key(master).value == octets(KNOWN["undiversified_key1"])
    assert tag_key(master, octets(KNOWN["uid"]), KNOWN["key_no"]).value == octets(KNOWN["tag_key"])


@pytest.mark.parametrize("id", ["sdm-backend-kdf1-64B", "sdm-backend-kdf2-tagtamper"])
def test_links_of_tags_made_so(id: str) -> None:
    known = entry(id)
    master = SdmMaster(octets(known["master_key"]))
    message = SunMessage(
        octets(known["sdmmac"]),
        known["enc_file_data"].encode(),
        octets(known["picc_enc"]),
        file_enc=octets(known["enc_file_data"]),
    )
    sun = verify(message, meta_key(master), lambda uid: tag_key(master, uid, FILE_KEY_NO))
    assert (sun.uid, sun.counter, sun.file_data) == (
        octets(known["uid"]),
        known["read_ctr"],
        octets(known["file_data"]),
    )
    if "tt_status" in known:
        status = tamper_status(sun.file_data)
        assert status.ever + status.now == known["tt_status"]


def test_a_master_of_zeros_gives_no_key_of_zeros() -> None:
    zeros = SdmMaster(bytes(16))
    assert bytes(16) not in {meta_key(zeros).value, tag_key(zeros, bytes(7), 2).value}


def test_a_master_hides_and_has_its_length() -> None:
    assert repr(SdmMaster(b"s" * 32)) == "SdmMaster()"
    with pytest.raises(ValueError, match="17"):
        SdmMaster(bytes(17))
