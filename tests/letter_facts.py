"""Facts of findings, as letters are made from them: a practice, a gap, and what is still open of a return."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitor.alerts.letter import Sender

AS_OF = date(2025, 1, 31)
SENDER = Sender("31 January 2025, 06:00")


def fact(**given: Any) -> dict[str, Any]:
    """The facts of one finding: a practice's workforce return of December, not received."""
    plain = {
        "item_id": "a1b2c3d4e5f6",
        "reason": "new",
        "kind": "missing_return",
        "severity": "critical",
        "return_code": "workforce",
        "return_title": "GP practice workforce (NWRS)",
        "period_start": date(2024, 12, 1),
        "period_label": "December 2024",
        "organisation_code": "Z99001",
        "organisation_name": "Hill Street Surgery",
        "icb_code": "QZ9",
        "sub_icb_code": "Z1A",
        "pcn_code": "U99001",
        "pcn_name": "Upper Brindle PCN",
        "supplier": None,
        "area_code": None,
        "due_on": date(2024, 12, 31),
        "cause": "unexplained",
        "organisations": 1,
        "last_attempt_on": None,
        "last_outcome": None,
        "status": "not_received",
        "received_on": None,
        "gms_reference": "regulation 74E",
        "pms_reference": "regulation 67E",
        "status_cause": "unexplained",
        "cause_before": None,
        "still_missed": 0,
        "by_hand_reason": None,
        "by_hand_author": None,
        "periods": 1,
        "period_kind": "month",
        "last_received_label": None,
        "last_received_on": None,
        "ended_by_label": None,
        "ended_on": None,
    }
    return plain | given


def total(**given: Any) -> dict[str, Any]:
    """What is still open of one return: a practice's workforce since September."""
    plain = {
        "return_title": "GP practice workforce (NWRS)",
        "kind": "missing_return",
        "findings": 1,
        "organisations": 1,
        "since": "September 2024",
        "organisation_code": "Z99001",
        "organisation_name": "Hill Street Surgery",
    }
    return plain | given


def gap(**given: Any) -> dict[str, Any]:
    """The facts of a gap of a supplier with 19 practices."""
    of_supplier: dict[str, Any] = {
        "kind": "supplier_gap",
        "organisation_code": None,
        "organisation_name": None,
        "pcn_name": None,
    }
    of_supplier |= {"pcn_code": None, "sub_icb_code": None, "supplier": "Onform Limited", "organisations": 19}
    return fact(**(of_supplier | {"cause": "supplier_wide"} | given))
