"""A workspace whose organisations have names that try to break out of every kind of document."""

from __future__ import annotations

import csv
from pathlib import Path

NAMES = {
    "Z98001": "<script>alert(1)</script>",
    "Z98002": "=cmd|' /C calc'!A0",
    "Z98003": "Hill \u202eyregruS",
    "Z98004": "Long " + "x" * 295,
    "Z98005": "\"quoted\" 'twice' & <b>bold</b> {{ 7 * 7 }}",
    "Z98006": "+44 Surgery",
}


def fill_with_hostile_names(workspace: Path) -> None:
    """Organisations, and a log with a rejected attempt of each but the last, with its name as the detail."""
    (workspace / "monitor.toml").write_text("monitor_from = 2025-09-01\n", encoding="utf-8")
    inbox = workspace / "inbox"
    with (inbox / "organisations =1+1.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["organisation_code", "organisation_name", "contract_type", "sub_icb_code"])
        writer.writerows([code, name, "GMS", "Z8A"] for code, name in NAMES.items())
    with (inbox / "log.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["organisation_code", "return_code", "period_start", "submitted_at", "outcome", "detail"])
        codes = list(NAMES.items())[:-1]
        writer.writerows(
            [code, "workforce", "2025-09-01", "2025-09-20T10:00:00", "rejected", name] for code, name in codes
        )
