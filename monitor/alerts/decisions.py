"""What people decide about findings and alerts: acknowledged, silenced, resolved by hand, sent again. All is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from monitor.alerts.outbox import without_it
from monitor.core.errors import UsageError
from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside, scalar, transaction

SQL = queries_beside(__file__)

# Why a finding may be resolved by hand.
REASONS = ("false_alarm", "agreed_extension", "organisation_closed", "received_elsewhere", "other")
FINDING, ALERT = "finding", "alert"


@dataclass(frozen=True)
class Criteria:
    """What a silence is about: every criterion that is given must hold."""

    item_id: str | None = None
    kind: str | None = None
    return_code: str | None = None
    supplier: str | None = None
    organisation_code: str | None = None
    area_code: str | None = None


def acknowledge(connection: Store, about_id: str, author: str, comment: str | None, at: datetime) -> str:
    """Note that somebody is looking after a finding, or has seen that an alert could not be delivered; gives which."""
    what = _what_is(connection, about_id)
    with transaction(connection):
        _decide(connection, about_id, "acknowledged", author, None, comment, at)
    return what


@dataclass(frozen=True)
class Why:
    """Who resolves something, the kind of reason, and the reason in words."""

    author: str
    reason: str
    comment: str | None

    @property
    def words(self) -> str:
        """What is said of it: the words, where the kind says nothing."""
        return self.comment if self.reason == "other" and self.comment else self.reason.replace("_", " ")


def resolve(connection: Store, finding_id: str, why: Why, at: datetime) -> None:
    """Resolve an open finding by hand. It stays resolved for as long as checks find it."""
    _refuse_no_words(why)
    if _what_is(connection, finding_id) != FINDING:
        raise UsageError(finding_id, "is an alert", "the identifier of a finding", "`monitor alerts list --findings`")
    open_now = scalar(
        connection, "SELECT resolved_at IS NULL FROM data.finding_current WHERE finding_id = $id", {"id": finding_id}
    )
    if not open_now:
        raise UsageError(finding_id, "is already resolved", "an open finding", "`monitor alerts list --findings`")
    _resolve(connection, [finding_id], why, at)


@dataclass(frozen=True)
class Fitting:
    """Which open findings are meant: every criterion given must hold. until: those that end by then."""

    organisation_code: str | None = None
    return_code: str | None = None
    until: date | None = None


def resolve_all(connection: Store, fitting: Fitting, why: Why, at: datetime) -> int:
    """Resolve by hand every open finding that fits, for one reason; gives how many. Raises UsageError on none."""
    _refuse_unknown_organisation(connection, fitting.organisation_code)
    _refuse_no_words(why)
    found = [finding_id for (finding_id,) in connection.execute(SQL["open_that_fit"], vars(fitting)).fetchall()]
    if not found:
        raise UsageError(
            "the findings", "no open finding matches", advice="`monitor alerts list --findings` shows them"
        )
    _resolve(connection, found, why, at)
    return len(found)


def _refuse_unknown_organisation(connection: Store, organisation_code: str | None) -> None:
    sql, expected = KNOWN["organisation_code"]
    if organisation_code is None or scalar(connection, sql, {"named": organisation_code}):
        return
    near = connection.execute(SQL["nearest_organisations"], {"organisation_code": organisation_code}).fetchall()
    named = f"; the nearest are {', '.join(code for (code,) in near)}" if near else ""
    raise UsageError("the organisation", f"{organisation_code!r} is not known", expected + named)


def _refuse_no_words(why: Why) -> None:
    if why.reason == "other" and not why.comment:
        raise UsageError("the reason", "is missing", "--reason TEXT, or --because with a kind of reason")


def _resolve(connection: Store, finding_ids: list[str], why: Why, at: datetime) -> None:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE resolved_by_hand AS "
        "SELECT unnest($ids) AS finding_id, $at::TIMESTAMPTZ AS happened_at",
        {"ids": finding_ids, "at": at},
    )
    with transaction(connection):
        connection.execute(SQL["resolve_by_hand"])
        for finding_id in finding_ids:
            _decide(connection, finding_id, "resolved", why.author, why.reason, why.comment, at)


def silence(connection: Store, criteria: Criteria, author: str, reason: str, until: datetime, at: datetime) -> str:
    """Mute what the criteria hold for, until an instant; gives the silence's identifier."""
    if until <= at:
        raise UsageError("--until", f"{until:%Y-%m-%d %H:%M} has passed", "an instant in the future")
    if not any(vars(criteria).values()):
        raise UsageError(
            "the silence", "would mute everything", "a finding, or at least one of the options that limit it"
        )
    _refuse_unknown(connection, criteria)
    named = hashlib.sha256(f"{criteria} {author} {at.isoformat()}".encode()).hexdigest()[:12]
    with transaction(connection):
        connection.execute(
            "INSERT INTO data.silence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [named, author, reason, at, until, *vars(criteria).values()],
        )
    return named


def end_silence(connection: Store, silence_id: str, author: str, at: datetime) -> None:
    """End a silence before its time."""
    if not scalar(connection, "SELECT count(*) FROM data.silence WHERE silence_id = $id", {"id": silence_id}):
        raise UsageError(
            silence_id, "is not a silence", "its identifier", "`monitor alerts list --silences` shows them"
        )
    if scalar(connection, "SELECT count(*) FROM data.silence_ended WHERE silence_id = $id", {"id": silence_id}):
        raise UsageError(silence_id, "has already been ended", advice="`monitor alerts list --silences` shows when")
    with transaction(connection):
        connection.execute("INSERT INTO data.silence_ended VALUES (?, ?, ?)", [silence_id, author, at])


def ask_again(connection: Store, alert_id: str, to: tuple[str, ...], at: datetime) -> tuple[str, ...]:
    """Have an alert delivered again: to those named, else to those who have not got it, else to all; gives to whom."""
    if _what_is(connection, alert_id) != ALERT:
        raise UsageError(alert_id, "is a finding", "the identifier of an alert", "`monitor alerts list`")
    known = [
        recipient
        for (recipient,) in connection.execute(
            "SELECT recipient FROM data.alert_recipient WHERE alert_id = $id ORDER BY recipient", {"id": alert_id}
        ).fetchall()
    ]
    recipients = to or tuple(recipient for recipient, _ in without_it(connection, alert_id)) or tuple(known)
    with transaction(connection):
        for recipient in recipients:
            if recipient not in known:
                connection.execute("INSERT INTO data.alert_recipient VALUES (?, ?)", [alert_id, recipient])
            connection.execute(
                "INSERT INTO data.delivery_attempt SELECT nextval('data.next_attempt'), ?, ?, ?, 'asked_again', ''",
                [alert_id, recipient, at],
            )
    return recipients


def ask_for_undelivered(connection: Store, at: datetime) -> list[str]:
    """Have every alert delivered again to those who have not got it; gives which. Acknowledged ones are left alone."""
    alert_ids = [alert_id for (alert_id,) in connection.execute(SQL["not_delivered"]).fetchall()]
    for alert_id in alert_ids:
        ask_again(connection, alert_id, (), at)
    return alert_ids


# Where what a silence names must be known: a misspelt name would hold nothing back, and nobody would notice.
KNOWN = {
    "item_id": ("SELECT count(*) FROM data.finding_subject WHERE finding_id = $named", "the identifier of a finding"),
    "supplier": (
        "SELECT count(*) FROM data.supplier_name WHERE supplier_key = supplier_key($named)",
        "a supplier of an organisation in the register",
    ),
    "organisation_code": (
        "SELECT count(*) FROM data.organisation_dated WHERE organisation_code = $named",
        "the code of an organisation in the register",
    ),
    "area_code": (
        "SELECT count(*) FROM data.organisation_dated WHERE $named IN (icb_code, sub_icb_code, pcn_code) "
        "OR $named IN (SELECT icb_code FROM data.icb_member)",
        "the code of an ICB, sub-ICB or PCN in the register",
    ),
}


def _refuse_unknown(connection: Store, criteria: Criteria) -> None:
    for name, (sql, expected) in KNOWN.items():
        named = getattr(criteria, name)
        if named is not None and not scalar(connection, sql, {"named": named}):
            raise UsageError("the silence", f"{named!r} is not known", expected, "`monitor alerts list --findings`")


def _what_is(connection: Store, about_id: str) -> str:
    """Whether an identifier is a finding's or an alert's."""
    if scalar(connection, "SELECT count(*) FROM data.finding_subject WHERE finding_id = $id", {"id": about_id}):
        return FINDING
    if scalar(connection, "SELECT count(*) FROM data.alert WHERE alert_id = $id", {"id": about_id}):
        return ALERT
    raise UsageError(
        about_id, "is neither a finding nor an alert", "the identifier of one",
        "`monitor alerts list` shows alerts, with --findings the open findings",
    )  # fmt: skip


def _decide(
    connection: Store, about_id: str, decision: str, author: str, reason: str | None,
    comment: str | None, at: datetime,
) -> None:  # fmt: skip
    connection.execute(
        "INSERT INTO data.decision VALUES (?, ?, ?, ?, ?, ?)", [about_id, decision, author, reason, comment, at]
    )
