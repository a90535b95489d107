"""The calendar of due dates keeps to RFC 5545: lines, folding, what is escaped, days, identities that stay."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from monitor.core.calendar_text import LONGEST_LINE, DayEvent, calendar_text, escaped, folded

MADE_AT = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
EVENT = DayEvent("return workforce 2026-01", date(2026, 1, 31), "Due: workforce, January", "41 of 60", "Returns due")


def properties(calendar: bytes) -> list[tuple[str, str]]:
    """Names and values as a calendar program reads them."""
    lines = calendar.decode().replace("\r\n ", "").split("\r\n")
    assert lines.pop() == ""
    return [(name, value) for name, _, value in (line.partition(":") for line in lines)]


@pytest.mark.parametrize("letter", ["x", "é", "–", "😀"])
@pytest.mark.parametrize("before", range(4))
def test_a_long_line_is_folded_at_75_octets_and_no_letter_is_cut(letter: str, before: int) -> None:
    line = "-" * before + letter * 200
    parts = folded(line).split(b"\r\n")
    assert max(map(len, parts)) <= LONGEST_LINE
    assert all(part.decode().startswith(" ") for part in parts[1:-1])
    assert "".join(part.decode()[bool(place) :] for place, part in enumerate(parts)) == line


def test_what_would_end_a_value_is_marked_and_control_characters_are_left_out() -> None:
    assert escaped("a, b; c\\d\r\ne\nf\x00\x1bg") == "a\\, b\\; c\\\\d\\ne\\nfg"


def test_an_event_is_a_whole_day_that_keeps_nobody_busy() -> None:
    event = dict(properties(calendar_text("Due", [EVENT], MADE_AT)))
    assert event["DTSTART;VALUE=DATE"] == "20260131"
    assert event["DTEND;VALUE=DATE"] == "20260201"
    assert event["SUMMARY"] == "Due: workforce\\, January"
    assert (event["DTSTAMP"], event["TRANSP"]) == ("20260115T093000Z", "TRANSPARENT")


def test_what_begins_ends_and_every_line_ends_with_both_marks() -> None:
    calendar = calendar_text("Due", [EVENT, EVENT], MADE_AT)
    assert calendar.count(b"\n") == calendar.count(b"\r\n") == calendar.count(b"\r")
    pairs = [pair for pair in properties(calendar) if pair[0] in ("BEGIN", "END")]
    event = [("BEGIN", "VEVENT"), ("END", "VEVENT")]
    assert pairs == [("BEGIN", "VCALENDAR"), *event, *event, ("END", "VCALENDAR")]


def test_an_event_that_moves_stays_the_same_event() -> None:
    moved = DayEvent(EVENT.key, date(2026, 2, 14), "another day", "", "Returns due")
    other = DayEvent("return workforce 2026-02", EVENT.day, EVENT.summary, EVENT.description, EVENT.category)
    uid_of = {one: dict(properties(calendar_text("Due", [one], MADE_AT)))["UID"] for one in (EVENT, moved, other)}
    assert uid_of[EVENT] == uid_of[moved] != uid_of[other]
    assert calendar_text("Due", [EVENT], MADE_AT) == calendar_text("Due", [EVENT], MADE_AT)
