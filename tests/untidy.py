"""The files of a `World` of the twin as people really make them: days, instants, codes and headings in many ways.

What is written is what the world says, so the answer must be that of the tidy world.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import product
import twin

EXCEL_DAY_0 = date(1899, 12, 30)
INVISIBLE = ("\u200b", "\ufeff", "\u200e", "\u00a0", " ")
NO_SUPPLIER = ("", "N/A", "none", "Unknown", "TBC", "-", "no data")
HEADINGS = {
    "organisation_code": ("organisation_code", "ODS Code", "Practice code", "ORG CODE", "Organisation Code"),
    "return_code": ("return_code", "Return", "collection", "RETURN CODE"),
    "period_start": ("period_start", "Period", "Month", "Period Start"),
    "submitted_at": ("submitted_at", "Date submitted", "Submitted", "submitted at"),
    "outcome": ("outcome", "Status", "OUTCOME"),
    "organisation_name": ("organisation_name", "Practice name", "Organisation\u00a0Name"),
}
SUPPLIERS = ("clinical_supplier", "telephony_supplier", "online_supplier")
WITH_PERIODS = {return_.return_code for return_ in twin.RETURNS if return_.kind in ("periodic", "declaration")}


def write_files(world: twin.World, folder: Path, dice: Random) -> list[Path]:
    """As product.write_files, each of the files that people prepare themselves written untidily."""
    paths = product.write_files(world, folder)
    for table, records in product.dropped_records(world).items():
        if records:
            path = folder / f"{table.removesuffix('_row')}.csv"
            write_csv(path, records, dice)
    return paths


def write_csv(path: Path, records: list[product.Record], dice: Random) -> None:
    """Title lines above, headings and cells in many ways, and rows that are none."""
    columns = list(records[0])
    with path.open("w", encoding=dice.choice(("utf-8", "utf-8-sig")), newline="") as lines:
        writer = csv.writer(lines)
        if dice.random() < 0.3:
            writer.writerows([["Submissions to date"], ["Extracted by hand", "", "for checking"], []])
        writer.writerow([heading_of(dice, column) for column in columns])
        for record in records:
            is_of_period = record.get("return_code") in WITH_PERIODS
            writer.writerow([cell_of(dice, column, record[column], is_of_period) for column in columns])
            if dice.random() < 0.05:
                writer.writerow([""] * len(columns))
        if dice.random() < 0.2:
            lines.write("\x1a")


def heading_of(dice: Random, column: str) -> str:
    return dice.choice(HEADINGS.get(column, (column, column.replace("_", " ").title(), column.upper())))


def cell_of(dice: Random, column: str, value: object, is_of_period: bool) -> str:
    """A value as somebody might write it; a period by its month only where the return has periods."""
    if isinstance(value, datetime):
        return dice.choice(list(instants_of(value)))
    if isinstance(value, date):
        return dice.choice(list(days_of(value, is_period=is_of_period and column == "period_start")))
    if value is None:
        return dice.choice(NO_SUPPLIER) if column in SUPPLIERS else ""
    if column.endswith("_code") or (column == "outcome"):
        return spoilt(dice, str(value))
    return str(value)


def days_of(day: date, is_period: bool) -> Iterator[str]:
    yield from (str(day), f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"{day} 00:00:00", str((day - EXCEL_DAY_0).days))
    if is_period and day.day == 1:
        yield from (f"{day:%Y-%m}", f"{day:%B %Y}", f"{day:%b-%y}".replace("Sep", "Sept"))


def instants_of(instant: datetime) -> Iterator[str]:
    """London time as the clock on the wall shows it; any other instant with its distance from UTC."""
    if instant.tzinfo is twin.LONDON:
        yield from (instant.replace(tzinfo=None).isoformat(), f"{instant:%d/%m/%Y %H:%M:%S}")
        if not instant.second:
            yield f"{instant:%d/%m/%Y} {instant.hour}:{instant:%M}"
    else:
        utc = instant.astimezone(UTC)
        yield from (utc.isoformat(), f"{utc:%Y-%m-%d %H:%M:%S} UTC", f"{utc:%d/%m/%Y %H:%M:%S}Z")


def spoilt(dice: Random, word: str) -> str:
    """In any case, and with what cannot be seen around it or within."""
    cased = dice.choice((word, word.lower(), word.upper(), word.capitalize()))
    place = dice.choice((0, len(cased) // 2, len(cased)))
    return cased if dice.random() < 0.5 else cased[:place] + dice.choice(INVISIBLE[:3]) + cased[place:]
