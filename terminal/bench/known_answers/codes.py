"""Known answers of printed and swiped codes: check digits, GS1, stripes."""

from __future__ import annotations

from drivers.scanner.code import Code, read_code
from terminal.bench.known_answers.given import Given, NotTellable
from terminal.bench.known_answers.judge import Facts
from terminal.codes.gs1 import CHARS_MAX, read_digital_link, read_element_strings
from terminal.codes.gtin import check_digit


def _check(given: Given) -> str:
    digits = given.text("without_check")
    if not (digits.isascii() and digits.isdigit()):
        raise NotTellable("input without_check is not digits")
    return str(check_digit(digits))


def _values(given: Given) -> dict[str, str]:
    if "uri" in given:
        return read_digital_link(given.text("uri"))
    code = read_code(given.text("scan"), CHARS_MAX)
    if not isinstance(code, Code):
        raise NotTellable("input scan is no code of a scanner")
    return read_element_strings(code.text)


GTIN: Facts = {"check": _check}
GS1: Facts = {"ais": _values}
