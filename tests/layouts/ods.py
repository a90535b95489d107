"""Reports of the Organisation Data Service as downloaded: no headings, columns known by position, everything quoted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def quoted_lines(rows: Sequence[Sequence[str]]) -> str:
    return "".join(",".join(f'"{value}"' for value in row) + "\r\n" for row in rows)


def network(code: str = "U12345", name: str = "NORTH MEADOW, PCN", sub_icb: str = "16C", closed: str = "") -> list[str]:
    address = ["1 HIGH STREET", "", "", "STOCKTON", "", "TS18 1HU"]
    return [code, name, sub_icb, f"NHS NENC ICB - {sub_icb}", "20190701", closed, *address]


def partner(practice: str = "A81001", pcn: str = "U12345", since: str = "20190701", until: str = "") -> list[str]:
    return [practice, "A SURGERY", "16C", "NENC", pcn, "NORTH MEADOW, PCN", "16C", "NENC", since, until, "TRUE"]


def branch(code: str = "A81001001", practice: str = "A81001", opened: str = "19740401", closed: str = "") -> list[str]:
    row = [""] * 27
    row[0], row[1], row[2], row[3], row[9] = code, "A BRANCH, THE", "Y63", "QHM", "TS18 1HU"
    row[10], row[11], row[12], row[13], row[14] = opened, closed, "ACTIVE", "B", practice
    return row


def succession(code: str = "A81001", successor: str = "A81002", day: str = "20250401") -> list[str]:
    return [code, successor, "3", day, "S"]


def make_report(path: Path, rows: Sequence[Sequence[str]], headings: Sequence[str] | None = None) -> Path:
    path.write_text(quoted_lines([*([headings] if headings else []), *rows]), encoding="utf-8", newline="")
    return path
