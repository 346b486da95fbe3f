"""For each mutant the seed at which it is caught first, and by which invariants.

Whatever changes how much is said between the parts changes every world after it, so the test looks from seed 1 on, up
to LATEST. `stillpoint simulate --mutant NAME --seeds 200` finds the seed anew.
"""

from __future__ import annotations

LATEST = 30
CAUGHT: dict[str, tuple[int, frozenset[str]]] = {
    "ack-before-commit": (1, frozenset({"answered_is_on_disk"})),
    "skip-lease-check": (1, frozenset({"nothing_overspent", "ledgers", "hq_books"})),
    "synchronous-normal": (4, frozenset({"answered_is_on_disk", "opens_after_any_crash"})),
    "forget-applied-seq": (1, frozenset({"shown_balances"})),
    "forget-intents": (1, frozenset({"same_intent_same_answer"})),
    "spend-for-ever": (7, frozenset({"spends_only_in_time"})),
    "believe-the-wall-clock": (4, frozenset({"spends_only_in_time", "never_stopped_early", "balances_agree"})),
    "apply-duplicates": (5, frozenset({"hq_books", "all_at_hq", "balances_agree", "comes_to_rest"})),
    "timestamp-cursor": (1, frozenset({"pages_add_up"})),
    "reclaim-lease-on-timeout": (
        1,
        frozenset({"leases_agree", "nothing_overspent", "hq_books", "all_at_hq", "comes_to_rest"}),
    ),
    "grant-from-nothing": (1, frozenset({"hq_books", "all_at_hq", "nothing_overspent"})),
    "fork-is-duplicate": (9, frozenset({"forks_are_found"})),
    "ask-for-no-reports": (1, frozenset({"leases_agree", "comes_to_rest", "hq_books"})),
    "reject-unreadable": (1, frozenset({"all_at_hq", "comes_to_rest"})),
}
