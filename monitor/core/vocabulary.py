"""The words that people read for the codes of statuses and causes: on the screen, in mail, everywhere the same."""

from __future__ import annotations

WORDS_OF_STATUS = {
    "not_required": "not required",
    "received": "received",
    "received_late": "received late",
    "no_event": "no event recorded",
    "no_due_date": "without a due date",
    "not_due": "not yet due",
    "in_grace": "within days of grace",
    "not_known": "not known",
    "rejected": "sent, and rejected at the source",
    "not_received": "not received",
}

WHY_NOT_KNOWN = {
    "source_not_loaded": "the source was not loaded",
    "source_incomplete": "only a part of it seems to be loaded",
    "suppressed": "what was published cannot tell",
}

# A special cause on a control chart, by its rule and side (-1 low, 1 high).
WORDS_OF_RULE = {
    ("point_below_limit", -1): "below the lower limit",
    ("point_above_limit", 1): "above the upper limit",
    ("trend", -1): "seven in a row, each lower than the one before",
    ("trend", 1): "seven in a row, each higher than the one before",
    ("two_of_three", -1): "two of three close to the lower limit",
    ("two_of_three", 1): "two of three close to the upper limit",
    ("shift", -1): "seven in a row below the mean",
    ("shift", 1): "seven in a row above the mean",
}

# A likely cause of what is not received, in a sentence's place.
WORDS_OF_CAUSE = {
    "known_incident": "known incident",
    "supplier_wide": "many organisations of the same supplier are without it",
    "area_wide": "many organisations of the same area are without it",
    "rejected_at_source": "sent, and rejected at the source",
    "supplier_changed": "the supplier changed about then",
    "not_participating": "does not take part in the collection, as far as is known",
    "stopped": "the three before were received",
    "never_received": "none of three or more before was received",
    "unexplained": "none that we know of",
    "could_not_check": "the check could not be run",
    **WHY_NOT_KNOWN,
    # Of low_volume: the rule that the newest count, low for its organisation, met.
    **{rule: words for (rule, side), words in WORDS_OF_RULE.items() if side < 0},
}
