"""From what was found to messages in the outbox, all of them in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.message import EmailMessage

import duckdb

from monitor.alerts import outbox
from monitor.alerts.full_list import FullList, list_of_rows
from monitor.alerts.letter import Letter, Sender, letter
from monitor.alerts.manager_letter import ManagerLetter, manager_letter, with_at_most
from monitor.alerts.manager_letter import rows_of as rows_for_managers
from monitor.alerts.message import LONGEST_BODY, body_bytes, message, message_id_of, names_people
from monitor.alerts.own_numbers import with_own_numbers
from monitor.alerts.policy import REMINDER, Addressed, Item, Reminders, Route, State, Summary, decide
from monitor.alerts.recipients import OUTBOX, addresses_of, by_channel, is_channel
from monitor.alerts.render import as_text
from monitor.alerts.sizes import MOST_LINES, fits_a_phone, lines, shown_on_a_phone
from monitor.alerts.wording import Facts
from monitor.checks.check_runs import last_recorded_day
from monitor.config.settings import NOBODY, Filters, MailRoute, Settings
from monitor.core.clock import LONDON
from monitor.core.vocabulary import Audience, Severity
from monitor.returns.periods import day_label
from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside, scalar

SQL = queries_beside(__file__)

# What readers need to know of an item and the reason for which they are notified of it, in the order of reading.
FactsOfPairs = Mapping[tuple[str, str], Facts]

# How many findings of a group a message lists; fewer, where it would be too long otherwise.
LINES_OF_A_GROUP = (12, 5, 2, 0)
LINES_OF_A_PART = (50, 30, 20, 15, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1)


def plan_alerts(
    connection: Store,
    settings: Settings,
    now: datetime,
    with_summaries: bool = False,
) -> tuple[Item, ...]:
    """Put into the outbox what there is to say of the last recorded check. Call within a transaction.

    with_summaries: each recipient gets a weekly summary too, where there is something to sum up.

    Gives the open findings that no route takes, so that nobody is notified of them.
    """
    as_of = last_recorded_day(connection)
    if as_of is None:
        return ()
    withdraw_what_is_over(connection, settings, now)
    routes, default = routes_of(settings)
    state = _state(connection, settings, as_of)
    if with_summaries:
        recipients = _recipients(routes, default)
        weeks = settings.reminders.unchanged_weeks
        state = replace(state, summaries=outbox.summaries(connection, recipients, as_of, now, weeks))
    decision = decide(state, routes, default, as_of, now)
    if decision.messages:
        said = _sender(connection, now, settings.site_url)
        facts = outbox.facts_of(connection, {pair for one in decision.messages for pair in one.pairs}, as_of)
        for addressed in decision.messages:
            for one in _by_way(addressed):
                _put_into_outbox(connection, settings, one, facts, said, as_of, now)
    return decision.unrouted


def withdraw_what_is_over(connection: Store, settings: Settings, now: datetime) -> None:
    """Have the messages that wait say only what is so now. Call within a transaction."""
    as_of = last_recorded_day(connection)
    if as_of is None:
        return
    for left in outbox.withdraw_what_is_over(connection, as_of, now):
        _rewrite(connection, settings, left, as_of, now)
    for left in outbox.left_of(connection, _no_longer_to_name_people(connection, settings)):
        _rewrite(connection, settings, left, as_of, now)


def _no_longer_to_name_people(connection: Store, settings: Settings) -> list[str]:
    """The messages that wait and say whom to ask, though a recipient is by now on no route that asks for it."""
    return [
        one.alert_id
        for one in outbox.waiting(connection)
        if names_people(one.message)
        and not _show_contacts(_routes_to(outbox.recipients_of(connection, one.alert_id), settings))
    ]


def _routes_to(recipients: Sequence[str], settings: Settings) -> tuple[Route, ...]:
    """The routes that lead to these recipients; where one is on none any more, a route that asks for nothing."""
    routes, default = routes_of(settings)
    every = [*routes, *([default] if default else [])]
    of_each = [[route for route in every if recipient in route.recipients] for recipient in recipients]
    if not all(of_each):
        return (Route(tuple(recipients)),)
    return tuple(dict.fromkeys(route for of_one in of_each for route in of_one))


def _show_contacts(routes: Sequence[Route]) -> bool:
    """Whether all who get a letter by these routes asked to be shown whom to ask."""
    return all(route.show_contacts for route in routes)


def _rewrite(connection: Store, settings: Settings, left: outbox.Left, as_of: date, now: datetime) -> None:
    recipients = outbox.recipients_of(connection, left.alert_id)
    is_counted = left.summary_since is not None
    open_now = outbox.open_and_notified(connection, recipients[0], left.alert_id)
    open_now += [item_id for item_id, reason in left.notified if is_counted and reason == REMINDER]
    summary = None
    if left.summary_since:
        changes = outbox.changes_before(connection, as_of, left.planned_at).get(recipients[0], ())
        summary = Summary(left.summary_since, as_of, changes)
    content = Content(
        tuple(pair for pair in left.notified if not (is_counted and pair[1] == REMINDER)),
        tuple(open_now), _routes_to(recipients, settings), summary,
    )  # fmt: skip
    facts = outbox.facts_of(connection, content.notified, as_of)
    said = _sender(connection, now, settings.site_url)
    made = _written(connection, settings, content, facts, said, as_of, recipients, left.message_id, left.planned_at)
    outbox.keep_rewritten(connection, left.alert_id, made, now)


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
    waiting = outbox.items_waiting(connection)
    if not waiting or as_of is None:
        return frozenset()
    state = _state(connection, settings, as_of)
    silenced = {one.item_id for one in state.items if any(silence.covers(one, now) for silence in state.silences)}
    return frozenset(alert_id for alert_id, items in waiting.items() if items <= silenced)


def _state(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> State:
    """All that a decision rests on."""
    reminders = settings.reminders
    after_days: dict[str, int] = {
        severity: days for severity in Severity if (days := getattr(reminders, f"{severity}_days")) is not None
    }
    routes, default = routes_of(settings)
    asked = outbox.Asked(as_of, reminders.before_due_days, _recipients(routes, default))
    return outbox.state_of(
        connection, Reminders(after_days, tuple(reminders.longer_at)), asked, any(route.is_by_area for route in routes)
    )


def _recipients(routes: Sequence[Route], default: Route | None) -> tuple[str, ...]:
    every = [*routes, *([default] if default else [])]
    return tuple(sorted({one for route in every for one in route.recipients}))


def routes_of(settings: Settings) -> tuple[list[Route], Route | None]:
    """Who is notified of what, and who of what no other route takes. Without [mail]: all of it to outbox/."""
    channels = [_route((by_channel(channel.name),), channel) for channel in settings.channel]
    mail = settings.mail
    if mail is None or not (mail.host or mail.route or mail.default_to):
        return [Route((OUTBOX,)), *channels], None
    routes = [_route(tuple(dict.fromkeys(route.to)), route) for route in mail.route]
    default = Route(tuple(dict.fromkeys(mail.default_to))) if mail.default_to else None
    return [*routes, *channels], default


def _route(recipients: tuple[str, ...], filters: Filters) -> Route:
    route = Route(
        recipients,
        icbs=frozenset(filters.icbs),
        sub_icbs=frozenset(filters.sub_icbs),
        pcns=frozenset(filters.pcns),
        returns=frozenset(filters.returns),
        kinds=frozenset(filters.kinds),
    )
    if isinstance(filters, MailRoute):
        return replace(route, audience=filters.audience, show_contacts=filters.show_contacts)
    return route


def _by_way(addressed: Addressed) -> Iterator[Addressed]:
    """A message for all the addresses, and one for each channel."""
    addresses = tuple(one for one in addressed.recipients if not is_channel(one))
    if addresses:
        yield replace(addressed, recipients=addresses)
    for channel in addressed.recipients:
        if is_channel(channel):
            yield replace(addressed, recipients=(channel,))


def _sender(connection: duckdb.DuckDBPyConnection, now: datetime, site_url: str | None) -> Sender:
    """What every message says of where it comes from."""
    newest = scalar(connection, "SELECT max(loaded_at) FROM data.loaded_file WHERE state = 'loaded'") or now
    in_london = newest.astimezone(LONDON)
    return Sender(f"{day_label(in_london.date())}, {in_london:%H:%M}", site_url)


def _put_into_outbox(
    connection: Store, settings: Settings, addressed: Addressed, facts: FactsOfPairs, said: Sender,
    as_of: date, now: datetime,
) -> None:  # fmt: skip
    alert_id = outbox.name_of(addressed, now)
    message_id = message_id_of(alert_id, _address(settings))
    still_open = tuple(item.item_id for item in addressed.still_open)
    content = Content(tuple(addressed.pairs), still_open, addressed.routes, addressed.summary)
    made = _written(connection, settings, content, facts, said, as_of, addressed.recipients, message_id, now)
    outbox.keep(connection, addressed, alert_id, made, as_of, now)


@dataclass(frozen=True)
class Content:
    """What a message is about. notified: items, each with the reason; still_open: those that it only counts."""

    notified: tuple[tuple[str, str], ...]
    still_open: tuple[str, ...]
    routes: tuple[Route, ...]
    summary: Summary | None = None


def _written(  # noqa: PLR0913  what is said, by whom, to whom, when
    connection: duckdb.DuckDBPyConnection, settings: Settings, content: Content, facts: FactsOfPairs, said: Sender,
    as_of: date, recipients: Sequence[str], message_id: str, dated: datetime,
) -> EmailMessage:  # fmt: skip
    notified = set(content.notified)
    of_content = [row for pair, row in facts.items() if pair in notified]
    still_open = outbox.still_open_of(connection, content.still_open)
    if all(route.audience == Audience.MANAGER for route in content.routes):
        places = outbox.organisations_of(connection, notified)
        own = list(with_own_numbers(of_content, places, content.routes))
        if _show_contacts(content.routes):
            own = outbox.with_contacts(connection, own)
        of_manager = manager_letter_that_fits(own, still_open, content, said, as_of)
        list_of_own = list_of_rows(*rows_for_managers(own)) if of_manager.attached else None
        return _as_message(settings, of_manager, list_of_own, message_id, recipients, dated, as_of)
    written = that_fits(of_content, still_open, content, said, as_of)
    listed = outbox.list_behind(connection, notified, as_of) if written.attached else None
    return _as_message(settings, written, listed, message_id, recipients, dated, as_of)


def _as_message(
    settings: Settings, written: Letter | ManagerLetter, listed: FullList | None, message_id: str,
    recipients: Sequence[str], dated: datetime, as_of: date,
) -> EmailMessage:  # fmt: skip
    reply_to = settings.mail.reply_to if settings.mail else None
    return message(written, listed, message_id, _address(settings), addresses_of(recipients), reply_to, dated, as_of)


def _address(settings: Settings) -> str:
    return settings.mail.sender if settings.mail else NOBODY


def that_fits(
    facts: Sequence[Facts], still_open: Sequence[Facts], content: Content, said: Sender, as_of: date
) -> Letter:
    """The letter with as many lines as a message has room for; every group keeps its title and its count."""
    *more_than_that, fewest = LINES_OF_A_GROUP
    without_lines = letter(facts, still_open, content.routes, as_of, said, fewest, content.summary)
    for most in more_than_that:
        written = letter(facts, still_open, content.routes, as_of, said, most, content.summary)
        if body_bytes(written) <= LONGEST_BODY:
            return shown_on_a_phone(written, as_text(without_lines))
    return without_lines


def manager_letter_that_fits(
    facts: Sequence[Facts], still_open: Sequence[Facts], content: Content, said: Sender, as_of: date
) -> ManagerLetter:
    """The manager's letter: as many lines under a heading as 60 lines and three screens of a phone have room for."""
    whole = manager_letter(facts, still_open, content.routes, as_of, said, content.summary)
    *more_than_that, fewest = LINES_OF_A_PART
    for most in more_than_that:
        written = with_at_most(whole, most)
        text = as_text(written)
        if lines(text) <= MOST_LINES and fits_a_phone(text):
            return written
    return with_at_most(whole, fewest)
