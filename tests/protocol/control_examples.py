"""Examples of what HQ sets: denials, and the configuration with each of its parts."""

from __future__ import annotations

from protocol.assurance import AssuranceRule, AssuranceTable
from protocol.control import CodeIssuer, CodeIssuers, Configuration, DenyList, ShopCodes, WeightCodeRule
from protocol.operation import Message


def control_examples() -> dict[str, Message]:
    """By the name of the golden file."""
    issuers = CodeIssuers(tenant="00" * 16, keys=(CodeIssuer(kid=1, public_key="ab" * 32),))
    weights = (WeightCodeRule(pattern="21IIIIIWWWWWC"), WeightCodeRule(pattern="22IIIIIPPPPPC", step=10))
    codes = ShopCodes(weight_codes=weights, member_prefixes=("6901234",))
    return {
        "deny_list": DenyList(version=4, cards=("00" * 16,), members=("m1",), devices=("s01-1:1",)),
        "configuration": Configuration(version=2, interval_s=60),
        "configuration_with_issuers": Configuration(version=3, interval_s=60, issuers=issuers),
        "configuration_with_assurance": Configuration(version=4, assurance=assurance_table()),
        "configuration_with_codes": Configuration(version=5, codes=codes),
    }


def assurance_table() -> AssuranceTable:
    few = AssuranceRule(action="redeem", level="P1", key=True, most=2_000, daily=True)
    much = AssuranceRule(action="spend_value", level="P3", pin=True, hq=True)
    return AssuranceTable(rules=(few, much, AssuranceRule(action="change_pin", level="P0", pin=True, staff=True)))
