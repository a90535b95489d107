"""What is measured of alerts: a year of an ICB, day by day, and a first run over England. Steps of benchmarks.steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

SQL = Path(__file__).with_name("sql")
FIRST_DAY, DAYS = date(2025, 1, 1), 365
# The returns that the ICB looks after; see sql/icb_year.sql.
RETURNS = (
    "workforce", "appointments", "online_and_video_consultations", "digital_telephony", "national_diabetes_audit",
)  # fmt: skip
OUTAGE = (date(2025, 6, 6), date(2025, 6, 9))  # the runs that see the supplier's outage, and its end
OUR_RULE = """
    SELECT count(DISTINCT alert_id), count(*), count(DISTINCT item_id),
           count(DISTINCT alert_id) FILTER (as_of BETWEEN $first AND $last),
           count(*) FILTER (as_of BETWEEN $first AND $last)
    FROM data.alert JOIN data.alert_item USING (alert_id)
"""


def mail_year(folder: str) -> dict[str, Any]:
    """A run on every day of the year; the mails by our rule, and by the rules of others over the same checks."""
    from benchmarks.stages import COUNTED_UNPUBLISHED
    from monitor import pipeline
    from monitor.core.vocabulary import VerdictState
    from monitor.store.sessions import reading

    workspace = icb_of_a_year(Path(folder))
    context, checks = context_on(workspace, FIRST_DAY), []
    for day in (FIRST_DAY + timedelta(days=number) for number in range(DAYS)):
        drop_what_came(workspace, day)
        verdicts = pipeline.run(replace(context, clock=eight_on(day)), day, COUNTED_UNPUBLISHED).checked.verdicts
        failing = [verdict.rows_unexpected or 0 for verdict in verdicts if verdict.state == VerdictState.NOT_MET]
        checks.append((day, len(failing), sum(failing)))
    with reading(context) as connection:
        ours = connection.execute(OUR_RULE, {"first": OUTAGE[0], "last": OUTAGE[1]}).fetchall()[0]
    mails = sorted((workspace / "outbox").glob("*.eml"))
    return {
        "rows": DAYS,
        "ours": ours,
        "written": len(mails),
        "others": _others(checks),
        "others_in_outage": _others([check for check in checks if OUTAGE[0] <= check[0] <= OUTAGE[1]]),
        "largest": max(file.stat().st_size for file in mails),
        "largest_body": max(_sizes(file)[0] for file in mails),
    }


def mail_england(folder: str) -> dict[str, Any]:
    """The first run over a whole England: one message about everything."""
    from benchmarks.stages import COUNTED_UNPUBLISHED
    from benchmarks.workspaces import AS_OF, context_of
    from monitor import pipeline
    from monitor.store.sessions import writing

    context = context_of(folder)
    pipeline.check(context, AS_OF, COUNTED_UNPUBLISHED)
    with writing(context, "a benchmark") as connection:
        begun, begun_cpu = time.perf_counter(), time.process_time()
        pipeline.plan(context, connection)
        planning, cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
        begun = time.perf_counter()
        pipeline.deliver(context, connection)
        delivering = time.perf_counter() - begun
        told = connection.execute("SELECT count(*) FROM data.alert_item").fetchall()[0][0]
    (file,) = (Path(folder) / "outbox").glob("*.eml")
    body, attached = _sizes(file)
    return {
        "rows": told, "planning": planning, "cpu": cpu, "delivering": delivering, "body": body, "attached": attached,
    }  # fmt: skip


def _others(checks: list[tuple[date, int, int]]) -> dict[str, tuple[int, int]]:
    """By rule: how many mails, and how many things they tell."""
    told = sum(rows for _, _, rows in checks)
    return {
        "one-per-run": (sum(failing > 0 for _, failing, _ in checks), told),
        "one-per-check": (sum(failing for _, failing, _ in checks), told),
        "one-per-row": (told, told),
    }


def icb_of_a_year(folder: Path) -> Path:
    """The ICB's workspace, with its practices in the inbox and all that they will send in sent/, a file a day."""
    import duckdb

    from benchmarks.workspaces import copy_csv
    from monitor.status.question import ask
    from monitor.store.schema import make_tables

    (folder / "inbox").mkdir(parents=True)
    (folder / "sent").mkdir()
    (folder / "monitor.toml").write_text(f"monitor_from = {FIRST_DAY}\n", encoding="utf-8")
    context = context_on(folder, FIRST_DAY)
    with duckdb.connect() as connection:
        make_tables(connection)
        last_day = FIRST_DAY + timedelta(days=DAYS)
        ask(connection, context, last_day)
        connection.execute((SQL / "icb_year.sql").read_text(encoding="utf-8"))
        copy_csv(connection, "SELECT * EXCLUDE (place) FROM organisation", folder / "inbox" / "practices.csv")
        for (day,) in connection.execute("SELECT DISTINCT sent_on FROM submission ORDER BY sent_on").fetchall():
            one_day = f"SELECT * EXCLUDE (sent_on) FROM submission WHERE sent_on = DATE '{day}' ORDER BY submission_id"
            copy_csv(connection, one_day, folder / "sent" / f"{day}.csv")
    return folder


def drop_what_came(workspace: Path, day: date) -> None:
    """Before the run of a day, at eight UTC, there is what was sent by the end of the day before."""
    file = workspace / "sent" / f"{day - timedelta(days=1)}.csv"
    if file.exists():
        file.rename(workspace / "inbox" / file.name)


def context_on(workspace: Path, day: date) -> Any:
    from monitor.config.context import read_context
    from monitor.config.workspace import Workspace

    context = read_context(Workspace(workspace), eight_on(day))
    return replace(context, catalogue={code: context.catalogue[code] for code in RETURNS})


def eight_on(day: date) -> Callable[[], datetime]:
    moment = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    return lambda: moment


def _sizes(file: Path) -> tuple[int, int]:
    """Bytes of a message's text and HTML parts as they are sent, and of its attachments."""
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(file.read_bytes(), policy=default)
    attached = sum(_encoded(part) for part in message.iter_attachments())
    return sum(_encoded(part) for part in message.walk() if not part.is_multipart()) - attached, attached


def _encoded(part: Any) -> int:
    return len(part.get_payload())


def mail_table(year: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The rows of the table of the year: rule, mails, things told, largest; of the outage alone, mails and things."""
    yield ("rule", "mails", "things told", "of them different", "largest mail", "in the outage: mails", "things told")
    mails, told, different, in_outage, told_in_outage = year["ours"]
    largest = f"{year['largest'] / 1000:,.0f} KB ({year['largest_body'] / 1000:,.0f} KB without attachments)"
    yield ("ours", f"{mails:,}", f"{told:,}", f"{different:,}", largest, f"{in_outage:,}", f"{told_in_outage:,}")
    for rule, (mails, told) in year["others"].items():
        in_outage, told_in_outage = year["others_in_outage"][rule]
        yield (rule, f"{mails:,}", f"{told:,}", "", "", f"{in_outage:,}", f"{told_in_outage:,}")


def england_table(first: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The rows of the table of the first run over England."""
    yield (
        "findings in one message",
        "seconds to plan",
        "CPU s",
        "to write it to outbox/",
        "text and HTML",
        "attachments",
    )
    sizes = (f"{first[part] / 1000:,.0f} KB" for part in ("body", "attached"))
    yield (
        f"{first['rows']:,}",
        f"{first['planning']:.1f}",
        f"{first['cpu']:.1f}",
        f"{first['delivering']:.2f}",
        *sizes,
    )
