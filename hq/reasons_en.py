"""The conflicts in English: for each reason what happened, who bears it, what to do."""

from __future__ import annotations

NOBODY_YET = "Nobody bears anything yet: its points and value are not booked."
STANDS = "The sale stands."
EN: dict[str, tuple[str, str, str]] = {
    "unreadable": (
        "HQ could not read this record and keeps it as it came.",
        NOBODY_YET,
        "Update HQ if the terminal is newer, then try it again (stillpoint-hq parked retry); else call support.",
    ),
    "unbookable": (
        "HQ understood this record and could not book it; it is kept as it came.",
        NOBODY_YET,
        "This is a fault of HQ: call support with HQ's log. After an update try it again (stillpoint-hq parked retry).",
    ),
    "misaddressed": (
        "This record names another terminal or another place in its queue; HQ keeps it as it came.",
        NOBODY_YET,
        "Look whether two terminals were set up with one name, and call support.",
    ),
    "member_unknown": (
        "A record for member {member}, whom HQ does not know; it is kept as it came.",
        NOBODY_YET,
        "Find out who that is; when the member is there, try it again (stillpoint-hq parked retry).",
    ),
    "postings_unknown": (
        "HQ does not understand how this record moves points or value, and keeps it as it came.",
        NOBODY_YET,
        "Update HQ if the terminal is newer, then try it again (stillpoint-hq parked retry); else call support.",
    ),
    "member_blocked": (
        "Member {member} was blocked at HQ while the shop still served them.",
        STANDS + " If the card was stolen, the chain bears what was used.",
        "Ask the shop who it was, if anything was paid with points or value.",
    ),
    "lease_exceeded": (
        "This terminal let member {member} use {shortfall} points more than it had been given.",
        "The sale stands; the member owes what the balance could not cover, and new points pay that first.",
        "Take this terminal out of service and have it looked at: this cannot happen while it is sound.",
    ),
    "value_lease_exceeded": (
        "This terminal let member {member} pay {short_minor} more of stored value than it had been given.",
        "The sale stands; what the member's balance could not cover is the chain's loss.",
        "Take this terminal out of service and have it looked at: this cannot happen while it is sound.",
    ),
    "coupon_twice": (
        "Coupon {coupon} was used where it did not lie; it may have been used twice.",
        "The sale stands; the chain bears the second discount.",
        "Look where else it was used, and who could copy it.",
    ),
    "copyable_daily": (
        "Member {member} used {used} points in one day with a card that can be copied; {limit} are allowed.",
        "The sale stands. This happens when two shops are offline at once; the member bears the points.",
        "Ask the member whether it was them; if not, block the card and give the points back.",
    ),
    "birthday_twice": (
        "Member {member} has had the birthday offer {times} times for one birthday; once is meant.",
        "The sale stands; the chain bears the discount. This happens when two shops are offline at once.",
        "Nothing, unless it happens often.",
    ),
    "right_not_given": (
        "This record used rights that HQ has not given to the terminal ({rights}).",
        "It stands and is in the books; the chain bears what was given for it.",
        "Look where the rights came from.",
    ),
    "top_up_without_room": (
        "This terminal topped up more than the room that it had been given for member {member}.",
        "The top-up stands; the member has the money on the card.",
        "Look whether the limit for stored value is exceeded, and have the terminal looked at.",
    ),
    "top_up_over_limit": (
        "Member {member} now holds {held_minor} of paid stored value; {limit_minor} are allowed.",
        "The top-up stands; the chain answers for the limit.",
        "Offer to pay the excess out, and take no more top-ups until it is spent.",
    ),
    "merged_limit": (
        "Member {stays} was known under two ids, and with both together used {used} of a limit of {limit}.",
        "It stands; the chain bears what was given beyond the limit.",
        "Nothing, unless somebody holds two cards on purpose: then look what else was given twice.",
    ),
    "refund_unverified": (
        "{store} gave {amount_minor} back in cash without the sale at hand, by a manager's word.",
        "The shop bears it until the sale is found.",
        "Find the receipt, and look that the sale was not refunded elsewhere as well.",
    ),
    "refund_of_unknown_sale": (
        "Something was refunded of sale {sale}, which HQ does not have or cannot read.",
        "The refund stands; the shop bears it if there was no such sale.",
        "Wait for the selling terminal: once its sale is here this settles itself. If it never comes, ask the shop.",
    ),
    "refund_without_right": (
        "Sale {sale} was refunded by a terminal that had no right to it; the right lay at {holder}.",
        "The refund stands; the shop bears it if the same goods came back elsewhere too.",
        "Look at both shops' refunds of this sale, and have the terminal looked at.",
    ),
    "refund_unreadable": (
        "A refund of sale {sale} does not say in a way HQ can read what came back.",
        "The refund stands; the shop bears what may be refunded a second time.",
        "Do not refund this sale again before a person has looked at it.",
    ),
    "refund_twice": (
        "More came back of sale {sale} than was sold (line {lines}).",
        "Both refunds stand; the shop that refunded last bears the second one.",
        "Ask that shop who came; a receipt was carried to two shops, or a till is broken.",
    ),
    "intent_twice": (
        "The same purchase seems to have been rung up twice: it came from {other} as well.",
        "Both stand; the member bears the second one until it is refunded.",
        "Look whether the goods were bought once; if so, refund this one.",
    ),
    "replay_differs": (
        "HQ calculated this record again and got another result.",
        "The price that was shown is honoured; the chain bears the difference.",
        "Look whether the terminal's programme is damaged; if it happens again, call support.",
    ),
    "replay_impossible": (
        "HQ could not calculate this record again: what it says of its basket cannot be read.",
        "It stands; nobody bears anything.",
        "Call support if it happens again.",
    ),
}
