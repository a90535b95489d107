"""`monitor pack`: what of one organisation's returns is not received, and on what that rests, for a conversation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from monitor.cli.options import DONE, Code, Here, as_of_option, in_workspace, known_at_option
from monitor.queries.as_of import deriving

FORMATS = ("html", "docx", "both")


@click.command()
@click.argument("organisation", type=Code(), metavar="ORGANISATION")
@as_of_option
@known_at_option
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Where (else published/packs/).")
@click.option("--format", "how", type=click.Choice(FORMATS), default="both", show_default=True, help="Which files.")
@in_workspace
@click.pass_obj
def pack(
    here: Here, organisation: str, as_of: date | None, known_at: date | None, folder: Path | None, how: str
) -> int:
    """A pack for a conversation with one organisation, as HTML and as a Word document."""
    from monitor.report.pack.content import pack_of
    from monitor.report.pack.gathering import gather
    from monitor.report.pack.pack_files import write_pack

    context = here.context()
    workspace, mail, code = context.workspace, context.settings.mail, organisation
    with deriving(context, as_of, known_at=known_at) as (connection, day):
        gathered = gather(connection, code, day)
    contact = (mail.reply_to or (mail.sender if mail.host else None)) if mail else None
    content = pack_of(gathered, context.catalogue, contact)
    where = folder or workspace.packs
    written = write_pack(content, code, day, where, how, here.clock(), workspace.pack_template)
    here.talk.quiet()
    for file in written:
        click.echo(str(file))
    return DONE
