"""`monitor alerts`: what was told to whom, and what people decide about it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import click

from monitor import pipeline
from monitor.alerts import decisions, outbox
from monitor.alerts.decisions import Criteria
from monitor.cli.options import DONE, IN_PART, Here, Words, as_rows, by_option, in_workspace, print_rows
from monitor.config.settings import KINDS_OF_FINDING, one_address
from monitor.core.clock import LONDON
from monitor.core.errors import UsageError
from monitor.queries import listings
from monitor.store.sessions import reading

STATES = ("planned", "sent", "written", "undeliverable")


class Until(click.ParamType):
    """An instant in London, written 2025-01-31T17:00; or a day, written 2025-01-31, to its last minute."""

    name = "until"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            if len(value) == len("2025-01-31"):
                return datetime.combine(date.fromisoformat(value) + timedelta(days=1), time(), LONDON)
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


comment_option = click.option("--comment", type=Words(), metavar="TEXT", help="More, in words.")


@click.group()
@in_workspace
def alerts() -> None:
    """Alerts and their delivery: what was told to whom, and what people decide about it."""


@alerts.command("list")
@click.option("--findings", "what", flag_value="findings", help="The open findings instead, with their identifiers.")
@click.option("--silences", "what", flag_value="silences", help="The silences instead.")
@click.option("--state", type=click.Choice(STATES), help="Only alerts in this state.")
@as_rows
@in_workspace
@click.pass_obj
def list_(here: Here, what: str | None, state: str | None, how: str) -> int:
    """The alerts, the newest first, and what came of each."""
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


@alerts.command()
@click.argument("about_id", metavar="FINDING_OR_ALERT")
@by_option
@comment_option
@in_workspace
@click.pass_obj
def ack(here: Here, about_id: str, author: str, comment: str | None) -> int:
    """Say that you are looking after a finding (no more reminders), or know of an alert that was not delivered."""
    with pipeline.deciding(here.context(), stages=here.stages) as connection:
        what = decisions.acknowledge(connection, about_id, author, comment, here.clock())
    click.echo(f"Acknowledged: {what} {about_id}.")
    return DONE


@alerts.command()
@click.argument("finding_id", metavar="[FINDING]", required=False)
@click.option("--kind", type=click.Choice(KINDS_OF_FINDING), help="Findings of this kind.")
@click.option("--return", "return_code", metavar="CODE", help="Findings about this return.")
@click.option("--supplier", metavar="NAME", help="Gaps of this supplier.")
@click.option("--organisation", "organisation_code", metavar="CODE", help="Findings about this organisation.")
@click.option("--area", "area_code", metavar="CODE", help="Findings wholly within this ICB, sub-ICB or PCN.")
@click.option("--until", type=Until(), help="When it ends: 2025-01-31 (to its last minute) or 2025-01-31T17:00.")
@click.option("--reason", type=Words(), metavar="TEXT", help="Why.")
@click.option("--end", "silence_id", metavar="SILENCE", help="End this silence now.")
@by_option
@in_workspace
@click.pass_obj
def silence(  # noqa: PLR0913  an argument an option
    here: Here, finding_id: str | None, kind: str | None, return_code: str | None, supplier: str | None,
    organisation_code: str | None, area_code: str | None, until: datetime | None, reason: str | None,
    silence_id: str | None, author: str,
) -> int:  # fmt: skip
    """Tell nobody of something until an instant. Every option that narrows it must hold; statuses do not change."""
    context = here.context()
    if silence_id:
        with pipeline.deciding(context, stages=here.stages) as connection:
            decisions.end_silence(connection, silence_id, author, here.clock())
        click.echo(f"Ended: silence {silence_id}.")
        return DONE
    if until is None or reason is None:
        raise UsageError("the silence", "has no end or no reason", "--until and --reason")
    if return_code is not None and return_code not in context.catalogue:
        raise UsageError("--return", f"there is no return {return_code!r}", "one of " + ", ".join(context.catalogue))
    criteria = Criteria(
        finding_id, kind, return_code, supplier,
        organisation_code.upper() if organisation_code else None, area_code.upper() if area_code else None,
    )  # fmt: skip
    with pipeline.deciding(context, stages=here.stages) as connection:
        named = decisions.silence(connection, criteria, author, reason, until, here.clock())
    click.echo(f"Silence {named}: nobody is told of it before {until.astimezone(LONDON):%A %Y-%m-%d %H:%M} in London.")
    return DONE


@alerts.command()
@click.argument("finding_id", metavar="FINDING")
@click.option("--because", "reason", type=click.Choice(decisions.REASONS), required=True, help="Why it is resolved.")
@by_option
@comment_option
@in_workspace
@click.pass_obj
def resolve(here: Here, finding_id: str, reason: str, author: str, comment: str | None) -> int:
    """Resolve a finding by hand. It stays so while it goes on being found; the return's status is not changed."""
    with pipeline.deciding(here.context(), stages=here.stages) as connection:
        decisions.resolve(connection, finding_id, author, reason, comment, here.clock())
    click.echo(
        f"Resolved: finding {finding_id}, {reason.replace('_', ' ')}. The next run tells whoever was told of it."
    )
    return DONE


@alerts.command()
@click.argument("alert_id", metavar="ALERT")
@click.option("--to", type=Address(), multiple=True, help="Address (else whoever has not got it, else all).")
@in_workspace
@click.pass_obj
def resend(here: Here, alert_id: str, to: tuple[str, ...]) -> int:
    """Send an alert again: the same message, with the same Message-ID."""
    context = here.context()
    with pipeline.deciding(context, stages=here.stages) as connection:
        recipients = decisions.ask_again(connection, alert_id, to, here.clock())
        pipeline.deliver(context, connection)
        failed = outbox.without_it(connection, alert_id)
    here.talk.quiet()
    for recipient, last_error in failed:
        here.talk.say(f"monitor: not delivered to {recipient}: {last_error}")
    if not failed:
        click.echo(f"Sent again to {', '.join(recipients)}.")
    return IN_PART if failed else DONE


@alerts.command()
@click.option("--to", type=Address(), multiple=True, help="To this address (else to the sender itself).")
@in_workspace
@click.pass_obj
def test(here: Here, to: tuple[str, ...]) -> int:
    """Send a real test mail, and say each step."""
    from monitor.alerts.trial import send_trial

    context = here.context()
    is_delivered = send_trial(context.settings, context.workspace.outbox, here.environ, to, here.clock(), click.echo)
    return DONE if is_delivered else IN_PART
