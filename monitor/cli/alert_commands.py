"""`monitor alerts`: who was notified of what, and what people decide about it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import click

from monitor import pipeline
from monitor.alerts import decisions, outbox
from monitor.alerts.decisions import Criteria
from monitor.cli.options import (
    DONE,
    IN_PART,
    Code,
    Day,
    Here,
    ReturnCode,
    Words,
    as_rows,
    by_option,
    by_or_login_option,
    examples,
    in_workspace,
    print_rows,
)  # fmt: skip
from monitor.config.settings import KINDS_OF_FINDING, one_address
from monitor.core.clock import LONDON
from monitor.core.errors import UsageError
from monitor.core.text import number
from monitor.queries import listings
from monitor.queries.asked import day_typed, known_return
from monitor.store.sessions import reading

STATES = ("planned", "sent", "written", "undeliverable")


class Until(click.ParamType):
    """An instant in London, written 2025-01-31T17:00; or a day, written 2025-01-31, to its last minute."""

    name = "until"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.combine(day_typed(value) + timedelta(days=1), time(), LONDON)
        except (ValueError, OverflowError):
            pass  # it may be an instant
        try:
            instant = datetime.fromisoformat(value)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is neither a day like 2025-01-31 nor an instant like 2025-01-31T17:00", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=LONDON)


class Address(click.ParamType):
    """One mail address."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return one_address(value)
        except ValueError as error:
            self.fail(f"{value!r} is not {error}", param, ctx)


comment_option = click.option("--comment", type=Words(), metavar="TEXT", help="A comment.")


@click.group(
    epilog=examples("alerts list", 'alerts ack FINDING --by "A. Example"', "alerts test --to you@example.nhs.uk")
)
@in_workspace
def alerts() -> None:
    """List alerts; acknowledge, mute, resolve or resend them."""


@alerts.command("list", epilog=examples("alerts list --state undeliverable", "alerts list --findings --format csv"))
@click.option(
    "--findings", "what", flag_value="findings", help="List the open findings instead, with their identifiers."
)
@click.option("--silences", "what", flag_value="silences", help="List the silences instead.")
@click.option("--state", type=click.Choice(STATES), help="List only alerts in this state.")
@as_rows
@in_workspace
@click.pass_obj
def list_(here: Here, what: str | None, state: str | None, how: str) -> int:
    """List the alerts, the newest first, and how each was delivered."""
    with reading(here.context()) as connection:
        if what == "findings":
            columns, rows = listings.findings_to_tell(connection)
        elif what == "silences":
            columns, rows = listings.silences(connection)
        else:
            columns, rows = listings.alerts(connection, state)
    here.talk.quiet()
    print_rows(here, columns, rows, how)
    return DONE


@alerts.command(epilog=examples('alerts ack FINDING --by "A. Example" --comment "asked the practice on 3 October"'))
@click.argument("about_id", metavar="FINDING_OR_ALERT")
@by_option
@comment_option
@in_workspace
@click.pass_obj
def ack(here: Here, about_id: str, author: str, comment: str | None) -> int:
    """Acknowledge a finding (no more reminders), or an alert that was not delivered."""
    with pipeline.deciding(here.context(), stages=here.stages) as connection:
        what = decisions.acknowledge(connection, about_id, author, comment, here.clock())
    click.echo(f"Acknowledged: {what} {about_id}.")
    return DONE


@alerts.command(
    epilog=examples(
        'alerts silence --supplier "Larch Systems" --until 2025-01-31 --reason "incident 4711" --by "A. Example"',
        'alerts silence FINDING --until 2025-01-31 --reason "agreed" --by "A. Example"',
        'alerts silence --end SILENCE --by "A. Example"',
    )
)
@click.argument("finding_id", metavar="[FINDING]", required=False)
@click.option("--kind", type=click.Choice(KINDS_OF_FINDING), help="Findings of this kind.")
@click.option("--return", "return_code", type=ReturnCode(), metavar="CODE", help="Findings about this return.")
@click.option("--supplier", metavar="NAME", help="Gaps of this supplier.")
@click.option(
    "--organisation", "organisation_code", type=Code(), metavar="CODE", help="Findings about this organisation."
)
@click.option(
    "--area", "area_code", type=Code(), metavar="CODE", help="Findings wholly within this ICB, sub-ICB or PCN."
)
@click.option("--until", type=Until(), help="When it ends: 2025-01-31 (to its last minute) or 2025-01-31T17:00.")
@click.option("--reason", type=Words(), metavar="TEXT", help="The reason.")
@click.option("--end", "silence_id", metavar="SILENCE", help="End this silence now.")
@by_option
@in_workspace
@click.pass_obj
def silence(  # noqa: PLR0913  an argument an option
    here: Here, finding_id: str | None, kind: str | None, return_code: str | None, supplier: str | None,
    organisation_code: str | None, area_code: str | None, until: datetime | None, reason: str | None,
    silence_id: str | None, author: str,
) -> int:  # fmt: skip
    """Mute notifications until a day or time. All options given must apply; statuses do not change."""
    context = here.context()
    if silence_id:
        with pipeline.deciding(context, stages=here.stages) as connection:
            decisions.end_silence(connection, silence_id, author, here.clock())
        click.echo(f"Ended: silence {silence_id}.")
        return DONE
    if until is None or reason is None:
        raise UsageError("the silence", "has no end or no reason", "--until and --reason")
    known_return(context, return_code)
    criteria = Criteria(finding_id, kind, return_code, supplier, organisation_code or None, area_code or None)
    with pipeline.deciding(context, stages=here.stages) as connection:
        named = decisions.silence(connection, criteria, author, reason, until, here.clock())
    click.echo(f"Silence {named}: muted until {until.astimezone(LONDON):%A %Y-%m-%d %H:%M}, London time.")
    return DONE


@alerts.command(
    epilog=examples(
        "alerts resolve FINDING --because false_alarm",
        'alerts resolve --organisation Z98001 --return workforce --until 2025-03 --reason "sent by post"',
    )
)
@click.argument("finding_id", metavar="[FINDING]", required=False)
@click.option(
    "--organisation", "organisation_code", type=Code(), metavar="CODE", help="All findings about this organisation."
)
@click.option("--return", "return_code", type=ReturnCode(), metavar="CODE", help="All findings about this return.")
@click.option(
    "--until",
    type=Day(),
    metavar="PERIOD",
    help="All findings whose last period ends by the end of this one, such as 2025-03.",
)
@click.option("--reason", "--comment", "comment", type=Words(), metavar="TEXT", help="The reason.")
@click.option("--because", "reason", type=click.Choice(decisions.REASONS), help="The kind of reason (default: other).")
@by_or_login_option
@in_workspace
@click.pass_obj
def resolve(  # noqa: PLR0913  an argument an option
    here: Here, finding_id: str | None, organisation_code: str | None, return_code: str | None, until: date | None,
    reason: str | None, author: str | None, comment: str | None,
) -> int:  # fmt: skip
    """Resolve a finding by hand, or all that match. It stays resolved while checks still find it."""
    context = here.context()
    known_return(context, return_code)
    fitting = decisions.Fitting(organisation_code or None, return_code, until)
    if bool(finding_id) == any(vars(fitting).values()):
        raise UsageError(
            "what to resolve", "is not clear", "a finding, or --organisation, --return or --until for all that fit"
        )
    with pipeline.deciding(context, stages=here.stages) as connection:
        why = decisions.Why(here.who(author), reason or "other", comment)
        if finding_id:
            decisions.resolve(connection, finding_id, why, here.clock())
            resolved = f"finding {finding_id}"
        else:
            resolved = number(decisions.resolve_all(connection, fitting, why, here.clock()), "finding")
    click.echo(f"Resolved: {resolved}, {why.words}. The next run notifies those who were notified of it.")
    return DONE


@alerts.command(epilog=examples("alerts resend ALERT --to you@example.nhs.uk", "alerts resend --undelivered"))
@click.argument("alert_id", metavar="[ALERT]", required=False)
@click.option(
    "--to",
    type=Address(),
    multiple=True,
    help="Send to this address (default: everyone who has not received it, or else everyone).",
)
@click.option(
    "--undelivered", is_flag=True, help="Send every alert that was not delivered, to those who have not received it."
)
@in_workspace
@click.pass_obj
def resend(here: Here, alert_id: str | None, to: tuple[str, ...], undelivered: bool) -> int:
    """Send an alert again: the same message, with the same Message-ID."""
    if bool(alert_id) == undelivered or (undelivered and to):
        raise UsageError("what to send again", "is not clear", "an alert, or --undelivered for all (without --to)")
    context = here.context()
    with pipeline.deciding(context, stages=here.stages) as connection:
        if alert_id:
            recipients = decisions.ask_again(connection, alert_id, to, here.clock())
            sent_again, alert_ids = f"to {', '.join(recipients)}", [alert_id]
        else:
            alert_ids = decisions.ask_for_undelivered(connection, here.clock())
            sent_again = number(len(alert_ids), "alert")
        pipeline.deliver(context, connection)
        # What a silence holds back was not tried, and is no failure.
        failed = [missed for one in alert_ids for missed in outbox.without_it(connection, one) if missed[1] or alert_id]
    here.talk.quiet()
    for recipient, last_error in failed:
        here.talk.say(f"monitor: not delivered to {recipient}: {last_error}")
    if not failed:
        click.echo(f"Sent again {sent_again}." if alert_ids else "Nothing to send again: everything was delivered.")
    return IN_PART if failed else DONE


@alerts.command(epilog=examples("alerts test --to you@example.nhs.uk"))
@click.option("--to", type=Address(), multiple=True, help="Send to this address (default: the sender).")
@in_workspace
@click.pass_obj
def test(here: Here, to: tuple[str, ...]) -> int:
    """Send a real test mail, and report each step."""
    from monitor.alerts.trial import send_trial

    context = here.context()
    is_delivered = send_trial(context.settings, context.workspace.outbox, here.environ, to, here.clock(), click.echo)
    return DONE if is_delivered else IN_PART
