"""Broken products: each breaks one rule of sync.md in one part, and the simulation must notice."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.bench.simulation import hq_mutants, lease_mutants, till_mutants
from terminal.bench.simulation.policies import POLICIES
from terminal.bench.simulation.product import Product
from terminal.bench.simulation.settings import Settings

MUTANTS: Mapping[str, Product] = {
    "ack-before-commit": Product(ledger=till_mutants.AnswersFirst),
    "skip-lease-check": Product(ledger=till_mutants.UncheckedLedger, shop=till_mutants.GenerousShop),
    "synchronous-normal": Product(ledger=till_mutants.SyncsSeldom),
    "forget-applied-seq": Product(directory=till_mutants.ForgetsApplied),
    "forget-intents": Product(ledger=till_mutants.ForgetsIntents),
    "spend-for-ever": Product(ledger=till_mutants.SpendsForEver),
    "believe-the-wall-clock": Product(keeper=till_mutants.BelievesWall),
    "apply-duplicates": Product(hq=hq_mutants.AppliesDuplicates),
    "timestamp-cursor": Product(hq=hq_mutants.SkipsRows),
    "reclaim-lease-on-timeout": Product(hq=hq_mutants.ReclaimsLeases),
    "grant-from-nothing": Product(hq=hq_mutants.GrantsFromNothing),
    "fork-is-duplicate": Product(hq=hq_mutants.IgnoresForks),
    "reject-unreadable": Product(hq=hq_mutants.RejectsUnreadable),
    "ask-for-no-reports": Product(hq=hq_mutants.AsksForNoReports),
    "compare-no-grants": Product(hq=hq_mutants.ComparesNoGrants),
    "hear-no-claims": Product(hq=lease_mutants.HearsNoClaims),
    "write-off-alone": Product(hq=lease_mutants.WritesOffAlone),
    "ignore-recalls": Product(ledger=till_mutants.IgnoresRecalls),
    "refund-right-at-two-tills": Product(hq=lease_mutants.LendsRightsTwice),
    "expire-what-is-leased": Product(hq=lease_mutants.EndsLeases),
    "coupon-at-two-shops": Product(hq=lease_mutants.GivesCouponsAgain),
    "forget-limits": Product(hq=lease_mutants.ForgetsLimits),
    "forget-parked": Product(hq=lease_mutants.ForgetsParked),
    "snapshot-forgets-applied-seq": Product(writer=till_mutants.ForgetsAppliedInSnapshots),
    "price-by-own-rules": Product(shop=till_mutants.PricesByOwnRules),
}


def product_of(settings: Settings) -> Product:
    """The product, or the mutant that the settings name. Raises KeyError for a name that is none."""
    if settings.mutant is not None:
        return MUTANTS[settings.mutant]
    checked = settings.policy is None or POLICIES[settings.policy].checked
    return Product() if checked else MUTANTS["skip-lease-check"]
