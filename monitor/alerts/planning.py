"""From what was found to messages in the outbox, all of them in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

import duckdb

from monitor.alerts import outbox
from monitor.alerts.letter import Letter, Sender, letter
from monitor.alerts.message import LONGEST_BODY, body_bytes, message, message_id_of
from monitor.alerts.policy import Addressed, Item, Reminders, Route, State, decide
from monitor.alerts.recipients import NOBODY, OUTBOX, addresses_of, by_channel, is_channel
from monitor.alerts.wording import Facts
from monitor.checks.check_runs import last_recorded_day
from monitor.config.settings import Filters, Settings
from monitor.core.clock import LONDON
from monitor.core.vocabulary import Severity
from monitor.returns.periods import day_label
from monitor.store.named_sql import queries_beside, rows_as_dicts, scalar

SQL = queries_beside(__file__)

# How many findings of a group a message lists; fewer, where it would be too long otherwise.
LINES_OF_A_GROUP = (12, 5, 2, 0)


def plan_alerts(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    now: datetime,
    everything_open: bool = False,
) -> tuple[Item, ...]:
    """Put into the outbox what there is to tell of the last recorded check. Call within a transaction.

    everything_open: each open finding is sent once more, but those that somebody looks after or was notified of today.

    Gives the open findings that no route takes, so that nobody is notified of them.
    """
    as_of = last_recorded_day(connection)
    if as_of is None:
        return ()
    routes, default = routes_of(settings)
    decision = decide(_state(connection, settings, as_of, everything_open), routes, default, as_of, now)
    if decision.messages:
        said = _sender(connection, now)
        for addressed in decision.messages:
            for one in _by_way(addressed):
                _put_into_outbox(connection, settings, one, said, as_of, now)
    return decision.unrouted


def unrouted(connection: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> tuple[Item, ...]:
    """The open findings that no route takes, so that nobody is notified of them."""
    as_of = last_recorded_day(connection)
    if as_of is None:
        return ()
    routes, default = routes_of(settings)
    return decide(_state(connection, settings, as_of), routes, default, as_of, now).unrouted


def held_back(connection: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> frozenset[str]:
    """The alerts that wait and are wholly about what a silence covers now: they are held back until it ends."""
    as_of = last_recorded_day(connection)
    waiting = outbox.matters_waiting(connection)
    if not waiting or as_of is None:
        return frozenset()
    state = _state(connection, settings, as_of)
    silenced = {one.item_id for one in state.items if any(silence.covers(one, now) for silence in state.silences)}
    return frozenset(alert_id for alert_id, items in waiting.items() if items <= silenced)


def _state(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, everything_open: bool = False
) -> State:
    """All that a decision rests on."""
    reminders = settings.reminders
    after_days: dict[str, int] = {
        severity: days for severity in Severity if (days := getattr(reminders, f"{severity}_days")) is not None
    }
    routes, default = routes_of(settings)
    recipients = {one for route in [*routes, *([default] if default else [])] for one in route.recipients}
    asked = outbox.Asked(as_of, reminders.before_due_days, tuple(sorted(recipients)))
    return outbox.state_of(
        connection, Reminders(after_days, everything_open), asked, any(route.is_by_area for route in routes)
    )


def routes_of(settings: Settings) -> tuple[list[Route], Route | None]:
    """Who is notified of what, and who of what no other route takes. Without [mail]: all of it to outbox/."""
    channels = [_route((by_channel(channel.name),), channel) for channel in settings.channel]
    mail = settings.mail
    if mail is None:
        return [Route((OUTBOX,)), *channels], None
    routes = [_route(tuple(dict.fromkeys(route.to)), route) for route in mail.route]
    default = Route(tuple(dict.fromkeys(mail.default_to))) if mail.default_to else None
    return [*routes, *channels], default


def _route(recipients: tuple[str, ...], filters: Filters) -> Route:
    named = {name: frozenset(getattr(filters, name)) for name in ("icbs", "sub_icbs", "pcns", "returns", "kinds")}
    return Route(recipients, **named)


def _by_way(addressed: Addressed) -> Iterator[Addressed]:
    """A message for all the addresses, and one for each channel."""
    addresses = tuple(one for one in addressed.recipients if not is_channel(one))
    if addresses:
        yield replace(addressed, recipients=addresses)
    for channel in addressed.recipients:
        if is_channel(channel):
            yield replace(addressed, recipients=(channel,))


def _sender(connection: duckdb.DuckDBPyConnection, now: datetime) -> Sender:
    """What every message says of where it comes from."""
    newest = scalar(connection, "SELECT max(loaded_at) FROM data.loaded_file WHERE state = 'loaded'") or now
    in_london = newest.astimezone(LONDON)
    titles = rows_as_dicts(connection.execute("SELECT return_code, return_title FROM data.mandatory_return"))
    return Sender(
        f"{day_label(in_london.date())}, {in_london:%H:%M}",
        {row["return_code"]: row["return_title"] for row in titles},
    )


def _put_into_outbox(
    connection: duckdb.DuckDBPyConnection, settings: Settings, addressed: Addressed, said: Sender, as_of: date,
    now: datetime,
) -> None:  # fmt: skip
    written = that_fits(outbox.facts_of(connection, addressed, as_of), addressed, said, as_of)
    table = outbox.rows_of(connection, as_of)  # only now: both at once take much memory
    sender = settings.mail.sender if settings.mail else NOBODY
    alert_id = outbox.name_of(addressed, now)
    message_id = message_id_of(alert_id, sender)
    made = message(
        written, table if written.attached else None, message_id, sender, addresses_of(addressed.recipients),
        settings.mail.reply_to if settings.mail else None, now, as_of,
    )  # fmt: skip
    outbox.keep(connection, addressed, alert_id, made, as_of, now)


def that_fits(facts: Sequence[Facts], addressed: Addressed, said: Sender, as_of: date) -> Letter:
    """The letter with as many lines as a message has room for; every group keeps its title and its count."""
    *more_than_that, fewest = LINES_OF_A_GROUP
    for lines in more_than_that:
        written = letter(facts, addressed.still_open, addressed.routes, as_of, said, lines)
        if body_bytes(written) <= LONGEST_BODY:
            return written
    return letter(facts, addressed.still_open, addressed.routes, as_of, said, fewest)
