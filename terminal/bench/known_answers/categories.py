"""Which facts are computed for which category."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from terminal.bench.known_answers import codes, ev1, ev2, keys, libraries, member_codes, sdm, tracks, wires
from terminal.bench.known_answers.judge import Facts

CATEGORIES: Mapping[str, Facts] = MappingProxyType(
    {
        "aes_cmac": keys.CMAC,
        "ntag424_sdm": sdm.SDM,
        "ntag424_sdm_negative": sdm.SDM,
        "ntag424_sdm_tagtamper": sdm.SDM,
        "ntag424_kdf": sdm.KEYS,
        "ev2_auth": ev2.AUTHENTICATION,
        "ev2_secure_messaging": ev2.MESSAGING,
        "desfire_ev1_auth": ev1.AUTHENTICATION,
        "desfire_ev1_secure_messaging": ev1.MESSAGING,
        "key_diversification": keys.DIVERSIFICATION,
        "key_diversification_negative": keys.DIVERSIFICATION,
        "originality_signature": keys.ORIGINALITY,
        "pcsc_atr": keys.ATR,
        "pn532_hsu": wires.PN532,
        "zebra_ssi": wires.SSI,
        "gtin": codes.GTIN,
        "gs1": codes.GS1,
        "magstripe": tracks.TRACKS,
        "ed25519": libraries.ED25519,
        "base45": libraries.BASE45,
        "hmac": libraries.HMAC,
        "argon2id": libraries.ARGON2ID,
        "project_draft_dynamic_qr": member_codes.MEMBER_CODES,
    }
)
