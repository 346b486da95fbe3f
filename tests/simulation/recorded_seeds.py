"""For each mutant the seed at which it is caught first, and by which invariants.

Whatever changes how much is said between the parts changes every world after it, so the test looks from seed 1 on, up
to LATEST. `stillpoint simulate --mutant NAME --seeds 200` finds the seed anew.
"""

from __future__ import annotations

LATEST = 30
CAUGHT: dict[str, tuple[int, frozenset[str]]] = {
    "ack-before-commit": (1, frozenset({"answered_is_on_disk"})),
    "skip-lease-check": (1, frozenset({"nothing_overspent", "ledgers", "hq_books"})),
    "synchronous-normal": (1, frozenset({"answered_is_on_disk", "opens_after_any_crash"})),
    "forget-applied-seq": (1, frozenset({"shown_balances", "snapshots_are_exact"})),
    "forget-intents": (1, frozenset({"same_intent_same_answer", "one_intent_one_operation"})),
    "spend-for-ever": (7, frozenset({"spends_only_in_time"})),
    "believe-the-wall-clock": (
        9,
        frozenset({"spends_only_in_time", "never_stopped_early", "balances_agree", "shown_balances"}),
    ),
    "apply-duplicates": (5, frozenset({"hq_books", "all_at_hq", "balances_agree", "comes_to_rest"})),
    "timestamp-cursor": (1, frozenset({"pages_add_up"})),
    "reclaim-lease-on-timeout": (
        1,
        frozenset({"leases_agree", "nothing_overspent", "hq_books", "all_at_hq", "comes_to_rest"}),
    ),
    "grant-from-nothing": (1, frozenset({"hq_books", "all_at_hq", "nothing_overspent", "comes_to_rest"})),
    "fork-is-duplicate": (9, frozenset({"forks_are_found", "all_at_hq"})),
    "ask-for-no-reports": (
        1,
        frozenset({"leases_agree", "comes_to_rest", "hq_books", "limits_kept", "recalls_are_answered"}),
    ),
    "compare-no-grants": (13, frozenset({"leases_agree"})),
    "hear-no-claims": (5, frozenset({"nothing_refunded_twice"})),
    "reject-unreadable": (1, frozenset({"all_at_hq", "comes_to_rest"})),
    "write-off-alone": (2, frozenset({"value_returns_by_its_holder"})),
    "ignore-recalls": (1, frozenset({"recalls_are_answered"})),
    "refund-right-at-two-tills": (2, frozenset({"nothing_refunded_twice"})),
    "expire-what-is-leased": (1, frozenset({"hq_books", "leases_agree"})),
    "coupon-at-two-shops": (1, frozenset({"coupons_used_once", "hq_books"})),
    "forget-limits": (11, frozenset({"limits_kept", "comes_to_rest"})),
    "forget-parked": (9, frozenset({"leases_agree", "balances_agree", "hq_books"})),
    "snapshot-forgets-applied-seq": (1, frozenset({"snapshots_are_exact"})),
    "price-by-own-rules": (1, frozenset({"replays_agree"})),
}
# Where only this goes wrong: nearly always something else hides the mutant, as a terminal that an HQ still waits for.
ALONE: dict[str, frozenset[str]] = {
    "compare-no-grants": frozenset({"hq_lost_twice"}),
    "hear-no-claims": frozenset({"receipt_carried"}),
}
