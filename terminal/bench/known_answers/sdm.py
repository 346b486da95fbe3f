"""Known answers of links that NTAG 424 DNA mirrors."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from cards.aes import AesKey, decrypt
from cards.sdm_keys import META_KEY_NO, SdmMaster, meta_key, tag_key
from cards.sun import (
    CODE_BYTES,
    COUNTER_BYTES,
    UID_BYTES,
    PiccData,
    SunError,
    SunMessage,
    code,
    file_data,
    open_picc_data,
    session_keys,
    session_vectors,
    verify,
)
from cards.sun_url import SunTemplate, read_sun_url
from cards.tamper import tamper_status
from terminal.bench.known_answers.given import Given, NotTellable
from terminal.bench.known_answers.judge import Facts

_PICC_CHARS = 32  # enciphered PICC data, and at least as many for enciphered file data
_LRP_PICC_BYTES = 24
_FILE_KEY_NO = 2  # of tags whose keys come from a master in the manner of sdm-backend


def _master(given: Given) -> SdmMaster:
    return SdmMaster(given.octets("master_key"))


def _meta(given: Given) -> AesKey:
    return given.key("k_sdm_meta_read") if "k_sdm_meta_read" in given else meta_key(_master(given))


def _file_key(given: Given, uid: bytes) -> AesKey:
    if "k_sdm_file_read" in given:
        return given.key("k_sdm_file_read")
    return tag_key(_master(given), uid, given.number("file_key_no", _FILE_KEY_NO))


def _link(given: Given) -> SunMessage:
    """The link of an entry taken apart, its parameters told by their lengths; empty where none is given."""
    if "url" not in given:
        return SunMessage(b"")
    names: dict[int, list[str]] = {}
    for name, value in parse_qsl(urlsplit(given.text("url")).query):
        names.setdefault(len(value) if len(value) < _PICC_CHARS else _PICC_CHARS, []).append(name)
    picc, file = [*names.get(_PICC_CHARS, []), "", ""][:2]
    code, uid, counter = (names.get(2 * length, [""])[0] for length in (CODE_BYTES, UID_BYTES, COUNTER_BYTES))
    return read_sun_url(given.text("url"), SunTemplate(code, picc, uid, counter, file, signed_from=file))


def _picc_enc(given: Given) -> bytes:
    enciphered = given.octets("picc_enc") if "picc_enc" in given else _link(given).picc_enc
    if len(enciphered) == _LRP_PICC_BYTES:
        raise NotTellable("this link is of a card in LRP mode, which is not spoken here")
    return enciphered


def _file_enc(given: Given) -> bytes:
    return given.octets("enc_file_data") if "enc_file_data" in given else _link(given).file_enc


def _picc(given: Given) -> PiccData:
    if _picc_enc(given):
        return open_picc_data(_meta(given), _picc_enc(given))
    in_the_clear = _link(given).picc
    if in_the_clear:
        return in_the_clear
    if "sdm_read_ctr_le" in given:
        counter = given.octets("sdm_read_ctr_le")
        return PiccData(given.octets("uid"), int.from_bytes(counter, "little"))
    return PiccData(given.octets("uid"), given.number("read_ctr"))


def _signed(given: Given) -> bytes:
    """What the code covers: as it is given, or as the link has it, else the mirrored file data by itself."""
    if "mac_input_ascii" in given:
        return given.text("mac_input_ascii").encode()
    return _link(given).signed if "url" in given else _file_enc(given).hex().upper().encode()


def _counter(given: Given) -> int:
    counter = _picc(given).counter
    if counter is None:
        raise NotTellable("this card mirrors no counter")
    return counter


def _keys(given: Given) -> tuple[AesKey, AesKey]:
    picc = _picc(given)
    return session_keys(_file_key(given, picc.uid), picc)


def _code(given: Given) -> bytes:
    picc = _picc(given)
    return code(_file_key(given, picc.uid), picc, _signed(given))


def _file_data(given: Given) -> bytes:
    picc = _picc(given)
    return file_data(_file_key(given, picc.uid), picc, _file_enc(given))


def _valid(given: Given) -> bool:
    if "sdmmac" not in given and "url" not in given:
        raise NotTellable("there is no input sdmmac to be judged, and no url that holds one")
    try:
        picc = None if _picc_enc(given) else _picc(given)
        sent = given.octets("sdmmac") if "sdmmac" in given else _link(given).code
        message = SunMessage(sent, _signed(given), _picc_enc(given), picc, _file_enc(given))
        verify(message, _meta(given) if picc is None else None, lambda uid: _file_key(given, uid))
    except SunError:
        return False
    return True


def _tamper(given: Given) -> str:
    status = tamper_status(_file_data(given))
    return status.ever.value + status.now.value


SDM: Facts = {
    "valid": _valid,
    "picc_data_plain": lambda given: decrypt(_meta(given), _picc_enc(given)),
    "picc_data_tag": lambda given: bytes((_picc(given).tag,)),
    "uid": lambda given: _picc(given).uid,
    "read_ctr": _counter,
    "sv1": lambda given: session_vectors(_picc(given))[0],
    "sv2": lambda given: session_vectors(_picc(given))[1],
    "k_ses_enc": lambda given: _keys(given)[0].value,
    "k_ses_mac": lambda given: _keys(given)[1].value,
    "mac_input_ascii": lambda given: _signed(given).decode(),
    "sdmmac": _code,
    "file_data": _file_data,
    "tt_status": _tamper,
}


def _meta_key(given: Given) -> bytes:
    if given.number("key_no", META_KEY_NO) != META_KEY_NO:
        raise NotTellable("only key 1 is the same for all tags")
    return meta_key(_master(given)).value


KEYS: Facts = {
    "undiversified_key1": _meta_key,
    "tag_key": lambda given: tag_key(_master(given), given.octets("uid"), given.number("key_no")).value,
}
