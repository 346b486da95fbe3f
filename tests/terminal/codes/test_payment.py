"""Payment codes of other schemes by their own rules, and what stands just beside each of them."""

import base64
import binascii

import pytest

from terminal.codes.code import Foreign, Refused
from terminal.codes.payment import payment_code


def merchants(body: str) -> str:
    """An EMV QR code of a merchant, with its CRC."""
    text = body + "6304"
    return text + f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


EMV = merchants("000201" + "2604WXYZ" + "5303156" + "5802CN" + "5906MARKET" + "6008SHANGHAI")
SHOWN = base64.b64encode(bytes.fromhex("8505") + b"CPV01" + bytes.fromhex("61064F04A0000003")).decode()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10" + "7" * 16, Foreign.WECHAT_PAY),
        ("15" + "7" * 16, Foreign.WECHAT_PAY),
        ("25" + "7" * 14, Foreign.ALIPAY),
        ("28" + "7" * 16, Foreign.ALIPAY),
        ("30" + "7" * 22, Foreign.ALIPAY),
        ("62" + "7" * 17, Foreign.UNIONPAY),
        ("01" + "7" * 17, Foreign.E_CNY),
        (EMV, Foreign.EMV_QR),
        (EMV[:-4] + EMV[-4:].lower(), Foreign.EMV_QR),
        (SHOWN, Foreign.EMV_QR),
        ("wxp://f2f0abcdef", Foreign.PAYMENT_LINK),
        ("HTTPS://QR.ALIPAY.COM/FKX0123", Foreign.PAYMENT_LINK),
        ("https://qr.95516.com/00010000/1", Foreign.PAYMENT_LINK),
        ("https://user@qr.alipay.com/x", Foreign.PAYMENT_LINK),
    ],
)
def test_whose_it_is(text: str, kind: Foreign) -> None:
    assert payment_code(text) == Refused(kind)


@pytest.mark.parametrize(
    "text",
    [
        "10" + "7" * 15,
        "10" + "7" * 17,
        "16" + "7" * 16,
        "09" + "7" * 16,
        "28" + "7" * 13,
        "28" + "7" * 23,
        "24" + "7" * 16,
        "31" + "7" * 16,
        "62" + "7" * 16,
        "02" + "7" * 17,
        "1٠" + "7" * 16,
        "10" + "7" * 8 + " " + "7" * 8,
        EMV[:-1] + ("0" if EMV[-1] != "0" else "1"),
        EMV[:-8],
        EMV + "0",
        EMV.replace("MARKET", "MARKETS"),
        "000201",
        "000201" + "6304",
        merchants("000202")[:-8],
        SHOWN[1:],
        "https://notalipay.com/x",
        "https://alipay.com.example/x",
        "https://example.org/?u=https://qr.alipay.com/x",
        "http://[",
    ],
)
def test_what_is_near_is_not(text: str) -> None:
    assert payment_code(text) is None
