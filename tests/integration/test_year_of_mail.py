"""A year of mail, day by day: two heads of primary care, one data team, and what happens to forty practices."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import duckdb
import pytest
from asking import Show, write_csv
from mail_read import body_of

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.alerts import outbox
from monitor.alerts.attempt import ACCEPTED, Attempt
from monitor.alerts.delivery import dated
from monitor.alerts.sizes import MOST_LINES
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace
from monitor.returns.periods import periods
from monitor.store.sessions import writing

HEAD_OF_QAA, HEAD_OF_QBB, TEAM = "head@qaa.test", "head@qbb.test", "team@icb.test"
FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)
DAY, MONDAY, FRIDAY = timedelta(days=1), 0, 4
RETURNS = ("appointments", "national_diabetes_audit", "workforce")
SETTINGS = f"""
monitor_from = 2024-10-01
site_url = "https://pages.icb.test/returns"
[mail]
host = "127.0.0.1"
port = 25
security = "none"
sender = "monitor@icb.test"
route = [
    {{ to = ["{HEAD_OF_QAA}"], icbs = ["QAA"], audience = "manager" }},
    {{ to = ["{HEAD_OF_QBB}"], icbs = ["QBB"], audience = "manager" }},
    {{ to = ["{TEAM}"] }},
]
"""
OF_QAA = [f"A810{number:02}" for number in range(1, 27)]
OF_QBB = [f"B820{number:02}" for number in range(1, 15)]
OF_LARCH = OF_QAA[:8]
CLOSED = {OF_QAA[20]: (date(2025, 9, 15), ""), OF_QAA[21]: (date(2025, 12, 31), OF_QAA[22])}
# Practice and return: from which period on nothing is sent any more, and from which on it is sent again.
STOPPED = {
    (OF_QAA[10], "workforce"): (date(2025, 9, 1), date.max),
    (OF_QAA[11], "appointments"): (date(2025, 8, 1), date(2025, 12, 1)),
    (OF_QAA[12], "workforce"): (date(2026, 1, 1), date.max),
    (OF_QAA[12], "appointments"): (date(2026, 1, 1), date.max),
    (OF_QBB[3], "workforce"): (date(2025, 6, 1), date(2025, 8, 1)),
    (OF_QBB[4], "national_diabetes_audit"): (date(2025, 7, 1), date.max),
}
OUTAGE = ("appointments", date(2025, 10, 1), date(2025, 12, 8))  # the return, its period, the day on which it was sent
LATE = {
    date(2025, 5, 1): OF_QAA[13],
    date(2025, 8, 1): OF_QAA[14],
    date(2025, 11, 1): OF_QBB[6],
    date(2026, 2, 1): OF_QAA[15],
}
DAYS_LATE = 4


@dataclass(frozen=True)
class Sent:
    """One return as a practice sends it."""

    organisation: str
    return_code: str
    period_start: date


def sent_by_day() -> dict[date, list[Sent]]:
    """What is sent on which day, from half a year before the first on."""
    chance = random.Random(2025)
    days: dict[date, list[Sent]] = {}
    for one, day in sendings(chance):
        if day is not None and day <= LAST:
            days.setdefault(day, []).append(one)
    return days


def sendings(chance: random.Random) -> Iterator[tuple[Sent, date | None]]:
    for code in RETURNS:
        kind = "quarter" if code == "national_diabetes_audit" else "month"
        for period in periods(kind, date(2024, 10, 1), LAST):
            for practice in (*OF_QAA, *OF_QBB):
                # Of workforce in the last week of its month, of the others in the middle of the next one.
                usual = period.end - chance.randrange(1, 8) * DAY
                if code != "workforce":
                    usual = period.end + chance.randrange(8, 18) * DAY
                yield Sent(practice, code, period.start), sent_on(practice, code, period.start, period.end, usual)


def sent_on(practice: str, code: str, start: date, end: date, usual: date) -> date | None:
    since, until = STOPPED.get((practice, code), (date.max, date.max))
    if since <= start < until or (practice in CLOSED and CLOSED[practice][0] <= end):
        return None
    if practice in OF_LARCH and (code, start) == OUTAGE[:2]:
        return OUTAGE[2]
    if code == "workforce" and LATE.get(start) == practice:
        return end + DAYS_LATE * DAY
    return usual


@dataclass
class Year:
    """A workspace that lives through the year, and the mail that leaves it."""

    folder: Path
    today: date = FIRST
    letters: dict[str, list[tuple[date, str, str]]] = field(default_factory=dict)  # recipient: day, subject, text
    failing: dict[str, int] = field(default_factory=dict)  # recipient: lines of the mails of each failing run
    failing_runs: dict[str, int] = field(default_factory=dict)
    hour: int = 6

    def context(self) -> Context:
        at = datetime.combine(self.today, time(self.hour), UTC)
        context = read_context(Workspace(self.folder), lambda: at, pause=lambda seconds: None)
        return replace(context, catalogue={code: context.catalogue[code] for code in RETURNS})

    def drop(self, name: str, rows: list[str]) -> None:
        heading = "organisation_code,return_code,period_start,submitted_at,outcome"
        write_csv(self.folder / "inbox" / f"{name}.csv", "\n".join([heading, *rows]))

    def register(self) -> None:
        rows = ["organisation_code,organisation_name,contract_type,icb_code,clinical_supplier,closed_on,successor_code"]
        for practice in (*OF_QAA, *OF_QBB):
            closed_on, successor = CLOSED.get(practice, (None, ""))
            supplier = "Larch Systems" if practice in OF_LARCH else "Rowan Health"
            icb = "QAA" if practice in OF_QAA else "QBB"
            rows.append(f"{practice},Surgery {practice},GMS,{icb},{supplier},{closed_on or ''},{successor}")
        write_csv(self.folder / "inbox" / "organisations.csv", "\n".join(rows))

    def live(self, days: dict[date, list[Sent]]) -> None:
        self.register()
        before = [(day, one) for day, of_day in days.items() if day < FIRST for one in of_day]
        self.drop("before", [row(one, day) for day, one in before])
        while self.today <= LAST:
            rows = [row(one, self.today - DAY) for one in days.get(self.today - DAY, [])]
            if rows and self.today.day == 25:
                rows[0] = rows[0].replace(str(self.today - DAY), "last week")
            if rows:
                self.drop(f"log_{self.today}", rows)
            if has_news(self.today):
                self._day()
            if rows and "last week" in rows[0]:
                self.drop(f"log_{self.today}_put_right", [rows[0].replace("last week", str(self.today - DAY))])
            self.today += DAY

    def _day(self) -> None:
        """The night's check, the mail of working days, and on Mondays the summary."""
        self.hour = 2
        context = self.context()
        with writing(context, "a night") as connection:
            pipeline.load_and_check(context, connection, None, COUNTED_UNPUBLISHED)
            self._count_the_rule(connection)
        self.hour = 8
        if self.today.weekday() < 5:
            with writing(self.context(), "a morning") as connection:
                pipeline.plan(self.context(), connection, with_summaries=self.today.weekday() == MONDAY)
                self._deliver(connection)

    def _deliver(self, connection: duckdb.DuckDBPyConnection) -> None:
        at = self.context().clock()
        for waiting in outbox.waiting(connection):
            read = message_from_bytes(dated(waiting, at).message, policy=default)
            for recipient in waiting.recipients:
                self.letters.setdefault(recipient, []).append((self.today, read["Subject"], body_of(read)))
            accepted = [(recipient, Attempt(ACCEPTED)) for recipient in waiting.recipients]
            outbox.mark(connection, waiting.alert_id, accepted, at)

    def _count_the_rule(self, connection: duckdb.DuckDBPyConnection) -> None:
        """One mail whenever a run finds something missing, with a line for each expected return."""
        missed = connection.execute(
            "SELECT icb_code, count(*) FROM data.return_status_row WHERE is_missed GROUP BY icb_code"
        ).fetchall()
        of_icb = dict(missed)
        for recipient, count in (
            (HEAD_OF_QAA, of_icb.get("QAA", 0)),
            (HEAD_OF_QBB, of_icb.get("QBB", 0)),
            (TEAM, sum(of_icb.values())),
        ):
            self.failing_runs[recipient] = self.failing_runs.get(recipient, 0) + (count > 0)
            self.failing[recipient] = self.failing.get(recipient, 0) + count


def has_news(day: date) -> bool:
    """Whether a run of the day can find what the last one did not: after due dates, after late ones, or a Monday.

    All other runs find the same and send nothing; to leave them out saves most of the time.
    """
    after_due = day.day in (1, 2) or (day.weekday() == FRIDAY and day.day >= 23)
    return after_due or day.weekday() == MONDAY or day.day in (5, 25, 26) or day == OUTAGE[2] + DAY


def row(one: Sent, day: date) -> str:
    return f"{one.organisation},{one.return_code},{one.period_start},{day}T10:00:00,accepted"


def without_days(text: str) -> str:
    """What a letter says but for when it was written."""
    return re.sub(r"Position as at .*|[\d,]+ days overdue", "", text)


def lines_of(letters: list[tuple[date, str, str]]) -> int:
    return sum(len(text.splitlines()) for _, _, text in letters)


@pytest.mark.slow
@pytest.mark.proof
def test_a_year_of_mail_is_short_and_no_two_letters_say_the_same(tmp_path: Path, show: Show) -> None:
    folder = tmp_path / "workspace"
    Workspace(folder).make_folders()
    (folder / "monitor.toml").write_text(SETTINGS, encoding="utf-8")
    year = Year(folder)
    year.live(sent_by_day())
    alike = {
        to: len(letters) - len({without_days(text) for _, _, text in letters}) for to, letters in year.letters.items()
    }
    show(
        "A year of mail, beside one mail whenever a run finds something missing",
        ("who", "mails", "lines", "alike", "most in a month", "mails by the rule", "lines by the rule"),
        [
            (
                to, len(letters), lines_of(letters), alike[to], most_in_a_month(letters), year.failing_runs[to],
                year.failing[to],
            )
            for to, letters in sorted(year.letters.items())
        ],
    )  # fmt: skip
    (tmp_path / "letters.txt").write_text(
        "\n\n".join(f"=== {day} {subject}\n{text}" for day, subject, text in year.letters[HEAD_OF_QAA]),
        encoding="utf-8",
    )
    show(
        "The letters of the two heads of primary care, month by month",
        ("month", *(f"{manager}: letters, lines of the longest" for manager in (HEAD_OF_QAA, HEAD_OF_QBB))),
        [
            (f"{month:%B %Y}", *(f"{len(longest)}, {max(longest, default=0)}" for longest in of_both))
            for month, *of_both in by_month(year.letters[HEAD_OF_QAA], year.letters[HEAD_OF_QBB])
        ],
    )
    assert set(year.letters) == {HEAD_OF_QAA, HEAD_OF_QBB, TEAM}
    assert not any(alike.values())
    assert not [subject for of_one in year.letters.values() for _, subject, _ in of_one if len(subject) >= 70]
    months = list(by_month(year.letters[HEAD_OF_QAA], year.letters[HEAD_OF_QBB]))
    assert len(months) == 12
    assert all(lines <= MOST_LINES for _, *of_both in months for longest in of_both for lines in longest)
    for manager in (HEAD_OF_QAA, HEAD_OF_QBB):
        assert not [day for day, _, text in year.letters[manager] if "load" in text.casefold()]
        assert not [day for day, _, text in year.letters[manager] if "`" in text or "monitor " in text]  # a command
    assert len(year.letters[HEAD_OF_QAA]) <= 40
    assert lines_of(year.letters[HEAD_OF_QAA]) <= 800


def by_month(*of_managers: list[tuple[date, str, str]]) -> Iterator[tuple[date, list[int], list[int]]]:
    """Each month of the year, with the lines of each letter that a manager had in it."""
    for month in (period.start for period in periods("month", FIRST, LAST)):
        one, other = (
            [len(text.splitlines()) for day, _, text in letters if day.replace(day=1) == month]
            for letters in of_managers
        )
        yield month, one, other


def most_in_a_month(letters: list[tuple[date, str, str]]) -> int:
    """Lines of the month with most of them."""
    months = {day.replace(day=1) for day, *_ in letters}
    return max(lines_of([one for one in letters if one[0].replace(day=1) == month]) for month in months)
