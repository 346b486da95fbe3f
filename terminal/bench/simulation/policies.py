"""Ways of sizing leases, to compare: what is accepted offline, what is refused for nothing, what is overspent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hq.judgement import USUAL, Sizes


@dataclass(frozen=True)
class Policy:
    """`checked` False lets a till spend whatever balance it has heard of: no lease, no check."""

    sizes: Sizes = USUAL
    checked: bool = True


POLICIES: Mapping[str, Policy] = {
    "none": Policy(Sizes(home=0, second=0, pool=100)),  # points are spent online only
    "unchecked": Policy(checked=False),
    "home": Policy(Sizes(home=100, second=0, pool=0)),
    "cautious": Policy(Sizes(home=40, second=20, pool=40)),
    "shares": Policy(),  # 60 % at home, 20 % at the second store, 20 % in the pool
}
