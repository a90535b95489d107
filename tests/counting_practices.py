"""Twelve practices, six of each of two suppliers, and what they send of appointments, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from asking import write_csv

PRACTICES = [f"Z980{number:02}" for number in range(1, 13)]
ACME, BETA = PRACTICES[:6], PRACTICES[6:]
STEADY = (310, 300, 320, 305, 315, 308, 312, 304, 316, 309, 311, 306, 310)
MONTHS = [date(2024 + (11 + place) // 12, (11 + place) % 12 + 1, 1) for place in range(13)]  # December to December
Counts = Mapping[str, Sequence[int | str | None]]  # by practice; None: nothing sent, "": sent without a count, "nil"


def register(workspace: Path, *more: str) -> None:
    rows = [f"{code},Surgery {code},GMS,{'Acme' if code in ACME else 'Beta'},QHM,," for code in PRACTICES]
    heading = "organisation_code,organisation_name,contract_type,clinical_supplier,icb_code,valid_from,valid_to"
    write_csv(workspace / "inbox" / "organisations.csv", "\n".join([heading, *(more or rows)]))


def write_log(workspace: Path, counts: Counts, months: Sequence[date] = MONTHS, name: str = "log.csv") -> None:
    rows = []
    for code, of_practice in counts.items():
        for month, count in zip(months, of_practice, strict=False):
            if count is not None:
                sent = date(month.year + month.month // 12, month.month % 12 + 1, 10)
                outcome, records = ("nil", "") if count == "nil" else ("accepted", count)
                rows.append(f"{code},appointments,{month},{sent}T10:00:00,{outcome},{records}")
    heading = "organisation_code,return_code,period_start,submitted_at,outcome,record_count"
    write_csv(workspace / "inbox" / name, "\n".join([heading, *rows]))


def with_last(*counts: int | str | None) -> tuple[int | str | None, ...]:
    return (*STEADY[: -len(counts)], *counts)
