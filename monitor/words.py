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
}
