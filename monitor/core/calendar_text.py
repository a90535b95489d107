"""A calendar that mail programs subscribe to: all-day events as the text of an .ics file, by RFC 5545. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

LONGEST_LINE = 75  # octets, without the line's end
PRODUCT = "-//Returns monitor//Due dates//EN"
OURS = uuid5(NAMESPACE_URL, "returns-monitor/due-dates")


@dataclass(frozen=True)
class DayEvent:
    """Something that a whole day is about.

    key: what makes it the same event when its day or its words change; a calendar then moves it, and adds none.
    """

    key: str
    day: date
    summary: str
    description: str
    category: str


def calendar_text(name: str, events: Iterable[DayEvent], made_at: datetime) -> bytes:
    """The file: UTF-8, lines ended by CRLF and folded at 75 octets. The same events and instant give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D", "X-PUBLISHED-TTL:P1D",
        *(line for event in events for line in _lines_of(event, made_at)),
        "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A value of type TEXT: what would end it, or begin another, is marked; control characters are left out."""
    for plain, marked in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(plain, marked)
    return "".join(letter for letter in text if letter.isprintable() or letter == "\t")


def folded(line: str) -> bytes:
    """A content line in octets: the lines that continue it begin with a space, and no letter is cut in two."""
    parts, part = [], b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > LONGEST_LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"


def _lines_of(event: DayEvent, made_at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid5(OURS, event.key)}"
    yield f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"  # the first day after it
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"CATEGORIES:{escaped(event.category)}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy for it
    yield "END:VEVENT"
