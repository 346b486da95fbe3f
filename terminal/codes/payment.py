"""Payment codes of other schemes, recognised to be refused: they belong to a wallet, and a till that keeps no money
with them has no business with them.

What a customer shows, all digits, by the schemes' own rules for merchants: WeChat Pay 18 digits that begin with 10 to
15; Alipay 16 to 24 that begin with 25 to 30; UnionPay 19 that begin with 62; e-CNY 19 that begin with 01. What a
merchant shows: links of the wallets, and EMV QR codes (EMVCo, Merchant-Presented Mode: tags, lengths, values, and a
CRC at the end). EMV QR codes of customers are base64 of BER-TLV that begins with `CPV01`.
"""

from __future__ import annotations

import binascii
import re

from terminal.codes.code import Foreign, Refused

EMV_MAX = 512  # EMVCo, Merchant-Presented Mode
_WALLETS = (
    (re.compile(r"1[0-5][0-9]{16}"), Foreign.WECHAT_PAY),
    (re.compile(r"(?:2[5-9]|30)[0-9]{14,22}"), Foreign.ALIPAY),
    (re.compile(r"62[0-9]{17}"), Foreign.UNIONPAY),
    (re.compile(r"01[0-9]{17}"), Foreign.E_CNY),
)
_SCHEMES = ("wxp", "weixin", "alipay", "alipays", "alipayhk", "upwallet", "unionpay", "uppay", "upi", "paypay")
_HOSTS = (
    "alipay.com",
    "alipay.cn",
    "tenpay.com",
    "payapp.weixin.qq.com",
    "qpay.qq.com",
    "95516.com",
    "chinaums.com",
    "paypay.ne.jp",
    "paypal.com",
    "paypal.me",
)
_LINK = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/?#:\s]*)", re.IGNORECASE)
_MERCHANTS = "000201"  # tag 00, length 2, version 01
_CRC_TAG = "6304"
_CUSTOMERS = "hQVDUFYwM"  # base64 of 85 05 "CPV0", and of two bits of the version


def payment_code(text: str) -> Refused | None:
    """Whose payment code `text` is; None for everything else. Digits are read as they stand, without separators."""
    if text.isascii() and text.isdigit():
        return next((Refused(kind) for pattern, kind in _WALLETS if pattern.fullmatch(text)), _emv(text))
    return _link(text) or _emv(text)


def _link(text: str) -> Refused | None:
    found = _LINK.match(text)
    if found is None:
        return None
    host = found["host"].lower().rpartition("@")[2]
    wallet = found["scheme"].lower() in _SCHEMES or any(host == one or host.endswith("." + one) for one in _HOSTS)
    return Refused(Foreign.PAYMENT_LINK) if wallet else None


def _emv(text: str) -> Refused | None:
    known = text.startswith(_CUSTOMERS) or (text.startswith(_MERCHANTS) and _is_emv(text))
    return Refused(Foreign.EMV_QR) if known else None


def _is_emv(text: str) -> bool:
    """Whether fields follow each other to the end, and the last is the CRC of all before it and of its own head."""
    if len(text) > EMV_MAX or text[-8:-4] != _CRC_TAG:
        return False
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if not (len(head) == 4 and head.isascii() and head.isdigit()):
            return False
        at += 4 + int(head[2:])
    crc = binascii.crc_hqx(text[:-4].encode(), 0xFFFF)
    return at == len(text) and text[-4:].upper() == f"{crc:04X}"
