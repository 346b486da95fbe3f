"""Every text is one thing, and what is near another thing is not taken for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.member_code import PREFIX
from terminal.codes.code import (
    Claim,
    Code,
    DynamicMemberCode,
    Foreign,
    MemberNumber,
    Misread,
    Price,
    Product,
    ReceiptNumber,
    Refused,
    SunLink,
    Unknown,
    Voucher,
)
from terminal.codes.gtin import with_check_digit
from terminal.codes.magstripe import is_bank_number
from terminal.codes.reading import NO_RULES, CodeRules, read_code, refused
from terminal.codes.weighed import WeightCode
from terminal.counter.receipt_number import receipt_number
from tests.terminal.codes.test_payment import EMV

TEA, BOX = "4006381333931", "14006381333938"
VISA, DINERS = "4111111111111111", "30569309025904"
GSRN = with_check_digit("69012345000000017")
RULES = CodeRules((WeightCode("21IIIIIWWWWWC"),), ("69012345",))
BANK = Refused(Foreign.BANK_CARD)
BOTH_13, BOTH_14 = "4000000000006", "36000000000081"  # a product's check digit and a bank card's
SUN = "https://card.example/t?e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086"
PLAIN_SUN = "https://card.example/t?u=04DE5F1EACC040&n=00003D&c=94EED9EE65337086"


@pytest.mark.parametrize(
    ("text", "aim", "code"),
    [
        (TEA, "", Product(TEA)),
        (f" {TEA}\r\n", "", Product(TEA)),
        (BOX, "", Product(BOX)),
        ("036000291452", "", Product("0036000291452")),
        ("96385074", "]E4", Product("96385074")),
        (TEA + "05", "]E3", Product(TEA)),
        (TEA[:-1] + "3", "", Misread(TEA[:-1] + "3")),
        (TEA[:-1] + "3", "]E0", Misread(TEA[:-1] + "3")),
        (f"]C101{BOX}10AB", "", Product(BOX, batch="AB")),
        (f"01{BOX}10AB\x1d21S1", "]d2", Product(BOX, batch="AB", serial="S1")),
        (f"\x1d01{BOX}", "]Q3", Product(BOX)),
        (f"01{BOX}10AB", "", Product(BOX, batch="AB")),
        (f"https://id.gs1.org/01/{BOX}/10/AB?17=270930", "]Q1", Product(BOX, batch="AB", expires_on="2027-09-30")),
        (with_check_digit("210004201234"), "", Product(with_check_digit("210004200000"), grams=1234, variable=True)),
        ("0199521234543216" + "39221999", "]C1", Product("99521234543216", price=Price(1999, 2), variable=True)),
        (f"8018{GSRN}", "", MemberNumber(GSRN)),
        (f"8018{GSRN}", "]C1", MemberNumber(GSRN)),
        (f"https://member.example/8018/{GSRN}", "", MemberNumber(GSRN)),
        (GSRN, "", MemberNumber(GSRN)),
        (PREFIX + "ABC", "]Q1", DynamicMemberCode(PREFIX + "ABC")),
        ("SP1:abc", "", Claim("SP1:abc")),
        (SUN, "", SunLink(SUN)),
        (PLAIN_SUN, "", SunLink(PLAIN_SUN)),
        ("K7Q2", "", Voucher("K7Q2")),
        (with_check_digit("991234567890"), "", Voucher(with_check_digit("991234567890"), surely=True)),
        ("255952123454321312345", "]C1", Voucher("952123454321312345", surely=True)),
        ("s01-1-1-000123", "", ReceiptNumber("s01-1-1-000123")),
        (VISA, "", BANK),
        ("4111 1111 1111 1111", "", BANK),
        ("4111-1111-1111-1111", "", BANK),
        ("4111.1111.1111.1111", "", BANK),
        ("4111_1111_1111_1111", "", BANK),
        ("4111:1111:1111:1111", "", BANK),
        ("4111 - 1111 - 1111 - 1111", "", BANK),
        ("A4111-1111-1111-1111", "", BANK),
        ("3782.822463.10005", "", BANK),
        ("4111-1111-1111-1111-99", "", BANK),
        ("4111-1111-1111-1111-1-000123", "", BANK),
        ("s01-1-1-" + VISA, "", BANK),
        (".".join(VISA), "", BANK),
        (f"%B{VISA}^MEMBER/TEST^99121010000000000000?", "", BANK),
        (f";{VISA}=99121010000000000000?", "", BANK),
        (f"%B{VISA}^A/B^9912?;{VISA}=9912?", "", BANK),
        (f";01{VISA}=1560000000000?", "", BANK),
        (f"%B{VISA}&A/B&9912_", "", BANK),
        (DINERS, "", BANK),
        (EMV, "", Refused(Foreign.EMV_QR)),
        ("134567890123456789", "", Refused(Foreign.WECHAT_PAY)),
        ("wxp://f2f0abc", "", Refused(Foreign.PAYMENT_LINK)),
        ("https://example.org/", "", Unknown()),
        ("你好", "", Unknown()),
        ("x" * 65, "", Unknown()),
        ("", "", Unknown()),
        ("]C1", "", Unknown()),
        ("]C1hello", "", Unknown()),
        ("9" * 5000, "", Unknown()),
    ],
)
def test_what_it_is(text: str, aim: str, code: Code) -> None:
    assert read_code(text, RULES, aim) == code


def test_a_number_that_is_both_is_goods_first() -> None:
    """Only a product that nobody knows is taken for a bank card."""
    for both in (BOTH_13, BOTH_14):
        assert is_bank_number(both)
        assert read_code(both) == Product(both, otherwise=BANK)
        assert refused(both) == BANK
        assert read_code(both, aim="]E0" if len(both) == 13 else "]C0") == Product(
            both, otherwise=None if len(both) == 13 else BANK
        )


def test_a_misread_number_of_goods_that_a_bank_card_could_have_is_not_shown() -> None:
    assert read_code("4222222222222") == BANK


def test_gs1_without_its_identifier_and_the_codes_of_wallets() -> None:
    """19 digits from 01 on are e-CNY's, unless they hold a product's number; 18 from 10 on are WeChat's."""
    goods = f"01{BOX}105"
    assert read_code(goods) == Product(BOX, batch="5", otherwise=Refused(Foreign.E_CNY))
    assert read_code(goods, aim="]C1") == Product(BOX, batch="5")
    assert read_code(goods[:15] + "9" + goods[16:]) == Refused(Foreign.E_CNY)
    assert read_code("10" + "1" * 16) == Refused(Foreign.WECHAT_PAY)
    assert read_code("10" + "1" * 16, aim="]C1") == Unknown()


def test_an_add_on_makes_no_wallets_code_of_goods() -> None:
    magazine = with_check_digit("128456789012") + "05123"
    assert read_code(magazine) == Refused(Foreign.WECHAT_PAY)
    assert read_code(magazine, aim="]E3") == Product(magazine[:13])


def test_a_member_number_needs_its_identifier_or_the_chains_own_beginning() -> None:
    other = with_check_digit("69099999000000017")
    assert not isinstance(read_code(other, RULES), MemberNumber)
    assert not isinstance(read_code(GSRN, NO_RULES), MemberNumber)
    assert not isinstance(read_code(GSRN[:-1] + str((int(GSRN[-1]) + 1) % 10), RULES), MemberNumber)
    assert read_code("8018" + other, RULES) == MemberNumber(other)


@pytest.mark.parametrize(
    "text",
    [
        f";{GSRN}=9912101?",
        f";{GSRN}=9912101000000000000?",
        f";{GSRN}?",
        f"%B{GSRN}^MEMBER/ADA^9912101?",
        f"%B{GSRN}^MEMBER/ADA^9912101?;{GSRN}=9912101?",
        f"%M{GSRN}^MEMBER/ADA^9912101?;{GSRN}?",
    ],
)
def test_a_members_own_stripe_is_a_member_number(text: str) -> None:
    """The control is a chain whose numbers begin otherwise."""
    assert read_code(text + "\r\n", RULES) == MemberNumber(GSRN)
    assert not isinstance(read_code(text, CodeRules(member_prefixes=("690999",))), MemberNumber)
    assert not isinstance(read_code(text, NO_RULES), MemberNumber)
    assert GSRN[-4:] not in repr(read_code(text, RULES))


def test_a_members_number_that_could_be_a_bank_cards_is_a_members_on_a_stripe_too() -> None:
    both = next(n for n in (with_check_digit(f"69012345{i:09}") for i in range(9999)) if is_bank_number(n))
    assert read_code(f";{both}=9912101?", RULES) == MemberNumber(both)
    assert read_code(f";{both}=9912101?", NO_RULES) == BANK


@pytest.mark.parametrize(
    "text",
    [
        f"%B{VISA}^A/B^9912101?;{GSRN}=9912101?",
        f"%B{GSRN}^A/B^9912101?;{VISA}=9912101?",
        f"%B{GSRN}^A/B^9912101?;{VISA}?",
        f"%B{GSRN}^{VISA}^9912101?",
        f"%B{GSRN}^A/B^9912101?;{GSRN}=9912101?;01{VISA}=1560000000?",
    ],
)
def test_a_bank_cards_track_beside_a_members_is_refused(text: str) -> None:
    assert read_code(text, RULES) == BANK


@pytest.mark.parametrize(
    "text",
    [
        f";{GSRN}=99?;{GSRN[:-1]}=9912101?",
        f";{GSRN}",
        f"{GSRN}=9912101?",
        f";{GSRN[:-1]}0=9912101?",
        f";x{GSRN}?",
        "%?;?",
    ],
)
def test_what_is_no_whole_stripe_of_a_member_is_nothing(text: str) -> None:
    assert read_code(text, RULES) == Unknown()


def test_a_wrong_check_digit_is_no_bank_card() -> None:
    assert read_code(VISA[:-1] + "2") == Voucher(VISA[:-1] + "2")
    assert read_code(f";{VISA[:-1]}2=9912?") == Unknown()
    assert read_code(f";1{VISA}111=9912?") == Unknown()


@settings(derandomize=True, deadline=None)
@given(
    st.sampled_from(["", "s", "till", "AB"]),
    st.integers(1, 10**11),
    st.sampled_from(["", "-1", "-12"]),
    st.integers(1, 999),
    st.integers(1, 10**9),
)
def test_no_receipt_of_ours_is_taken_for_a_bank_card(first: str, shop: int, till: str, epoch: int, seq: int) -> None:
    """Also where its digits together begin, end and are as many as a bank card's."""
    text = receipt_number(f"{first}{str(shop)[: 12 - len(till)]}{till}", epoch, seq)
    assert read_code("r" + text) == ReceiptNumber("r" + text)
    assert not isinstance(read_code(text), Refused)


def test_a_receipt_whose_digits_are_a_bank_cards() -> None:
    assert read_code("s4111-1-111-11111111") == ReceiptNumber("s4111-1-111-11111111")
    assert is_bank_number("4111111111111111")
    assert read_code("s4111-1-1111-1111111") == BANK


@settings(derandomize=True, deadline=None)
@given(st.sampled_from([8, 12, 13, 14]), st.text("0123456789", min_size=13, max_size=13))
def test_no_goods_are_taken_for_a_bank_card(length: int, digits: str) -> None:
    gtin = with_check_digit(digits[: length - 1])
    for text in (gtin, f"{gtin[:4]} {gtin[4:]}", f"01{gtin.rjust(14, '0')}10A-1.2_3"):
        assert isinstance(read_code(text, RULES), Product | Voucher)


@settings(derandomize=True, deadline=None)
@given(st.text("0123456789", min_size=9, max_size=9))
def test_no_member_number_is_taken_for_a_bank_card(digits: str) -> None:
    number = with_check_digit("69012345" + digits)
    for text in (number, "8018" + number, f"{number[:6]} {number[6:]}"):
        assert read_code(text, RULES) == MemberNumber(number)


def test_a_link_that_no_card_mirrors_is_no_tap() -> None:
    for link in (SUN.replace("94EED9EE65337086", "94eed9ee65337086"), SUN.replace("?e=EF", "?e=F")):
        assert read_code(link) == Unknown()


def test_nothing_shows_itself() -> None:
    for text in (VISA, EMV, GSRN, PREFIX + "ABCDEF", SUN, "SP1:abcdef", "K7Q2K7Q2", "s01-1-1-000123"):
        assert text[-4:] not in repr(read_code(text, RULES))
