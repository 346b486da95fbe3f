"""HQ's configuration as the till asks it: whose member codes are good, the chain's own codes, what needs which proof,
and what its PINs cost. Read once for each version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from loyalty.assurance import USUAL, Action, Table, judge
from loyalty.possession import Proof
from protocol.control import CONFIGURATION, CodeIssuers, Configuration, ShopCodes
from protocol.pins import PinRules
from protocol.signing import Signed
from terminal.codes.reading import NO_RULES, CodeRules
from terminal.codes.weighed import WeightCode


@dataclass(frozen=True)
class Configured:
    """`issuers` sign the member codes of this chain; None before HQ has named one. Without `pins` nobody has a PIN."""

    issuers: CodeIssuers | None = None
    codes: CodeRules = NO_RULES
    table: Table = USUAL
    pins: PinRules | None = None

    def allows(self, action: Action, proof: Proof) -> bool:
        """Whether this proof alone is enough."""
        return judge(self.table, action, proof.shown()).allowed


NOTHING_TOLD = Configured()


@lru_cache(maxsize=2)
def read_configured(signed: Signed, trust_key: str) -> Configured:
    """The sync agent has checked the signature before it wrote the document down; this reads it again, and once."""
    found = Configuration.model_validate(signed.open(CONFIGURATION, trust_key))
    return Configured(
        issuers=found.issuers,
        codes=_codes(found.codes) if found.codes else NO_RULES,
        table=found.assurance.table() if found.assurance else USUAL,
        pins=found.pins,
    )


def _codes(told: ShopCodes) -> CodeRules:
    weighed = tuple(WeightCode(rule.pattern, rule.step) for rule in told.weight_codes)
    return CodeRules(weighed, told.member_prefixes)
